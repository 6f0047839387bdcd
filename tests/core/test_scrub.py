"""Which copies are read first, and what is recorded of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sopgit.adapters.resources import read_schemas
from sopgit.core.finding import Place
from sopgit.core.lastread import LastRead
from sopgit.core.objects import StoredObject
from sopgit.core.schema import Schemas
from sopgit.core.scrub import (
    PER_RECORD,
    Copy,
    Reading,
    Scrubbed,
    known_good,
    plan_scrub,
    scrub_records,
)
from sopgit.core.text import T
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
    why = T("sha256 {sha256}, {size} bytes", sha256="0" * 64, size=10**15)
    readings = tuple(
        Reading(
            Copy("r" * 40, StoredObject("a" * 32, "b" * 64, 10**14), name, 1 + number, True),
            "ok" if number % 2 else "damaged",
            None if number % 2 else why,
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


def test_what_others_found_good_can_wait_until_somebody_finds_it_bad() -> None:
    def word(place: str, outcome: str) -> dict[str, LastRead]:
        return {place: LastRead(place, outcome, "2026-03-02T08:00:00+07:00", "siti", "scrub")}

    words = {
        "1" * 32: {**word("one", "ok"), **word("cache", "ok")},
        "2" * 32: word("one", "damaged"),
    }
    assert known_good(words) == {f"one/{'1' * 32}": "2026-03-02T01:00:00+00:00"}
    assert list(known_good({"3" * 32: word("two", "healed")})) == [f"two/{'3' * 32}"]
