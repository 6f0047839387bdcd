"""A case in an office that keeps its copies on a NAS and on a server which is away for a while."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from sopgit.app.datasets import Added
from sopgit.app.demo import samples
from sopgit.app.taking_in import add_data
from sopgit.app.workplace import ActRefused
from sopgit.cli import run
from sopgit.core.objects import StoredObject, object_name
from tests import acts
from tests.offices import BUDI, KASI, Folders, codes, found_alone, snapshot
from tests.remotes.far import NAME, Far

pytestmark = [
    pytest.mark.needs_program("sshd", "weed"),
    pytest.mark.server,
    pytest.mark.xdist_group("remotes"),
]

CONTENT = samples.districts(3) + b"18.10.99,Rekaan " + os.urandom(4).hex().encode() + b"\n"


@pytest.fixture
def office(far: Far, tmp_path: Path) -> Folders:
    """A case stands where data comes in; two copies are required."""
    (tmp_path / "nas").mkdir()
    there = {"place": "Server", "url": far.url}
    remotes = {
        "nas": {"place": "Rak", "url": str(tmp_path / "nas")},
        NAME: there | ({"endpoint": far.endpoint} if far.endpoint else {}),
    }
    folders = found_alone(tmp_path / "office", remotes=remotes, copies={"open": 2, "restricted": 2})
    far.use_in(folders.clone(KASI))
    folders.cases["new"] = folders.walk(acts.OPEN, 2)
    folders.sit_down(KASI, BUDI)
    return folders


def sopgit(folders: Folders, *words: str | Path) -> int:
    return int(run(["--lang", "en", "--repo", str(folders.clone(KASI)), *map(str, words)]))


def test_a_remote_that_is_away_delays_the_step_and_loses_nothing(
    far: Far, office: Folders, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    case, source = office.cases["new"], tmp_path / "kecamatan.csv"
    source.write_bytes(CONTENT)
    with far.away():
        taken = add_data(office.office(KASI), case, source, samples.OPEN_DATASET)
        assert isinstance(taken, Added)
        states = {seen.place: seen.state for seen in taken.copies}
        assert states == {"nas": "ok", NAME: "unreachable"}
        waiting = snapshot(office.clone(KASI))
        with pytest.raises(ActRefused) as refused:
            office.perform(KASI, case, acts.RECEIPT)
        assert codes(refused.value.refused.findings) == {"copies-missing"}
        assert snapshot(office.clone(KASI)) == waiting
        assert sopgit(office, "data", "push", case) == 3
        assert "copy on far: away" in capfd.readouterr().out
    assert sopgit(office, "data", "push", case) == 0
    assert "copy on far: good" in capfd.readouterr().out
    office.perform(KASI, case, acts.RECEIPT)

    shutil.rmtree(office.clone(KASI) / ".dvc" / "cache")
    shutil.rmtree(tmp_path / "nas")
    for command in ("get", "recover"):
        output = tmp_path / f"{command}.csv"
        assert sopgit(office, "data", command, "tapem/kecamatan", "--output", output) == 0
        assert output.read_bytes() == CONTENT
    stored = StoredObject.parse(taken.entry["object"])
    assert far.read(object_name(stored.md5)) == CONTENT
    assert sopgit(office, "data", "history", "tapem/kecamatan", "--copies") == 0
    assert "Server" in capfd.readouterr().out
