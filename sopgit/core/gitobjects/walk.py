"""The difference of two trees, read folder by folder from raw objects.

Only folders whose ids differ are opened, and of two such folders only the
stretch of bytes that differs is parsed again when the old one is known to be
sound; so the cost of one landing does not grow with the repository.

The rules of `tree` hold for every folder opened on the new side, and:

- `git-tree-empty`: no empty folder below the root (Git cannot check it out,
  and two trees could differ in nothing that a path names);
- `git-tree-depth`: at most `max_depth` names in a path;
- `git-tree-size`: at most `max_entries` entries are compared in one walk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol

from sopgit.core.errors import SopgitError
from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.gitobjects.folder import (
    EMPTY,
    Folder,
    FolderCache,
    find_entry,
    parse_folder,
    parse_near,
    shared_ends,
)
from sopgit.core.gitobjects.tree import FOLDER, Entry, join
from sopgit.core.text import T

TREEEMPTY = Rule(
    "git-tree-empty",
    "no folder is empty",
    why="a tree could change and no path would show it",
)
TREE_DEPTH = Rule(
    "git-tree-depth",
    "folders are nested only as deep as the layout needs",
    why="a tree of a few objects can unfold into millions of paths",
)
TREE_SIZE = Rule(
    "git-tree-size",
    "one change touches a bounded number of files",
    why="a tree of a few objects can unfold into millions of paths",
)

MAX_DEPTH = 8
MAX_ENTRIES = 400_000
CACHED_ENTRIES = 150_000
MAX_WAYS = 64


class Objects(Protocol):
    """Raw objects by id. An absent or broken one raises a `SopgitError`, never `KeyError`."""

    def commit(self, oid: str) -> bytes: ...
    def tree(self, oid: str) -> bytes: ...
    def blob(self, oid: str) -> bytes: ...


class Change(NamedTuple):
    """The blob at a path before and after; None: no file there."""

    old: str | None
    new: str | None


@dataclass(slots=True)
class _Outcome:
    changes: dict[str, Change] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    spent: int = 0
    stopped: bool = False


class TreeWalk:
    """Compares and lists trees of one repository, remembering folders it has parsed."""

    def __init__(
        self, objects: Objects, *, max_depth: int = MAX_DEPTH, max_entries: int = MAX_ENTRIES
    ) -> None:
        self._objects = objects
        self._max_depth = max_depth
        self._max_entries = max_entries
        self._cache = FolderCache(CACHED_ENTRIES)
        self._last: dict[str, Folder] = {}

    def diff(
        self, old_tree: str | None, new_tree: str | None
    ) -> tuple[dict[str, Change], list[Finding]]:
        """The files that differ, by path, and what is wrong with the new side's folders.

        None is the empty tree. The old side is never reported: it was judged
        when it landed. With findings the changes may be incomplete.
        """
        outcome = _Outcome()
        if old_tree != new_tree:
            self._compare(old_tree, new_tree, "", 1, outcome)
        return outcome.changes, outcome.findings

    def list_tree(self, tree: str, prefix: str = "") -> Iterator[tuple[str, str]]:
        """(path, blob id) of every plain file at or below `prefix`, in Git's order."""
        path = prefix.rstrip("/")
        if not path:
            yield from self._list(tree, "", 1)
            return
        entry = self.find(tree, path)
        if entry is not None and entry.is_folder:
            yield from self._list(entry.oid, path, path.count("/") + 2)
        elif entry is not None:
            yield path, entry.oid

    def find(self, tree: str, path: str) -> Entry | None:
        """The entry at `path`, a file or a folder; None when nothing is there."""
        *folders, last = path.split("/")
        way = ""
        for name in folders:
            entry = find_entry(self._read_at(way, tree), name)
            if entry is None or not entry.is_folder:
                return None
            tree, way = entry.oid, f"{way}/{name}"
        return find_entry(self._read_at(way, tree), last)

    def _read_at(self, way: str, oid: str) -> Folder:
        """The parsed tree `oid`, which is mostly near to what was found last on the same way."""
        found, _ = self._read_near(oid, self._last.get(way, EMPTY))
        if len(self._last) >= MAX_WAYS:
            self._last.clear()
        self._last[way] = found
        return found

    def _list(self, tree: str, path: str, depth: int) -> Iterator[tuple[str, str]]:
        if depth > self._max_depth:
            raise SopgitError(T("the folder {path} is nested too deep", path=path))
        for entry in self._read(tree).entries:
            below = join(path, entry.name)
            if entry.is_folder:
                yield from self._list(entry.oid, below, depth + 1)
            else:
                yield below, entry.oid

    def _compare(
        self, old: str | None, new: str | None, path: str, depth: int, outcome: _Outcome
    ) -> None:
        if depth > self._max_depth:
            message = T("{path} is nested deeper than {n} folders", path=path, n=self._max_depth)
            _stop(outcome, TREE_DEPTH.broken(Place(path), message))
            return
        before = self._read(old) if old else EMPTY
        after, shared = self._read_near(new, before) if new else (EMPTY, (0, 0))
        if after.findings:
            outcome.findings += [_below(finding, path) for finding in after.findings]
        if new and path and not after.raw:
            outcome.findings.append(
                TREEEMPTY.broken(Place(path), T("the folder {path} is empty", path=path))
            )
        head, tail = shared
        old_entries = before.entries[head : len(before.entries) - tail]
        new_entries = after.entries[head : len(after.entries) - tail]
        outcome.spent += len(old_entries) + len(new_entries)
        if outcome.spent > self._max_entries:
            message = T("the change touches more than {n} files", n=self._max_entries)
            _stop(outcome, TREE_SIZE.broken(Place(path), message))
        for name, one, other in _pairs(old_entries, new_entries):
            if outcome.stopped:
                return
            self._compare_entry(one, other, join(path, name), depth, outcome)

    def _compare_entry(
        self, old: Entry | None, new: Entry | None, path: str, depth: int, outcome: _Outcome
    ) -> None:
        if old and new and old.mode == new.mode == FOLDER:
            if old.oid != new.oid:
                self._compare(old.oid, new.oid, path, depth + 1, outcome)
            return
        old_file, old_folder = _split(old)
        new_file, new_folder = _split(new)
        if old_file != new_file:
            outcome.changes[path] = Change(old_file, new_file)
        if old_folder != new_folder:
            self._compare(old_folder, new_folder, path, depth + 1, outcome)

    def _read(self, oid: str) -> Folder:
        found = self._cache.get(oid)
        if found is None:
            found = parse_folder(self._objects.tree(oid))
            self._cache.put(oid, found)
        return found

    def _read_near(self, oid: str, near: Folder) -> tuple[Folder, tuple[int, int]]:
        """The parsed tree `oid`, and how many entries at its ends it shares with `near`."""
        if near.findings or not near.entries:
            return self._read(oid), (0, 0)
        found = self._cache.get(oid)
        raw = found.raw if found else self._objects.tree(oid)
        shared = shared_ends(near, raw)
        if found is None:
            found = parse_near(raw, near, shared) or parse_folder(raw)
            self._cache.put(oid, found)
        return found, (0, 0) if found.findings else shared


def _pairs(
    before: list[Entry], after: list[Entry]
) -> Iterator[tuple[str, Entry | None, Entry | None]]:
    """The entries of both sides by name, in the order of the names."""
    if len(before) == len(after) == 1 and before[0].name == after[0].name:
        yield before[0].name, before[0], after[0]
        return
    olds, news = {entry.name: entry for entry in before}, {entry.name: entry for entry in after}
    for name in sorted(olds.keys() | news.keys()):
        yield name, olds.get(name), news.get(name)


def _split(entry: Entry | None) -> tuple[str | None, str | None]:
    """(file, folder) ids of an entry."""
    if entry is None:
        return None, None
    return (None, entry.oid) if entry.is_folder else (entry.oid, None)


def _stop(outcome: _Outcome, finding: Finding) -> None:
    outcome.findings.append(finding)
    outcome.stopped = True


def _below(finding: Finding, path: str) -> Finding:
    """A finding of a folder, placed in `path`."""
    place = replace(finding.place, path=join(path, finding.place.path).rstrip("/"))
    return replace(finding, place=place)
