"""Registers: every letter the office issued, and every step against its standard time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sopgit.app.views import CaseView


@dataclass(frozen=True)
class LetterRow:
    """One line of the letter register."""

    date: str
    number: str
    type: str
    title: str
    case: str
    step: int
    by: str
    stands: bool


@dataclass(frozen=True)
class StepRow:
    """One visit to a step against its standard time; minutes are working minutes."""

    case: str
    step: int
    name: str
    entered: datetime
    received: datetime | None
    due: datetime | None
    finished: datetime | None
    waited: int
    late: int


def letter_register(views: list[CaseView]) -> list[LetterRow]:
    """Every document of every case, by date and number; undone ones are marked."""
    rows = [row for view in views for row in _letters(view)]
    return sorted(rows, key=lambda row: (row.date, row.type, row.number))


def _letters(view: CaseView) -> Iterator[LetterRow]:
    authors = {event["seq"]: event["by"] for event in view.events}
    for issued in view.state.documents:
        title = view.procedure.documents[issued.type].title
        yield LetterRow(
            issued.date,
            issued.number,
            issued.type,
            title,
            view.state.id,
            issued.step,
            authors[issued.seq],
            issued.live,
        )


def time_register(views: list[CaseView]) -> list[StepRow]:
    """Every visit to a step of every case, oldest first."""
    return [
        StepRow(
            view.state.id,
            measured.visit.step,
            view.procedure.step(measured.visit.step, view.state.purpose).short,
            measured.visit.entered,
            measured.visit.received,
            measured.due,
            measured.visit.finished,
            measured.waited,
            measured.late,
        )
        for view in views
        for measured in view.time.visits
    ]
