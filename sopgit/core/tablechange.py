"""What one version of a table has against another: columns and rows added, removed, changed.

A row is followed from one version to the other by the first column that both
have and whose cells are filled and unlike each other in each; where there is
none, a changed row is one that goes and one that comes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Row = Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """A table that was read: the names of its columns, each once, and its rows by them."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @classmethod
    def of(cls, names: Sequence[str] | None, records: Iterable[Sequence[str]]) -> Table:
        """From records; `names` None: no heading. Names that stand twice get a number."""
        kept = [record for record in records if record]
        width = max(map(len, kept), default=0)
        given = list(names or ())
        given += [str(number + 1) for number in range(len(given), width)]
        columns = _distinct(given)
        rows = tuple(dict(zip(columns, record, strict=False)) for record in kept)
        return cls(columns, rows)


@dataclass(frozen=True)
class TableChange:
    """`changed` pairs a row before with the row after; `key` is the column they share."""

    rows_before: int
    rows_after: int
    columns_added: tuple[str, ...] = ()
    columns_removed: tuple[str, ...] = ()
    added: tuple[Row, ...] = ()
    removed: tuple[Row, ...] = ()
    changed: tuple[tuple[Row, Row], ...] = ()
    key: str | None = None


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        seen[name] += 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(found)


def compare(old: Table, new: Table) -> TableChange:
    """What `new` has against `old`."""
    shared = [name for name in old.columns if name in new.columns]
    added = tuple(name for name in new.columns if name not in shared)
    removed = tuple(name for name in old.columns if name not in shared)
    counts = (len(old.rows), len(new.rows))
    key = next((name for name in shared if _tells(old, name) and _tells(new, name)), None)
    if key is None:
        come, gone = _unpaired(old, new, shared)
        return TableChange(*counts, added, removed, come, gone)
    before = {row[key]: row for row in old.rows}
    after = {row[key]: row for row in new.rows}
    return TableChange(
        *counts,
        added,
        removed,
        tuple(row for value, row in after.items() if value not in before),
        tuple(row for value, row in before.items() if value not in after),
        tuple(
            (row, after[value])
            for value, row in before.items()
            if value in after and _cells(row, shared) != _cells(after[value], shared)
        ),
        key,
    )


def _tells(table: Table, name: str) -> bool:
    """Whether the column tells every row of `table` from the others."""
    cells = [row.get(name, "") for row in table.rows]
    return all(cells) and len(set(cells)) == len(cells)


def _unpaired(old: Table, new: Table, shared: list[str]) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """The rows that come and those that go, as often as they do."""
    before = Counter(_cells(row, shared) for row in old.rows)
    after = Counter(_cells(row, shared) for row in new.rows)
    return _taken(new, after - before, shared), _taken(old, before - after, shared)


def _taken(table: Table, wanted: Counter[tuple[str, ...]], shared: list[str]) -> tuple[Row, ...]:
    found = []
    for row in table.rows:
        cells = _cells(row, shared)
        if wanted[cells] > 0:
            wanted[cells] -= 1
            found.append(row)
    return tuple(found)


def _cells(row: Row, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(row.get(name, "") for name in names)
