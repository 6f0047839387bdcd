"""When a step and a case are due, how late they were, and how long they only waited.

- A step's clock starts when the case enters it; where the procedure says `on_receipt`
  it starts at the receipt, or at the entry when the receipt is older.
- From entry to receipt the case *waits*: that time is the producer's, never lateness.
- A visit is one stay of a case at a step. A step that is returned to gets a new visit,
  with a new clock.
- Late means at least one whole working minute after the due moment.
- A case is due when the current step and all steps after it have taken their standard
  time, each beginning when the one before is due. While it waits nobody can say.

A deadline never decides whether an act is legal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sopgit.core.calendar import Calendar

Unit = Literal["jam", "hari"]
Clock = Literal["on_entry", "on_receipt"]


@dataclass(frozen=True)
class StepTime:
    """What the procedure says of a step's time: `value` working hours or days."""

    step: int
    value: int
    unit: Unit
    clock: Clock = "on_entry"

    @classmethod
    def parse(cls, step: Mapping[str, Any]) -> StepTime:
        """The time of `step`, an entry of a procedure's `steps` as its schema lets it pass."""
        standard = step["standard_time"]
        return cls(step["number"], standard["value"], standard["unit"], step["clock"])

    def due_after(self, start: datetime, calendar: Calendar) -> datetime:
        """When the step is due if its clock starts at `start`."""
        add = calendar.add_days if self.unit == "hari" else calendar.add_hours
        return add(start, self.value)


@dataclass(frozen=True)
class Visit:
    """One stay of a case at a step: `finished` is None while it lasts.

    For step 1 `entered` is the case's `begun`. `received` is the receipt that the visit
    rests on; one from before the entry (a step entered again, its data still good)
    starts the clock at the entry.
    """

    step: int
    entered: datetime
    received: datetime | None = None
    finished: datetime | None = None
    finished_by: str | None = None


@dataclass(frozen=True)
class Measured:
    """A visit against its standard time.

    `started` and `due` are None while the visit waits for a receipt, and for one that
    was finished without any. `waited` and `late` are whole working minutes, up to the
    finish or up to now.
    """

    visit: Visit
    started: datetime | None
    due: datetime | None
    waited: int
    late: int

    @property
    def is_waiting(self) -> bool:
        """Whether the case stands here now and its receipt is still out."""
        return self.started is None and self.visit.finished is None


@dataclass(frozen=True)
class CaseTime:
    """A case against the standard time of its procedure.

    `current` is the visit that is not finished, None for a closed case. `due` is the
    whole case's, counted from the current visit; None when it is closed or waits.
    `waited` and `late` are sums over the visits in working minutes.
    """

    visits: tuple[Measured, ...]
    current: Measured | None
    due: datetime | None
    waited: int
    late: int


def measure_visit(visit: Visit, rule: StepTime, calendar: Calendar, now: datetime) -> Measured:
    """`visit` against `rule`; `now` ends what is unfinished and changes no due moment."""
    end = visit.finished or now
    started = _start_of(visit, rule)
    waited = calendar.working_minutes_between(visit.entered, started or end)
    due = None if started is None else rule.due_after(started, calendar)
    late = 0 if due is None else late_minutes(due, end, calendar)
    return Measured(visit, started, due, max(0, waited), late)


def measure_case(
    visits: Sequence[Visit], rules: Sequence[StepTime], calendar: Calendar, now: datetime
) -> CaseTime:
    """All `visits` of a case, oldest first, against `rules`, in the procedure's order.

    ValueError when a visit names a step without a rule.
    """
    by_step = {rule.step: rule for rule in rules}
    if unknown := {visit.step for visit in visits} - by_step.keys():
        raise ValueError(f"steps without a standard time: {sorted(unknown)}")
    measured = tuple(measure_visit(v, by_step[v.step], calendar, now) for v in visits)
    current = next((m for m in reversed(measured) if m.visit.finished is None), None)
    return CaseTime(
        visits=measured,
        current=current,
        due=_case_due(current, rules, calendar),
        waited=sum(m.waited for m in measured),
        late=sum(m.late for m in measured),
    )


def late_minutes(due: datetime, end: datetime, calendar: Calendar) -> int:
    """Whole working minutes from `due` to `end`, 0 when it was in time."""
    return max(0, calendar.working_minutes_between(due, end))


def plan(rules: Iterable[StepTime], begun: datetime, calendar: Calendar) -> list[datetime]:
    """When each step is due if every step takes its standard time and nothing waits."""
    dues = []
    moment = begun
    for rule in rules:
        moment = rule.due_after(moment, calendar)
        dues.append(moment)
    return dues


def _start_of(visit: Visit, rule: StepTime) -> datetime | None:
    if rule.clock == "on_entry":
        return visit.entered
    return None if visit.received is None else max(visit.entered, visit.received)


def _case_due(
    current: Measured | None, rules: Sequence[StepTime], calendar: Calendar
) -> datetime | None:
    if current is None or current.due is None:
        return None
    position = [rule.step for rule in rules].index(current.visit.step)
    later = plan(rules[position + 1 :], current.due, calendar)
    return later[-1] if later else current.due
