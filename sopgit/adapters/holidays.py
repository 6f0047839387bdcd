"""Proposes the days off of a year; the only module that imports the `holidays` library.

The library knows the national holidays and, as its category *government*, the joint
leave (cuti bersama) of the yearly decrees. It only proposes: what an office works by is
its own `calendar.yaml`, which its people read, correct and sign.

Two things make a proposal provisional: dates that hang on the sighting of the moon are
estimates, and the joint leave of a year is unknown until its decree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import holidays

from sopgit.core.errors import SopgitError
from sopgit.core.office_hours import default_hours
from sopgit.core.text import T

Entries = dict[str, dict[str, str]]
"""`YYYY-MM-DD` to `{name, kind}`, kind being public, government or local."""

LANGUAGE = "id"
ESTIMATED = "(perkiraan)"


class HolidaysError(SopgitError):
    """The holidays of a year or of a country are not known."""


def propose(year: int, country: str = "ID") -> Entries:
    """The days off of `year` in order of date, as `holidays` of `calendar.yaml` holds them.

    A day that is both is a public holiday. Raises HolidaysError for a year or a country
    that the library does not know.
    """
    joint_leave = _look_up(year, country, "government")
    public = _look_up(year, country, "public")
    if not public:
        raise HolidaysError(
            T("no holidays are known for {country} in {year}", country=country, year=year),
            T("see that the year is right"),
        )
    return dict(sorted({**joint_leave, **public}.items()))


def estimated_days(entries: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The days whose date is an estimate, to be checked against the decree of the year."""
    return sorted(day for day, entry in entries.items() if ESTIMATED in entry["name"])


def has_joint_leave(entries: Mapping[str, Mapping[str, str]], year: int) -> bool:
    """Whether any joint leave of `year` is among `entries`: without, its decree is missing."""
    return any(
        entry["kind"] == "government" and day.startswith(f"{year:04}-")
        for day, entry in entries.items()
    )


def propose_calendar(years: Iterable[int], country: str = "ID") -> dict[str, Any]:
    """A whole `calendar.yaml` for `years`: the hours of Perpres 21/2023 and the days off."""
    wanted = sorted(set(years))
    entries: Entries = {}
    for year in wanted:
        entries.update(propose(year, country))
    return {
        "schema": "sopgit/calendar/v1",
        "hours": default_hours(),
        "periods": [],
        "holidays": entries,
        "years": wanted,
    }


def propose_update(calendar: Mapping[str, Any], year: int, country: str = "ID") -> dict[str, Any]:
    """`calendar` with the public and government days of `year` proposed anew.

    Local days, hours, periods, workdays and every other year stay as they are.
    """
    kept = {
        day: entry
        for day, entry in calendar["holidays"].items()
        if entry["kind"] == "local" or not day.startswith(f"{year:04}-")
    }
    return {
        **calendar,
        "holidays": dict(sorted({**propose(year, country), **kept}.items())),
        "years": sorted({*calendar["years"], year}),
    }


def _look_up(year: int, country: str, kind: str) -> Entries:
    try:
        found = holidays.country_holidays(
            country, years=year, expand=False, categories=(kind,), language=LANGUAGE
        )
    except (NotImplementedError, ValueError) as error:
        raise HolidaysError(
            T("no holidays are known for the country {country}", country=repr(country)),
            T("use the code of a country whose public and government days are known, like ID"),
        ) from error
    return {
        day.isoformat(): {"name": name, "kind": kind}
        for day, name in found.items()
        if day.year == year
    }
