"""Tables: plain columns for a pipe, fitted to the window on a terminal.

A table's first column is our own word (an ID, a number, a step), since no
line may begin with foreign text; every cell is shown escaped.
"""

from __future__ import annotations

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


def show_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print `rows` below `headers` on stdout; nothing but the headers when there are none."""
    shown = [[leading(row[0]), *map(visible, row[1:])] for row in rows]
    if sys.stdout.isatty():
        _show_fitted(headers, shown)
    else:
        out(table_lines(headers, shown))


def table_lines(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The table as aligned lines without an end: what a pipe or a file gets."""
    table = [headers, *rows]
    widths = [max(map(cell_len, column)) for column in zip_longest(*table, fillvalue="")]
    return [
        _GAP.join(
            cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=False)
        ).rstrip()
        for row in table
    ]


def _show_fitted(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for header in headers:
        table.add_column(Cell(header), overflow="fold")
    for row in rows:
        # A plain `str` would be read for rich's own markup.
        table.add_row(*map(Cell, row))
    Console(file=sys.stdout, highlight=False).print(table)
