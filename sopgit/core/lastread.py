"""When each stored copy was last read back, by whom, and what it was.

An event names the remotes whose copies its actor's machine had just read back;
the record of a scrub or of a drill tells what was found later. Of each copy the
latest word counts. A remote that was out of reach tells nothing of its copies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sopgit.core.moments import parse_moment

_FOUND = {
    "ok": "ok",
    "passed": "ok",
    "healed": "healed",
    "missing": "missing",
    "damaged": "damaged",
}


@dataclass(frozen=True)
class LastRead:
    """One copy as it was last read: `outcome` is ok, healed, missing or damaged.

    `at` is as the statement spells it; `how` an action of an event (`store`,
    `update`, `recover`, `reclass`) or the kind of a record.
    """

    place: str
    outcome: str
    at: str
    by: str
    how: str


Word = tuple[str, LastRead]
"""The MD5 of an object, and one word on a copy of it."""


def words_of_event(event: Mapping[str, Any]) -> Iterator[Word]:
    """What an event of a case tells of copies."""
    for entry in event.get("datasets", ()):
        for place in entry["copies"]:
            read = LastRead(place, "ok", event["at"], event["by"], entry["action"])
            yield entry["object"]["md5"], read


def words_of_record(
    record: Mapping[str, Any], objects: Mapping[tuple[str, int], str]
) -> Iterator[Word]:
    """What a record tells of copies; `objects` are the versions' MD5s by dataset and number."""
    at, by, how = record["at"], record["by"], record["kind"]
    for good in record.get("read", ()):
        for version in good["versions"]:
            md5 = objects.get((good["dataset"], version))
            if md5 is not None:
                yield md5, LastRead(good["remote"], "ok", at, by, how)
    for result in record.get("results", ()):
        if result["outcome"] in _FOUND:
            read = LastRead(result["remote"], _FOUND[result["outcome"]], at, by, how)
            yield result["object"]["md5"], read


def last_read(words: Iterable[Word]) -> dict[str, dict[str, LastRead]]:
    """The latest word on each copy, by the object's MD5 and the place."""
    known: dict[str, dict[str, LastRead]] = {}
    for md5, read in words:
        places = known.setdefault(md5, {})
        before = places.get(read.place)
        if before is None or parse_moment(before.at) <= parse_moment(read.at):
            places[read.place] = read
    return known
