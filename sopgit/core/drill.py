"""Which versions a drill brings back, and what its record says.

- Open and restricted data take turns; of each class the oldest, the newest and
  the largest version come before the others.
- Everything else is drawn by a seed that the record tells, so that anybody can
  draw again.
- A drill is due when the last one is older than `DUE_DAYS`: what nobody has
  brought back for half a year, nobody knows how to bring back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import chain, zip_longest
from typing import Any, Literal, Protocol, TypeVar

from sopgit.core.moments import parse_moment
from sopgit.core.objects import StoredObject
from sopgit.core.text import Text

DUE_DAYS = 183
# So many a drill brings back at most, which keeps its record well below what a file may hold.
MOST = 100

Key = Literal["none", "reader", "recovery"]
Outcome = Literal["passed", "missing", "damaged", "unreachable", "failed"]


class Version(Protocol):
    """One version as the ledger names it."""

    @property
    def dataset(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def object(self) -> StoredObject: ...
    @property
    def at(self) -> str: ...
    @property
    def is_restricted(self) -> bool: ...


V = TypeVar("V", bound=Version)


@dataclass(frozen=True)
class Trial:
    """One version, brought back from one remote with one key.

    `seconds` is the time that it took, `days` the age of the version.
    """

    version: Version
    place: str
    key: Key
    outcome: Outcome
    seconds: float
    days: int
    why: Text | None = None

    @property
    def detail(self) -> str:
        """The same in English, for what is kept; empty if there is no more to say."""
        return str(self.why or "")


@dataclass(frozen=True)
class Drilled:
    """One drill; `clone` tells whence the clone was made, `origin` or `here`."""

    begun: str
    ended: str
    seed: str
    clone: str
    trials: tuple[Trial, ...]

    @property
    def key(self) -> Key:
        """The strongest proof among those that passed: the recovery key, then a reader's."""
        used = {trial.key for trial in self.trials if trial.outcome == "passed"}
        return "recovery" if "recovery" in used else "reader" if "reader" in used else "none"

    @property
    def has_passed(self) -> bool:
        """Whether everything came back, from everywhere, with every key."""
        return bool(self.trials) and all(trial.outcome == "passed" for trial in self.trials)


def choose(versions: Iterable[V], count: int, seed: str) -> list[V]:
    """At most `count` of `versions`, each once, both classes in turn."""
    known = list(versions)
    classes = [
        list(_in_turn([v for v in known if v.is_restricted is restricted], seed))
        for restricted in (True, False)
    ]
    mixed = chain.from_iterable(zip_longest(*classes))
    return [version for version in mixed if version is not None][:count]


def _in_turn(versions: Sequence[V], seed: str) -> Iterator[V]:
    """The notable ones first, in an order that the seed draws; then the others, so drawn too."""
    if not versions:
        return
    drawn = sorted(versions, key=lambda one: _lot(seed, f"{one.dataset} {one.version}"))
    ages = [parse_moment(one.at) for one in drawn]
    notable = {
        "oldest": drawn[ages.index(min(ages))],
        "newest": drawn[ages.index(max(ages))],
        "largest": max(drawn, key=lambda one: one.object.size),
    }
    first = [notable[name] for name in sorted(notable, key=lambda name: _lot(seed, name))]
    given: set[tuple[str, int]] = set()
    for one in (*first, *drawn):
        if (one.dataset, one.version) not in given:
            given.add((one.dataset, one.version))
            yield one


def _lot(seed: str, word: str) -> str:
    return sha256(f"{seed} {word}".encode()).hexdigest()


def drill_record(drilled: Drilled) -> dict[str, Any]:
    """What the record says beside what every record says."""
    return {
        "begun": drilled.begun,
        "seed": drilled.seed,
        "clone": drilled.clone,
        "key": drilled.key,
        "results": [_result(trial) for trial in drilled.trials],
    }


def _result(trial: Trial) -> dict[str, Any]:
    version = trial.version
    return {
        "dataset": version.dataset,
        "version": version.version,
        "object": version.object.value,
        "remote": trial.place,
        "key": trial.key,
        "outcome": trial.outcome,
        "seconds": round(trial.seconds),
        "days": trial.days,
    }


def age_in_days(at: str, now: datetime) -> int:
    """How old what was stored at `at` is; never less than 0."""
    return max(0, (now - parse_moment(at)).days)


def days_since_drill(records: Iterable[Mapping[str, Any]], now: datetime) -> int | None:
    """How long ago the last drill was in which all came back; None: there was none."""
    passed = [
        age_in_days(record["at"], now)
        for record in records
        if record["kind"] == "drill"
        and all(result["outcome"] == "passed" for result in record["results"])
    ]
    return min(passed, default=None)
