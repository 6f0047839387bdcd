"""A table as what compares two of them sees it: named columns, and records in batches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import zip_longest
from operator import itemgetter
from typing import Protocol

Cells = Sequence[str]
Row = Mapping[str, str]
Take = Callable[[Sequence[Cells]], None]

# So many rows tell which columns may name a row; whether they do, the comparison finds out.
_SAMPLE = 10_000


class Source(Protocol):
    """A table that can be read again and again."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its columns, each once."""

    @property
    def rows(self) -> int:
        """How many records it has; blank ones are none."""

    @property
    def telling(self) -> tuple[str, ...]:
        """The columns that seem to tell each row from all others."""

    def read(self, take: Take) -> None:
        """Give every record in order, in batches; a blank one is empty."""


class Survey:
    """Feed it every record once; then it knows columns and rows, and what may be a key.

    `head`: the names of the columns, None where the table has no heading.
    """

    def __init__(self, head: Sequence[str] | None = None) -> None:
        self.head = head
        self.rows = 0
        self._width = 0
        self._seen: dict[int, set[str]] = {}

    def take(self, records: Sequence[Cells]) -> None:
        """The next batch."""
        for record in filter(None, records):
            self._width = max(self._width, len(record))
            if self.rows == 0:
                self._seen = {place: set() for place in range(len(record))}
            if self.rows < _SAMPLE:
                self._look(record)
            self.rows += 1

    def _look(self, record: Cells) -> None:
        for place, seen in list(self._seen.items()):
            cell = record[place] if place < len(record) else ""
            if not cell or cell in seen:
                del self._seen[place]
            else:
                seen.add(cell)

    @property
    def columns(self) -> tuple[str, ...]:
        """Their names: the number of one without a name, and a name that stands twice with one."""
        given = list(self.head or ())
        given += [str(number + 1) for number in range(len(given), self._width)]
        return _distinct(given)

    @property
    def telling(self) -> tuple[str, ...]:
        """The columns whose cells are filled and unlike each other, as far as was looked."""
        columns = self.columns
        return tuple(columns[place] for place in self._seen) if self.rows else columns


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        seen[name] += 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(found)


class Table:
    """A table held in memory, from its records; `names` None: it has no heading."""

    def __init__(self, names: Sequence[str] | None, records: Iterable[Cells]) -> None:
        self._records = list(records)
        survey = Survey(names)
        survey.take(self._records)
        self.columns, self.rows, self.telling = survey.columns, survey.rows, survey.telling

    def read(self, take: Take) -> None:
        """Give every record."""
        take(self._records)


def hasher(table: Source, names: Sequence[str]) -> Callable[[Cells], int]:
    """Hashes of the cells of a record of `table` under `names`; one that is not there is empty."""
    places = [table.columns.index(name) for name in names]
    width = len(table.columns)
    pick = itemgetter(*places) if places else len

    def one_hash(record: Cells) -> int:
        short = width - len(record)
        return hash(pick(record if not short else (*record, *[""] * short)))

    return one_hash


def row_of(table: Source, record: Cells) -> Row:
    """A record of `table` by the names of its columns."""
    return dict(zip_longest(table.columns, record, fillvalue=""))
