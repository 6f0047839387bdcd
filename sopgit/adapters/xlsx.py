"""Workbooks (XLSX): sheets, hidden ones too, as rows of text, read in one pass within limits.

Read with the standard library's ZIP and expat: openpyxl fills the gap to a
row that calls itself number 10^12 with rows of its own, and calamine tells no
formulas. A number that stands for a day is written as one; a long number is
written in digits, of which a spreadsheet has kept fifteen.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from sopgit.adapters.workbook_parts import Parts, Pieces, WorkbookError, reading, verify_archive
from sopgit.adapters.workbook_styles import date_styles
from sopgit.core.text import T

SUFFIXES = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xlam")
LIMIT = 64 * 1024 * 1024
MAX_CELLS = 50_000_000
MAX_STRINGS = 256 * 1024 * 1024
_WIDEST, _LONGEST = 16_384, 1_048_576
_BATCH, _HELD = 2000, 200_000  # rows, and cells, told of at once
_LONG_NUMBER = 40
_OLD = b"\xd0\xcf\x11\xe0"

OnRows = Callable[["Sheet", int, Sequence[Sequence[str]]], None]
OnFormula = Callable[["Sheet", int, int], None]


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, whether it is shown, and the part that holds it."""

    name: str
    is_hidden: bool
    part: str


@dataclass(frozen=True)
class Workbook:
    """What a workbook has beside its cells."""

    sheets: tuple[Sheet, ...]
    has_macros: bool


def read_workbook(data: bytes, on_rows: OnRows, on_formula: OnFormula) -> Workbook:
    """Read every sheet of a workbook; cells go to `on_rows` as batches of rows from a number on.

    Raises WorkbookError (damaged, locked, no workbook), BombError.
    """
    if data.startswith(_OLD):
        message = T("the workbook is locked with a password, or of an old kind")
        raise WorkbookError(message, T("save it as XLSX without a password"))
    with reading(), zipfile.ZipFile(io.BytesIO(data)) as archive:
        verify_archive(archive, len(data))
        parts = Parts(archive)
        sheets, is_1904 = _sheets(parts)
        if not sheets:
            raise WorkbookError(T("the workbook has no sheet"))
        has_macros = any("vbaproject" in name.lower() for name in parts.names)
        reader = _Cells(_strings(parts), date_styles(parts), on_rows, on_formula, is_1904=is_1904)
        for sheet in sheets:
            reader.read(parts, sheet)
    return Workbook(sheets, has_macros)


def _sheets(parts: Parts) -> tuple[tuple[Sheet, ...], bool]:
    targets: dict[str, str] = {}
    found: list[tuple[str, bool, str]] = []
    is_1904 = False

    def relation(tag: str, values: dict[str, str]) -> None:
        if tag == "Relationship":
            target = values.get("Target", "")
            full = target[1:] if target.startswith("/") else posixpath.join("xl", target)
            targets[values.get("Id", "")] = posixpath.normpath(full)

    def sheet(tag: str, values: dict[str, str]) -> None:
        nonlocal is_1904
        if tag == "workbookPr":
            is_1904 = values.get("date1904") in ("1", "true")
        if tag == "sheet":
            is_hidden = values.get("state", "visible") != "visible"
            found.append((values.get("name", ""), is_hidden, values.get("id", "")))

    parts.parse("xl/_rels/workbook.xml.rels", relation, _ignore, _ignore)
    parts.parse("xl/workbook.xml", sheet, _ignore, _ignore)
    sheets = (Sheet(name, is_hidden, targets.get(key, "")) for name, is_hidden, key in found)
    return tuple(each for each in sheets if each.part in parts.names), is_1904


def _strings(parts: Parts) -> list[str]:
    """The texts that cells share; a reading aid for East Asian names is no part of them."""
    strings: list[str] = []
    pieces = Pieces()
    state = {"text": False, "aid": False}
    size = 0

    def start(tag: str, _values: dict[str, str]) -> None:
        state["text"] = tag == "t"
        state["aid"] = state["aid"] or tag == "rPh"

    def end(tag: str) -> None:
        nonlocal size
        state["text"] = False
        if tag == "rPh":
            state["aid"] = False
        if tag == "si":
            strings.append(pieces.take())
            size += len(strings[-1]) + 64
            if size > MAX_STRINGS:
                raise WorkbookError(T("the workbook holds too much text"))

    def text(data: str) -> None:
        if state["text"] and not state["aid"]:
            pieces.add(data)

    parts.parse("xl/sharedStrings.xml", start, end, text)
    return strings


def _ignore(_text: str) -> None:
    """An element's end, or its text, that tells nothing."""


class _Cells:
    """Turns the elements of sheets into rows of text."""

    def __init__(
        self,
        strings: Sequence[str],
        dates: frozenset[int],
        on_rows: OnRows,
        on_formula: OnFormula,
        *,
        is_1904: bool,
    ) -> None:
        self._strings, self._dates = strings, dates
        self._on_rows, self._on_formula = on_rows, on_formula
        self._epoch = datetime(1904, 1, 1) if is_1904 else datetime(1899, 12, 30)  # noqa: DTZ001
        self._cells = self._told = 0
        self._sheet = Sheet("", False, "")

    def read(self, parts: Parts, sheet: Sheet) -> None:
        self._sheet = sheet
        self._batch: list[list[str]] = []
        self._first, self._row, self._column = 1, 0, 0
        self._cell: dict[str, str] = {}
        self._text = Pieces()
        self._takes = False
        parts.parse(sheet.part, self._start, self._end, self._characters)
        self._flush()

    def _start(self, tag: str, values: dict[str, str]) -> None:
        if tag == "row":
            self._begin_row(values.get("r"))
        elif tag == "c":
            self._cell = values
            self._text.take()
            self._column = _column(values.get("r", "")) or self._column + 1
        elif tag == "f":
            self._on_formula(self._sheet, self._row, self._column)
        self._takes = tag in ("v", "t")

    def _begin_row(self, told: str | None) -> None:
        number = int(told) if told and told.isdecimal() and len(told) < 8 else self._row + 1
        if not self._row < number <= _LONGEST:
            raise WorkbookError(
                T("the rows of sheet {name} are in disorder", name=self._sheet.name)
            )
        is_full = len(self._batch) >= _BATCH or self._cells - self._told >= _HELD
        if number != self._row + 1 or is_full:
            self._flush()
        if not self._batch:
            self._first = number
        self._row, self._column = number, 0
        self._batch.append([])

    def _end(self, tag: str) -> None:
        self._takes = False
        if tag == "c" and self._batch:
            row = self._batch[-1]
            gap = self._column - len(row) - 1
            if not 0 <= gap < _WIDEST:
                message = T("the cells of sheet {name} are in disorder", name=self._sheet.name)
                raise WorkbookError(message)
            self._cells += gap + 1
            if self._cells > MAX_CELLS:
                raise WorkbookError(T("the workbook has too many cells"))
            row += [""] * gap
            row.append(self._value(self._text.take()))

    def _characters(self, text: str) -> None:
        if self._takes:
            self._text.add(text)

    def _flush(self) -> None:
        if self._batch:
            self._on_rows(self._sheet, self._first, self._batch)
        self._batch, self._told = [], self._cells

    def _value(self, text: str) -> str:
        kind = self._cell.get("t", "n")
        if kind == "s":
            place = int(text) if text.isdecimal() and len(text) < 10 else -1
            return self._strings[place] if 0 <= place < len(self._strings) else ""
        if kind != "n" or not text:
            return text
        style = self._cell.get("s", "0")
        if style.isdecimal() and len(style) < 7 and int(style) in self._dates:
            return _day(text, self._epoch)
        return _number(text)


def _column(reference: str) -> int:
    """The number of the column in `BC12`; 0 where nothing is told."""
    number = 0
    for letter in reference.upper()[:3]:
        if not "A" <= letter <= "Z":
            break
        number = number * 26 + ord(letter) - 64
    return number


def _number(text: str) -> str:
    """A number in digits; as it stands where it is none, or no whole one."""
    if len(text) > _LONG_NUMBER:
        return text
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    is_whole = value.is_finite() and value.adjusted() < 20 and value == value.to_integral_value()
    return str(int(value)) if is_whole else text


def _day(text: str, epoch: datetime) -> str:
    try:
        moment = epoch + timedelta(days=float(text))
    except (ValueError, OverflowError):
        return text
    is_day = moment.time().isoformat() == "00:00:00"
    return moment.date().isoformat() if is_day else moment.isoformat(" ", "seconds")
