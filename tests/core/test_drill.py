"""What a drill draws, and what its record says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from sopgit.adapters.resources import read_schemas
from sopgit.core.drill import MOST, Drilled, Outcome, Trial, choose, days_since_drill, drill_record
from sopgit.core.dvcfiles import without_cache
from sopgit.core.finding import Place
from sopgit.core.objects import StoredObject
from sopgit.core.schema import Schemas
from sopgit.core.writer import emit
from tests.core.test_schema import AT, RECORD

SEEDS = [f"seed-{number}" for number in range(20)]
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=timezone(timedelta(hours=7)))


@dataclass(frozen=True)
class Version:
    dataset: str
    version: int
    object: StoredObject
    at: str
    is_restricted: bool


def version(number: int, *, restricted: bool) -> Version:
    """One a day; the fifth of its class is the largest."""
    size = 900 if number == 5 else 10 + number
    made = StoredObject(f"{number:032x}", f"{number:064x}", size)
    name = "tapem/tertutup" if restricted else "tapem/terbuka"
    return Version(name, number, made, f"2026-01-{number:02}T08:00:00+07:00", restricted)


OPEN = [version(number, restricted=False) for number in range(1, 11)]
CLOSED = [version(number, restricted=True) for number in range(1, 11)]


@pytest.mark.parametrize("seed", SEEDS[:5])
def test_both_classes_and_of_each_the_oldest_newest_and_largest(seed: str) -> None:
    chosen = choose([*OPEN, *CLOSED], 6, seed)
    for restricted in (True, False):
        assert {v.version for v in chosen if v.is_restricted is restricted} == {1, 5, 10}
    assert choose([*reversed(OPEN), *CLOSED], 6, seed) == chosen
    pair = choose([*OPEN, *CLOSED], 2, seed)
    assert {v.is_restricted for v in pair} == {True, False}


def test_the_others_are_drawn_and_each_comes_once() -> None:
    drawn = {choose(OPEN, 4, seed)[3].version for seed in SEEDS}
    assert len(drawn) > 3
    assert not drawn & {1, 5, 10}
    assert len(choose([*OPEN, *CLOSED], 99, "x")) == 20
    assert choose([], 3, "x") == []


def drilled(outcomes: list[Outcome], key: str = "reader") -> Drilled:
    trials = [Trial(CLOSED[0], "nas", key, one, 2.6, 40) for one in outcomes]  # type: ignore[arg-type]
    return Drilled(AT, AT, "7f3a91", "origin", tuple(trials))


def test_the_key_is_told_only_where_it_opened_something() -> None:
    assert drilled(["passed"], "recovery").key == "recovery"
    assert drilled(["failed"], "recovery").key == "none"
    assert drilled(["passed", "damaged"]).has_passed is False
    assert drilled([]).has_passed is False


def test_the_largest_record_fits_its_schema() -> None:
    schemas = Schemas(read_schemas())
    outcomes: list[Outcome] = ["passed", "missing", "damaged", "unreachable", "failed"]
    record = {**RECORD, "kind": "drill", **drill_record(drilled(outcomes * 2 * MOST))}
    assert schemas.check("record", record, lambda _pointer: Place("x")) == []
    assert len(emit(record)) < 512 * 1024
    assert record["results"][0]["seconds"] == 3


def test_the_last_drill_that_brought_all_back_counts() -> None:
    def record(at: str, outcomes: list[Outcome]) -> dict[str, Any]:
        return {"kind": "drill", "at": at, **drill_record(drilled(outcomes))}

    assert days_since_drill([], NOW) is None
    old = record("2026-01-01T08:00:00+07:00", ["passed"])
    failed = record("2026-11-01T08:00:00+07:00", ["passed", "damaged"])
    scrub = {"kind": "scrub", "at": "2026-11-20T08:00:00+07:00"}
    assert days_since_drill([old, failed, scrub], NOW) == 326


def test_a_clone_for_a_drill_gets_the_way_in_but_no_cache() -> None:
    remote = b"['remote \"nas\"']\n    password = rekaan\n"
    config = b"[cache]\n    dir = /srv/shared\n" + remote + b"[core]\n    remote = nas\n"
    assert without_cache(config) == remote + b"[core]\n    remote = nas\n"
