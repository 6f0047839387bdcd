"""Which row of one table is which row of another, in bounded memory.

Of a row only Python's own 64-bit hashes are kept, of at most `AT_ONCE` rows at
a time (some 250 bytes each), and the rows that are to be shown. Larger tables
are read more often, for a share of their rows each time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sopgit.core.tablerows import Cells, Row, Source, hasher, row_of

AT_ONCE = 500_000

# A key may stand twice in one row of a hundred: real registers are no better.
_REPEATED = 100

# What is done with a row: its number, the hash of its name, that of its cells, itself.
_Note = Callable[[int, int, int, Cells], None]


@dataclass
class Match:
    """How many rows were added, removed, changed; and those that are to be shown, in order.

    `repeated` counts the rows whose key an earlier row of their table has.
    """

    repeated: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    added: list[Row] = field(default_factory=list)
    removed: list[Row] = field(default_factory=list)
    changed: list[tuple[Row, Row]] = field(default_factory=list)


class _Matching:
    """One attempt; `names` are the columns that name a row, `limit` how many rows are shown."""

    def __init__(
        self,
        old: Source,
        new: Source,
        shared: Sequence[str],
        names: Sequence[str],
        limit: int | None,
        at_once: int,
    ) -> None:
        self.is_sound = True
        self.match = Match()
        self._old, self._new, self._shared, self._names = old, new, shared, names
        self._limit = limit
        self._parts = max(1, -(-max(old.rows, new.rows) // at_once))
        self._came: list[tuple[int, Row]] = []
        self._went: Counter[int] = Counter()
        self._became: dict[int, Row] = {}

    def run(self) -> Match | None:
        """None where the names do not tell the rows apart."""
        for part in range(self._parts):
            self._room = dict.fromkeys(("added", "removed", "changed"), self._limit)
            self.begin()
            self._read(self._old, self.remember, part)
            self._read(self._new, self.meet, part)
            if not self.is_sound:
                return None
            self.leave()
        self._fetch()
        return self.match

    def begin(self) -> None:
        """Before each share of the rows."""
        raise NotImplementedError

    def remember(self, number: int, name: int, cells: int, record: Cells) -> None:
        """A row of the old table."""
        raise NotImplementedError

    def meet(self, number: int, name: int, cells: int, record: Cells) -> None:
        """A row of the new table, after all of the old one's share."""
        raise NotImplementedError

    def leave(self) -> None:
        """After each share: what was not met again is gone."""
        raise NotImplementedError

    def seen(self, name: int) -> int:
        """The name under which a row was remembered, when the old table is read once more."""
        return name

    def came(self, number: int, record: Cells) -> None:
        """The new row `number` has none before it."""
        if self._takes("added"):
            self._came.append((number, row_of(self._new, record)))

    def became(self, name: int, record: Cells) -> None:
        """The old row of this name is `record` now."""
        if self._takes("changed"):
            self._became[name] = row_of(self._new, record)

    def went(self, name: int, count: int = 1) -> None:
        """So many old rows of this name are in the new table no more."""
        if self._takes("removed", count):
            self._went[name] = count

    def _takes(self, kind: str, count: int = 1) -> bool:
        """Count them; whether there is room to show one."""
        self.match.counts[kind] += count
        room = self._room[kind]
        if room is not None:
            self._room[kind] = room - 1
        return room is None or room > 0

    def _read(self, table: Source, note: _Note, part: int | None = None) -> None:
        # Where no column is in both, cells are compared by their place.
        name_of = hasher(table, self._names or table.columns)
        cells_of = hasher(table, self._shared or table.columns)
        number = 0

        def take(records: Sequence[Cells]) -> None:
            nonlocal number
            for record in filter(None, records):
                number += 1
                name = name_of(record)
                if part is None or name % self._parts == part:
                    note(number, name, cells_of(record), record)

        table.read(take)

    def _fetch(self) -> None:
        """Read the old table once more, for the rows of it that are to be shown."""
        match, limit = self.match, self._limit
        match.added = [row for _, row in sorted(self._came, key=lambda pair: pair[0])][:limit]

        def find(_number: int, name: int, _cells: int, record: Cells) -> None:
            name = self.seen(name)
            if self._went[name] > 0 and (limit is None or len(match.removed) < limit):
                self._went[name] -= 1
                match.removed.append(row_of(self._old, record))
            elif name in self._became and (limit is None or len(match.changed) < limit):
                match.changed.append((row_of(self._old, record), self._became[name]))

        if self._went or self._became:
            self._read(self._old, find)


class _ByKey(_Matching):
    """Rows of one name are one row; the second of a name in one table is the second in the other.

    Where more than a few names stand twice, they are no names.
    """

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._twice: tuple[Counter[int], Counter[int]] = (Counter(), Counter())
        self._room_left = [table.rows // _REPEATED for table in (self._old, self._new)]
        self._met: Counter[int] = Counter()

    def begin(self) -> None:
        self._before: dict[int, int] = {}
        self._after: set[int] = set()

    def remember(self, number: int, name: int, cells: int, record: Cells) -> None:
        if name in self._before:
            name = self._again(0, name)
        self._before[name] = cells

    def meet(self, number: int, name: int, cells: int, record: Cells) -> None:
        if name in self._after:
            name = self._again(1, name)
        self._after.add(name)
        if name not in self._before:
            self.came(number, record)
        elif self._before.pop(name) != cells:
            self.became(name, record)

    def leave(self) -> None:
        for name in self._before:
            self.went(name)

    def seen(self, name: int) -> int:
        if name not in self._twice[0]:
            return name
        self._met[name] += 1
        return _nth(name, self._met[name] - 1)

    def _again(self, side: int, name: int) -> int:
        self.match.repeated += 1
        self._room_left[side] -= 1
        self.is_sound = self.is_sound and self._room_left[side] >= 0
        self._twice[side][name] += 1
        return _nth(name, self._twice[side][name])


class _Whole(_Matching):
    """Only rows that are alike are the same row, as often as they stand there."""

    def begin(self) -> None:
        self._before: Counter[int] = Counter()

    def remember(self, number: int, name: int, cells: int, record: Cells) -> None:
        self._before[cells] += 1

    def meet(self, number: int, name: int, cells: int, record: Cells) -> None:
        if self._before[cells] > 0:
            self._before[cells] -= 1
        else:
            self.came(number, record)

    def leave(self) -> None:
        for name, count in self._before.items():
            if count > 0:
                self.went(name, count)


def match_by_key(
    old: Source, new: Source, shared: Sequence[str], key: Sequence[str], limit: int | None, at: int
) -> Match | None:
    """Follow rows by the cells under `key`; None where they do not tell the rows apart."""
    return _ByKey(old, new, shared, key, limit, at).run()


def match_whole(
    old: Source, new: Source, shared: Sequence[str], limit: int | None, at: int
) -> Match:
    """Follow rows by all their shared cells: then no row is changed, it goes and comes."""
    return _Whole(old, new, shared, shared, limit, at).run() or Match()


def _nth(name: int, number: int) -> int:
    return hash((name, number)) if number else name
