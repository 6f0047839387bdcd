"""The filled fields of one document, sorted into the parts of a paper.

Works from what the procedure declares (label, kind, part, order) and knows no
field's name and no document's type.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sopgit.core.errors import SopgitError
from sopgit.core.text import T
from sopgit.documents.content import Items, Prose, Rows, Section, Table, lines_of
from sopgit.documents.indonesian import long_date


class PaperError(SopgitError):
    """The event and the procedure do not make a paper."""


def day_of(written: str) -> date:
    """The day that `written` (YYYY-MM-DD) names. Raises PaperError."""
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise PaperError(T('"{date}" is no day of the calendar', date=written)) from error


class Parts:
    """One document's fields: a head, lines of an addressee and of copies, and a body."""

    def __init__(
        self,
        document: Mapping[str, Any],
        procedure: Mapping[str, Any],
        events: Sequence[Mapping[str, Any]],
    ) -> None:
        """`events` are looked up by `seq` for fields that point at an earlier paper."""
        values = document.get("fields") or {}
        fields = procedure["documents"][document["type"]]["fields"]
        self._filled = [
            (declared, values[name])
            for name, declared in _in_order(fields)
            if values.get(name) not in (None, "", [])
        ]
        self._procedure = procedure
        self._events = events

    def head(self) -> list[tuple[str, tuple[str, ...]]]:
        """Label and lines of each field that stands above the body."""
        return [(f["label"], tuple(self._lines(f, value))) for f, value in self._of("head")]

    def lines(self, part: str) -> tuple[str, ...]:
        """All lines of `part`, one field after the other."""
        return tuple(line for f, value in self._of(part) for line in self._lines(f, value))

    def body(self) -> list[Section]:
        """Short values side by side as rows; long texts, lists and tables each under its label.

        In a letter the long texts run on without headings, and so does the text
        that opens a note with a head: nobody writes "Isi" above what he writes.
        """
        letter, note = any(self._of("addressee")), any(self._of("head"))
        sections: list[Section] = []
        for declared, value in self._of("body"):
            kind, label = declared["kind"], declared["label"]
            if kind == "table":
                sections.append(Section(label, _table(declared, value)))
            elif kind == "list":
                sections.append(Section(label, Items(tuple(value))))
            elif kind == "text" and declared.get("long"):
                bare = letter or (note and not sections)
                sections.append(Section(None if bare else label, Prose(tuple(lines_of(value)))))
            else:
                _append_row(sections, label, tuple(self._lines(declared, value)))
        return sections

    def _of(self, part: str) -> Iterator[tuple[Mapping[str, Any], Any]]:
        for declared, value in self._filled:
            # A table fits into no line of a head, whatever was declared.
            wanted = "body" if declared["kind"] == "table" else declared.get("part", "body")
            if wanted == part:
                yield declared, value

    def _lines(self, declared: Mapping[str, Any], value: Any) -> list[str]:
        kind = declared["kind"]
        if kind == "list":
            return list(value)
        if kind == "date":
            return [long_date(day_of(value))]
        if kind == "revision":
            return [self._revision(value)]
        return lines_of(str(value))

    def _revision(self, seq: int) -> str:
        """Which earlier paper this one is about: title, number and date where they are known."""
        for event in self._events:
            document = event.get("document")
            if event.get("seq") == seq and document is not None:
                title = self._procedure["documents"][document["type"]]["title"]
                written = long_date(day_of(document["date"]))
                return f"{title} Nomor {document['number']} tanggal {written} (peristiwa {seq})"
        return f"peristiwa {seq}"


def _in_order(declared: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """By `order`, and as they stand where none is given."""
    return sorted(declared.items(), key=lambda item: item[1].get("order", 0))


def _append_row(sections: list[Section], label: str, lines: tuple[str, ...]) -> None:
    """Neighbouring rows are one section."""
    match sections[-1:]:
        case [Section(_, Rows(rows))]:
            sections[-1] = Section(None, Rows((*rows, (label, lines))))
        case _:
            sections.append(Section(None, Rows(((label, lines),))))


def _table(declared: Mapping[str, Any], value: Sequence[Mapping[str, Any]]) -> Table:
    columns = dict(_in_order(declared["columns"]))
    header = tuple(column["label"] for column in columns.values())
    rows = tuple(tuple(str(row.get(name, "")) for name in columns) for row in value)
    return Table(header, rows)
