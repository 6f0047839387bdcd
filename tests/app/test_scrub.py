"""Stored copies are read back: good, missing, damaged and out of reach are four answers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sopgit.app.office import Office
from sopgit.app.scrub import record_scrub, scrub
from sopgit.app.versions import mainline_versions, read_copies
from sopgit.app.workplace import Workplace
from sopgit.core.errors import UsageError
from sopgit.core.objects import StoredObject, object_name
from sopgit.core.scrub import Reading, Scrubbed
from sopgit.core.strict_yaml import mapping_of
from sopgit.render.exit_codes import ExitCode
from sopgit.render.last_reads import copy_rows
from sopgit.render.scrubs import exit_code_of_scrub, scrub_object
from tests.holdings import OPEN, OPEN_NAME, receive, store
from tests.offices import BUDI, KASI, Folders, template
from tests.storing import rot


class Archive:
    """An office whose dataset has a version 3 of its own content; the administrator scrubs."""

    def __init__(self, folders: Folders) -> None:
        self.folders = folders
        receive(folders)
        store(folders, OPEN, f"kode,nama\n1,{os.urandom(40).hex()}\n".encode())

    @property
    def office(self) -> Office:
        return self.folders.office(BUDI)

    @property
    def object(self) -> StoredObject:
        found = {v.version: v.object for v in mainline_versions(self.office)}
        return found[3]

    def copy(self, place: str) -> Path:
        if place == "cache":
            return self.folders.clone(BUDI) / ".dvc/cache" / object_name(self.object.md5)
        return template().root / "remotes" / place / object_name(self.object.md5)

    def scrub(self, *places: str, heal: bool = False) -> Scrubbed:
        return scrub(self.office, self.folders.now, places=places, heal=heal)


@pytest.fixture
def archive(folders: Folders) -> Iterator[Archive]:
    made = Archive(folders)
    kept = {place: made.copy(place).read_bytes() for place in ("one", "two")}
    yield made
    for place, data in kept.items():  # the remotes are shared with other tests
        made.copy(place).unlink(missing_ok=True)
        made.copy(place).write_bytes(data)


def states(scrubbed: Scrubbed) -> dict[tuple[int, str], str]:
    return {(one.copy.version, one.copy.place): one.outcome for one in scrubbed.bad}


def test_all_is_good_and_what_the_cache_lacks_is_no_loss(archive: Archive) -> None:
    found = archive.scrub()
    assert (states(found), found.left) == ({}, 0)
    assert exit_code_of_scrub(found) == ExitCode.FINE
    assert {one.copy.version for one in found.readings if one.copy.place == "one"} == {1, 2, 3}
    archive.copy("cache").unlink()
    again = archive.scrub()
    assert exit_code_of_scrub(again) == ExitCode.FINE
    assert len(again.readings) == len(found.readings) - 1


def test_missing_damaged_and_out_of_reach_are_told_apart(archive: Archive) -> None:
    archive.copy("one").unlink()
    rot(archive.copy("two"))
    rot(archive.copy("cache"))
    found = archive.scrub()
    assert states(found) == {(3, "one"): "missing", (3, "two"): "damaged", (3, "cache"): "damaged"}
    assert exit_code_of_scrub(found) == ExitCode.REFUSED
    told = scrub_object(found, ())
    assert told["places"]["two"] | {"bytes": 0} == {
        "ok": 2, "missing": 0, "damaged": 1, "unreachable": 0, "healed": 0, "bytes": 0,
    }  # fmt: skip
    away = template().root / "remotes" / "one"
    away.rename(away.with_name("away"))
    try:
        found = archive.scrub("one")
    finally:
        away.with_name("away").rename(away)
    assert set(states(found).values()) == {"unreachable"}
    assert exit_code_of_scrub(found) == ExitCode.WORLD


def test_healing_keeps_the_damaged_bytes_and_needs_a_good_copy(archive: Archive) -> None:
    rot(archive.copy("one"))
    archive.copy("two").unlink()
    archive.copy("cache").unlink()
    lost = archive.scrub(heal=True)
    assert states(lost) == {(3, "one"): "damaged", (3, "two"): "missing"}
    assert archive.copy("one").exists()
    rot(archive.copy("one"))  # the second change of the same byte undoes the first
    rot_copy = archive.copy("two")
    rot_copy.write_bytes(b"rot")
    healed = archive.scrub(heal=True)
    assert states(healed) == {(3, "two"): "healed"}
    assert exit_code_of_scrub(healed) == ExitCode.FINE
    assert states(archive.scrub()) == {}
    kept = archive.folders.clone(BUDI) / ".git" / "sopgit" / "quarantine"
    assert [path.read_bytes() for path in kept.iterdir()] == [b"rot"]


def test_an_ended_budget_is_taken_up_where_it_stood(archive: Archive) -> None:
    def run(count: int, on_reading: Callable[[Reading], None] | None = None) -> Scrubbed:
        """As much as `count` readings take, at a minute each."""
        minutes = iter(range(10_000))
        read: list[Reading] = []

        def now() -> datetime:
            return start + timedelta(minutes=len(read), seconds=next(minutes) / 1000)

        def note(reading: Reading) -> None:
            read.append(reading)
            if on_reading is not None:
                on_reading(reading)

        start = archive.folders.now()
        budget = timedelta(minutes=count)
        return scrub(archive.office, now, budget, ("one", "two"), on_reading=note)

    first = run(2)
    assert (len(first.readings), first.left) == (2, 4)
    second = run(4)
    assert (len(second.readings), second.left) == (4, 2)
    keys = [one.copy.key for one in (*first.readings, *second.readings)]
    assert len(set(keys)) == 6

    def interrupt(_reading: Reading) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(2, interrupt)
    assert [one.copy.key for one in run(5).readings] == keys[1:]  # the first was read by then
    archive.copy("two").write_bytes(b"rot")
    assert states(run(6)) == {(3, "two"): "damaged"}
    assert states(run(1)) == {(3, "two"): "damaged"}  # what was bad is looked at first


def test_a_reading_that_is_yet_to_come_counts_for_nothing(archive: Archive) -> None:
    """A clock that was wrong once must not keep a copy from being read for years."""
    now = archive.folders.now
    scrub(archive.office, lambda: now() + timedelta(days=9999), places=("one", "two"))
    archive.scrub("two")
    (first, *_) = scrub(archive.office, now, places=("one", "two")).readings
    assert first.copy.place == "one"


def test_a_signed_record_tells_what_was_read_and_every_bad_copy(archive: Archive) -> None:
    rot(archive.copy("one"))
    folders = archive.folders
    found = archive.scrub()
    (entered,) = record_scrub(archive.office, found, folders.now)
    folders.sync(BUDI)
    folders.sync(KASI)
    record = mapping_of((folders.clone(KASI) / entered.path).read_bytes())
    assert (record["by"], record["kind"]) == ("budi", "scrub")
    assert {"remote": "two", "dataset": OPEN_NAME, "versions": [1, 2, 3]} in record["read"]
    (bad,) = record["results"]
    assert bad["object"] == archive.object.value
    assert (bad["version"], bad["remote"], bad["outcome"]) == (3, "one", "damaged")
    assert folders.office(KASI).history.stands
    place = Workplace.of(folders.office(KASI))
    rows = copy_rows(mainline_versions(folders.office(KASI)), read_copies(place), {"three": "Rak"})
    told = {(row[1], row[2]): row[4:] for row in rows if row[0] == OPEN_NAME}
    at = record["at"][:16].replace("T", " ")
    assert told["3", "one"] == ["damaged", at, "budi", "scrub"]
    assert told["3", "two"] == ["good", at, "budi", "scrub"]
    assert told["3", "three"] == ["-", "-", "-", "-"]


def test_it_needs_no_key_and_no_branch(archive: Archive, tmp_path: Path) -> None:
    folders = archive.folders
    folders.git(BUDI, "checkout", "-q", "--detach")
    folders.git(BUDI, "config", "--unset", "sopgit.signingkey")
    folders.git(BUDI, "config", "--unset", "sopgit.ageidentity")
    office = replace(archive.office, home=tmp_path)
    assert scrub(office, folders.now, places=("one",)).readings
    with pytest.raises(UsageError, match="no remote three"):
        scrub(office, folders.now, places=("three",))
