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
# Words up to such a length (a date and the ID of a case have ten letters) are not broken over two
# lines, if the window has room for them; the first length that fits counts.
_WHOLE_WORDS = (12, 10, 0)
# What a column of longer words can be folded to, and what stands between two columns.
_FOLDED, _BETWEEN = 8, 3


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
    columns = list(zip(headers, *rows, strict=True))
    room = width - _BETWEEN * (len(columns) - 1)
    for header, fitted in zip(headers, _widths(columns, room), strict=True):
        table.add_column(Cell(header), overflow="fold", width=fitted)
    for row in rows:
        # A plain `str` would be read for rich's own markup.
        table.add_row(*map(Cell, row))
    console = Console(file=io.StringIO(), width=width, highlight=False)
    with console.capture() as captured:
        console.print(table)
    return [line.rstrip() for line in captured.get().splitlines()]


def _widths(columns: Sequence[Sequence[str]], room: int) -> list[int]:
    """How wide each column becomes: as its cells are, the widest made narrower until all fit."""
    widths = [max(map(cell_len, cells)) for cells in columns]
    least = _least_widths(columns, room)
    while sum(widths) > room:
        index = max(range(len(widths)), key=lambda i: widths[i] - least[i])
        if widths[index] <= least[index]:
            break
        widths[index] -= 1
    return widths


def _least_widths(columns: Sequence[Sequence[str]], room: int) -> list[int]:
    longest = [
        max(cell_len(word) for cell in cells for word in cell.split() or [""]) for cells in columns
    ]
    for limit in _WHOLE_WORDS:
        least = [size if size <= limit else min(size, _FOLDED) for size in longest]
        if sum(least) <= room:
            return least
    return [1] * len(columns)
