"""Dates and numbers as an Indonesian office writes them."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from sopgit.documents.indonesian import date_and_time, long_date, whole_number


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2024, 7, 23), "23 Juli 2024"),
        (date(2024, 2, 29), "29 Februari 2024"),
        (date(2026, 1, 4), "4 Januari 2026"),
        (date(2025, 8, 1), "1 Agustus 2025"),
    ],
)
def test_a_day(day: date, written: str) -> None:
    assert long_date(day) == written


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        ("2024-07-23T08:05:00+07:00", "23 Juli 2024 pukul 08.05 WIB"),
        ("2024-07-23T16:30:59+08:00", "23 Juli 2024 pukul 16.30 WITA"),
        ("2024-12-31T23:59:00+09:00", "31 Desember 2024 pukul 23.59 WIT"),
        ("2024-07-23T08:05:00+00:00", "23 Juli 2024 pukul 08.05 +0000"),
    ],
)
def test_a_moment_names_its_zone(moment: str, written: str) -> None:
    assert date_and_time(datetime.fromisoformat(moment)) == written


@pytest.mark.parametrize(
    ("number", "written"), [(0, "0"), (999, "999"), (1000, "1.000"), (1234567, "1.234.567")]
)
def test_thousands_are_parted_by_a_full_stop(number: int, written: str) -> None:
    assert whole_number(number) == written
