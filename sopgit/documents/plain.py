"""A paper as lines of plain text, for whoever reads it on a terminal before signing.

It has the parts of the printed one in the same order, without letterhead and
foot. Every line is indented, so that none begins with somebody's words.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from sopgit.documents.content import Content, Items, Prose, Rows, Table
from sopgit.documents.indonesian import long_date
from sopgit.documents.paper import Paper

INDENT = "  "
_MARGIN = 4


def plain_lines(paper: Paper, width: int = 80) -> list[str]:
    """The paper in lines of at most `width` characters, wherever its words can be broken."""
    return [
        f"{INDENT}{piece}".rstrip()
        for line in _lines(paper)
        for piece in textwrap.wrap(line, max(width - len(INDENT), 20), subsequent_indent="    ")
        or [""]
    ]


def _lines(paper: Paper) -> Iterator[str]:
    yield " · ".join((paper.title.upper(), *paper.marks))
    yield f"Nomor {paper.number}"
    yield ""
    if paper.addressee:
        yield from ("Yth.", *paper.addressee, "")
    if paper.head:
        yield from (*_rows(paper.head), "")
    for section in paper.body:
        if section.label:
            yield f"{section.label}:"
        yield from (*_content(section.content), "")
    place = f"{paper.place}, " if paper.place else ""
    yield f"{place}{long_date(paper.date)}"
    yield paper.signatory.position
    yield paper.signatory.name
    if paper.signatory.nip:
        yield f"NIP {paper.signatory.nip}"
    if paper.copies:
        yield from ("", "Tembusan:", *(f"- {line}" for line in paper.copies))


def _content(content: Content) -> Iterator[str]:
    match content:
        case Prose(paragraphs):
            yield from paragraphs
        case Items(items):
            yield from (f"{number}. {item}" for number, item in enumerate(items, 1))
        case Table(header, rows):
            yield " | ".join(header)
            yield from (" | ".join(row) for row in rows)
        case Rows(rows):
            yield from _rows(rows)


def _rows(rows: Iterable[tuple[str, tuple[str, ...]]]) -> Iterator[str]:
    for label, lines in rows:
        first, *others = lines or ("-",)
        yield f"{label}: {first}"
        yield from (f"{' ' * _MARGIN}{line}" for line in others)
