"""What one version of a table has against another: columns and rows added, removed, changed.

A row is followed from one version to the other by its key: the columns that
are named, else the first column that both have and whose cells are filled and
(but for a few) unlike each other in each. Where there is none, a changed row is
one that goes and one that comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sopgit.core.errors import UsageError
from sopgit.core.tablematch import AT_ONCE, Match, match_by_key, match_whole
from sopgit.core.tablerows import Row, Source
from sopgit.core.text import T


@dataclass(frozen=True)
class Counts:
    """How many rows came, went and changed."""

    added: int
    removed: int
    changed: int


@dataclass(frozen=True)
class TableChange:
    """`counts` is of all rows; the rows themselves stand here as far as they are to be shown.

    `changed` pairs a row before with the row after; `key` names the columns
    that say which row is which, none where no column does, and `repeated`
    counts the rows that have them in common with an earlier row.
    """

    rows_before: int
    rows_after: int
    columns_added: tuple[str, ...]
    columns_removed: tuple[str, ...]
    counts: Counts
    added: tuple[Row, ...]
    removed: tuple[Row, ...]
    changed: tuple[tuple[Row, Row], ...]
    key: tuple[str, ...]
    repeated: int


def compare(
    old: Source,
    new: Source,
    key: Sequence[str] = (),
    limit: int | None = None,
    at_once: int = AT_ONCE,
) -> TableChange:
    """What `new` has against `old`; at most `limit` rows of each kind are kept, None: all.

    Raises UsageError when `key` names a column that is not in both, or does
    not tell the rows apart.
    """
    shared = [name for name in old.columns if name in new.columns]
    _verify_columns(key, shared)
    guesses = [(name,) for name in shared if name in old.telling and name in new.telling]
    for names in [tuple(key)] if key else guesses:
        match = match_by_key(old, new, shared, names, limit, at_once)
        if match is not None:
            return _change(old, new, shared, names, match)
    if key:
        message = T("{columns} does not tell the rows apart", columns=", ".join(key))
        raise UsageError(message, T("name more columns, each with --key"))
    return _change(old, new, shared, (), match_whole(old, new, shared, limit, at_once))


def _verify_columns(key: Sequence[str], shared: Sequence[str]) -> None:
    for name in key:
        if name not in shared:
            hint = T("both have: {names}", names=", ".join(shared) or "-")
            raise UsageError(T("no column {name} is in both versions", name=name), hint)


def _change(
    old: Source, new: Source, shared: Sequence[str], key: tuple[str, ...], match: Match
) -> TableChange:
    return TableChange(
        rows_before=old.rows,
        rows_after=new.rows,
        columns_added=tuple(name for name in new.columns if name not in shared),
        columns_removed=tuple(name for name in old.columns if name not in shared),
        counts=Counts(*(match.counts[kind] for kind in ("added", "removed", "changed"))),
        added=tuple(match.added),
        removed=tuple(match.removed),
        changed=tuple(match.changed),
        key=key,
        repeated=match.repeated,
    )
