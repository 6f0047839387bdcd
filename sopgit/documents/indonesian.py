"""Dates, times and numbers as an Indonesian official paper writes them.

The words stand here and not in a locale database, so that a paper comes out
the same on every machine and in every year.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
ZONES = {timedelta(hours=7): "WIB", timedelta(hours=8): "WITA", timedelta(hours=9): "WIT"}


def long_date(day: date) -> str:
    """`23 Juli 2024`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year:04d}"


def date_and_time(moment: datetime) -> str:
    """`23 Juli 2024 pukul 08.00 WIB`; a zone other than Indonesia's three as its offset."""
    offset = moment.utcoffset()
    zone = ZONES.get(offset) if offset is not None else None
    written = zone or moment.strftime("%z")
    return f"{long_date(moment.date())} pukul {moment:%H.%M} {written}".rstrip()


def whole_number(number: int) -> str:
    """`1.234.567`: thousands are parted by a full stop."""
    return f"{number:,}".replace(",", ".")
