"""Working time of an office: when it is open, and what `jam` and `hari` mean.

What is read here, and nothing else, decides a deadline:
- A day follows the hours of its weekday; within a period (Ramadan) the period's,
  where the period names that weekday.
- A holiday is off. A day under `workdays` is worked all the same, by its own hours
  or, when its weekday has none, by those of the first weekday that has some.
- Opening and closing minute both count as open: work due at 16:00 may be done at 16:00.
- A clock that starts while the office is closed starts at the next opening.
- `jam` is a working hour. It ends at a closing time rather than at the next opening.
- `hari` is the same clock time on the next working day. When the office is closed at
  that time (a break, an earlier closing) it is the last open minute before it on that
  day, or the day's opening when the day begins later; in working time that is the
  same place, so nobody is judged later or earlier by this choice.

Moments are aware datetimes; seconds count, fractions of a second are cut off.
Results are on the clocks of the office's zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count, islice
from typing import Any
from zoneinfo import ZoneInfo

from sopgit.core.calendar_rules import check_calendar, minutes_of
from sopgit.core.errors import SopgitError
from sopgit.core.moments import find_zone, parse_day
from sopgit.core.office_hours import WEEKDAYS
from sopgit.core.text import T
from sopgit.core.working_year import Spans, WorkingYear, build_year, second_on

__all__ = ["Calendar", "CalendarError", "Period", "check_calendar"]

HORIZON_YEARS = 25
"""How many calendar years a deadline may reach ahead: an end for every search."""


class CalendarError(SopgitError):
    """The calendar cannot be used, or has no working time where some is needed."""


@dataclass(frozen=True)
class Period:
    """Days with other hours, both ends included; a weekday not in `hours` keeps its own."""

    first: date
    last: date
    hours: Mapping[int, Spans]


@dataclass(frozen=True)
class Calendar:
    """The working time of one office. `week` begins on Monday; `years` are those whose
    holidays have been entered."""

    zone: ZoneInfo
    week: tuple[Spans, ...]
    periods: tuple[Period, ...] = ()
    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()
    _built: dict[int, WorkingYear] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @classmethod
    def parse(cls, value: Mapping[str, Any], timezone: str) -> Calendar:
        """The calendar that `value` (schema checked) describes, on the clocks of `timezone`.

        Raises CalendarError when `check_calendar` finds an error, ZoneError for an
        unknown zone.
        """
        for finding in check_calendar(value, "calendar.yaml"):
            if finding.severity == "error":
                raise CalendarError(finding.message, finding.hint)
        return cls(
            zone=find_zone(timezone),
            week=tuple(_spans(value["hours"].get(weekday, ())) for weekday in WEEKDAYS),
            periods=tuple(_period(entry) for entry in value.get("periods", ())),
            holidays=frozenset(map(parse_day, value["holidays"])),
            workdays=frozenset(map(parse_day, value.get("workdays", ()))),
            years=frozenset(value["years"]),
        )

    def spans_of(self, day: date) -> Spans:
        """When the office is open on `day`; empty on a day off."""
        if day in self.holidays and day not in self.workdays:
            return ()
        spans = self._usual_spans(day)
        if spans or day not in self.workdays:
            return spans
        return next((spans for spans in self.week if spans), ())

    def is_working(self, moment: datetime) -> bool:
        """Whether the office is open at `moment`, opening and closing minute included."""
        second, year = self._locate(moment)
        return self._year(year).is_working(second)

    def add_hours(self, moment: datetime, hours: int) -> datetime:
        """`hours` (0 or more) working hours after `moment`.

        With 0 a moment in working time stays, another moves to the next opening.
        Raises CalendarError when no such moment comes within 25 years.
        """
        second, first = self._start(moment, hours)
        if hours == 0:
            return self._moment(second)
        place = self._year(first).place(second) + hours * 3600
        for year in islice(count(first), HORIZON_YEARS):
            ruler = self._year(year)
            if place <= ruler.total:
                return self._moment(ruler.second_at(place))
            place -= ruler.total
        raise self._out_of_reach(moment)

    def add_days(self, moment: datetime, days: int) -> datetime:
        """The clock time of `moment` on the working day number `days` (0 or more) after it.

        With 0 as `add_hours`. Raises CalendarError when no such day comes within 25 years.
        """
        second, first = self._start(moment, days)
        start = self._moment(second)
        if days == 0:
            return start
        index = days - 1 + self._year(first).count_days_up_to(start.date())
        for year in islice(count(first), HORIZON_YEARS):
            ruler = self._year(year)
            if index < len(ruler.days):
                day = date.fromordinal(ruler.days[index])
                wished = datetime.combine(day, start.time(), self.zone)
                midnight = second_on(day, 0, self.zone)
                return self._moment(ruler.fit(int(wished.timestamp()), midnight))
            index -= len(ruler.days)
        raise self._out_of_reach(moment)

    def working_minutes_between(self, begin: datetime, end: datetime) -> int:
        """Whole working minutes from `begin` to `end`; negative when `end` comes first."""
        if end < begin:
            return -self.working_minutes_between(end, begin)
        (first_second, first), (last_second, last) = self._locate(begin), self._locate(end)
        seconds = sum(self._year(year).total for year in range(first, last))
        seconds += self._year(last).place(last_second) - self._year(first).place(first_second)
        return seconds // 60

    def years_missing(self, begin: datetime, end: datetime) -> tuple[int, ...]:
        """The years touched between the two moments whose holidays were never entered."""
        touched = sorted((self._locate(begin)[1], self._locate(end)[1]))
        return tuple(y for y in range(touched[0], touched[1] + 1) if y not in self.years)

    def _usual_spans(self, day: date) -> Spans:
        weekday = day.weekday()
        for period in self.periods:
            if period.first <= day <= period.last and weekday in period.hours:
                return period.hours[weekday]
        return self.week[weekday]

    def _year(self, year: int) -> WorkingYear:
        ruler = self._built.get(year)
        if ruler is None:
            ruler = self._built[year] = build_year(year, self.zone, self.spans_of)
        return ruler

    def _start(self, moment: datetime, amount: int) -> tuple[int, int]:
        """Where a clock started at `moment` begins to run: its second and its year."""
        if amount < 0:
            raise ValueError(f"working time is only added, never taken off: {amount}")
        second, first = self._locate(moment)
        if self._year(first).is_working(second):
            return second, first
        for year in islice(count(first), HORIZON_YEARS):
            opening = self._year(year).next_opening(second)
            if opening is not None:
                return opening, year
        raise self._out_of_reach(moment)

    def _locate(self, moment: datetime) -> tuple[int, int]:
        if moment.tzinfo is None:
            raise ValueError(f"a moment without a zone: {moment.isoformat()}")
        return int(moment.timestamp()), moment.astimezone(self.zone).year

    def _moment(self, second: int) -> datetime:
        return datetime.fromtimestamp(second, self.zone)

    def _out_of_reach(self, moment: datetime) -> CalendarError:
        return CalendarError(
            T(
                "the calendar has too little working time in the {years} years after {moment}",
                years=HORIZON_YEARS,
                moment=moment.isoformat(),
            ),
            T("look at hours, periods and holidays in .sopgit/calendar.yaml"),
        )


def _spans(intervals: Iterable[Sequence[str]]) -> Spans:
    return tuple((minutes_of(opening), minutes_of(closing)) for opening, closing in intervals)


def _period(entry: Mapping[str, Any]) -> Period:
    return Period(
        first=parse_day(entry["from"]),
        last=parse_day(entry["until"]),
        hours={WEEKDAYS.index(weekday): _spans(spans) for weekday, spans in entry["hours"].items()},
    )
