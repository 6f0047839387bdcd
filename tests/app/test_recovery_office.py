"""Versions come back by number, by day and by case, in an office with two remotes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from sopgit.app.data import bring_back, tell_recovery
from sopgit.app.data_diff import diff_data
from sopgit.app.demo import samples
from sopgit.app.draft import Draft
from sopgit.app.versions import Version, find_version
from sopgit.app.workplace import Workplace
from sopgit.core.errors import UsageError
from tests import acts
from tests.holdings import OPEN, OPEN_NAME, receive, store
from tests.offices import BUDI, KASI, Folders, template

REMOTES = ("one", "two")


@contextmanager
def only(remote: str) -> Iterator[None]:
    """The other remotes are away."""
    folder = template().root / "remotes"
    others = [name for name in REMOTES if name != remote]
    for name in others:
        (folder / name).rename(folder / f"{name}-away")
    try:
        yield
    finally:
        for name in others:
            (folder / f"{name}-away").rename(folder / name)


def find(folders: Folders, number: int | None, day: str | None, case: str | None) -> Version:
    return find_version(Workplace.of(folders.office(BUDI)), OPEN_NAME, number, day, case)


def bring(folders: Folders, version: Version, output: Path) -> bytes:
    """What comes back when nothing is left in the cache."""
    shutil.rmtree(folders.clone(BUDI) / ".dvc" / "cache", ignore_errors=True)
    bring_back(folders.office(BUDI), version, output, folders.now(), heal=False)
    data = output.read_bytes()
    output.unlink()
    return data


@pytest.mark.slow
def test_four_real_releases_come_back_from_either_remote_alone(
    folders: Folders, tmp_path: Path, shared_data: Path
) -> None:
    releases = [path.read_bytes() for path in sorted((shared_data / "villages").glob("*.csv"))]
    assert len(releases) == 4
    receive(folders)
    days = []
    for content in releases:
        folders.clock += timedelta(days=1)
        store(folders, OPEN, content)
        days.append(folders.clock.date())
    for remote in REMOTES:
        with only(remote):
            for number, (content, day) in enumerate(zip(releases, days, strict=True), 3):
                by_day = find(folders, None, day.isoformat(), None)
                assert by_day.version == number
                assert bring(folders, find(folders, number, None, None), tmp_path / "x") == content
                assert bring(folders, by_day, tmp_path / "x") == content
    first, last = 3, 6
    ((_, change),) = diff_data(folders.office(BUDI), OPEN_NAME, first, last).sheets
    assert change.key == ("1",)
    counts = change.counts
    assert (counts.added, counts.removed, counts.changed) == (439, 278, 44)
    assert change.rows_after - change.rows_before == counts.added - counts.removed


def test_a_case_names_the_version_that_it_stored(folders: Folders, tmp_path: Path) -> None:
    checked, closed = folders.cases["checked"], folders.cases["closed"]
    assert find(folders, None, None, checked).version == 1
    version = find(folders, None, None, closed[:6])
    assert bring(folders, version, tmp_path / "x") == samples.districts(2)
    with pytest.raises(UsageError, match="no such version"):
        find(folders, None, None, folders.cases["new"])
    with pytest.raises(UsageError, match="no such version"):
        find(folders, None, "2026-03-01", None)


def test_step_four_carries_the_receipt_and_no_pointer_moves(
    folders: Folders, tmp_path: Path
) -> None:
    """A case opened to recover: the act of step 4 names version, digests and good copies."""
    asked = Draft("open", case={**acts.CASE, "purpose": "recover"}, document=acts.OPEN.document)
    case = folders.walk(asked, 2)
    folders.sync(KASI)
    folders.sync(BUDI)
    folders.perform(BUDI, case, acts.RECEIPT)
    office = folders.office(BUDI)
    version = find(folders, 1, None, None)
    shutil.rmtree(folders.clone(BUDI) / ".dvc" / "cache", ignore_errors=True)
    receipt = bring_back(office, version, tmp_path / "x", folders.now(), heal=True)
    tell_recovery(office, case, version, receipt)
    pointers = folders.git(BUDI, "ls-files", "-s", "datasets")
    event = folders.perform(BUDI, case, acts.NOTES).event
    (entry,) = event["datasets"]
    assert (event["step"], entry["action"], entry["version"]) == (4, "recover", 1)
    assert (entry["object"], entry["copies"]) == (receipt.object.value, ["one"])
    assert folders.git(BUDI, "ls-files", "-s", "datasets") == pointers
    folders.sync(BUDI)
    folders.sync(KASI)
    assert folders.office(KASI).history.stands
