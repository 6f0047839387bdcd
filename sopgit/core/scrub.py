"""Which stored copies to read, in which order, and what a record says of those that were.

- A copy that was never found good, by this machine or in what others have
  signed, comes first, as does one that was bad since; then the one whose last
  good reading is the oldest.
- Among copies that were never read the day decides, so that a machine that
  remembers nothing reads others each day.
- A remote has to hold what an event says it holds. The cache, and a remote
  that no event names, may hold less: what is not there is then no loss.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from hashlib import sha256
from typing import Any, Literal, Protocol

from sopgit.core.lastread import LastRead
from sopgit.core.moments import format_moment, parse_moment
from sopgit.core.objects import StoredObject
from sopgit.core.text import Text

CACHE = "cache"
# So many copies one record tells of, which keeps it well below what a governed file may hold.
PER_RECORD = 1000

Outcome = Literal["ok", "missing", "damaged", "unreachable", "healed"]


class Version(Protocol):
    """One version as the ledger names it."""

    @property
    def dataset(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def object(self) -> StoredObject: ...
    @property
    def copies(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Copy:
    """One copy of an object; `place` is `cache` or a remote's name.

    `dataset` and `version` are the first that the object stands for; `is_due`
    tells whether it must be there.
    """

    place: str
    object: StoredObject
    dataset: str
    version: int
    is_due: bool

    @property
    def key(self) -> str:
        """What names it in the notes of this machine."""
        return f"{self.place}/{self.object.md5}"


@dataclass(frozen=True)
class Reading:
    """What became of one copy: `healed` was damaged or missing and is good again."""

    copy: Copy
    outcome: Outcome
    why: Text | None = None

    @property
    def detail(self) -> str:
        """The same in English, for what is kept; empty if there is no more to say."""
        return str(self.why or "")


@dataclass(frozen=True)
class Scrubbed:
    """One run; `left` counts the copies for which there was no time."""

    begun: str
    ended: str
    readings: tuple[Reading, ...]
    left: int

    @property
    def bad(self) -> tuple[Reading, ...]:
        """Those that were not good, healed ones too."""
        return tuple(one for one in self.readings if one.outcome != "ok")


@dataclass
class _Places:
    version: Version
    due: set[str] = field(default_factory=set)


def plan_scrub(
    versions: Iterable[Version], places: Sequence[str], good: Mapping[str, str], day: str
) -> list[Copy]:
    """Every copy in `places`, in the order in which to read.

    `good`: when a copy was last found good, by its key, in UTC; `day`: today.
    """
    objects: dict[StoredObject, _Places] = {}
    for version in versions:
        known = objects.setdefault(version.object, _Places(version))
        known.due.update(version.copies)
    copies = [
        Copy(place, wanted, known.version.dataset, known.version.version, place in known.due)
        for wanted, known in objects.items()
        for place in places
    ]

    def turn(copy: Copy) -> tuple[str, str]:
        return good.get(copy.key, ""), sha256(f"{day} {copy.key}".encode()).hexdigest()

    return sorted(copies, key=turn)


def known_good(words: Mapping[str, Mapping[str, LastRead]]) -> dict[str, str]:
    """When a copy was last found good by anybody, by its key, in UTC; no cache among them.

    `words`: the latest word on each copy, by the object's MD5 and the place.
    """
    return {
        f"{place}/{md5}": in_utc(read.at)
        for md5, places in words.items()
        for place, read in places.items()
        if read.outcome in {"ok", "healed"} and place != CACHE
    }


def in_utc(at: str) -> str:
    """A moment's one spelling on the clocks of UTC, so that texts are ordered as times are."""
    return format_moment(parse_moment(at), UTC)


def scrub_records(scrubbed: Scrubbed) -> Iterator[dict[str, Any]]:
    """What the records of a run say beside what every record says: one, or several for a long run.

    `read` names the good copies, `results` each of the others.
    """
    for start in range(0, len(scrubbed.readings), PER_RECORD):
        part = scrubbed.readings[start : start + PER_RECORD]
        good: dict[tuple[str, str], set[int]] = {}
        for one in part:
            if one.outcome == "ok":
                good.setdefault((one.copy.place, one.copy.dataset), set()).add(one.copy.version)
        yield {
            "begun": scrubbed.begun,
            "read": [
                {"remote": place, "dataset": dataset, "versions": sorted(numbers)}
                for (place, dataset), numbers in sorted(good.items())
            ],
            "results": [_result(one) for one in part if one.outcome != "ok"],
        }


def _result(reading: Reading) -> dict[str, Any]:
    copy = reading.copy
    result: dict[str, Any] = {
        "dataset": copy.dataset,
        "version": copy.version,
        "object": copy.object.value,
        "remote": copy.place,
        "outcome": reading.outcome,
    }
    return result | ({"detail": reading.detail} if reading.outcome == "damaged" else {})
