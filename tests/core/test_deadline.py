"""Due moments, waiting and lateness of steps and cases."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sopgit.core.calendar import Calendar
from sopgit.core.deadline import (
    Clock,
    StepTime,
    Unit,
    Visit,
    late_minutes,
    measure_case,
    measure_visit,
    plan,
)
from sopgit.core.moments import find_zone
from sopgit.core.office_hours import default_hours

JAKARTA = find_zone("Asia/Jakarta")
CALENDAR = Calendar.parse(
    {
        "schema": "sopgit/calendar/v1",
        "hours": default_hours(),
        "holidays": {"2024-08-17": {"name": "Hari Kemerdekaan", "kind": "public"}},
        "years": [2024],
    },
    "Asia/Jakarta",
)
TIMES: list[tuple[int, Unit]] = [
    (1, "jam"),
    (1, "jam"),
    (1, "hari"),
    (1, "hari"),
    (1, "hari"),
    (1, "jam"),
    (1, "jam"),
    (3, "hari"),
    (1, "jam"),
]
RULES = [
    StepTime(step, value, unit, "on_receipt" if step == 3 else "on_entry")
    for step, (value, unit) in enumerate(TIMES, 1)
]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=JAKARTA)


def shown(moment: datetime | None) -> str | None:
    return moment.strftime("%a %Y-%m-%d %H:%M") if moment else None


NOW = at("2024-07-31 15:00")


def test_the_worked_example_of_the_nine_steps() -> None:
    dues = plan(RULES, at("2024-07-23 08:00"), CALENDAR)
    assert [shown(due) for due in dues] == [
        "Tue 2024-07-23 09:00",
        "Tue 2024-07-23 10:00",
        "Wed 2024-07-24 10:00",
        "Thu 2024-07-25 10:00",
        "Fri 2024-07-26 10:00",
        "Fri 2024-07-26 11:00",
        "Fri 2024-07-26 13:30",
        "Wed 2024-07-31 13:30",
        "Wed 2024-07-31 14:30",
    ]


def test_a_step_time_is_read_from_the_procedure() -> None:
    step: dict[str, Any] = {
        "number": 8,
        "name": "Menyelesaikan laporan akhir",
        "standard_time": {"value": 3, "unit": "hari"},
        "clock": "on_entry",
    }
    assert StepTime.parse(step) == StepTime(8, 3, "hari", "on_entry")


def measured(clock: Clock, received: str | None, finished: str | None, now: datetime = NOW) -> Any:
    visit = Visit(
        3,
        entered=at("2024-07-23 10:00"),
        received=at(received) if received else None,
        finished=at(finished) if finished else None,
    )
    return measure_visit(visit, StepTime(3, 1, "hari", clock), CALENDAR, now)


def test_a_step_is_in_time_up_to_the_minute_it_is_due() -> None:
    visit = measured("on_entry", None, "2024-07-24 10:00:59")
    assert (shown(visit.due), visit.late, visit.waited) == ("Wed 2024-07-24 10:00", 0, 0)
    assert measured("on_entry", None, "2024-07-24 10:01").late == 1


def test_lateness_is_counted_in_working_minutes() -> None:
    assert measured("on_entry", None, "2024-07-25 07:30").late == 5 * 60
    assert measured("on_entry", None, "2024-07-25 03:00").late == 5 * 60


def test_what_is_done_before_the_next_opening_is_in_time() -> None:
    assert late_minutes(at("2024-07-26 16:30"), at("2024-07-28 20:00"), CALENDAR) == 0


def test_an_unfinished_step_is_late_by_now() -> None:
    visit = measured("on_entry", None, None, now=at("2024-07-24 11:00"))
    assert (visit.late, visit.is_waiting) == (60, False)


def test_the_clock_of_a_receipt_step_stands_until_the_receipt() -> None:
    visit = measured("on_receipt", None, None, now=at("2024-07-29 10:00"))
    assert visit.is_waiting
    assert (visit.started, visit.due, visit.late) == (None, None, 0)
    assert visit.waited == (5 + 7.5 + 7.5 + 7.5 + 2.5) * 60  # Tuesday to Monday


def test_the_clock_of_a_receipt_step_starts_at_the_receipt() -> None:
    visit = measured("on_receipt", "2024-07-25 09:00", "2024-07-26 10:00")
    assert shown(visit.due) == "Fri 2024-07-26 09:00"
    assert visit.late == 60
    assert visit.waited == (5 + 7.5 + 1.5) * 60
    assert not visit.is_waiting


def test_data_that_came_before_the_step_waits_for_it() -> None:
    visit = measured("on_receipt", "2024-07-19 09:00", None, now=at("2024-07-23 11:00"))
    assert (shown(visit.due), visit.waited) == ("Wed 2024-07-24 10:00", 0)


def test_a_receipt_does_not_stop_the_clock_of_another_step() -> None:
    visit = measured("on_entry", "2024-07-25 09:00", None)
    assert (shown(visit.due), visit.waited) == ("Wed 2024-07-24 10:00", 0)


def test_a_receipt_step_finished_without_a_receipt_has_no_due_moment() -> None:
    visit = measured("on_receipt", None, "2024-07-30 10:00")
    assert (visit.due, visit.late, visit.is_waiting) == (None, 0, False)


def visits(*stays: tuple[int, str, str | None, str | None]) -> list[Visit]:
    return [
        Visit(step, at(entered), at(received) if received else None, at(end) if end else None)
        for step, entered, received, end in stays
    ]


UP_TO_STEP_3 = visits(
    (1, "2024-07-23 08:00", None, "2024-07-23 09:00"),
    (2, "2024-07-23 09:00", None, "2024-07-23 10:00"),
    (3, "2024-07-23 10:00", None, None),
)


def test_a_fresh_case_is_due_as_planned() -> None:
    case = measure_case(
        visits((1, "2024-07-23 08:00", None, None)), RULES, CALENDAR, at("2024-07-23 08:10")
    )
    assert shown(case.due) == "Wed 2024-07-31 14:30"
    assert (case.late, case.waited) == (0, 0)


def test_a_waiting_case_has_no_due_moment() -> None:
    case = measure_case(UP_TO_STEP_3, RULES, CALENDAR, at("2024-07-24 10:00"))
    assert case.current is not None
    assert case.current.is_waiting
    assert (case.due, case.late, case.waited) == (None, 0, 7.5 * 60)


def test_time_spent_waiting_moves_the_case_and_is_not_late() -> None:
    stays = [*UP_TO_STEP_3[:2], Visit(3, UP_TO_STEP_3[2].entered, at("2024-07-30 10:00"))]
    case = measure_case(stays, RULES, CALENDAR, at("2024-07-30 11:00"))
    assert case.current is not None
    assert shown(case.current.due) == "Wed 2024-07-31 10:00"
    assert shown(case.due) == "Wed 2024-08-07 14:30"
    assert case.late == 0


def test_a_due_moment_does_not_depend_on_now() -> None:
    stays = visits((1, "2024-07-23 08:00", None, None))
    early = measure_case(stays, RULES, CALENDAR, at("2024-07-23 08:10"))
    late = measure_case(stays, RULES, CALENDAR, at("2024-07-25 08:00"))
    assert early.due == late.due
    assert (early.late, late.late) == (0, (6 + 7.5 + 0.5) * 60)


def test_a_returned_step_gets_a_new_clock() -> None:
    stays = visits(
        (5, "2024-07-25 10:00", None, "2024-07-26 13:30"),  # an hour late
        (6, "2024-07-26 13:30", None, "2024-07-26 14:00"),
        (5, "2024-07-26 14:00", None, None),
    )
    case = measure_case(stays, RULES, CALENDAR, at("2024-07-29 15:00"))
    assert [shown(stay.due) for stay in case.visits] == [
        "Fri 2024-07-26 10:00",
        "Fri 2024-07-26 14:30",
        "Mon 2024-07-29 14:00",
    ]
    assert [stay.late for stay in case.visits] == [120, 0, 60]
    assert case.late == 180
    assert case.current is case.visits[2]


def test_the_last_step_is_due_when_its_case_is() -> None:
    case = measure_case(visits((9, "2024-07-31 13:30", None, None)), RULES, CALENDAR, NOW)
    assert shown(case.due) == "Wed 2024-07-31 14:30"


def test_a_closed_case_is_no_longer_due() -> None:
    closed = visits((9, "2024-07-31 13:30", None, "2024-07-31 15:00"))
    case = measure_case(closed, RULES, CALENDAR, NOW)
    assert (case.current, case.due, case.late) == (None, None, 30)


def test_a_step_without_a_rule_is_a_bug() -> None:
    with pytest.raises(ValueError, match=r"\[10\]"):
        measure_case(visits((10, "2024-07-31 13:30", None, None)), RULES, CALENDAR, NOW)


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2024, 12, 1), timezones=st.just(JAKARTA))  # noqa: DTZ001
)
def test_who_keeps_to_the_plan_is_never_late(begun: datetime) -> None:
    begun = begun.replace(microsecond=0)
    dues = plan(RULES, begun, CALENDAR)
    entries = [begun, *dues]
    stays = [
        Visit(rule.step, entered, received=entered, finished=due)
        for rule, entered, due in zip(RULES, entries, dues, strict=False)
    ]
    case = measure_case(stays, RULES, CALENDAR, NOW)
    assert [stay.due for stay in case.visits] == dues
    assert case.late == 0
    assert dues == sorted(dues)
