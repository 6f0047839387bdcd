"""The scan of a workbook: every sheet of it, hidden ones too.

Rules enforced here: `workbook-macros`, `workbook-unreadable`, `sheet-hidden`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sopgit.adapters import xlsx
from sopgit.adapters.workbook_parts import BombError, WorkbookError
from sopgit.adapters.xlsx import Sheet, Workbook
from sopgit.core.columns import DeclaredColumns, check_no_table
from sopgit.core.dialect import is_heading
from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.formulas import FormulaCells
from sopgit.core.personal_columns import PersonalColumns
from sopgit.core.text import T

WORKBOOK_MACROS = Rule(
    "workbook-macros",
    "a workbook brings no program",
    why="it would run on the computer of whoever opens the data",
)
WORKBOOK_UNREADABLE = Rule("workbook-unreadable", "a workbook can be read, within measure")
SHEET_HIDDEN = Rule(
    "sheet-hidden",
    "a workbook hides no sheet",
    why="what is published with it was seen by nobody",
)

_WITH_MACROS = (".xlsm", ".xltm", ".xlam")


class _SheetScan:
    """One sheet as a table: its heading is the first row with more than a title in it."""

    def __init__(self, path: str, columns: DeclaredColumns | None, names: Sequence[str]) -> None:
        self.path = path
        self.rows = 0
        self.names: tuple[str, ...] | None = None
        self.persons = PersonalColumns(rounded=True)
        self.formulas = FormulaCells()
        self._columns, self._declared = columns, names
        self._has_head = False

    def take(self, first_row: int, rows: Sequence[Sequence[str]]) -> None:
        if not self._has_head:
            rows, first_row = self._head(first_row, rows)
        self.rows += sum(any(row) for row in rows)
        if rows:
            self.persons.take(first_row, rows)
            if self._columns is not None:
                filled = [row if any(row) else [] for row in rows]
                self._columns.take(first_row, filled)

    def _head(
        self, first_row: int, rows: Sequence[Sequence[str]]
    ) -> tuple[Sequence[Sequence[str]], int]:
        filled = [sum(map(bool, row)) for row in rows]
        if not any(filled):
            return rows, first_row
        wide = next((n for n, count in enumerate(filled) if count > 1), None)
        at = wide if wide is not None else filled.index(1)
        self._has_head = True
        if is_heading(rows[at], self._declared):
            self.names = tuple(name.strip() for name in rows[at])
            first_row, titles, rows = first_row + at + 1, rows[:at], rows[at + 1 :]
            self.persons.head(self.names)
            self.persons.take(first_row - at - 1, titles)
        if self._columns is not None:
            self._columns.head(self.names, max(filled))
        return rows, first_row


class WorkbookScan:
    """Keeps the workbook in memory, up to a limit, and reads it when it is whole."""

    def __init__(
        self,
        name: str,
        declared: Sequence[Mapping[str, Any]],
        known: Mapping[str, Collection[str]] | None,
        *,
        is_open: bool,
    ) -> None:
        self._name, self._is_open = name, is_open
        self._declared, self._known = declared, known
        self._data = bytearray()
        self._is_large = False
        self._sheets: dict[Sheet, _SheetScan] = {}
        self._main: _SheetScan | None = None
        self._found: list[Finding] | None = None

    @property
    def rows(self) -> int | None:
        """Rows below the heading of the first sheet that is shown."""
        return self._main.rows if self._main else None

    @property
    def columns(self) -> tuple[str, ...] | None:
        """The heading of the first sheet that is shown."""
        return self._main.names if self._main else None

    def feed(self, block: bytes, /) -> None:
        """Take the next block."""
        if len(self._data) + len(block) > xlsx.LIMIT:
            self._is_large = True
            self._data.clear()
        elif not self._is_large:
            self._data += block

    def findings(self) -> list[Finding]:
        """After the last block."""
        if self._found is None:
            self._found = self._judge()
        return self._found

    def _judge(self) -> list[Finding]:
        if self._name.lower().endswith(_WITH_MACROS):
            return [self._macros()]
        if self._is_large:
            message = T("{name} is larger than 64 MiB", name=self._name)
            hint = T("save its tables as CSV")
            return [WORKBOOK_UNREADABLE.broken(Place(self._name), message, hint)]
        data = bytes(self._data)
        self._data.clear()
        try:
            workbook = xlsx.read_workbook(data, self._take, self._formula)
        except WorkbookError as error:
            is_grave = self._is_open or self._declared or isinstance(error, BombError)
            rule = WORKBOOK_UNREADABLE.broken if is_grave else WORKBOOK_UNREADABLE.doubted
            return [rule(Place(self._name), error.message, error.hint)]
        return self._judge_sheets(workbook)

    def _judge_sheets(self, workbook: Workbook) -> list[Finding]:
        found = [self._macros()] if workbook.has_macros else []
        for sheet in workbook.sheets:
            path = f"{self._name}[{sheet.name}]"
            if sheet.is_hidden:
                message = T("the sheet {name} is hidden", name=sheet.name)
                hint = T("ask the agency, or say with --reason why it is right")
                found.append(SHEET_HIDDEN.doubted(Place(path), message, hint))
            scan = self._sheets.get(sheet)
            if scan is not None:
                found += scan.formulas.findings(path)
                found += scan.persons.findings(path, scan.rows) if self._is_open else []
        if self._declared:
            found += self._checker.findings() if self._main else check_no_table(self._name)
        return found

    def _take(self, sheet: Sheet, first_row: int, rows: Sequence[Sequence[str]]) -> None:
        self._scan_of(sheet).take(first_row, rows)

    def _formula(self, sheet: Sheet, row: int, column: int) -> None:
        self._scan_of(sheet).formulas.add(row, column)

    def _scan_of(self, sheet: Sheet) -> _SheetScan:
        if sheet not in self._sheets:
            path = f"{self._name}[{sheet.name}]"
            is_main = self._main is None and not sheet.is_hidden
            checker = None
            if is_main and self._declared:
                checker = self._checker = DeclaredColumns(
                    self._declared, path, self._known, quotes=self._is_open
                )
            names = [str(column["name"]) for column in self._declared] if is_main else []
            scan = self._sheets[sheet] = _SheetScan(path, checker, names)
            self._main = scan if is_main else self._main
        return self._sheets[sheet]

    def _macros(self) -> Finding:
        message = T("{name} holds macros", name=self._name)
        hint = T("save it as XLSX without them, or return it to the agency (sopgit return)")
        return WORKBOOK_MACROS.broken(Place(self._name), message, hint)
