"""Working time: hours, days, breaks, periods, days off, and what a calendar may say."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sopgit.core.calendar import Calendar, CalendarError, check_calendar
from sopgit.core.calendar_rules import minutes_of
from sopgit.core.moments import ZoneError, find_zone
from sopgit.core.office_hours import Hours, default_hours, ramadan_hours

JAKARTA = find_zone("Asia/Jakarta")
PATH = ".sopgit/calendar.yaml"


def a_calendar() -> dict[str, Any]:
    """2024 as an office would enter it, shortened."""
    return {
        "schema": "sopgit/calendar/v1",
        "hours": default_hours(),
        "periods": [
            {
                "from": "2024-03-12",
                "until": "2024-04-09",
                "name": "Ramadan",
                "hours": ramadan_hours(),
            }
        ],
        "holidays": {
            "2024-01-01": {"name": "Tahun Baru Masehi", "kind": "public"},
            "2024-05-09": {"name": "Kenaikan Yesus Kristus", "kind": "public"},
            "2024-05-10": {"name": "Cuti Bersama", "kind": "government"},
            "2024-12-25": {"name": "Hari Raya Natal", "kind": "public"},
            "2024-12-26": {"name": "Cuti Bersama", "kind": "government"},
            "2025-01-01": {"name": "Tahun Baru Masehi", "kind": "public"},
        },
        "workdays": {"2024-05-11": {"name": "pengganti"}},
        "years": [2024, 2025],
    }


CALENDAR = Calendar.parse(a_calendar(), "Asia/Jakarta")


def at(text: str) -> datetime:
    """`2024-07-23 08:00` on the office's clocks."""
    return datetime.fromisoformat(text).replace(tzinfo=JAKARTA)


def shown(moment: datetime) -> str:
    return moment.strftime("%a %Y-%m-%d %H:%M")


moments = st.datetimes(
    datetime(2023, 12, 1),  # noqa: DTZ001
    datetime(2025, 2, 1),  # noqa: DTZ001
    timezones=st.just(JAKARTA),
).map(lambda moment: moment.replace(microsecond=0))
hours = st.integers(0, 400)


def weekly_hours(week: Hours) -> float:
    spans = [span for intervals in week.values() for span in intervals]
    return sum(minutes_of(closing) - minutes_of(opening) for opening, closing in spans) / 60


def test_the_weeks_of_the_decree_have_its_hours() -> None:
    assert weekly_hours(default_hours()) == 37.5
    assert weekly_hours(ramadan_hours()) == 32.5
    begin, end = at("2024-07-22 00:00"), at("2024-07-29 00:00")
    assert CALENDAR.working_minutes_between(begin, end) == 37.5 * 60
    begin, end = at("2024-03-18 00:00"), at("2024-03-25 00:00")
    assert CALENDAR.working_minutes_between(begin, end) == 32.5 * 60


@pytest.mark.parametrize(
    ("moment", "open_"),
    [
        ("2024-07-22 07:29:59", False),
        ("2024-07-22 07:30:00", True),
        ("2024-07-22 12:00:00", True),
        ("2024-07-22 12:00:01", False),
        ("2024-07-22 13:00:00", True),
        ("2024-07-22 16:00:00", True),
        ("2024-07-22 16:00:01", False),
        ("2024-07-26 11:45:00", False),  # the longer break of Friday
        ("2024-07-26 16:30:00", True),
        ("2024-07-27 10:00:00", False),  # Saturday
        ("2024-05-10 10:00:00", False),  # cuti bersama
        ("2024-05-11 10:00:00", True),  # a Saturday worked instead
        ("2024-05-11 12:30:00", False),  # by the hours of a Monday
        ("2024-03-18 07:45:00", False),  # Ramadan
        ("2024-03-18 12:45:00", True),
        ("2024-03-12 12:45:00", True),  # its first day and its last
        ("2024-04-09 12:45:00", True),
        ("2024-04-10 12:45:00", False),
    ],
)
def test_the_office_is_open_from_opening_to_closing_minute(moment: str, open_: bool) -> None:
    assert CALENDAR.is_working(at(moment)) is open_


@pytest.mark.parametrize(
    ("moment", "hours_", "later"),
    [
        ("2024-07-23 08:00", 1, "Tue 2024-07-23 09:00"),
        ("2024-07-23 11:30", 1, "Tue 2024-07-23 13:30"),
        ("2024-07-23 11:00", 1, "Tue 2024-07-23 12:00"),  # the closing, not 13:00
        ("2024-07-26 11:00", 1, "Fri 2024-07-26 13:30"),
        ("2024-07-26 16:00", 1, "Mon 2024-07-29 08:00"),
        ("2024-07-23 06:00", 1, "Tue 2024-07-23 08:30"),
        ("2024-07-23 12:20", 1, "Tue 2024-07-23 14:00"),
        ("2024-07-27 10:00", 0, "Mon 2024-07-29 07:30"),
        ("2024-07-23 16:00", 0, "Tue 2024-07-23 16:00"),
        ("2024-07-23 16:00", 1, "Wed 2024-07-24 08:30"),
        ("2024-05-08 15:00", 2, "Sat 2024-05-11 08:30"),  # over a holiday and cuti bersama
        ("2024-12-24 15:30", 1, "Fri 2024-12-27 08:00"),
        ("2024-12-31 15:00", 1, "Tue 2024-12-31 16:00"),
        ("2024-12-31 15:30", 1, "Thu 2025-01-02 08:00"),
        ("2024-07-22 07:30", 75, "Fri 2024-08-02 16:30"),
    ],
)
def test_hours_run_only_while_the_office_is_open(moment: str, hours_: int, later: str) -> None:
    assert shown(CALENDAR.add_hours(at(moment), hours_)) == later


@pytest.mark.parametrize(
    ("moment", "days", "later"),
    [
        ("2024-07-23 10:00", 1, "Wed 2024-07-24 10:00"),
        ("2024-07-26 13:30", 3, "Wed 2024-07-31 13:30"),
        ("2024-07-25 15:00", 1, "Fri 2024-07-26 15:00"),
        ("2024-05-08 10:00", 1, "Sat 2024-05-11 10:00"),
        ("2024-05-08 10:00", 2, "Mon 2024-05-13 10:00"),
        ("2024-12-31 10:00", 1, "Thu 2025-01-02 10:00"),
        # begun while closed: from the next opening
        ("2024-07-23 18:00", 1, "Thu 2024-07-25 07:30"),
        ("2024-07-27 10:00", 1, "Tue 2024-07-30 07:30"),
        ("2024-07-23 12:30", 1, "Wed 2024-07-24 13:00"),
        ("2024-07-27 10:00", 0, "Mon 2024-07-29 07:30"),
        # closed at that time on the last day: the last open minute before
        ("2024-07-25 11:45", 1, "Fri 2024-07-26 11:30"),
        ("2024-07-26 16:20", 1, "Mon 2024-07-29 16:00"),
        # Ramadan opens later: the opening
        ("2024-03-11 07:40", 1, "Tue 2024-03-12 08:00"),
        # only the last day is fitted, the days between are not
        ("2024-07-25 11:45", 2, "Mon 2024-07-29 11:45"),
    ],
)
def test_a_day_is_the_same_clock_time_on_a_working_day(moment: str, days: int, later: str) -> None:
    assert shown(CALENDAR.add_days(at(moment), days)) == later


def test_seconds_are_kept_and_fractions_cut() -> None:
    moment = at("2024-07-23 08:00:42").replace(microsecond=999_999)
    assert CALENDAR.add_hours(moment, 1) == at("2024-07-23 09:00:42")
    assert CALENDAR.add_days(moment, 1) == at("2024-07-24 08:00:42")


def test_moments_of_other_zones_are_put_on_the_office_clocks() -> None:
    later = CALENDAR.add_hours(datetime(2024, 7, 23, 1, tzinfo=UTC), 1)
    assert later == at("2024-07-23 09:00")
    assert later.utcoffset() == timedelta(hours=7)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        CALENDAR.is_working(datetime(2024, 7, 23, 8))  # noqa: DTZ001


def test_time_is_never_taken_off() -> None:
    for add in (CALENDAR.add_hours, CALENDAR.add_days):
        with pytest.raises(ValueError, match="never taken off"):
            add(at("2024-07-23 08:00"), -1)


def test_a_summer_time_night_costs_no_working_time() -> None:
    calendar = Calendar.parse(a_calendar(), "Europe/Amsterdam")
    friday = datetime(2024, 10, 25, 16, 0, tzinfo=calendar.zone)
    monday = calendar.add_hours(friday, 1)
    assert shown(monday) == "Mon 2024-10-28 08:00"
    assert calendar.working_minutes_between(friday, monday) == 60


def test_a_night_of_25_hours_is_worked_to_the_full() -> None:
    value = a_calendar()
    value["hours"]["sunday"] = [["01:00", "05:00"]]
    calendar = Calendar.parse(value, "Europe/Amsterdam")
    begin, end = (datetime(2024, 10, 27, hour, tzinfo=calendar.zone) for hour in (0, 6))
    assert calendar.working_minutes_between(begin, end) == 5 * 60
    assert shown(calendar.add_hours(begin, 5)) == "Sun 2024-10-27 05:00"


@given(moments, hours, hours)
def test_hours_add_up(moment: datetime, first: int, second: int) -> None:
    in_two = CALENDAR.add_hours(CALENDAR.add_hours(moment, first), second)
    assert in_two == CALENDAR.add_hours(moment, first + second)


@given(moments, moments, hours)
def test_who_starts_later_is_due_no_earlier(one: datetime, other: datetime, n: int) -> None:
    earlier, later = sorted((one, other))
    assert CALENDAR.add_hours(earlier, n) <= CALENDAR.add_hours(later, n)


@given(moments, hours)
def test_added_hours_can_be_counted_again(moment: datetime, n: int) -> None:
    later = CALENDAR.add_hours(moment, n)
    assert CALENDAR.working_minutes_between(moment, later) == 60 * n
    assert CALENDAR.working_minutes_between(later, moment) == -60 * n


@given(moments, st.integers(0, 60))
def test_nothing_is_due_while_the_office_is_closed(moment: datetime, n: int) -> None:
    assert CALENDAR.is_working(CALENDAR.add_hours(moment, n))
    assert CALENDAR.is_working(CALENDAR.add_days(moment, n))
    assert CALENDAR.add_days(moment, n) >= moment


@given(moments, moments, st.integers(0, 60))
def test_days_keep_the_order_of_days(one: datetime, other: datetime, n: int) -> None:
    earlier, later = sorted((one, other))
    due = [CALENDAR.add_days(moment, n).date() for moment in (earlier, later)]
    assert due == sorted(due)


@given(moments, st.integers(0, 4 * 24 * 60))
def test_counting_agrees_with_looking_at_every_minute(begin: datetime, minutes: int) -> None:
    begin = begin.replace(second=0)
    looked = sum(
        # a minute is worked when its middle is
        CALENDAR.is_working(begin + timedelta(minutes=minute, seconds=30))
        for minute in range(minutes)
    )
    end = begin + timedelta(minutes=minutes)
    assert CALENDAR.working_minutes_between(begin, end) == looked


def test_years_without_entered_holidays_are_named() -> None:
    assert CALENDAR.years_missing(at("2024-01-01 00:00"), at("2025-12-31 23:59")) == ()
    assert CALENDAR.years_missing(at("2025-06-01 00:00"), at("2027-06-01 00:00")) == (2026, 2027)
    assert CALENDAR.years_missing(at("2026-01-01 00:00"), at("2023-06-01 00:00")) == (2023, 2026)


def test_a_year_begins_on_the_office_clocks() -> None:
    evening_in_utc = datetime(2025, 12, 31, 18, tzinfo=UTC)
    assert CALENDAR.years_missing(evening_in_utc, evening_in_utc) == (2026,)


def test_a_weekday_that_a_period_does_not_name_keeps_its_hours() -> None:
    value = a_calendar()
    value["periods"] = [
        {"from": "2024-07-01", "until": "2024-07-31", "name": "x", "hours": {"friday": []}}
    ]
    calendar = Calendar.parse(value, "Asia/Jakarta")
    assert shown(calendar.add_hours(at("2024-07-25 15:30"), 1)) == "Mon 2024-07-29 08:00"


def test_a_holiday_that_is_worked_after_all_has_its_own_hours() -> None:
    value = a_calendar()
    value["workdays"]["2024-05-10"] = {"name": "cuti bersama dibatalkan"}
    calendar = Calendar.parse(value, "Asia/Jakarta")
    friday = at("2024-05-10 16:30")
    assert not CALENDAR.is_working(friday)
    assert calendar.is_working(friday)


def test_an_unknown_zone_is_an_error() -> None:
    with pytest.raises(ZoneError):
        Calendar.parse(a_calendar(), "Asia/Nowhere")


# What a calendar may say: each refusal is one change to a calendar that is fine.


def codes(value: dict[str, Any]) -> list[tuple[str, str]]:
    return [(finding.code, finding.severity) for finding in check_calendar(value, PATH)]


def test_a_good_calendar_has_no_findings() -> None:
    assert codes(a_calendar()) == []


def test_periods_and_workdays_may_be_left_out() -> None:
    value = a_calendar()
    del value["periods"], value["workdays"]
    assert codes(value) == []
    assert Calendar.parse(value, "Asia/Jakarta").periods == ()


def test_intervals_may_touch() -> None:
    value = a_calendar()
    value["hours"]["monday"] = [["07:30", "12:00"], ["12:00", "16:00"]]
    assert codes(value) == []


SECOND_PERIOD = {"from": "2024-04-09", "until": "2024-04-20", "name": "b", "hours": {}}
DAY_OFF = {"name": "x", "kind": "local"}


@pytest.mark.parametrize(
    ("path", "wrong", "code"),
    [
        (["hours", "monday"], [["12:00", "07:30"]], "calendar-interval"),
        (["hours", "monday"], [["12:00", "12:00"]], "calendar-interval"),
        (["hours", "monday"], [["07:30", "12:00"], ["11:00", "16:00"]], "calendar-interval"),
        (["hours", "monday"], [["13:00", "16:00"], ["07:30", "12:00"]], "calendar-interval"),
        (["hours", "monday"], [["07:30", "24:00"]], "calendar-time"),
        (["hours", "monday"], [["07:30", "12:60"]], "calendar-time"),
        (["hours", "monday"], [["7:30", "12:00"]], "calendar-time"),
        (["hours"], {"monday": [], "friday": []}, "calendar-empty"),
        (["periods", 0, "hours", "friday"], [["09:00", "08:00"]], "calendar-interval"),
        (["periods", 0, "until"], "2024-03-11", "calendar-period"),
        (["periods", 0, "until"], "2024-02-30", "calendar-date"),
        (["periods", 1], SECOND_PERIOD, "calendar-period-overlap"),
        (["holidays", "2023-02-29"], DAY_OFF, "calendar-date"),
        (["workdays", "2024-13-01"], {"name": "x"}, "calendar-date"),
    ],
)
def test_a_calendar_that_cannot_be_meant_is_refused(
    path: list[str | int], wrong: object, code: str
) -> None:
    value = deepcopy(a_calendar())
    target: Any = value
    for key in path[:-1]:
        target = target[key]
    if isinstance(target, list) and path[-1] == len(target):
        target.append(wrong)
    else:
        target[path[-1]] = wrong
    assert (code, "error") in codes(value)
    with pytest.raises(CalendarError):
        Calendar.parse(value, "Asia/Jakarta")


def test_a_long_period_overlaps_all_that_lie_in_it() -> None:
    value = a_calendar()
    for first, last in (("2024-03-13", "2024-03-14"), ("2024-03-20", "2024-03-21")):
        value["periods"].append({"from": first, "until": last, "name": first, "hours": {}})
    found = [f for f in check_calendar(value, PATH) if f.code == "calendar-period-overlap"]
    assert [str(f.message) for f in found] == [
        "the periods 'Ramadan' and '2024-03-13' share days",
        "the periods 'Ramadan' and '2024-03-20' share days",
    ]
    assert {f.place.path for f in found} == {PATH}


def test_a_holiday_of_a_year_that_is_not_listed_is_a_warning() -> None:
    value = a_calendar()
    value["holidays"]["2026-01-01"] = {"name": "Tahun Baru Masehi", "kind": "public"}
    assert codes(value) == [("calendar-year", "warning")]
    Calendar.parse(value, "Asia/Jakarta")


def test_a_calendar_without_working_time_ends_in_an_error() -> None:
    value = a_calendar()
    never: Hours = {weekday: [] for weekday in default_hours()}
    value["periods"] = [{"from": "2000-01-01", "until": "2199-12-31", "name": "x", "hours": never}]
    value["workdays"] = {}
    assert codes(value) == []
    calendar = Calendar.parse(value, "Asia/Jakarta")
    for add in (calendar.add_hours, calendar.add_days):
        for amount in (0, 1):
            with pytest.raises(CalendarError, match="too little working time"):
                add(at("2024-07-23 08:00"), amount)


def test_an_absurd_amount_ends_in_an_error() -> None:
    for add in (CALENDAR.add_hours, CALENDAR.add_days):
        with pytest.raises(CalendarError, match="too little working time"):
            add(at("2024-07-23 08:00"), 10**15)
