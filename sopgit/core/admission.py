"""What only somebody with a clock can ask of a landing that is on its way in.

The engine has no clock, so that it gives everybody the same answer for ever.
But an act dated in 2099 would make 2099 the newest moment of the mainline, and
with it kill every acting grant. So whoever takes a landing in (the actor, the
server, CI) also asks this, once. A landing that is in already is never asked.

Rules enforced here: `act-in-future`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sopgit.core.finding import Finding, Place, Refused, Rule, Verdict, verdict
from sopgit.core.growth import read_growth
from sopgit.core.mainline import Landing
from sopgit.core.moments import is_moment, parse_moment
from sopgit.core.paths import PathClass, is_case_file, path_class
from sopgit.core.strict_yaml import load
from sopgit.core.text import T, Text

ACT_IN_FUTURE = Rule(
    "act-in-future",
    "neither an act nor a receipt is dated later than the clock of whoever takes it in",
    why="the newest act tells when an acting grant is over, so one dated ahead ends them all",
)
SKEW = timedelta(minutes=10)
"""By how much two honest clocks may differ."""


def with_clock(outcome: Verdict, landing: Landing, now: datetime) -> Verdict:
    """`outcome`, the engine's on `landing`, and if it is allowed what the clock says to it."""
    if isinstance(outcome, Refused):
        return outcome
    return verdict(outcome.rule, (*outcome.warnings, *check_admission(landing, now)))


def check_admission(landing: Landing, now: datetime) -> list[Finding]:
    """What is wrong at the moment `now` (aware) with a landing that the engine allows."""
    return [
        ACT_IN_FUTURE.broken(place, T("{at} has not come yet", at=at), hint)
        for place, statement in statements_of(landing)
        for at, hint in _moments(statement)
        if parse_moment(at) > now + SKEW
    ]


def _moments(statement: Mapping[str, Any]) -> Iterator[tuple[str, Text]]:
    """Every moment that a statement names and that is one, and what to do where it is ahead.

    The engine refuses those that are none.
    """
    clock = T("set the clock of the machine on which the act was signed, and do it again")
    received = T("say with --received-at when it came; it cannot be later than now")
    for said, hint in ((statement, clock), (statement.get("received"), received)):
        at = said.get("at") if isinstance(said, Mapping) else None
        if isinstance(at, str) and is_moment(at):
            yield at, hint


def statements_of(landing: Landing) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    """The events and records that the landing brings, and where each stands."""
    for path, change in landing.changes.items():
        if change.new is None:
            continue
        if is_case_file(path):
            # After a refused landing the file before may be no beginning of the one after.
            known = change.old if change.new.startswith(change.old or b"") else None
            growth = read_growth(path, known, change.new, None)
            for line, event in zip(growth.lines, growth.events, strict=True):
                yield Place(path, line, 1), event
        elif path_class(path, ()) is PathClass.RECORD:
            record = load(change.new, path).value
            if isinstance(record, dict):
                yield Place(path), record
