"""A table held against the columns that its dataset.yaml declares.

The checker is our own: ten types of Table Schema are ten patterns, and
frictionless, which DESIGN names for it, takes 164 ms to import, wants a file
or a second pass instead of passing blocks, and reads `1.234,56` only if told.

Rules enforced here: `column-missing`, `column-undeclared`, `cell-required`,
`cell-type`, `region-code`, `table-findings`, `table-unreadable`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.region_codes import is_region_code, other_coding
from sopgit.core.text import T, Text

COLUMN_MISSING = Rule("column-missing", "a table has every column that is declared")
COLUMN_UNDECLARED = Rule(
    "column-undeclared",
    "a table has no column that is not declared",
    why="nobody has classed what is in it",
)
CELL_REQUIRED = Rule("cell-required", "a required column is empty in no row")
CELL_TYPE = Rule("cell-type", "a cell is of its column's declared type")
REGION_CODE = Rule(
    "region-code",
    "a region's code is one of the declared coding",
    why="the two codings number the same places differently",
)
TABLE_UNREADABLE = Rule("table-unreadable", "data with declared columns is a table")
TABLE_FINDINGS = Rule("table-findings", "more cells are wrong than are listed")

SHOWN = 20
_GROUPED = r"[+-]?\d{1,3}(?:\.\d{3})+(?:,\d+)?|[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?"
_NUMBER = re.compile(rf"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d{{1,3}})?|{_GROUPED}")
_INTEGER = re.compile(r"[+-]?\d+|[+-]?\d{1,3}(?:\.\d{3})+|[+-]?\d{1,3}(?:,\d{3})+")
_BOOLEAN = re.compile(r"true|false|ya|tidak|benar|salah|1|0", re.IGNORECASE)
_YEAR = re.compile(r"\d{4}")
_YEAR_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _parses(parse: Callable[[str], object], form: re.Pattern[str] | None = None) -> Any:
    def fits(text: str) -> bool:
        if form is not None and not form.fullmatch(text):
            return False
        try:
            parse(text)
        except ValueError:
            return False
        return True

    return fits


_TYPES: Mapping[str, Callable[[str], Any]] = {
    "integer": _INTEGER.fullmatch,
    "number": _NUMBER.fullmatch,
    "boolean": _BOOLEAN.fullmatch,
    "date": _parses(date.fromisoformat, _DAY),
    "time": _parses(time.fromisoformat),
    "datetime": _parses(datetime.fromisoformat),
    "year": _YEAR.fullmatch,
    "yearmonth": _YEAR_MONTH.fullmatch,
}
_HINTS: Mapping[str, Text] = {
    "date": T("write it like 2026-11-23"),
    "number": T("write digits like 1234,56 or 1.234,56, without a unit"),
    "integer": T("write digits only, without a unit"),
}


def check_no_table(path: str) -> list[Finding]:
    """What to say of a file that should be a table and cannot be read as one."""
    message = T("columns are declared, and {path} is no table that can be read", path=path)
    return [TABLE_UNREADABLE.broken(Place(path), message, T("save it as CSV or XLSX"))]


class DeclaredColumns:
    """Feed it the heading and the rows of a table; then ask for its findings.

    `declared` are the entries of `columns` in dataset.yaml; `known` codes of
    regions by coding, without dots. Where not `quotes`, no cell is quoted.
    """

    def __init__(
        self,
        declared: Sequence[Mapping[str, Any]],
        path: str,
        known: Mapping[str, Collection[str]] | None = None,
        *,
        quotes: bool = True,
    ) -> None:
        self._declared = declared
        self._path = path
        self._known = known or {}
        self._quotes = quotes
        self._frame: list[Finding] = []
        self._cells: list[Finding] = []
        self._unlisted = 0
        self._where: list[tuple[int, Mapping[str, Any]]] = []

    def head(self, names: Sequence[str] | None, width: int) -> None:
        """The names of the columns; without names the declared order counts."""
        if names is None:
            names = [column["name"] for column in self._declared[:width]]
            names += [str(number) for number in range(len(names) + 1, width + 1)]
        places = {name.casefold(): number for number, name in reversed([*enumerate(names)])}
        for column in self._declared:
            at = places.get(column["name"].casefold())
            if at is None:
                message = T("the column {name} is not there", name=column["name"])
                hint = T("found: {names}", names=", ".join(names[:SHOWN]))
                self._frame.append(COLUMN_MISSING.broken(Place(self._path), message, hint))
            else:
                self._where.append((at, column))
        declared = {column["name"].casefold() for column in self._declared}
        hint = T("declare it in dataset.yaml, or take it out")
        for number, name in enumerate(names, 1):
            if name.casefold() not in declared:
                message = T("the column {name} is not declared", name=name or str(number))
                place = Place(self._path, 1, number)
                self._frame.append(COLUMN_UNDECLARED.broken(place, message, hint))

    def take(self, first_row: int, rows: Sequence[Sequence[str]]) -> None:
        """A batch of records; `first_row` is the number of the first in the table."""
        for at, column in self._where:
            fits = _TYPES.get(column["type"])
            coding = column.get("coding")
            is_required = column.get("required", False)
            if fits is None and coding is None and not is_required:
                continue
            for number, row in enumerate(rows, first_row):
                cell = row[at].strip() if at < len(row) else ""
                if not cell:
                    if is_required and row:
                        self._add(CELL_REQUIRED, number, at, T("a required cell is empty"))
                elif fits is not None and not fits(cell):
                    self._add_type(number, at, column, cell)
                elif coding and not is_region_code(cell, coding, self._known.get(coding, ())):
                    self._add_code(number, at, coding, cell)

    def _add_type(self, row: int, at: int, column: Mapping[str, Any], cell: str) -> None:
        message = T(
            "{value} in column {column} is no {type}",
            value=self._shown(cell),
            column=column["name"],
            type=column["type"],
        )
        self._add(CELL_TYPE, row, at, message, _HINTS.get(column["type"]))

    def _add_code(self, row: int, at: int, coding: str, cell: str) -> None:
        other = other_coding(cell, coding)
        message = T("{value} is no code of {coding}", value=self._shown(cell), coding=coding)
        hint = T("it looks like a code of {coding}", coding=other) if other else None
        self._add(REGION_CODE, row, at, message, hint)

    def _add(self, rule: Rule, row: int, at: int, message: Text, hint: Text | None = None) -> None:
        if len(self._cells) < SHOWN:
            self._cells.append(rule.broken(Place(self._path, row, at + 1), message, hint))
        else:
            self._unlisted += 1

    def _shown(self, cell: str) -> str:
        return cell[:40] if self._quotes else re.sub(r"\w", "*", cell[:40])

    def findings(self) -> list[Finding]:
        """Columns first, then cells; after `SHOWN` cells only how many more."""
        found = [*self._frame[:SHOWN], *self._cells]
        left = self._unlisted + len(self._frame[SHOWN:])
        if left:
            message = T("{count} more are not listed", count=left)
            found.append(TABLE_FINDINGS.broken(Place(self._path), message))
        return found
