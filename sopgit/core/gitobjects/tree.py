"""The entries of one folder as Git stores them, by one grammar.

- `git-tree-form`: mode, blank, name, NUL, 20 bytes, and so on to the end,
  at most 4 MiB;
- `git-tree-mode`: a plain file (100644) or a folder (40000), spelt so;
- `git-tree-name`: ASCII letters, digits, `.`, `_` and `-`, 1 to 100 of them,
  and nothing that any system or Git itself reads in its own way;
- `git-tree-order`: in Git's order, where a folder sorts as its name and `/`;
- `git-tree-twins`: no two names that differ in nothing or in case only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.text import T, Text

TREE_FORM = Rule(
    "git-tree-form",
    "a folder's object is whole",
    why="what follows a broken entry is seen by one reader and not by another",
)
TREE_MODE = Rule(
    "git-tree-mode",
    "a folder holds plain files (100644) and folders (40000) only",
    why="links, submodules and programs make a checkout do what no statement says",
)
TREE_NAME = Rule(
    "git-tree-name",
    "a name has ASCII letters, digits, '.', '_' and '-' and means itself on every system",
    why="a name that a system reads in its own way lands on another file than the one judged",
)
TREE_ORDER = Rule(
    "git-tree-order",
    "a folder's entries stand in Git's order",
    why="readers that search by order miss what stands out of place",
)
TREE_TWINS = Rule(
    "git-tree-twins",
    "no two names in a folder differ in case only",
    why="one of them overwrites the other where case does not count",
)

FILE = "100644"
FOLDER = "40000"
MAX_TREE_BYTES = 4 * 1024 * 1024

_KINDS: dict[str, Text] = {
    "100755": T("an executable file"),
    "100664": T("a file writable by a group"),
    "120000": T("a symbolic link"),
    "160000": T("a submodule"),
    "040000": T("a folder whose mode is padded with a zero"),
}
_ENTRY = re.compile(rb"([0-7]{1,8}) ([^\0]+)\0(.{20})", re.DOTALL)
_NAME = re.compile(
    r"(?!-|\.git\Z|(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|\Z))"
    r"[A-Za-z0-9._-]{0,99}[A-Za-z0-9_-]",
    re.IGNORECASE | re.ASCII,
)


class Entry(NamedTuple):
    """One entry of a folder; `mode` as written, in octal."""

    name: str
    mode: str
    oid: str

    @property
    def is_folder(self) -> bool:
        return self.mode in {FOLDER, "040000"}

    @property
    def sort_key(self) -> str:
        """What Git sorts a folder's entries by."""
        return self.name + "/" if self.is_folder else self.name


@lru_cache(maxsize=4096)
def is_good_name(name: str) -> bool:
    """Whether `name` may stand in a folder."""
    return _NAME.fullmatch(name) is not None


def check_path(path: str) -> list[Finding]:
    """What is wrong with the names in `path`, a path from the root with `/` between."""
    return [_name_finding(name, Place(path)) for name in path.split("/") if not is_good_name(name)]


def parse_tree(raw: bytes, path: str = "") -> tuple[tuple[Entry, ...], list[Finding]]:
    """The entries of a raw tree, and what is wrong with them.

    `path` is the folder's own path, for the places of the findings. With
    findings the entries are what could be read, for showing only.
    """
    if len(raw) > MAX_TREE_BYTES:
        message = T("the folder's object has {n} bytes", n=len(raw))
        return (), [TREE_FORM.broken(Place(path), message)]
    entries, end = read_entries(raw)
    findings = check_entries(entries, path)
    if end < len(raw):
        message = T("the folder's object breaks at byte {n}", n=end)
        findings.append(TREE_FORM.broken(Place(path), message))
    return tuple(entries), findings


def emit_tree(entries: Iterable[Entry]) -> bytes:
    """The raw tree of `entries`, in Git's order: what `parse_tree` reads back."""
    ordered = sorted(entries, key=lambda entry: entry.sort_key)
    parts = (
        f"{entry.mode} {entry.name}\0".encode() + bytes.fromhex(entry.oid) for entry in ordered
    )
    return b"".join(parts)


def read_entries(raw: bytes) -> tuple[list[Entry], int]:
    """The leading entries of `raw`, unchecked, and where they end."""
    entries: list[Entry] = []
    at = 0
    while match := _ENTRY.match(raw, at):
        mode, name, oid = match.groups()
        entries.append(Entry(name.decode("ascii", "backslashreplace"), mode.decode(), oid.hex()))
        at = match.end()
    return entries, at


def check_entries(entries: Sequence[Entry], path: str = "") -> list[Finding]:
    """What is wrong with the entries of the folder `path`, alone and together."""
    odd = [e for e in entries if e.mode not in (FILE, FOLDER) or not is_good_name(e.name)]
    findings = [finding for entry in odd for finding in _check_entry(entry, path)]
    return findings + check_order(entries, path) + _check_twins(entries, path)


def join(path: str, name: str) -> str:
    """`name` in the folder `path` ("" is the root)."""
    return f"{path}/{name}" if path else name


def check_order(entries: Sequence[Entry], path: str) -> list[Finding]:
    """A finding for each entry that should stand before the one before it."""
    return [
        TREE_ORDER.broken(
            Place(join(path, after.name)),
            T("{name} stands after {before} in its folder", name=after.name, before=before.name),
        )
        for before, after in pairwise(entries)
        if before.sort_key > after.sort_key
    ]


def _check_twins(entries: Sequence[Entry], path: str) -> list[Finding]:
    findings = []
    seen: dict[str, str] = {}
    for entry in entries:
        folded = entry.name.lower()
        if folded in seen:
            message = T("{name} and {twin} stand in one folder", name=entry.name, twin=seen[folded])
            findings.append(TREE_TWINS.broken(Place(join(path, entry.name)), message))
        else:
            seen[folded] = entry.name
    return findings


def _check_entry(entry: Entry, path: str) -> list[Finding]:
    findings = []
    place = Place(join(path, entry.name))
    if entry.mode not in (FILE, FOLDER):
        kind = _KINDS.get(entry.mode, T("of a kind that Git does not write"))
        message = T("{name} is {kind} (mode {mode})", name=entry.name, kind=kind, mode=entry.mode)
        hint = T("store it as a plain file: git update-index --chmod=-x, or a copy of its content")
        findings.append(TREE_MODE.broken(place, message, hint))
    if not is_good_name(entry.name):
        findings.append(_name_finding(entry.name, place))
    return findings


def _name_finding(name: str, place: Place) -> Finding:
    return TREE_NAME.broken(
        place,
        T("the name {name} cannot be used", name=name),
        T("use up to 100 letters, digits, '.', '_' and '-', and none that a system keeps"),
    )
