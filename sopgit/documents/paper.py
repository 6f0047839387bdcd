"""One official paper as plain values, before anybody thinks about type or page.

`paper_from_event` builds it from an event and from what the case's procedure
declares about the document's fields (label, kind, part). It knows no
document's type and no field's name, so an office that changes its papers
changes only its procedure. What the event itself says beyond its document is
added by `facts`.

An act without a document (most notes) has no paper: ask `has_paper` first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sopgit.core.text import T
from sopgit.documents.content import Prose, Section
from sopgit.documents.facts import facts_of
from sopgit.documents.fields import PaperError, Parts, day_of
from sopgit.documents.office import Letterhead, letterhead_of, place_of

__all__ = [
    "Footer",
    "Letterhead",
    "Paper",
    "PaperError",
    "Section",
    "Signatory",
    "has_paper",
    "paper_from_event",
]

CAPACITIES = {"an": "a.n.", "plt": "Plt.", "plh": "Plh."}
TRIAL = "UJI COBA"
DRAFT = "KONSEP"
SEALED = Prose(("Isi dokumen ini disimpan terenkripsi dan tidak dicetak di sini.",))


@dataclass(frozen=True)
class Signatory:
    """Who signs; `position` already begins with `a.n.`, `Plt.` or `Plh.` where that is so."""

    name: str
    position: str
    nip: str | None = None


@dataclass(frozen=True)
class Footer:
    """Where the paper comes from. `seq` is None and `digest` empty while nobody has signed."""

    case: str
    step: int
    seq: int | None
    digest: str
    sop: str


@dataclass(frozen=True)
class Paper:
    """Everything one paper needs. `marks` are the words laid behind the text."""

    letterhead: Letterhead
    title: str
    number: str
    date: date
    place: str | None
    signatory: Signatory
    footer: Footer
    head: tuple[tuple[str, tuple[str, ...]], ...] = ()
    addressee: tuple[str, ...] = ()
    body: tuple[Section, ...] = ()
    copies: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


def has_paper(event: Mapping[str, Any]) -> bool:
    """Whether the act carries a document at all."""
    return event.get("document") is not None


def paper_from_event(
    event: Mapping[str, Any],
    procedure: Mapping[str, Any],
    policy: Mapping[str, Any],
    case_id: str,
    digest: str,
    events: Sequence[Mapping[str, Any]] = (),
) -> Paper:
    """The paper of `event`, an event of DESIGN 3.2 whose document is in the clear.

    `digest` is the event's SHA-256 in hex, empty for a draft (an event without
    `sig`). `events` are the case's events so far: with them a field that
    points at an earlier paper names its number and date. A body that is still
    sealed (a restricted case) is said to be. Raises PaperError.
    """
    if not has_paper(event):
        raise PaperError(T("event {seq} carries no document", seq=event.get("seq", "-")))
    document = event["document"]
    title = _title(document, procedure)
    parts = Parts(document, procedure, events)
    body = [Section(None, SEALED)] if _is_sealed(event, procedure) else parts.body()
    office = policy["office"]
    return Paper(
        letterhead=letterhead_of(office),
        title=title,
        number=document["number"],
        date=day_of(document["date"]),
        place=place_of(office),
        signatory=_signatory(document["signatory"]),
        footer=_footer(event, procedure, case_id, digest),
        head=tuple(parts.head()),
        addressee=parts.lines("addressee"),
        body=(*body, *facts_of(event, procedure)),
        copies=parts.lines("copies"),
        marks=_marks(event, policy),
    )


def _title(document: Mapping[str, Any], procedure: Mapping[str, Any]) -> str:
    """The title of the document's type, all of whose fields must be declared."""
    kind = document["type"]
    declared: Mapping[str, Any] | None = procedure["documents"].get(kind)
    if declared is None:
        raise PaperError(T("document type {type} is not declared by the procedure", type=kind))
    unknown = sorted(set(document.get("fields") or {}) - set(declared["fields"]))
    if unknown:
        names = ", ".join(unknown)
        raise PaperError(T("document type {type} declares no {fields}", type=kind, fields=names))
    return str(declared["title"])


def _is_sealed(event: Mapping[str, Any], procedure: Mapping[str, Any]) -> bool:
    """Whether the document's body is an age file beside the case, and has not been opened."""
    document = event["document"]
    declared = procedure["documents"][document["type"]]["fields"]
    words = [name for name in document.get("fields", {}) if _kind(declared, name) != "revision"]
    listed = [entry["path"] for entry in event.get("files") or ()]
    return not words and f"body-{event.get('seq')}.age" in listed


def _kind(declared: Mapping[str, Any], name: str) -> str:
    return str(declared.get(name, {}).get("kind", ""))


def _signatory(signatory: Mapping[str, Any]) -> Signatory:
    capacity = CAPACITIES.get(signatory.get("capacity") or "", "")
    position = f"{capacity} {signatory['position']}".strip()
    return Signatory(signatory["name"], position, signatory.get("nip") or None)


def _footer(
    event: Mapping[str, Any], procedure: Mapping[str, Any], case_id: str, digest: str
) -> Footer:
    identity = procedure.get("identity") or {}
    return Footer(case_id, event["step"], event.get("seq"), digest, identity.get("number") or "-")


def _marks(event: Mapping[str, Any], policy: Mapping[str, Any]) -> tuple[str, ...]:
    draft = (DRAFT,) if not event.get("sig") else ()
    trial = (TRIAL,) if policy.get("trial") else ()
    return draft + trial
