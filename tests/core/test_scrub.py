"""Which copies are read first, and what is recorded of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sopgit.adapters.resources import read_schemas
from sopgit.core.finding import Place
from sopgit.core.objects import StoredObject
from sopgit.core.schema import Schemas
from sopgit.core.scrub import (
    PER_RECORD,
    Copy,
    Reading,
    Scrubbed,
    plan_scrub,
    recorded_good,
    scrub_records,
)
from sopgit.core.writer import emit
from tests.core.test_schema import AT, RECORD

PLACES = ("cache", "one", "two")


@dataclass(frozen=True)
class Version:
    dataset: str
    version: int
    object: StoredObject
    copies: tuple[str, ...] = ("one",)


def version(number: int, content: int | None = None) -> Version:
    digit = number if content is None else content
    return Version("tapem/x", number, StoredObject(f"{digit:032x}", f"{digit:064x}", 5))


def plan(good: dict[str, str], day: str = "2026-03-02", count: int = 4) -> list[Copy]:
    return plan_scrub([version(number) for number in range(1, count)], PLACES, good, day)


def test_what_was_never_good_comes_first_and_then_the_longest_unread() -> None:
    copies = plan({})
    assert len(copies) == 9
    good = {copy.key: f"2026-03-{10 + place}" for place, copy in enumerate(copies[1:])}
    good[copies[3].key] = "2026-01-01"
    planned = plan(good)
    assert planned[:2] == [copies[0], copies[3]]
    assert planned[2:] == [copy for copy in copies[1:] if copy != copies[3]]


def test_a_machine_that_remembers_nothing_reads_others_each_day() -> None:
    first = {plan({}, f"2026-03-{day:02}", 40)[0].key for day in range(1, 8)}
    assert len(first) > 3


def test_an_object_of_two_versions_is_read_once() -> None:
    copies = plan_scrub([version(1), version(2, 1)], ("one", "two"), {}, "2026-03-02")
    told = {(copy.place, copy.version, copy.is_due) for copy in copies}
    assert told == {("one", 1, True), ("two", 1, False)}


def test_a_long_run_is_several_records_that_fit_their_schema() -> None:
    schemas = Schemas(read_schemas())
    name = f"{'p' * 40}/{'n' * 40}"
    detail = f"sha256 {'0' * 64}, {10**15} bytes"
    readings = tuple(
        Reading(
            Copy("r" * 40, StoredObject("a" * 32, "b" * 64, 10**14), name, 1 + number, True),
            "ok" if number % 2 else "damaged",
            "" if number % 2 else detail,
        )
        for number in range(2 * PER_RECORD + 1)
    )
    records: list[dict[str, Any]] = list(scrub_records(Scrubbed(AT, AT, readings, 0)))
    assert len(records) == 3
    told = 0
    for said in records:
        record = {**RECORD, "kind": "scrub", **said}
        assert schemas.check("record", record, lambda _pointer: Place("x")) == []
        assert len(emit(record)) < 512 * 1024
        told += len(said["results"]) + sum(len(one["versions"]) for one in said["read"])
    assert told == len(readings)


def test_what_records_found_good_can_wait_until_one_finds_it_bad() -> None:
    first, second = version(1), version(2)
    read = {"remote": "one", "dataset": "tapem/x", "versions": [1, 2]}
    cache = {**read, "remote": "cache"}
    early = {"at": "2026-03-02T08:00:00+07:00", "read": [read, cache], "results": []}
    assert recorded_good([early], [first, second]) == {
        f"one/{one.object.md5}": "2026-03-02T01:00:00+00:00" for one in (first, second)
    }
    bad = {"remote": "one", "object": first.object.value, "outcome": "damaged"}
    later = {"at": "2026-03-02T02:00:00+00:00", "read": [], "results": [bad]}
    assert list(recorded_good([later, early], [first, second])) == [f"one/{second.object.md5}"]
    healed = {**later, "at": "2026-03-03T02:00:00+00:00"}
    healed["results"] = [{**bad, "outcome": "healed"}]
    good = recorded_good([healed, later, early], [first, second])
    assert good[f"one/{first.object.md5}"] == "2026-03-03T02:00:00+00:00"
