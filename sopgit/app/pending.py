"""Data taken in but not yet told by an act: the next act on its case commits it.

One file for each case in `GITDIR/sopgit/pending/`, written whole or not at
all, and changed by one process at a time. It holds what the act's event will
list and the bytes that it will commit; restricted content is in it as
ciphertext only.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sopgit.adapters.files import FileError, file_errors, fsync_directory, write_atomic
from sopgit.adapters.lock import exclusive
from sopgit.core.text import T

SCHEMA = "sopgit/pending/v2"

Files = Mapping[str, bytes | None]
Key = tuple[str, int, str]
_CASE = re.compile(r"[a-z2-7]{10}")


@dataclass(frozen=True)
class Item:
    """One entry of an event to come, with the files that it lists (None: removed).

    `told` is the digest of the event that was about to tell it; empty before
    there was one. Whoever finds that event in the case knows that it waits no more.
    """

    entry: Mapping[str, Any]
    files: Files
    told: str = ""

    @property
    def slot(self) -> tuple[str, int]:
        """What it takes the place of: the dataset's new version, or the recovery of one."""
        recovered = int(self.entry["version"]) if self.entry["action"] == "recover" else 0
        return str(self.entry["dataset"]), recovered

    @property
    def key(self) -> Key:
        """What stays the same while copies are made and the telling begins."""
        return *self.slot, str(self.entry["object"]["sha256"])


@dataclass(frozen=True)
class Pending:
    """All that waits for the next act on a case.

    `leaves` is only said of what will wait once a branch has left a commit: its
    ref and that commit.
    """

    items: tuple[Item, ...] = ()
    leaves: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.items)

    @property
    def datasets(self) -> tuple[Mapping[str, Any], ...]:
        """The entries of the event to come."""
        return tuple(item.entry for item in self.items)

    @property
    def files(self) -> dict[str, bytes | None]:
        """Bytes by repository path; None: removed."""
        return {path: data for item in self.items for path, data in item.files.items()}

    def version_of(self, dataset: str) -> Item | None:
        """What waits as the new version of `dataset`."""
        return next((item for item in self.items if item.slot == (dataset, 0)), None)

    def joined(self, entry: Mapping[str, Any], files: Files) -> Pending:
        """With one entry more.

        A new version replaces what was pending as one of the same dataset; the
        recovery of an old version stands beside it.
        """
        item = Item(entry, files)
        others = tuple(held for held in self.items if held.slot != item.slot)
        return Pending((*others, item))

    def with_copies(self, copies: Mapping[Key, Sequence[str]]) -> Pending:
        """With the remotes that hold a proved copy, for each item that `copies` names."""
        return Pending(
            tuple(
                replace(item, entry={**item.entry, "copies": list(copies[item.key])})
                if item.key in copies
                else item
                for item in self.items
            )
        )

    def marked(self, carried: Pending, told: str) -> Pending:
        """Noting that the event `told` is about to tell what is `carried`."""
        keys = {item.key for item in carried.items}
        return Pending(
            tuple(replace(item, told=told) if item.key in keys else item for item in self.items)
        )

    def but(self, keys: Collection[Key]) -> Pending:
        """All but the items of these keys."""
        return Pending(tuple(item for item in self.items if item.key not in keys))

    def without(self, events: Iterable[str]) -> Pending:
        """All but what one of `events` (digests) has told."""
        known = {*events}
        return Pending(tuple(item for item in self.items if item.told not in known))


def read_pending(state: Path, case: str) -> Pending:
    """What waits for the next act on `case`; empty when nothing does. `state`: GITDIR/sopgit."""
    path = _path(state, case)
    with file_errors(path):
        if not path.exists():
            return Pending()
        data = path.read_bytes()
    try:
        value = json.loads(data)
        if value["schema"] != SCHEMA or value["case"] != case:
            raise ValueError(value["schema"])
        return Pending(tuple(map(parse_item, value["items"])), tuple(map(str, value["leaves"])))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        hint = T("remove it and add the data again; the stored objects are safe")
        raise FileError(T("{path} cannot be read", path=path), hint) from error


def change_pending(state: Path, case: str, change: Callable[[Pending], Pending]) -> Pending:
    """What waits for `case`, as `change` makes it of what waits now; nobody else does meanwhile."""
    with exclusive(state / "pending"):
        before = read_pending(state, case)
        after = change(before)
        if not after:
            _clear(state, case)
        elif after != before:
            _write(state, case, after)
    return after


def item_value(item: Item) -> dict[str, Any]:
    """The item for JSON."""
    files = {
        path: None if data is None else base64.b64encode(data).decode("ascii")
        for path, data in item.files.items()
    }
    return {"entry": dict(item.entry), "files": files, "told": item.told}


def parse_item(value: Mapping[str, Any]) -> Item:
    """The item from JSON; ValueError, KeyError, TypeError or AttributeError for anything else."""
    files = {
        str(path): None if text is None else base64.b64decode(text, validate=True)
        for path, text in value["files"].items()
    }
    return Item(value["entry"], files, str(value["told"]))


def _write(state: Path, case: str, pending: Pending) -> None:
    value = {
        "schema": SCHEMA,
        "case": case,
        "leaves": list(pending.leaves),
        "items": list(map(item_value, pending.items)),
    }
    write_atomic(_path(state, case), json.dumps(value, indent=1).encode(), mode=0o600)


def _clear(state: Path, case: str) -> None:
    path = _path(state, case)
    with file_errors(path):
        if path.exists():
            path.unlink()
            fsync_directory(path.parent)


def pending_cases(state: Path) -> tuple[str, ...]:
    """The cases of which something is held, in the order of their IDs."""
    folder = state / "pending"
    with file_errors(folder):
        if not folder.is_dir():
            return ()
        return tuple(
            sorted(path.stem for path in folder.glob("*.json") if _CASE.fullmatch(path.stem))
        )


def _path(state: Path, case: str) -> Path:
    if not _CASE.fullmatch(case):
        raise ValueError(f"no case id: {case!r}")
    return state / "pending" / f"{case}.json"
