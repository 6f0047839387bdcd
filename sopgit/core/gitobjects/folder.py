"""One parsed folder, and how to parse the next version of it cheaply.

Two versions of a folder mostly share their ends. A sound folder is kept with
its bytes and offsets, and of a version near to it only the stretch between
the shared ends is parsed and checked; the answer is the same as that of
parsing the whole, which a test holds.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from sopgit.core.finding import Finding
from sopgit.core.gitobjects.tree import (
    MAX_TREE_BYTES,
    Entry,
    check_entries,
    parse_tree,
    read_entries,
)

_ID = 20


@dataclass(slots=True, eq=False)
class Folder:
    """A parsed tree; never changed once made, since versions share its parts.

    `starts` are byte offsets of the entries and of the end, `folded` the
    names without regard to case. With `findings` the rest is for showing only.
    """

    raw: bytes
    entries: list[Entry]
    starts: list[int]
    folded: frozenset[str]
    findings: list[Finding]


EMPTY = Folder(b"", [], [0], frozenset(), [])


def parse_folder(raw: bytes) -> Folder:
    """`raw` parsed and checked whole; the findings' paths begin at the folder."""
    entries, findings = parse_tree(raw)
    folded = frozenset([entry.name.lower() for entry in entries])
    return Folder(raw, list(entries), _starts(entries, 0), folded, findings)


def parse_near(raw: bytes, near: Folder, shared: tuple[int, int]) -> Folder | None:
    """`raw` parsed where it differs from the sound folder `near`; None: parse it whole.

    `shared` is `shared_ends(near, raw)`. The grammar is read from left to
    right without looking ahead. So equal leading entries stay what they were,
    and if the stretch between ends just where the equal trailing entries
    begin, so do those.
    """
    head, tail = shared
    last = len(near.entries) - tail
    begin, shift = near.starts[head], len(raw) - len(near.raw)
    if not shift and last == head + 1:
        end = near.starts[last]
        if raw[begin : end - _ID] == near.raw[begin : end - _ID]:  # only its content changed
            entries = near.entries.copy()
            entries[head] = Entry(*entries[head][:2], raw[end - _ID : end].hex())
            return Folder(raw, entries, near.starts, near.folded, [])
    between = raw[begin : near.starts[last] + shift]
    stretch, end = read_entries(between)
    if end < len(between) or len(raw) > MAX_TREE_BYTES:
        return None
    entries = near.entries.copy()
    entries[head:last] = stretch
    replaced = near.entries[head:last]
    if [entry[:2] for entry in stretch] == [entry[:2] for entry in replaced]:
        # The names and modes of a sound folder: only contents changed.
        return Folder(raw, entries, near.starts, near.folded, [])
    folded = near.folded.difference([entry.name.lower() for entry in replaced])
    come = frozenset([entry.name.lower() for entry in stretch])
    around = entries[max(head - 1, 0) : head + len(stretch) + 1]
    if folded & come or check_entries(around):
        return None
    rest = [offset + shift for offset in near.starts[last + 1 :]]
    starts = near.starts[:head] + _starts(stretch, begin) + rest
    return Folder(raw, entries, starts, folded | come, [])


def shared_ends(near: Folder, raw: bytes) -> tuple[int, int]:
    """How many leading and, after those, trailing entries of `near` begin and end `raw`."""
    old, starts, count = near.raw, near.starts, len(near.entries)
    size = min(len(old), len(raw))
    differing = _differing(old[:size], raw[:size])
    head = bisect_right(starts, size - (differing.bit_length() + 7) // 8) - 1
    room = size - starts[head]
    if len(old) != len(raw):
        differing = _differing(old[len(old) - room :], raw[len(raw) - room :])
    if differing:
        room = ((differing & -differing).bit_length() - 1) // 8
    return head, count - bisect_left(starts, len(old) - room, hi=count)


def _differing(one: bytes, other: bytes) -> int:
    """No bit is set where two texts of one length are alike; the first byte is the highest."""
    return int.from_bytes(one, "big") ^ int.from_bytes(other, "big")


def find_entry(folder: Folder, name: str) -> Entry | None:
    """The entry called `name`."""
    at = folder.raw.find(f" {name}\0".encode())
    if at < 0 or not folder.entries:
        return None
    index = bisect_right(folder.starts, at, hi=len(folder.entries)) - 1
    if folder.entries[index].name == name:
        return folder.entries[index]
    # The bytes of an id can look like a name.
    return next((entry for entry in folder.entries if entry.name == name), None)


class FolderCache:
    """Folders by id in two generations: what was used since the last sweep survives it."""

    def __init__(self, limit: int) -> None:
        """Holds about `limit` entries, whichever folders they stand in."""
        self._limit = limit // 2
        self._weight = 0
        self._young: dict[str, Folder] = {}
        self._old: dict[str, Folder] = {}

    def get(self, oid: str) -> Folder | None:
        found = self._young.get(oid)
        if found is None:
            found = self._old.get(oid)
            if found is not None:
                self.put(oid, found)
        return found

    def put(self, oid: str, folder: Folder) -> None:
        self._young[oid] = folder
        self._weight += len(folder.entries) + 4
        if self._weight > self._limit:
            self._old, self._young, self._weight = self._young, {}, 0


def _starts(entries: Sequence[Entry], at: int) -> list[int]:
    starts = [at]
    for entry in entries:
        at += len(entry.mode) + len(entry.name) + 22
        starts.append(at)
    return starts
