"""The way a case took: its visits to steps, from its events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sopgit.core.case import Event
from sopgit.core.deadline import Visit
from sopgit.core.moments import parse_moment
from sopgit.core.procedure import Procedure


def visits_of(events: Iterable[Event]) -> list[Visit]:
    """Every stay at a step, oldest first; the last is unfinished while the case is open."""
    visits: list[Visit] = []
    for event in events:
        at = parse_moment(event["at"])
        if event["act"] == "open":
            begun = event["case"].get("begun")
            visits.append(Visit(event["step"], parse_moment(begun) if begun else at))
        if "received" in event and visits:
            visits[-1] = replace(visits[-1], received=parse_moment(event["received"]["at"]))
        _move(visits, event, at)
    return visits


def _move(visits: list[Visit], event: Event, at: datetime) -> None:
    """Finish the visit where the event moves the case, and begin the next."""
    standing = visits[-1].step if visits and visits[-1].finished is None else None
    if event["act"] == "note" or (event["act"] == "amend" and event["to"] == standing):
        return
    if standing is not None:
        visits[-1] = replace(visits[-1], finished=at, finished_by=event["by"])
    if event["to"] is not None:
        visits.append(Visit(event["to"], at))


def is_lap_ended(events: Iterable[Event], procedure: Procedure, purpose: str) -> bool:
    """Whether the case stands where the official of a step marked `review`, or its end, put it.

    A procedure that marks no step lets every act be a lap of its own.
    """
    moved: Event | None = None
    standing: int | None = 0
    for event in events:
        if event["to"] != standing:
            moved, standing = event, event["to"]
    if moved is None or standing is None or not any(step.review for step in procedure.steps):
        return True
    return moved["act"] != "amend" and procedure.step(moved["step"], purpose).review
