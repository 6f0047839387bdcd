"""A drill brings data back with nothing but a fresh clone, an empty cache and the keys."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from sopgit.adapters import age
from sopgit.app.drill import Plan, drill, record_drill
from sopgit.app.office import Office
from sopgit.app.reminders import days_without_drill
from sopgit.app.versions import mainline_versions
from sopgit.core.drill import DUE_DAYS, Drilled
from sopgit.core.errors import UsageError
from sopgit.core.objects import object_name
from sopgit.core.strict_yaml import mapping_of
from sopgit.render.drills import drill_object, exit_code_of_drill
from sopgit.render.exit_codes import ExitCode
from tests.holdings import RESTRICTED, receive, store
from tests.offices import BUDI, KASI, Folders, template
from tests.storing import MARKER, files_below, leaks, rot


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where temporary files go; empty again after the test."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    yield folder
    assert files_below(folder) == []
    assert list(folder.iterdir()) == []


@pytest.fixture
def office(folders: Folders, temporary: Path) -> Office:
    """The administrator's: two open versions, and a restricted one that only it knows of."""
    receive(folders)
    content = b"nik,nama\n" + MARKER + os.urandom(30).hex().encode() + b",x\n"
    store(folders, RESTRICTED, content)
    folders.sync(BUDI)
    shutil.rmtree(folders.root / "intake")
    return folders.office(BUDI)


def plan(folders: Folders, **said: object) -> Plan:
    recovery = folders.root / "keys" / "recovery.txt"
    return Plan(**{"seed": "x", "recovery": recovery, **said})  # type: ignore[arg-type]


def outcomes(drilled: Drilled) -> dict[tuple[str, int, str, str], str]:
    return {
        (t.version.dataset, t.version.version, t.place, t.key): t.outcome for t in drilled.trials
    }


def test_every_class_comes_back_from_every_remote_with_every_key(
    folders: Folders, office: Office, temporary: Path
) -> None:
    shutil.rmtree(folders.clone(BUDI) / ".dvc" / "cache")
    folders.clock += timedelta(days=30)
    done = drill(office, plan(folders), folders.now)
    restricted, open_data = "tapem/penerima-bantuan", "tapem/kecamatan"
    assert outcomes(done) == {
        **{(open_data, n, place, "none"): "passed" for n in (1, 2) for place in ("one", "two")},
        **{
            (restricted, 1, place, key): "passed"
            for place in ("one", "two")
            for key in ("reader", "recovery")
        },
    }
    assert (done.clone, done.key, done.has_passed) == ("origin", "recovery", True)
    assert exit_code_of_drill(done) == ExitCode.FINE
    assert leaks(folders.root, temporary) == []
    assert not (folders.clone(BUDI) / ".dvc" / "cache").exists()  # it was not even asked
    entered = record_drill(office, done, folders.now)
    folders.sync(BUDI)
    folders.sync(KASI)
    record = mapping_of((folders.clone(KASI) / entered.path).read_bytes())
    assert (record["kind"], record["key"], record["seed"]) == ("drill", "recovery", "x")
    assert len(record["results"]) == 8
    kasi = folders.office(KASI)
    assert kasi.history.stands
    due = folders.clock + timedelta(days=DUE_DAYS + 2)
    assert days_without_drill(kasi, ("kasi",), due) == DUE_DAYS + 2
    assert days_without_drill(kasi, ("kasi",), due - timedelta(days=5)) is None
    assert days_without_drill(kasi, ("nobody",), due) is None


def test_the_custodians_machine_has_the_recovery_key_alone(
    folders: Folders, office: Office, tmp_path: Path
) -> None:
    office.repo.config_set("sopgit.ageidentity", str(tmp_path / "none"))
    done = drill(office, plan(folders, count=1, here=True), folders.now)
    assert {(trial.key, trial.outcome) for trial in done.trials} == {("recovery", "passed")}
    assert done.clone == "here"
    with pytest.raises(UsageError, match="no key here"):
        drill(office, plan(folders, recovery=None), folders.now)
    stranger = tmp_path / "stranger.txt"
    stranger.write_text(age.new_identity()[0] + "\n")
    with pytest.raises(UsageError, match="no recovery key of the policy"):
        drill(office, plan(folders, recovery=stranger), folders.now)
    with pytest.raises(UsageError, match="no remote three"):
        drill(office, plan(folders, places=("three",)), folders.now)


def test_what_does_not_come_back_is_told_and_stops_nothing(
    folders: Folders, office: Office
) -> None:
    (secret,) = [v for v in mainline_versions(office) if v.is_restricted]
    copies = {
        place: template().root / "remotes" / place / object_name(secret.object.md5)
        for place in ("one", "two")
    }
    rot(copies["one"])
    copies["two"].unlink()
    done = drill(office, plan(folders), folders.now)
    found = {t.place: t.outcome for t in done.trials if t.version.dataset == secret.dataset}
    assert found == {"one": "damaged", "two": "missing"}
    assert {t.outcome for t in done.trials if t.key == "none"} == {"passed"}
    assert exit_code_of_drill(done) == ExitCode.REFUSED
    assert (done.key, done.has_passed) == ("none", False)
    assert drill_object(done, None)["passed"] is False


def test_an_office_that_never_drilled_is_reminded(founded: Folders) -> None:
    office, due = founded.office(KASI), founded.clock + timedelta(days=DUE_DAYS + 2)
    assert days_without_drill(office, ("kasi",), due) is not None
    assert days_without_drill(office, ("kasi",), founded.clock) is None


def test_an_interrupted_drill_leaves_nothing(folders: Folders, office: Office) -> None:
    def interrupt(_trial: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        drill(office, plan(folders), folders.now, interrupt)


@pytest.mark.skipif(sys.platform == "win32", reason="no signals as here")
def test_ctrl_c_leaves_nothing(folders: Folders, office: Office, tmp_path: Path) -> None:
    place = tmp_path / "signal"
    place.mkdir()
    command = [sys.executable, "-m", "sopgit", "--repo", str(folders.clone(BUDI)), "data", "drill"]
    environment = {**os.environ, "TMPDIR": str(place)}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        while process.poll() is None and not list(place.glob("*/clone/.dvc/cache")):
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == ExitCode.INTERRUPTED
    assert files_below(place) == []
