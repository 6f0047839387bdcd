"""Registers as rows: letters, and steps against their standard time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any, Protocol

from sopgit.render.cases import minutes, moment
from sopgit.render.i18n import _


class LetterRow(Protocol):
    """One letter that the office issued."""

    @property
    def date(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def case(self) -> str: ...
    @property
    def step(self) -> int: ...
    @property
    def by(self) -> str: ...
    @property
    def stands(self) -> bool: ...


class StepRow(Protocol):
    """One visit to a step; minutes are working minutes."""

    @property
    def case(self) -> str: ...
    @property
    def step(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def entered(self) -> datetime: ...
    @property
    def received(self) -> datetime | None: ...
    @property
    def due(self) -> datetime | None: ...
    @property
    def finished(self) -> datetime | None: ...
    @property
    def waited(self) -> int: ...
    @property
    def late(self) -> int: ...


def letter_headers() -> list[str]:
    """What stands above `letter_rows`."""
    return [_("date"), _("number"), _("document"), _("case"), _("step"), _("by"), _("state")]


def letter_rows(letters: Sequence[LetterRow]) -> list[list[str]]:
    """One line for each letter."""
    return [
        [
            letter.date,
            letter.number,
            letter.title,
            letter.case,
            str(letter.step),
            letter.by,
            _("stands") if letter.stands else _("undone"),
        ]
        for letter in letters
    ]


def letter_objects(letters: Sequence[LetterRow]) -> list[dict[str, Any]]:
    """The letters for JSON."""
    return [
        {
            "date": letter.date,
            "number": letter.number,
            "type": letter.type,
            "title": letter.title,
            "case": letter.case,
            "step": letter.step,
            "by": letter.by,
            "stands": letter.stands,
        }
        for letter in letters
    ]


def time_headers() -> list[str]:
    """What stands above `time_rows`."""
    names = [_("case"), _("step"), _("name"), _("entered"), _("received"), _("due"), _("finished")]
    return [*names, _("waited"), _("late")]


def time_rows(visits: Sequence[StepRow], zone: tzinfo) -> list[list[str]]:
    """One line for each visit; waiting and lateness as working hours and minutes."""
    return [
        [
            visit.case,
            str(visit.step),
            visit.name,
            moment(visit.entered, zone),
            moment(visit.received, zone),
            moment(visit.due, zone),
            moment(visit.finished, zone),
            minutes(visit.waited),
            minutes(visit.late),
        ]
        for visit in visits
    ]


def time_objects(visits: Sequence[StepRow]) -> list[dict[str, Any]]:
    """The visits for JSON."""
    return [
        {
            "case": visit.case,
            "step": visit.step,
            "name": visit.name,
            "entered": visit.entered.isoformat(timespec="seconds"),
            "received": _iso(visit.received),
            "due": _iso(visit.due),
            "finished": _iso(visit.finished),
            "waited_minutes": visit.waited,
            "late_minutes": visit.late,
        }
        for visit in visits
    ]


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")
