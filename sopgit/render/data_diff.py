"""Two versions of a dataset beside each other, in words and for JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from sopgit.core.tablechange import TableChange
from sopgit.core.text import T, Text
from sopgit.render.datasets import Version
from sopgit.render.table_changes import table_facts, table_rows, tell_table

SCHEMA = "sopgit/data-diff/v1"


class Side(Protocol):
    """One of the two versions, with its content's size and SHA-256."""

    @property
    def version(self) -> Version: ...
    @property
    def file(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def sha256(self) -> str: ...


class Diff(Protocol):
    """What one has against the other; `sheets` is empty for what is no table."""

    @property
    def dataset(self) -> str: ...
    @property
    def before(self) -> Side: ...
    @property
    def after(self) -> Side: ...
    @property
    def is_same(self) -> bool: ...
    @property
    def sheets(self) -> Sequence[tuple[str, TableChange]]: ...


def told_diff(diff: Diff, limit: int) -> Iterator[Text]:
    """Line by line; `limit` rows of each kind."""
    for side in (diff.before, diff.after):
        yield T(
            "{dataset} version {version} of {day}: {file}, {size} bytes, SHA-256 {sha256}",
            dataset=diff.dataset,
            version=side.version.version,
            day=side.version.at[:10],
            file=side.file,
            size=side.size,
            sha256=side.sha256,
        )
    if diff.is_same:
        yield T("the content is the same")
    elif not diff.sheets:
        yield T("it is no table that can be read, so no rows are compared")
    for name, change in diff.sheets:
        if name:
            yield T("sheet {name}:", name=name)
        if change.key:
            yield T("which row is which, {columns} tells", columns=", ".join(change.key))
            if change.repeated:
                yield T("rows whose key another row has: {count}", count=change.repeated)
        elif change.counts.added and change.counts.removed:
            yield T("no column tells which row is which: a changed row goes and comes")
        yield from tell_table(change, is_first=False, limit=limit)


def diff_object(diff: Diff) -> dict[str, Any]:
    """For JSON."""
    return {
        "schema": SCHEMA,
        "dataset": diff.dataset,
        "from": _side(diff.before),
        "to": _side(diff.after),
        "same": diff.is_same,
        "tables": [
            {"sheet": name or None, **table_facts(change), **table_rows(change)}
            for name, change in diff.sheets
        ],
    }


def _side(side: Side) -> dict[str, Any]:
    version = side.version
    facts = {"version": version.version, "at": version.at, "file": side.file}
    return facts | {"size": side.size, "sha256": side.sha256}
