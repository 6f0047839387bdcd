"""Which columns of a table hold numbers of persons: judged by share and by name.

A single number of 16 digits proves little, a column of them much. Numbers are
counted among the numbers of their own length in the column, so that one NIK
in a column of remarks is found and a register of random numbers is none.
A heading that names the number leaves no doubt at all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sopgit.core.finding import Finding, Place
from sopgit.core.personal import (
    EMAIL,
    KK,
    LABELS,
    NIK,
    NIP,
    NPWP,
    PERSONAL_DATA_OPEN,
    PHONE,
    Number,
    find_numbers,
    is_rounded,
    mask,
    may_hold,
)
from sopgit.core.text import T, Text

# The share of the numbers of one length that must be a kind's, and how many at least.
_SHARES = {NIK: (0.2, 1), NIP: (0.2, 1), NPWP: (0.5, 5), PHONE: (0.5, 1), EMAIL: (0.0, 1)}
_LENGTHS = {NIK: ("16",), NIP: ("18",), NPWP: ("15", "16"), PHONE: ("phone",), EMAIL: ()}
# A village's code and a running number have the form of a NIK; its "day" is always one of these.
_MANY, _VILLAGE_DAYS = 20, {"10", "20", "30"}
_EXAMPLES = 3
_WIDEST = 16384
_NAMES = {
    KK: r"kk|kartu keluarga",
    NIK: r"nik|ktp|nomor induk kependudukan",
    NPWP: r"npwp|nomor pokok wajib pajak",
    NIP: r"nip|nomor induk pegawai",
    PHONE: r"hp|telp|tlp|telepon|phone|ponsel|handphone|whatsapp|wa|kontak",
    EMAIL: r"email|e mail|surel",
}
_NAME_PATTERNS = {kind: re.compile(rf"\b(?:{words})\b") for kind, words in _NAMES.items()}


def named_kind(column: str) -> str | None:
    """The kind of number that a heading names, if it names one."""
    words = " ".join(re.sub(r"[\W_]+", " ", column).lower().split())
    return next((kind for kind, name in _NAME_PATTERNS.items() if name.search(words)), None)


@dataclass
class _Tally:
    """What was met in one column."""

    hits: Counter[str] = field(default_factory=Counter)
    likes: Counter[str] = field(default_factory=Counter)
    sure: Counter[str] = field(default_factory=Counter)
    first: dict[str, int] = field(default_factory=dict)
    examples: dict[str, list[str]] = field(default_factory=dict)
    days: set[str] = field(default_factory=set)
    rounded: int = 0

    def add(self, number: Number, row: int) -> None:
        self.likes[number.like] += 1
        if number.kind is None:
            return
        self.hits[number.kind] += 1
        self.sure[number.kind] += number.is_sure
        if number.kind == NIK:
            self.days.add(number.text[6:8])
        self.show(number.kind, number.masked, row)

    def add_rounded(self, cell: str, row: int) -> None:
        self.rounded += 1
        self.show("rounded", cell.strip(), row)

    def show(self, kind: str, text: str, row: int) -> None:
        self.first.setdefault(kind, row)
        shown = self.examples.setdefault(kind, [])
        if len(shown) < _EXAMPLES and text not in shown:
            shown.append(text)


class PersonalColumns:
    """Feed it the heading and the rows; then ask for its findings.

    `rounded`: the cells come from a workbook, where a number has 15 digits.
    """

    def __init__(self, *, rounded: bool = False) -> None:
        self._names: tuple[str, ...] = ()
        self._tallies: dict[int, _Tally] = {}
        self._rounded = rounded

    def head(self, names: Sequence[str] | None) -> None:
        """The names of the columns; None: they have none."""
        self._names = tuple(names or ())

    def take(self, first_row: int, rows: Sequence[Sequence[str]]) -> None:
        """A batch of records; `first_row` is the number of the first in the table."""
        widths = Counter(map(len, rows))
        width = widths.most_common(1)[0][0] if rows else 0
        numbers: Sequence[int] = range(first_row, first_row + len(rows))
        even = rows
        if len(widths) > 1:
            numbers = [
                number for number, row in zip(numbers, rows, strict=True) if len(row) == width
            ]
            even = [row for row in rows if len(row) == width]
            self._take_odd(first_row, rows, width)
        for column, cells in enumerate(zip(*even, strict=True)):
            self._take_column(column, numbers, cells)

    def _take_odd(self, first_row: int, rows: Sequence[Sequence[str]], width: int) -> None:
        """The records whose width is another than most others'."""
        for number, row in enumerate(rows, first_row):
            if len(row) != width and may_hold("\n".join(row).encode("utf-8", "replace")):
                for column, cell in enumerate(row):
                    self._take_cell(column, number, cell)

    def _take_column(self, column: int, numbers: Sequence[int], cells: Sequence[str]) -> None:
        if may_hold("\n".join(cells).encode("utf-8", "replace")):
            for number, cell in zip(numbers, cells, strict=True):
                if len(cell) > 6:
                    self._take_cell(column, number, cell)

    def _take_cell(self, column: int, row: int, cell: str) -> None:
        found = list(find_numbers(cell, rounded=self._rounded))
        is_lost = not found and is_rounded(cell)
        if found or is_lost:
            tally = self._tallies.setdefault(min(column, _WIDEST), _Tally())
            for number in found:
                tally.add(number, row)
            if is_lost:
                tally.add_rounded(cell, row)

    def findings(self, path: str, rows: int, *, lines: bool = False) -> list[Finding]:
        """One finding for each column and kind; `path` names the table, `rows` counts its rows."""
        return [
            finding
            for column, tally in sorted(self._tallies.items())
            for finding in self._judge(path, column, tally, rows, lines=lines)
        ]

    def _judge(
        self, path: str, column: int, tally: _Tally, rows: int, *, lines: bool
    ) -> Iterator[Finding]:
        name = self._names[column] if column < len(self._names) else ""
        named = named_kind(name)
        for kind in _SHARES:
            if is_held(kind, named, tally):
                shown = KK if (kind, named) == (NIK, KK) else kind
                label = LABELS[NPWP if (kind, named) == (NIK, NPWP) else shown]
                place = Place(path, tally.first[kind], 1 if lines else column + 1)
                count = tally.hits[kind]
                examples = ", ".join(tally.examples[kind])
                yield _told(place, name, label, count, rows, examples, lines=lines)
        if tally.rounded and named in (NIK, KK, NPWP):
            examples = ", ".join(mask(text, None) for text in tally.examples["rounded"])
            place = Place(path, tally.first["rounded"], column + 1)
            yield _told(place, name, LABELS[named], tally.rounded, rows, examples, lines=lines)


def is_held(kind: str, named: str | None, tally: _Tally) -> bool:
    """Whether a column with these counts, under a heading that names `named`, holds `kind`."""
    hits = tally.hits[kind]
    if not hits:
        return False
    names_it = named == kind or (kind == NIK and named in (KK, NPWP))
    if names_it or tally.sure[kind]:
        return True
    if kind == NIK and hits >= _MANY and tally.days <= _VILLAGE_DAYS:
        return False
    share, least = _SHARES[kind]
    among = sum(tally.likes[length] for length in _LENGTHS[kind])
    return hits >= least and hits >= share * among


def _told(
    place: Place, name: str, label: Text, count: int, rows: int, examples: str, *, lines: bool
) -> Finding:
    facts = {"kind": label, "count": count, "rows": rows, "examples": examples}
    column = name or str(place.column)
    message = (
        T("open data holds {kind}: {count} in {rows} lines, like {examples}", **facts)
        if lines
        else T(
            "column {column} of open data holds {kind}: {count} in {rows} rows, like {examples}",
            column=column,
            **facts,
        )
    )
    hint = T(
        "class it, so that it is encrypted (--personal spesifik), or return it to the agency "
        "(sopgit return)"
    )
    return PERSONAL_DATA_OPEN.broken(place, message, hint)
