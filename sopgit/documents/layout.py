"""A paper as the data that the template lays out: lines, letters, column widths.

Only measures and words of the page are decided here, so that they can be
tested without a PDF. A text becomes a string, or a list of pieces between
which the template lets a line break: a digest or an address without blanks
would otherwise run off the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

from sopgit.documents.content import Items, Prose, Rows, Section, Table
from sopgit.documents.indonesian import long_date
from sopgit.documents.paper import Footer, Paper

Pieces = str | list[str]

DIGEST_SHOWN = 12
LINE = 32  # a word up to this long never needs a break in running text
ROW = 24
TABLE_LINE = 84  # small letters that fit side by side on the page
LETTERED_FROM = 3  # headings; fewer need no letters
NARROWEST, WIDEST = 3, 60  # letters of a column
ANYWHERE = 4  # letters that stay together where a word may break anywhere
NARROW = " .,:;/-()'0123456789"
WORD_STARTS = re.compile(r"(?<=\s)(?=\S)")
AFTER = re.compile(r"(?<=[/\\_.,:;=?&@+-])(?=[^/\\_.,:;=?&@+-])")
ALREADY_COUNTED = re.compile(r"(?:[A-Z]|[IVX]+|[0-9]+)[.)] ")
COUNTING_COLUMN = re.compile(r"(?:no|nomor|nomor urut)\.?", re.IGNORECASE)
SALUTATION = re.compile(r"(?:kepada\s+)?yth\.?\s*:?\s*", re.IGNORECASE)
NUMBER = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{3})*(?:,[0-9]+)?|-?[0-9]+(?:,[0-9]+)?")


def page_data(paper: Paper, spelled: Mapping[int, str] | None = None) -> dict[str, Any]:
    """What `templates/paper.typ` reads; `spelled` replaces characters that cannot be printed."""
    page = _Page(spelled or {})
    head = paper.letterhead
    return {
        "about": page.plain(f"{paper.title} {paper.number}"),
        "office": page.plain(head.name),
        "day": [paper.date.year, paper.date.month, paper.date.day],
        "letterhead": {
            "parent": page.text(head.parent) if head.parent else None,
            "name": page.text(head.name),
            "lines": page.texts([head.address, *head.lines] if head.address else head.lines),
        },
        "title": page.text(paper.title),
        "number": page.text(paper.number),
        "head": page.rows(paper.head),
        "addressee": page.texts(_addressed(paper.addressee)),
        "body": page.body(paper.body),
        "place": page.text(paper.place) if paper.place else None,
        "written": long_date(paper.date),
        "signatory": {
            "name": page.text(paper.signatory.name, ROW),
            "position": page.text(paper.signatory.position, ROW),
            "nip": page.text(paper.signatory.nip, ROW) if paper.signatory.nip else None,
        },
        "copies": page.texts(paper.copies),
        "footer": page.texts(_footer(paper.footer, paper.title)),
        "marks": list(paper.marks),
    }


@dataclass(frozen=True)
class _Page:
    """Turns texts into pieces and sections into what the template expects of each kind."""

    spelled: Mapping[int, str]

    def plain(self, text: str) -> str:
        return text.translate(self.spelled)

    def text(self, text: str, longest: int = LINE) -> Pieces:
        return pieces(self.plain(text), longest)

    def texts(self, texts: Iterable[str], longest: int = LINE) -> list[Pieces]:
        return [self.text(text, longest) for text in texts]

    def rows(self, rows: Iterable[tuple[str, tuple[str, ...]]]) -> list[list[Any]]:
        return [[self.text(label, ROW), self.texts(lines)] for label, lines in rows]

    def body(self, sections: Sequence[Section]) -> list[dict[str, Any]]:
        letters = _letters(sections)
        return [
            {"label": self.text(letter + section.label) if section.label else None}
            | self.content(section)
            for letter, section in zip(letters, sections, strict=True)
        ]

    def content(self, section: Section) -> dict[str, Any]:
        match section.content:
            case Prose(paragraphs, kind):
                return {"kind": kind, "paragraphs": self.texts(paragraphs)}
            case Items(items, kind):
                return {"kind": kind, "items": self.texts(items)}
            case Rows(rows, kind):
                return {"kind": kind, "rows": self.rows(rows)}
            case Table():
                return self.table(section.content)

    def table(self, table: Table) -> dict[str, Any]:
        columns = [list(column) for column in zip(table.header, *table.rows, strict=True)]
        longest = max(8, TABLE_LINE // len(columns))
        return {
            "kind": table.kind,
            "numbered": 0 if COUNTING_COLUMN.fullmatch(table.header[0]) else 1,
            "weights": column_weights(columns, longest),
            "right": [is_measure(column[1:]) for column in columns],
            "header": self.texts(table.header, longest),
            "rows": [self.texts(row, longest) for row in table.rows],
        }


def pieces(text: str, longest: int) -> Pieces:
    """`text`, cut where a line may break inside words of more than `longest` characters.

    Such a word breaks behind its punctuation, and anywhere where that leaves
    it too long. Joined again, the pieces are the text.
    """
    if all(breadth(word) <= longest for word in text.split()):
        return text
    cut: list[str] = []
    for word in WORD_STARTS.split(text):
        if breadth(word.rstrip()) <= longest:
            cut.append(word)
            continue
        for part in AFTER.split(word):
            step = len(part) if breadth(part) <= longest / 2 else ANYWHERE
            cut += [part[i : i + step] for i in range(0, len(part), step)]
    return cut


def breadth(text: str) -> float:
    """How wide `text` prints, in small letters; capitals and other scripts are broader."""
    return len(text) + 0.4 * sum(not (c.islower() or c in NARROW) for c in text)


def column_weights(columns: Sequence[Sequence[str]], longest: int) -> list[int]:
    """Each column's share of the page: room for its longest word first, then for longer text."""
    floors, wishes = [], []
    for cells in columns:
        word = max((breadth(w) for cell in cells for w in cell.split()), default=0)
        text = max((breadth(cell) for cell in cells), default=0)
        floors.append(max(min(word, longest), NARROWEST) + 2)
        wishes.append(max(min(text, WIDEST) - word, 0))
    spare = max(TABLE_LINE - sum(floors), 0)
    scale = min(spare / sum(wishes), 1) if sum(wishes) else 0
    return [round(floor + wish * scale) for floor, wish in zip(floors, wishes, strict=True)]


def is_measure(cells: Sequence[str]) -> bool:
    """Whether a column holds amounts, which stand right; codes, all of one length, stand left."""
    filled = [cell for cell in cells if cell]
    return len({len(c) for c in filled}) > 1 and all(NUMBER.fullmatch(c) for c in filled)


def _letters(sections: Sequence[Section]) -> list[str]:
    """`A. `, `B. ` before the headings of a paper that has several and does not count itself."""
    labels = [section.label for section in sections if section.label]
    counted = any(ALREADY_COUNTED.match(label) for label in labels)
    if counted or not LETTERED_FROM <= len(labels) <= len(ascii_uppercase):
        return [""] * len(sections)
    letters = iter(ascii_uppercase)
    return [f"{next(letters)}. " if section.label else "" for section in sections]


def _addressed(lines: Sequence[str]) -> list[str]:
    """Without a salutation of their own: the template writes `Yth.` before the first."""
    return [SALUTATION.sub("", line, count=1) if SALUTATION.match(line) else line for line in lines]


def _footer(footer: Footer, title: str) -> list[str]:
    where = [f"Kasus {footer.case}", f"langkah {footer.step}"]
    if footer.seq is not None:
        where.append(f"peristiwa {footer.seq}")
    if footer.digest:
        where.append(f"sidik {footer.digest[:DIGEST_SHOWN]}")
    return [" · ".join(where), f"{title} menurut SOP Nomor {footer.sop}"]
