"""Tables: plain columns for a pipe, fitted to the window on a terminal.

A table's first column is our own word (an ID, a number, a step), since no
line may begin with foreign text; every cell is shown escaped.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from itertools import zip_longest

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text as Cell

from sopgit.render.escape import leading, visible
from sopgit.render.terminal import out

_GAP = "  "
# Up to this length a word (a date, the ID of a case) is never broken over two lines.
_WHOLE_WORD = 12


def show_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print `rows` below `headers` on stdout; nothing but the headers when there are none."""
    shown = [[leading(row[0]), *map(visible, row[1:])] for row in rows]
    width = window()
    out(table_lines(headers, shown) if width is None else _fitted(headers, shown, width))


def window() -> int | None:
    """How wide the window is that stdout goes to; None for a pipe or a file."""
    return Console(file=sys.stdout).width if sys.stdout.isatty() else None


def table_lines(
    headers: Sequence[str], rows: Sequence[Sequence[str]], width: int | None = None
) -> list[str]:
    """The table as aligned lines without an end: what a pipe or a file gets.

    What is wider than `width`, where one is given, is fitted to it.
    """
    table = [headers, *rows]
    widths = [max(map(cell_len, column)) for column in zip_longest(*table, fillvalue="")]
    if width is not None and sum(widths) + len(_GAP) * (len(widths) - 1) > width:
        return _fitted(headers, rows, width)
    return [
        _GAP.join(
            cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=False)
        ).rstrip()
        for row in table
    ]


def _fitted(headers: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[str]:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for header, *cells in zip(headers, *rows, strict=True):
        longest = max(cell_len(word) for cell in (header, *cells) for word in cell.split() or [""])
        whole = longest if longest <= _WHOLE_WORD else None
        table.add_column(Cell(header), overflow="fold", min_width=whole)
    for row in rows:
        # A plain `str` would be read for rich's own markup.
        table.add_row(*map(Cell, row))
    console = Console(file=io.StringIO(), width=width, highlight=False)
    with console.capture() as captured:
        console.print(table)
    return [line.rstrip() for line in captured.get().splitlines()]
