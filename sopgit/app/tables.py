"""Large mappings and sets as bytes that are searched without being parsed.

An act asks a handful of questions about a ledger of a hundred thousand letter
numbers. `Table` and `Commits` answer from sorted bytes by binary search, so
that taking up a verified ledger costs reading a file and no more.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

K = TypeVar("K")
V = TypeVar("V")
_SIZE = 20


class Table(Mapping[K, V]):
    """A read-only mapping over sorted lines `KEY TAB VALUE`, both in JSON.

    `key_of` and `value_of` make what JSON knows into keys and values.
    """

    def __init__(
        self, data: bytes, key_of: Callable[[Any], K], value_of: Callable[[Any], V]
    ) -> None:
        self._data = data
        self._key_of = key_of
        self._value_of = value_of
        self._whole: dict[K, V] | None = None

    def __getitem__(self, key: K) -> V:
        if self._whole is not None:
            return self._whole[key]
        found = self._find(_json(key) + b"\t")
        if found is None:
            raise KeyError(key)
        return self._value_of(json.loads(found))

    def __iter__(self) -> Iterator[K]:
        return iter(self._all())

    def __len__(self) -> int:
        return self._data.count(b"\n")

    def _all(self) -> dict[K, V]:
        if self._whole is None:
            pairs = (line.split(b"\t") for line in self._data.splitlines())
            self._whole = {
                self._key_of(json.loads(key)): self._value_of(json.loads(value))
                for key, value in pairs
            }
        return self._whole

    def _find(self, start: bytes) -> bytes | None:
        """What follows `start` on the one line that begins with it."""
        data, low, high = self._data, 0, len(self._data)
        while low < high:
            middle = (low + high) // 2
            begin = max(data.rfind(b"\n", low, middle) + 1, low)
            end = data.find(b"\n", middle)
            line = data[begin:end]
            if line.startswith(start):
                return line[len(start) :]
            if line < start:
                low = end + 1
            else:
                high = begin
        return None


def table_bytes(entries: Mapping[Any, Any]) -> bytes:
    """What `Table` reads; a tab ends a key since JSON never holds one."""
    lines = sorted(_json(key) + b"\t" + _json(value) + b"\n" for key, value in entries.items())
    return b"".join(lines)


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode("ascii")


class Commits:
    """A growing set of commit ids over sorted raw ones."""

    def __init__(self, data: bytes) -> None:
        if len(data) % _SIZE:
            raise ValueError("not whole ids")
        self._data = data
        self._new: set[str] = set()

    def __contains__(self, commit: object) -> bool:
        return isinstance(commit, str) and (commit in self._new or self._is_old(commit))

    def __iter__(self) -> Iterator[str]:
        for at in range(0, len(self._data), _SIZE):
            yield self._data[at : at + _SIZE].hex()
        yield from self._new

    def __len__(self) -> int:
        return len(self._data) // _SIZE + len(self._new)

    def add(self, commit: str) -> None:
        self._new.add(commit)

    def _is_old(self, commit: str) -> bool:
        try:
            raw = bytes.fromhex(commit)
        except ValueError:
            return False
        count = len(self._data) // _SIZE
        at = bisect_left(range(count), raw, key=self._raw) if len(raw) == _SIZE else count
        return at < count and self._raw(at) == raw and raw.hex() == commit

    def _raw(self, index: int) -> bytes:
        return self._data[index * _SIZE : (index + 1) * _SIZE]


def commits_bytes(commits: Iterable[str]) -> bytes:
    """What `Commits` reads."""
    return b"".join(sorted(map(bytes.fromhex, commits)))
