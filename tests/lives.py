"""What happens to cases: the acts of each life in their order, and by which role."""

from __future__ import annotations

from sopgit.app.draft import Draft
from tests import acts
from tests.offices import BUDI, KASI, SITI

Planned = tuple[str, Draft]


def _note(reason: str) -> Draft:
    return Draft("note", reason=reason)


STRAIGHT: tuple[Planned, ...] = (
    (KASI, acts.OPEN),
    (SITI, acts.LETTER),
    (BUDI, acts.RECEIPT),
    (BUDI, acts.NOTES),
    (BUDI, acts.REPORT),
    (KASI, acts.CHECK),
    (SITI, acts.FINISH),
    (SITI, acts.CONCEPT),
    (KASI, acts.DELIVER),
)
AGAIN: tuple[Planned, ...] = ((KASI, acts.RETURN), (BUDI, acts.NOTES), (BUDI, acts.REPORT))
AMENDED: Planned = (SITI, Draft("amend", of=2, reason="salah nomor"))
SCANNED: Planned = (BUDI, _note("pindaian terlampir"))
CANCELLED: Planned = (KASI, Draft("cancel", reason="tidak jadi"))
LIVES: tuple[tuple[Planned, ...], ...] = (
    STRAIGHT,
    (*STRAIGHT[:5], *AGAIN, *STRAIGHT[5:]),
    (*STRAIGHT[:2], AMENDED, *STRAIGHT[2:]),
    (*STRAIGHT[:4], SCANNED, (SITI, _note("sudah ditelepon")), *STRAIGHT[4:], SCANNED),
    (*STRAIGHT[:3], CANCELLED),
    (*STRAIGHT[:5], *AGAIN, *AGAIN, *STRAIGHT[5:7], AMENDED, *STRAIGHT[7:]),
)
