"""Cells that a spreadsheet takes for a formula when it opens a table.

A delivery with `=HYPERLINK(...)` in a cell runs on the computer of whoever
opens it. Signed numbers, single dashes and telephone numbers are no formulas.

Rules enforced here: `formula-cells`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.text import T

FORMULA_CELLS = Rule(
    "formula-cells",
    "the cells of a table are values and no formulas",
    why="a spreadsheet runs a formula that came with somebody's data",
)

# A signed number in any writing, a dash that means nothing, a telephone number; nothing else.
_HARMLESS = r"[+\-][\d .,()%/\-]*(?:[eE][+\-]?\d+)?\s*%?"
_FORMULA = re.compile(rf"[=@]\s*[^\s=@]|(?!{_HARMLESS}\Z)[+\-]\s*\S", re.DOTALL)
# A list's dash before words: nothing that runs without a bracket, a bar or a mark.
_BULLET = re.compile(r"[+\-][ \w.,/&'\-]*\Z")
_SIGNS = (b"+", b"-")
_STARTS = frozenset("=@+-")


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet would run this cell of a delimited table."""
    if not _FORMULA.match(cell):
        return False
    return cell[0] in "=@" or not _is_words(cell)


def _is_words(cell: str) -> bool:
    return re.match(r"-\s+[^\W\d]", cell) is not None and _BULLET.match(cell) is not None


def may_hold_formula(chunk: bytes, delimiter: str) -> bool:
    """Whether a chunk of a delimited table can hold one; quick, and errs to true."""
    if b"=" in chunk or b"@" in chunk:
        return True
    before = (b"\n", b'"', delimiter.encode())
    return any(mark + sign in chunk for sign in _SIGNS if sign in chunk for mark in before)


class FormulaCells:
    """Counts the formulas of a table and keeps the place of the first."""

    def __init__(self) -> None:
        self.count = 0
        self.first = (0, 0)

    def take(self, first_row: int, rows: Sequence[Sequence[str]]) -> None:
        """A batch of records; `first_row` is the number of the first in the table."""
        for number, row in enumerate(rows, first_row):
            for column, cell in enumerate(row, 1):
                if cell[:1] in _STARTS and is_formula(cell):
                    self.add(number, column)

    def add(self, row: int, column: int) -> None:
        """One formula, known as such."""
        self.first = self.first if self.count else (row, column)
        self.count += 1

    def findings(self, path: str) -> list[Finding]:
        """A warning where there are any."""
        if not self.count:
            return []
        message = T("{count} cells are formulas, or begin like one", count=self.count)
        hint = T("ask the agency for plain values, or say with --reason why they stay")
        return [FORMULA_CELLS.doubted(Place(path, *self.first), message, hint)]
