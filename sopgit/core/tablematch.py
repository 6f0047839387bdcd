"""Which row of one table is which row of another, in bounded memory.

Of a row only digests are kept, of at most `AT_ONCE` rows at a time (some 300
bytes each), and the rows that are to be shown. Larger tables are read more
than once, for a share of their rows each time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from sopgit.core.tablerows import Cells, Row, Source

AT_ONCE = 500_000

# What is done with a row: its number, the digest of its name, that of its cells, itself.
_Note = Callable[[int, bytes, bytes, Cells], None]


@dataclass
class Match:
    """How many rows were added, removed, changed; and those that are to be shown, in order."""

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
        self._went: Counter[bytes] = Counter()
        self._became: dict[bytes, Row] = {}

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

    def remember(self, number: int, name: bytes, cells: bytes, record: Cells) -> None:
        """A row of the old table."""
        raise NotImplementedError

    def meet(self, number: int, name: bytes, cells: bytes, record: Cells) -> None:
        """A row of the new table, after all of the old one's share."""
        raise NotImplementedError

    def leave(self) -> None:
        """After each share: what was not met again is gone."""
        raise NotImplementedError

    def came(self, number: int, record: Cells) -> None:
        """The new row `number` has none before it."""
        if self._takes("added"):
            self._came.append((number, _row(self._new, record)))

    def became(self, name: bytes, record: Cells) -> None:
        """The old row of this name is `record` now."""
        if self._takes("changed"):
            self._became[name] = _row(self._new, record)

    def went(self, name: bytes, count: int = 1) -> None:
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
        name_of = _digester(table, self._names)
        cells_of = _digester(table, self._shared)
        number = 0

        def take(records: Sequence[Cells]) -> None:
            nonlocal number
            for record in filter(None, records):
                number += 1
                name = name_of(record)
                if part is None or name[0] % self._parts == part:
                    note(number, name, cells_of(record), record)

        table.read(take)

    def _fetch(self) -> None:
        """Read the old table once more, for the rows of it that are to be shown."""
        match, limit = self.match, self._limit
        match.added = [row for _, row in sorted(self._came, key=lambda pair: pair[0])][:limit]

        def find(_number: int, name: bytes, _cells: bytes, record: Cells) -> None:
            if self._went[name] > 0 and (limit is None or len(match.removed) < limit):
                self._went[name] -= 1
                match.removed.append(_row(self._old, record))
            elif name in self._became and (limit is None or len(match.changed) < limit):
                match.changed.append((_row(self._old, record), self._became[name]))

        if self._went or self._became:
            self._read(self._old, find)


class _ByKey(_Matching):
    """Rows of one name are one row; two of one name in one table are no names."""

    def begin(self) -> None:
        self._before: dict[bytes, bytes | None] = {}
        self._after: set[bytes] = set()

    def remember(self, number: int, name: bytes, cells: bytes, record: Cells) -> None:
        self.is_sound = self.is_sound and name not in self._before
        self._before[name] = cells

    def meet(self, number: int, name: bytes, cells: bytes, record: Cells) -> None:
        if name in self._before:
            known = self._before[name]
            self._before[name] = None
            self.is_sound = self.is_sound and known is not None
            if known not in (None, cells):
                self.became(name, record)
            return
        self.is_sound = self.is_sound and name not in self._after
        self._after.add(name)
        self.came(number, record)

    def leave(self) -> None:
        for name, cells in self._before.items():
            if cells is not None:
                self.went(name)


class _Whole(_Matching):
    """Only rows that are alike are the same row, as often as they stand there."""

    def begin(self) -> None:
        self._before: Counter[bytes] = Counter()

    def remember(self, number: int, name: bytes, cells: bytes, record: Cells) -> None:
        self._before[name] += 1

    def meet(self, number: int, name: bytes, cells: bytes, record: Cells) -> None:
        if self._before[name] > 0:
            self._before[name] -= 1
        else:
            self.came(number, record)

    def leave(self) -> None:
        for name, count in self._before.items():
            if count > 0:
                self.went(name, count)


def match_by_key(
    old: Source, new: Source, shared: Sequence[str], key: Sequence[str], limit: int | None, at: int
) -> Match | None:
    """Follow rows by the cells under `key`; None where two rows of a table have the same."""
    return _ByKey(old, new, shared, key, limit, at).run()


def match_whole(
    old: Source, new: Source, shared: Sequence[str], limit: int | None, at: int
) -> Match:
    """Follow rows by all their shared cells: then no row is changed, it goes and comes."""
    match = _Whole(old, new, shared, shared, limit, at).run()
    return match or Match()


def _digester(table: Source, names: Sequence[str]) -> Callable[[Cells], bytes]:
    """Digests of the cells of a record of `table` under `names`; one that is not there is empty."""
    places = [table.columns.index(name) for name in names]

    def digest(record: Cells) -> bytes:
        width = len(record)
        cells = [record[place] if place < width else "" for place in places]
        return blake2b(repr(cells).encode("utf-8", "surrogatepass"), digest_size=16).digest()

    return digest


def _row(table: Source, record: Cells) -> Row:
    return dict(zip(table.columns, record, strict=False))
