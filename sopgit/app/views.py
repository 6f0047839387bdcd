"""What people ask of the cases: all of them, one of them, and what waits for whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sopgit.app.office import Office
from sopgit.app.open_cases import open_cases
from sopgit.app.workplace import Workplace, find_case
from sopgit.core.calendar import Calendar
from sopgit.core.case import CaseState
from sopgit.core.deadline import CaseTime, StepTime, measure_case
from sopgit.core.errors import UsageError
from sopgit.core.growth import split_events
from sopgit.core.journey import visits_of
from sopgit.core.paths import CALENDAR, is_case_file
from sopgit.core.procedure import Procedure
from sopgit.core.strict_yaml import mapping_of
from sopgit.core.text import T
from sopgit.core.trusted import Tree

Events = tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class CaseView:
    """One case as people see it: state, procedure, times and events."""

    state: CaseState
    procedure: Procedure
    time: CaseTime
    events: Events
    unknown_years: tuple[int, ...] = ()
    """Years that the step's deadline runs through and whose days off were never entered."""

    @property
    def slug(self) -> str:
        return self.state.folder.rpartition("/")[2][11:]

    @property
    def status(self) -> str:
        """`open`, `returned`, `waiting`, `closed` or `cancelled`."""
        if self.state.status != "open":
            return self.state.status
        if self.time.current is not None and self.time.current.is_waiting:
            return "waiting"
        return "returned" if self.state.returned else "open"

    @property
    def step_name(self) -> str:
        if self.state.step is None:
            return ""
        return self.procedure.step(self.state.step, self.state.purpose).short

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles that the case waits for."""
        if self.state.step is None:
            return ()
        return self.procedure.step(self.state.step, self.state.purpose).roles

    @property
    def step_due(self) -> datetime | None:
        return self.time.current.due if self.time.current else None

    @property
    def is_late(self) -> bool:
        return self.time.current is not None and self.time.current.late > 0


def office_calendar(tree: Tree, timezone: str) -> Calendar:
    """The calendar of the verified tree; raises where the office has none yet."""
    data = tree.get(CALENDAR)
    if data is None:
        raise UsageError(
            T("the office has no calendar yet"), T("enter it with: sopgit calendar update YEAR")
        )
    return Calendar.parse(mapping_of(data), timezone)


def step_times(procedure: Procedure, purpose: str) -> list[StepTime]:
    """The standard times of a procedure's steps."""
    steps = [procedure.step(step.number, purpose) for step in procedure.steps]
    return [StepTime(s.number, s.standard_time.value, s.standard_time.unit, s.clock) for s in steps]


def view_case(
    office: Office, place: Workplace, path: str, calendar: Calendar, now: datetime
) -> CaseView:
    state = place.state(path)
    procedure = place.trusted.procedure(state.procedure)
    if procedure is None:
        raise UsageError(T("the policy does not know the procedure of {id}", id=state.id))
    events = split_events(place.tree.get(path) or b"", path).events
    rules = step_times(procedure, state.purpose)
    time = measure_case(visits_of(events), rules, calendar, now)
    due = time.current.due if time.current else None
    unknown = calendar.years_missing(now, due) if due else ()
    return CaseView(state, procedure, time, events, unknown)


def view_cases(office: Office, now: datetime) -> list[CaseView]:
    """All cases, the newest last."""
    place = Workplace.of(office)
    calendar = office_calendar(place.tree, place.trusted.policy.timezone)
    views = [view_case(office, place, path, calendar, now) for path in place.cases()]
    return sorted(views, key=lambda view: view.events[0]["at"])


def view_open_cases(office: Office, now: datetime) -> list[CaseView]:
    """The cases that have not ended, the newest last; the others are mostly not even read."""
    place = Workplace.of(office)
    calendar = office_calendar(place.tree, place.trusted.policy.timezone)
    on_branches = (place.branch, *(place.laps or {}).values())
    moved = {path for files in on_branches for path in files if is_case_file(path)}
    paths = sorted(moved.union(open_cases(office, place.trusted)))
    views = [view_case(office, place, path, calendar, now) for path in paths]
    standing = [view for view in views if view.state.step is not None]
    return sorted(standing, key=lambda view: view.events[0]["at"])


def view_one(office: Office, reference: str, now: datetime) -> CaseView:
    place = Workplace.of(office)
    calendar = office_calendar(place.tree, place.trusted.policy.timezone)
    return view_case(office, place, find_case(place, reference), calendar, now)


def waiting_for(views: list[CaseView], roles: tuple[str, ...]) -> list[CaseView]:
    """The open cases that one of `roles` must act on, the soonest due first."""
    mine = [view for view in views if set(view.roles) & set(roles)]
    return sorted(mine, key=lambda view: (view.step_due is None, str(view.step_due)))
