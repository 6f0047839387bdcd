"""Stored tables as `sopgit.core.tablematch` reads them: again and again, and never whole.

A delimited table is parsed anew for each reading, as its bytes pass by. A
workbook is kept in memory, up to the limit of its reader, as its directory
stands at its end; each of its sheets is a table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import PurePosixPath

from sopgit.adapters import xlsx
from sopgit.adapters.streams import OnBlock
from sopgit.adapters.workbook_parts import WorkbookError
from sopgit.adapters.xlsx import Sheet
from sopgit.app.scan import TABLES
from sopgit.core.delimited import Delimited, Rows
from sopgit.core.dialect import is_heading
from sopgit.core.tablerows import Cells, Source, Survey, Take

ReadBlocks = Callable[[OnBlock], object]
"""Gives all of a content to a watcher, in blocks, as often as it is called."""


def read_tables(name: str, read: ReadBlocks, declared: Sequence[str]) -> dict[str, Source] | None:
    """The tables in the content of a file called `name`, by sheet; None: it is no table.

    `declared` are the names of columns that its heading has, as far as they are known.
    """
    suffix = PurePosixPath(name.lower()).suffix
    if suffix in TABLES:
        table = DelimitedTable(read, declared)
        return {"": table} if table.is_text else None
    return _read_workbook(read, declared) if suffix in xlsx.SUFFIXES else None


class DelimitedTable:
    """One delimited table; what it consists of is known after a first reading."""

    def __init__(self, read: ReadBlocks, declared: Sequence[str]) -> None:
        self._read_blocks, self._declared = read, declared
        survey = Survey()
        reader = self._parse(survey.take)
        self.is_text = reader.is_text
        survey.head = reader.columns
        self.columns, self.rows, self.telling = survey.columns, survey.rows, survey.telling

    def read(self, take: Take) -> None:
        """Give every record."""
        self._parse(take)

    def _parse(self, take: Take) -> Delimited:
        def pass_on(_first: int, rows: Rows) -> None:
            take(rows)

        reader = Delimited(lambda *_head: None, pass_on, lambda _chunk: True, self._declared)
        self._read_blocks(reader.feed)
        reader.close()
        return reader


class SheetTable:
    """One sheet; its heading is the first row with more than a title in it, if that is one."""

    def __init__(self, data: bytes, sheet: Sheet, declared: Sequence[str]) -> None:
        self._data, self._sheet, self._declared = data, sheet, declared
        self._head: Sequence[str] | None = None
        survey = Survey()
        self.read(survey.take)
        survey.head = self._head
        self.columns, self.rows, self.telling = survey.columns, survey.rows, survey.telling

    def read(self, take: Take) -> None:
        """Give every record; rows without a filled cell are none."""
        is_below = False

        def pass_on(sheet: Sheet, _first: int, rows: Rows) -> None:
            nonlocal is_below
            if sheet != self._sheet:
                return
            filled = [row for row in rows if any(row)]
            if filled and not is_below:
                filled, is_below = self._below(filled), True
            take(filled)

        xlsx.read_workbook(self._data, pass_on, lambda *_formula: None)

    def _below(self, rows: list[Cells]) -> list[Cells]:
        """The rows below title and heading; `rows` are the first that are filled."""
        wide = next((n for n, row in enumerate(rows) if sum(map(bool, row)) > 1), 0)
        if not is_heading(rows[wide], self._declared):
            return rows[wide:]
        self._head = tuple(name.strip() for name in rows[wide])
        return rows[wide + 1 :]


def _read_workbook(read: ReadBlocks, declared: Sequence[str]) -> dict[str, Source] | None:
    data = bytearray()

    def keep(block: bytes) -> None:
        if len(data) <= xlsx.LIMIT:
            data.extend(block)

    read(keep)
    if len(data) > xlsx.LIMIT:
        return None
    whole = bytes(data)
    try:
        workbook = xlsx.read_workbook(whole, lambda *_rows: None, lambda *_formula: None)
        return {sheet.name: SheetTable(whole, sheet, declared) for sheet in workbook.sheets}
    except WorkbookError:
        return None
