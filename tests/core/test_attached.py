"""A file beside a case stays as it came; only the document that it came with takes it along."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from sopgit.app.draft import Draft
from sopgit.core.growth import split_events
from tests import acts
from tests.simulator import Simulator, codes

FIRST, SECOND, THIRD = b"%PDF-1.7 1\n", b"%PDF-1.7 2\n", b"%PDF-1.7 3\n"
WORDS = {"pembuka": "Mohon dikirim paling lambat besok."}


def digest(data: bytes | None) -> str | None:
    return None if data is None else hashlib.sha256(data).hexdigest()


def entry(name: str, old: bytes | None, new: bytes | None) -> dict[str, Any]:
    return {"path": name, "old": digest(old), "new": digest(new)}


class Office:
    """A case at step 3: its letter came with `letter.pdf`, a note with `note.pdf`."""

    def __init__(self) -> None:
        self.simulator = Simulator.shipped()
        self.path = self.simulator.act("agus", None, acts.OPEN)
        self.folder = self.path.rpartition("/")[0]
        self.land("siti", acts.LETTER, entry("letter.pdf", None, FIRST), FIRST)
        self.land("budi", Draft("note", reason="scan"), entry("note.pdf", None, FIRST), FIRST)

    def files(
        self, person: str, draft: Draft, listed: dict[str, Any], data: bytes | None
    ) -> dict[str, bytes | None]:
        event = self.simulator.event(person, self.path, draft, files=[listed])
        changed = self.simulator.files(event, self.path)
        return {**changed, f"{self.folder}/{listed['path']}": data}

    def land(self, person: str, draft: Draft, listed: dict[str, Any], data: bytes | None) -> None:
        self.simulator.land_files(self.files(person, draft, listed, data))

    def reasons(
        self, person: str, draft: Draft, listed: dict[str, Any], data: bytes | None
    ) -> set[str]:
        return codes(self.simulator.try_files(self.files(person, draft, listed, data)))

    def amended(self, of: int, **changes: Any) -> Draft:
        events = split_events(self.simulator.trusted.tree.get(self.path) or b"").events
        document = dict(events[of - 1]["document"])
        document["fields"] = {**document["fields"], **changes}
        return Draft("amend", of=of, reason="salah ketik", document=document)


@pytest.fixture
def office() -> Office:
    return Office()


NOTE = Draft("note", reason="lagi")


@pytest.mark.parametrize("new", [SECOND, None], ids=["replaced", "removed"])
def test_a_note_adds_files_and_touches_none(office: Office, new: bytes | None) -> None:
    assert office.reasons("siti", NOTE, entry("more.pdf", None, SECOND), SECOND) == set()
    for name in ("letter.pdf", "note.pdf"):
        assert "attachment-kept" in office.reasons("siti", NOTE, entry(name, FIRST, new), new)


def test_an_amendment_brings_the_files_of_its_own_document_anew(office: Office) -> None:
    amend = office.amended(2, **WORDS)
    letter, note = entry("letter.pdf", FIRST, SECOND), entry("note.pdf", FIRST, SECOND)
    assert "attachment-kept" in office.reasons("siti", amend, note, SECOND)
    assert office.reasons("siti", amend, letter, SECOND) == set()
    office.land("siti", amend, letter, SECOND)
    again = office.amended(4, pembuka="Mohon segera.")
    assert office.reasons("siti", again, entry("letter.pdf", SECOND, THIRD), THIRD) == set()
    office.land("siti", again, entry("new.pdf", None, FIRST), FIRST)
    last = office.amended(5, pembuka="Mohon.")
    assert office.reasons("siti", last, entry("letter.pdf", SECOND, THIRD), THIRD) == set()
    assert "attachment-kept" in office.reasons(
        "siti", NOTE, entry("letter.pdf", SECOND, THIRD), THIRD
    )


def test_another_document_s_amendment_takes_nothing_along(office: Office) -> None:
    amend = office.amended(1, isi="Lain.")
    assert office.reasons("agus", amend, entry("nota.pdf", None, SECOND), SECOND) == set()
    assert "attachment-kept" in office.reasons(
        "agus", amend, entry("letter.pdf", FIRST, SECOND), SECOND
    )
