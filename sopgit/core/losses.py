"""What a new version of a table has less of than the version before.

Rules enforced here: `rows-lost`, `columns-lost`.
"""

from __future__ import annotations

from dataclasses import dataclass

from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.text import T

ROWS_LOST = Rule(
    "rows-lost",
    "a new version of a table has nearly all rows that the one before had",
    why="a delivery that was cut short looks like any other",
)
COLUMNS_LOST = Rule(
    "columns-lost",
    "a new version of a table has the columns that the one before had",
    why="who works with the data relies on its columns",
)
LOSS = 0.05
_SHOWN = 20


@dataclass(frozen=True)
class TableFacts:
    """Rows without the heading, and the names of the columns; None: no table, no heading."""

    rows: int | None = None
    columns: tuple[str, ...] | None = None


def check_losses(before: TableFacts, after: TableFacts, path: str) -> list[Finding]:
    """Warnings where `after` lacks what `before` had; `path` names the new table."""
    findings = []
    hint = T("ask the agency, or say with --reason why it is right")
    if before.rows and (after.rows or 0) < before.rows * (1 - LOSS):
        message = T(
            "{rows} rows, and the version before has {before}",
            rows=after.rows or 0,
            before=before.rows,
        )
        findings.append(ROWS_LOST.doubted(Place(path), message, hint))
    kept = {name.casefold() for name in after.columns or ()}
    lost = [name for name in before.columns or () if name.casefold() not in kept]
    if lost:
        names = ", ".join(lost[:_SHOWN])
        message = T("{count} columns are gone: {names}", count=len(lost), names=names)
        findings.append(COLUMNS_LOST.doubted(Place(path), message, hint))
    return findings
