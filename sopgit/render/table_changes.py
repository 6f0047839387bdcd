"""What came, went and changed in a table, in words and for JSON.

Cells that hold the number of a person are shown masked, whoever looks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sopgit.core.personal import mask_cell
from sopgit.core.tablechange import TableChange
from sopgit.core.tablerows import Row
from sopgit.core.text import T, Text

SHOWN_ROWS = 20


def tell_table(change: TableChange, *, is_first: bool, limit: int = SHOWN_ROWS) -> Iterator[Text]:
    """Columns and rows that came, went and changed; `limit` rows of each kind themselves."""
    counts = change.counts
    if is_first:
        yield T("{rows} rows in {count} columns", rows=change.rows_after,
                count=len(change.columns_added))  # fmt: skip
        yield from _tell_rows(T("row"), change.added, counts.added, limit)
        return
    yield T("{rows} rows, {before} before", rows=change.rows_after, before=change.rows_before)
    yield from (T("column {name} is new", name=name) for name in change.columns_added)
    yield from (T("column {name} is gone", name=name) for name in change.columns_removed)
    yield T(
        "rows: {added} added, {removed} removed, {changed} changed",
        added=counts.added,
        removed=counts.removed,
        changed=counts.changed,
    )
    yield from _tell_rows(T("added"), change.added, counts.added, limit)
    yield from _tell_rows(T("removed"), change.removed, counts.removed, limit)
    for before, after in change.changed[:limit]:
        cells = [
            f"{name}: {mask_cell(was)} → {mask_cell(becomes)}"
            for name, (was, becomes) in _changed_cells(before, after).items()
        ]
        yield T(
            "changed: {key}={value}: {cells}",
            key=", ".join(change.key),
            value=", ".join(mask_cell(before.get(name, "")) for name in change.key),
            cells="; ".join(cells),
        )
    yield from _tell_rest(counts.changed, limit)


def _tell_rows(word: Text, rows: Sequence[Row], count: int, limit: int) -> Iterator[Text]:
    for row in rows[:limit]:
        cells = ", ".join(f"{name}={value}" for name, value in masked(row).items())
        yield T("{word}: {cells}", word=word, cells=cells)
    yield from _tell_rest(count, limit)


def _tell_rest(count: int, limit: int) -> Iterator[Text]:
    if count > limit:
        yield T("{count} more rows are not shown", count=count - limit)


def _changed_cells(before: Row, after: Row) -> dict[str, tuple[str, str]]:
    return {
        name: (was, after.get(name, ""))
        for name, was in before.items()
        if name in after and was != after[name]
    }


def masked(row: Row) -> dict[str, str]:
    """The row as it may be shown."""
    return {name: mask_cell(value) for name, value in row.items()}


def table_facts(change: TableChange) -> dict[str, Any]:
    """The counts for JSON."""
    return {
        "rows": {
            "before": change.rows_before,
            "after": change.rows_after,
            "added": change.counts.added,
            "removed": change.counts.removed,
            "changed": change.counts.changed,
        },
        "columns": {"added": list(change.columns_added), "removed": list(change.columns_removed)},
    }


def table_rows(change: TableChange) -> dict[str, Any]:
    """The rows themselves for JSON, as far as they were kept."""
    return {
        "key": list(change.key),
        "added": [masked(row) for row in change.added],
        "removed": [masked(row) for row in change.removed],
        "changed": [
            {
                "row": {name: mask_cell(before.get(name, "")) for name in change.key},
                "cells": {
                    name: {"before": mask_cell(was), "after": mask_cell(becomes)}
                    for name, (was, becomes) in _changed_cells(before, after).items()
                },
            }
            for before, after in change.changed
        ],
    }
