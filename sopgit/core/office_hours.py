"""The hours that Perpres 21/2023 gives to offices of the state, as `calendar.yaml` holds them.

The decree fixes the sums, the start and the length of the breaks; at what time
a break begins is the usual custom, and each office may change it in its file.
"""

from __future__ import annotations

Hours = dict[str, list[list[str]]]
"""Weekday to its intervals, each an opening and a closing time."""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def default_hours() -> Hours:
    """The ordinary week of 37.5 hours."""
    return _week(
        usual=[["07:30", "12:00"], ["13:00", "16:00"]],
        friday=[["07:30", "11:30"], ["13:00", "16:30"]],
    )


def ramadan_hours() -> Hours:
    """The week of 32.5 hours during Ramadan, for the `hours` of a period."""
    return _week(
        usual=[["08:00", "12:00"], ["12:30", "15:00"]],
        friday=[["08:00", "11:30"], ["12:30", "15:30"]],
    )


def _week(usual: list[list[str]], friday: list[list[str]]) -> Hours:
    hours: Hours = {weekday: [list(span) for span in usual] for weekday in WEEKDAYS[:4]}
    return {**hours, "friday": friday, "saturday": [], "sunday": []}
