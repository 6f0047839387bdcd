"""What `.sopgit/calendar.yaml` must hold beyond its JSON Schema.

Rules enforced here:
- `calendar-date`: a date names a day that exists.
- `calendar-time`: a time of day is HH:MM from 00:00 to 23:59.
- `calendar-interval`: the intervals of a day end after they begin, and follow one another.
- `calendar-period`: a period ends on or after the day it begins.
- `calendar-period-overlap`: two periods share no day.
- `calendar-empty`: at least one weekday is worked.
- `calendar-year` (warning): the year of a holiday is among the years entered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise
from typing import Any

from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.moments import parse_day
from sopgit.core.text import T

DATE = Rule(
    "calendar-date",
    "a date of the calendar names a day that exists",
    why="a day off on a day that never comes is a holiday forgotten.",
)
TIME = Rule(
    "calendar-time",
    "a time of day is HH:MM from 00:00 to 23:59",
    why="a pattern cannot tell 25:10 from a time.",
)
INTERVAL = Rule(
    "calendar-interval",
    "the intervals of a day end after they begin and follow one another",
    why="overlapping intervals count the same minute twice.",
)
PERIOD = Rule(
    "calendar-period",
    "a period ends on or after the day it begins",
    why="a period turned round changes no day, and nobody notices.",
)
PERIOD_OVERLAP = Rule(
    "calendar-period-overlap",
    "two periods share no day",
    why="a day would have two sets of hours.",
)
EMPTY = Rule(
    "calendar-empty",
    "at least one weekday is worked",
    why="no deadline could ever come.",
)
YEAR = Rule(
    "calendar-year",
    "the year of a holiday is among the years entered",
    why="a year that is not listed counts as one whose holidays are unknown.",
)


def minutes_of(text: str) -> int:
    """Minutes after midnight of `HH:MM`; ValueError when it is no time of day."""
    hour, minute = text[:2], text[3:]
    if len(text) != 5 or text[2] != ":" or not (text.isascii() and (hour + minute).isdigit()):
        raise ValueError(f"not spelled HH:MM: {text!r}")
    if int(hour) > 23 or int(minute) > 59:
        raise ValueError(f"no time of day: {text!r}")
    return int(hour) * 60 + int(minute)


def check_calendar(value: Mapping[str, Any], path: str) -> list[Finding]:
    """What is wrong with `value`, the parsed calendar that its schema has let pass."""
    place = Place(path)
    periods: Sequence[Mapping[str, Any]] = value.get("periods", [])
    findings = [
        *_check_dates(value, place),
        *_check_hours(value["hours"], place),
        *chain.from_iterable(_check_hours(period["hours"], place) for period in periods),
        *_check_periods(periods, place),
        *_check_years(value, place),
    ]
    if not any(value["hours"].values()):
        findings.append(
            EMPTY.broken(
                place,
                T("no weekday has working hours"),
                T("give at least one weekday under hours an interval"),
            )
        )
    return findings


def _check_dates(value: Mapping[str, Any], place: Place) -> Iterator[Finding]:
    bounds = ((period["from"], period["until"]) for period in value.get("periods", []))
    for text in chain(value["holidays"], value.get("workdays", {}), *bounds):
        if not _is_day(text):
            yield DATE.broken(
                place,
                T("{date} is no day of any year", date=repr(text)),
                T("write an existing day as YYYY-MM-DD"),
            )


def _check_hours(hours: Mapping[str, Any], place: Place) -> Iterator[Finding]:
    for weekday, intervals in hours.items():
        wrong = [text for text in chain.from_iterable(intervals) if not _is_time(text)]
        for text in wrong:
            yield TIME.broken(
                place,
                T("{time} on {weekday} is no time of day", time=repr(text), weekday=weekday),
                T("write a time from 00:00 to 23:59"),
            )
        if not wrong and not _is_ordered(intervals):
            yield INTERVAL.broken(
                place,
                T("the intervals of {weekday} overlap or run backwards", weekday=weekday),
                T("order them from morning to evening, each ending after it begins"),
            )


def _check_periods(periods: Iterable[Mapping[str, Any]], place: Place) -> Iterator[Finding]:
    in_order = sorted(periods, key=lambda period: (period["from"], period["until"]))
    for period in in_order:
        if period["until"] < period["from"]:
            yield PERIOD.broken(
                place,
                T("the period {name} ends before it begins", name=repr(period["name"])),
                T("exchange its from and until"),
            )
    for index, second in enumerate(in_order):
        first = max(in_order[:index], key=lambda period: period["until"], default=None)
        if first is not None and second["from"] <= first["until"]:
            yield PERIOD_OVERLAP.broken(
                place,
                T(
                    "the periods {first} and {second} share days",
                    first=repr(first["name"]),
                    second=repr(second["name"]),
                ),
                T("end the first before the second begins"),
            )


def _check_years(value: Mapping[str, Any], place: Place) -> Iterator[Finding]:
    entered = {f"{year:04}" for year in value["years"]}
    for year in sorted({text[:4] for text in value["holidays"]} - entered):
        yield YEAR.doubted(
            place,
            T("holidays of {year} are entered, but years does not list it", year=year),
            T("add {year} to years when all its holidays are entered", year=year),
        )


def _is_ordered(intervals: Iterable[Sequence[str]]) -> bool:
    spans = [(minutes_of(opening), minutes_of(closing)) for opening, closing in intervals]
    return all(opening < closing for opening, closing in spans) and all(
        earlier[1] <= later[0] for earlier, later in pairwise(spans)
    )


def _is_day(text: str) -> bool:
    try:
        parse_day(text)
    except ValueError:
        return False
    return True


def _is_time(text: str) -> bool:
    try:
        minutes_of(text)
    except ValueError:
        return False
    return True
