"""What watches the bytes of an intake as they pass by: counts, and every content check.

A delimited table is read as it streams by; a workbook is kept in memory, up to
a limit, as its directory stands at its end; any other open file is read as
lines of text. Nothing is written anywhere. What is restricted is encrypted, so
nobody looks for persons in it; its formulas, columns and losses matter as much.

Rules enforced here: `scan-unread`; those of `sopgit.core.columns`,
`sopgit.core.formulas`, `sopgit.core.personal` and `sopgit.app.scan_workbook`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from sopgit.adapters import xlsx
from sopgit.adapters.files import file_errors
from sopgit.adapters.streams import BLOCK
from sopgit.app.scan_workbook import WorkbookScan
from sopgit.core.columns import DeclaredColumns, check_no_table
from sopgit.core.delimited import Delimited, Rows
from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.formulas import FormulaCells, may_hold_formula
from sopgit.core.losses import TableFacts
from sopgit.core.personal import may_hold
from sopgit.core.personal_columns import PersonalColumns
from sopgit.core.text import T

SCAN_UNREAD = Rule(
    "scan-unread",
    "the scan can read what is to be open",
    why="nobody knows whether a person is named in what nobody has read",
)

TABLES = (".csv", ".tsv", ".tab")
Known = Mapping[str, Collection[str]]


class Scan(Protocol):
    """Watches the bytes of an intake as they pass by once."""

    @property
    def rows(self) -> int | None:
        """Records without the heading; None: no table."""

    @property
    def columns(self) -> tuple[str, ...] | None:
        """Names of the columns; None: no table, or no heading."""

    def feed(self, block: bytes, /) -> None:
        """Take the next block."""

    def findings(self) -> list[Finding]:
        """After the last block: what forbids storing these bytes, and what needs a reason."""


def content_scan(
    name: str, declared: Sequence[Mapping[str, Any]], known: Known | None, *, is_open: bool
) -> Scan:
    """The scan for a file called `name` whose dataset has `declared` columns.

    `known`: codes of regions by coding, without dots.
    """
    suffix = PurePosixPath(name.lower()).suffix
    if suffix in xlsx.SUFFIXES:
        return WorkbookScan(name, declared, known, is_open=is_open)
    if suffix in TABLES:
        return TableScan(name, declared, known, is_open=is_open)
    return LinesScan(name, declared, is_open=is_open)


def read_facts(path: Path, name: str) -> TableFacts:
    """Rows and columns of a stored table; nothing where it is not there. `name` tells the kind."""
    scan = content_scan(name, (), None, is_open=False)
    if isinstance(scan, LinesScan) or not path.is_file():
        return TableFacts()
    with file_errors(path), path.open("rb") as file:
        while block := file.read(BLOCK):
            scan.feed(block)
    scan.findings()
    return TableFacts(scan.rows, scan.columns)


class TableScan:
    """A delimited table: persons, formulas, declared columns."""

    def __init__(
        self,
        name: str,
        declared: Sequence[Mapping[str, Any]],
        known: Known | None,
        *,
        is_open: bool,
    ) -> None:
        self._name, self._is_open = name, is_open
        self._persons = PersonalColumns() if is_open else None
        self._formulas = FormulaCells()
        self._columns = DeclaredColumns(declared, name, known, quotes=is_open) if declared else None
        names = [str(column["name"]) for column in declared]
        self._reader = Delimited(self._head, self._take, self._wants, names)
        self._is_closed = False

    @property
    def rows(self) -> int | None:
        """Records without the heading; None: no text, or nothing at all."""
        has_table = self._reader.is_text and (self._reader.rows or self._reader.columns)
        return self._reader.rows if has_table else None

    @property
    def columns(self) -> tuple[str, ...] | None:
        """Names of the columns, where there is a heading."""
        return self._reader.columns

    def feed(self, block: bytes, /) -> None:
        """Take the next block."""
        self._reader.feed(block)

    def findings(self) -> list[Finding]:
        """After the last block."""
        if not self._is_closed:
            self._reader.close()
            self._is_closed = True
        if not self._reader.is_text:
            unread = check_unread(self._name) if self._is_open else []
            return unread if self._columns is None else [*unread, *check_no_table(self._name)]
        found = self._formulas.findings(self._name)
        if self._persons is not None:
            found += self._persons.findings(self._name, self._reader.rows)
        if self._columns is not None:
            found += (
                self._columns.findings() if self.rows is not None else check_no_table(self._name)
            )
        return found

    def _wants(self, chunk: bytes) -> bool:
        dialect = self._reader.dialect
        delimiter = dialect.delimiter if dialect else ","
        return (
            self._columns is not None
            or may_hold_formula(chunk, delimiter)
            or (self._persons is not None and may_hold(chunk))
        )

    def _head(self, names: tuple[str, ...] | None, width: int) -> None:
        if self._persons is not None:
            self._persons.head(names)
        if self._columns is not None:
            self._columns.head(names, width)

    def _take(self, first_row: int, rows: Rows) -> None:
        self._formulas.take(first_row, rows)
        if self._persons is not None:
            self._persons.take(first_row, rows)
        if self._columns is not None:
            self._columns.take(first_row, rows)


class LinesScan:
    """Any other file: open text is read line by line, for persons alone."""

    rows: int | None = None
    columns: tuple[str, ...] | None = None

    def __init__(self, name: str, declared: Sequence[Mapping[str, Any]], *, is_open: bool) -> None:
        self._name, self._is_declared = name, bool(declared)
        self._persons = PersonalColumns()
        self._reader = (
            Delimited(lambda *_head: None, self._persons.take, may_hold, lines=True)
            if is_open
            else None
        )

    def feed(self, block: bytes, /) -> None:
        """Take the next block."""
        if self._reader is not None:
            self._reader.feed(block)

    def findings(self) -> list[Finding]:
        """After the last block."""
        found = check_no_table(self._name) if self._is_declared else []
        if self._reader is None:
            return found
        self._reader.close()
        if not self._reader.is_text:
            return [*found, *check_unread(self._name)]
        return [*found, *self._persons.findings(self._name, self._reader.rows, lines=True)]


def check_unread(name: str) -> list[Finding]:
    """A warning: the scan has not seen what is in an open file."""
    message = T("the scan cannot read {name}, so persons may be named in it", name=name)
    hint = T("save tables as CSV or XLSX; or look through it, and say with --reason that you did")
    return [SCAN_UNREAD.doubted(Place(name), message, hint)]
