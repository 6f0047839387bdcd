"""What the holidays library proposes for an Indonesian office."""

from __future__ import annotations

from datetime import datetime

import pytest

from sopgit.adapters.holidays import (
    HolidaysError,
    estimated_days,
    has_joint_leave,
    propose,
    propose_calendar,
    propose_update,
)
from sopgit.core.calendar import Calendar, check_calendar


def test_national_holidays_and_joint_leave_are_told_apart() -> None:
    entries = propose(2024)
    assert entries["2024-01-01"] == {"name": "Tahun Baru Masehi", "kind": "public"}
    assert entries["2024-05-09"]["kind"] == "public"
    assert entries["2024-05-10"]["kind"] == "government"
    assert entries["2024-02-14"]["name"] == "Hari Pemilihan Umum"
    assert list(entries) == sorted(entries)
    assert {day[:4] for day in entries} == {"2024"}


def test_the_joint_leave_of_independence_day_2025_is_known() -> None:
    assert propose(2025)["2025-08-18"]["kind"] == "government"


def test_estimated_days_are_named() -> None:
    assert estimated_days(propose(2024)) == []
    far = propose(2028)
    assert estimated_days(far)
    assert all("(perkiraan)" in far[day]["name"] for day in estimated_days(far))


def test_a_year_without_its_decree_is_recognised() -> None:
    assert has_joint_leave(propose(2024), 2024)
    assert not has_joint_leave(propose(2024), 2025)
    assert not has_joint_leave(propose(2100), 2100)


@pytest.mark.parametrize("year", [1900, 2150])
def test_a_year_that_nobody_knows_is_an_error_with_a_hint(year: int) -> None:
    with pytest.raises(HolidaysError) as raised:
        propose(year)
    assert str(year) in str(raised.value)
    assert raised.value.hint is not None


@pytest.mark.parametrize("country", ["ZZ", "SG", "", "id-x"])
def test_a_country_that_is_not_known_is_an_error(country: str) -> None:
    with pytest.raises(HolidaysError, match=repr(country)):
        propose(2024, country)


def test_a_proposed_calendar_is_a_good_one() -> None:
    value = propose_calendar([2025, 2024, 2024])
    assert value["years"] == [2024, 2025]
    assert check_calendar(value, "calendar.yaml") == []
    calendar = Calendar.parse(value, "Asia/Jakarta")
    eve = datetime(2024, 4, 5, 16, 0, tzinfo=calendar.zone)
    # Idul Fitri 2024: joint leave 8, 9, 12 and 15 April around the holidays of the 10th and 11th
    assert calendar.add_hours(eve, 1) == datetime(2024, 4, 16, 8, 0, tzinfo=calendar.zone)


def test_proposals_share_nothing() -> None:
    first, second = propose_calendar([2024]), propose_calendar([2024])
    first["hours"]["monday"].append(["20:00", "21:00"])
    assert second == propose_calendar([2024])


def test_an_update_renews_its_year_and_leaves_the_rest() -> None:
    local = {"name": "Hari Jadi Kabupaten", "kind": "local"}
    value = propose_calendar([2024])
    value["holidays"]["2025-04-03"] = local
    value["holidays"]["2025-02-02"] = {"name": "salah", "kind": "government"}
    value["holidays"]["2024-03-03"] = {"name": "tetap", "kind": "government"}
    value["workdays"] = {"2025-05-31": {"name": "pengganti"}}
    updated = propose_update(value, 2025)
    assert updated["years"] == [2024, 2025]
    assert updated["holidays"]["2025-04-03"] == local
    assert "2025-02-02" not in updated["holidays"]
    assert updated["holidays"]["2024-03-03"]["name"] == "tetap"
    assert updated["holidays"]["2025-12-25"]["kind"] == "public"
    assert updated["workdays"] == value["workdays"]
    assert check_calendar(updated, "calendar.yaml") == []
    assert propose_update(updated, 2025) == updated
    assert 2025 not in value["years"]
