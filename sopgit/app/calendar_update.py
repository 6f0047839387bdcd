"""Keeping the office's calendar: a year's days off proposed, looked at, and entered by a record.

The `holidays` library only proposes. What the office adds (a local day off, a
day that is worked all the same, the weeks of Ramadan) comes on top; whatever
else the calendar holds stays as it is.

Rules enforced here: `calendar-estimated`, `calendar-joint-leave`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sopgit.adapters.holidays import (
    estimated_days,
    has_joint_leave,
    propose_calendar,
    propose_update,
)
from sopgit.app.office import Office
from sopgit.app.records import Entered, enter_record
from sopgit.app.workplace import ActRefused, Workplace
from sopgit.core.calendar import check_calendar
from sopgit.core.errors import UsageError
from sopgit.core.finding import Finding, Place, Refused, Rule
from sopgit.core.moments import parse_day
from sopgit.core.office_hours import ramadan_hours
from sopgit.core.paths import CALENDAR
from sopgit.core.strict_yaml import mapping_of
from sopgit.core.text import T
from sopgit.core.writer import emit

ESTIMATED = Rule(
    "calendar-estimated",
    "a day off that hangs on the moon is held against the decree of its year",
    why="the library only estimates it, and a deadline would move by a day",
)
JOINT_LEAVE = Rule(
    "calendar-joint-leave",
    "the joint leave of a year is entered",
    why="until its decree is known, deadlines count days on which nobody works",
)
Named = Mapping[str, str]


@dataclass(frozen=True)
class CalendarChange:
    """The calendar as it would be: what comes and goes, each `(day, name, kind)`, and doubts."""

    year: int
    value: Mapping[str, Any]
    added: tuple[tuple[str, str, str], ...]
    gone: tuple[tuple[str, str, str], ...]
    doubts: tuple[Finding, ...]
    is_new: bool

    def __bool__(self) -> bool:
        return self.is_new


def propose_year(
    office: Office,
    year: int,
    off: Named,
    worked: Named,
    ramadan: tuple[str, str] | None = None,
) -> CalendarChange:
    """The calendar with the days off of `year` proposed anew, and what the office says on top.

    `off` and `worked` name days as `YYYY-MM-DD`; `ramadan` is its first and its
    last day. Raises where a day is none, lies in another year, or no days are known.
    """
    data = Workplace.of(office).trusted.tree.get(CALENDAR)
    before = mapping_of(data) if data else {"holidays": {}}
    value = propose_update(before, year) if data else propose_calendar([year])
    for day in (*off, *worked, *(ramadan or ())):
        _verify_day(day, year)
    local = {day: {"name": name, "kind": "local"} for day, name in off.items()}
    value["holidays"] = dict(sorted({**value["holidays"], **local}.items()))
    if worked:
        extra = {day: {"name": name} for day, name in worked.items()}
        value["workdays"] = dict(sorted({**value.get("workdays", {}), **extra}.items()))
    if ramadan:
        value["periods"] = _with_ramadan(value.get("periods", []), year, ramadan)
    broken = [f for f in check_calendar(value, CALENDAR) if f.severity == "error"]
    if broken:
        raise ActRefused(Refused(tuple(broken)))
    old, new = before["holidays"], value["holidays"]
    return CalendarChange(
        year,
        value,
        _days(day for day in new.items() if day not in old.items()),
        _days(day for day in old.items() if day not in new.items()),
        tuple(_doubts(new, year)),
        is_new=emit(value) != data,
    )


def enter_calendar(
    office: Office, change: CalendarChange, now: datetime, acting: str | None = None
) -> Entered:
    """Sign the record and commit it with the calendar. Raises `ActRefused`, `UsageError`."""
    subject = f"Enter the days off of {change.year}"
    files = {CALENDAR: emit(change.value)}
    return enter_record(office, "settings", {}, subject, now, files=files, acting=acting)


def _verify_day(text: str, year: int) -> None:
    try:
        fits = parse_day(text).year == year
    except ValueError:
        fits = False
    if not fits:
        raise UsageError(
            T("{day} is no day of {year}", day=text, year=year),
            T("write it like {example}", example=f"{year}-12-31"),
        )


def _with_ramadan(
    periods: Iterable[Mapping[str, Any]], year: int, days: tuple[str, str]
) -> list[Mapping[str, Any]]:
    name = f"Ramadan {year}"
    kept = [period for period in periods if period["name"] != name]
    return [*kept, {"from": days[0], "until": days[1], "name": name, "hours": ramadan_hours()}]


def _days(entries: Iterable[tuple[str, Mapping[str, str]]]) -> tuple[tuple[str, str, str], ...]:
    return tuple((day, entry["name"], entry["kind"]) for day, entry in sorted(entries))


def _doubts(entries: Mapping[str, Mapping[str, str]], year: int) -> Iterable[Finding]:
    own = {day: entry for day, entry in entries.items() if day.startswith(f"{year:04}-")}
    for day in estimated_days(own):
        message = T("{name} on {day} is an estimate", name=own[day]["name"], day=day)
        hint = T("hold it against the decree; correct it with --work and --off")
        yield ESTIMATED.doubted(Place(CALENDAR), message, hint)
    if not has_joint_leave(own, year):
        message = T("no joint leave of {year} is known", year=year)
        hint = T("enter it with --off once its decree is out, or update the year again then")
        yield JOINT_LEAVE.doubted(Place(CALENDAR), message, hint)
