"""Every change of a governed file is named by a statement, path by path.

For each path the `files` entries of a landing form one chain from the digest
before to the digest after, in whatever order the statements are read, and
every changed path has a chain.

Rules enforced here: `file-unlisted`, `file-chain`, `file-foreign`.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.text import T

FILE_UNLISTED = Rule(
    "file-unlisted",
    "a governed file changes only as a statement lists it",
    why="unsigned content must not ride along with signed content",
)
FILE_CHAIN = Rule(
    "file-chain",
    "what statements list leads from the file before to the file after",
    why="a digest that leads nowhere hides what really changed",
)
FILE_FOREIGN = Rule(
    "file-foreign",
    "an event lists files of its own case and of the datasets it names",
    why="an act could otherwise vouch for files of a case that its author never saw",
)

Digest = str | None


class Before(Protocol):
    """The files before the landing."""

    def get(self, path: str) -> bytes | None: ...


@dataclass(frozen=True)
class FileChange:
    """The bytes of one path before and after; None where it is absent."""

    old: bytes | None
    new: bytes | None

    @property
    def is_addition(self) -> bool:
        """Whether the path was absent before."""
        return self.old is None


@dataclass(frozen=True)
class Entry:
    """One `files` entry with its full path, and the place of the statement that has it."""

    path: str
    old: Digest
    new: Digest
    place: Place


def sha256(data: bytes | None) -> Digest:
    """The digest that a `files` entry names; None for an absent file."""
    return None if data is None else hashlib.sha256(data).hexdigest()


def check_lineage(
    entries: Iterable[Entry],
    changes: Mapping[str, FileChange],
    governed: Iterable[str],
    before: Before,
) -> list[Finding]:
    """Hold the statements' entries against what changed; `governed` needs a chain each.

    `before` are the files as they were: what is listed and did not change in
    the end must have gone a whole round, from what it was.
    """
    listed: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        listed[entry.path].append(entry)
    findings = []
    for path in governed:
        if path not in listed:
            message = T("{path} changes, and no statement says so", path=path)
            findings.append(
                FILE_UNLISTED.broken(Place(path), message, T("let an act list it: --attach"))
            )
    for path, steps in listed.items():
        change = changes.get(path)
        if change is None:
            message = T("{path} is listed as changed and is not", path=path)
            change = _unchanged(before, path)
        else:
            message = T("what is listed for {path} does not lead to the file as it is", path=path)
        moves = [(entry.old, entry.new) for entry in steps]
        if not is_trail(moves, sha256(change.old), sha256(change.new)):
            findings.append(FILE_CHAIN.broken(steps[0].place, message))
    return findings


def _unchanged(before: Before, path: str) -> FileChange:
    data = before.get(path)
    return FileChange(data, data)


def is_trail(moves: list[tuple[Digest, Digest]], start: Digest, end: Digest) -> bool:
    """Whether all of `moves` can be put in one order that leads from `start` to `end`.

    The moves are the edges of a graph; such an order exists exactly when every
    digest is left as often as it is reached, but for the two ends, and all
    moves hang together with `start`.
    """
    balance: Counter[Digest] = Counter({start: -1})
    balance[end] += 1
    for old, new in moves:
        balance[old] += 1
        balance[new] -= 1
    if any(balance.values()) or any(old == new for old, new in moves):
        return False
    reached, waiting = {start}, list(moves)
    while waiting:
        near = [move for move in waiting if reached & set(move)]
        if not near:
            return False
        reached.update(digest for move in near for digest in move)
        waiting = [move for move in waiting if move not in near]
    return True
