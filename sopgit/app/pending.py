"""Data taken in but not yet told by an act: the next act on its case commits it.

One file for each case in `GITDIR/sopgit/pending/`, written whole or not at
all. It holds what the act's event will list and the bytes that it will
commit; restricted content is in it as ciphertext only.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sopgit.adapters.files import FileError, file_errors, fsync_directory, write_atomic
from sopgit.core.text import T

SCHEMA = "sopgit/pending/v1"

_CASE = re.compile(r"[a-z2-7]{10}")


@dataclass(frozen=True)
class Pending:
    """`files`: bytes by repository path (None: removed); `datasets`: entries of an event.

    `told` is the digest of the event that was about to tell it all; empty before
    there was one. Whoever finds that event in the case knows that nothing waits.
    `leaves` is only said of what will wait once a branch has left a commit: its
    ref and that commit.
    """

    files: Mapping[str, bytes | None] = field(default_factory=dict)
    datasets: tuple[Mapping[str, Any], ...] = ()
    told: str = ""
    leaves: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.files or self.datasets)

    def joined(self, entry: Mapping[str, Any], files: Mapping[str, bytes | None]) -> Pending:
        """With one entry more.

        A new version replaces what was pending as one of the same dataset; the
        recovery of an old version stands beside it.
        """
        others = tuple(held for held in self.datasets if _slot(held) != _slot(entry))
        kept = dict(self.files)
        if entry["action"] != "recover":
            folder = f"datasets/{entry['dataset']}/"
            kept = {path: data for path, data in kept.items() if not path.startswith(folder)}
        return Pending({**kept, **files}, (*others, entry))

    def with_copies(self, proved: Mapping[str, Any], copies: list[str]) -> Pending:
        """With the remotes that hold a proved copy of what the entry `proved` names."""
        entries = tuple(
            {**entry, "copies": copies} if _slot(entry) == _slot(proved) else entry
            for entry in self.datasets
        )
        return Pending(self.files, entries)


def _slot(entry: Mapping[str, Any]) -> tuple[str, int]:
    """What an entry replaces: the dataset's new version, or the recovery of one version."""
    recovered = int(entry["version"]) if entry["action"] == "recover" else 0
    return str(entry["dataset"]), recovered


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
        files = {
            str(name): None if text is None else base64.b64decode(text, validate=True)
            for name, text in value["files"].items()
        }
        told, leaves = str(value.get("told", "")), tuple(map(str, value.get("leaves", ())))
        return Pending(files, tuple(value["datasets"]), told, leaves)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        hint = T("remove it and add the data again; the stored objects are safe")
        raise FileError(T("{path} cannot be read", path=path), hint) from error


def write_pending(state: Path, case: str, pending: Pending) -> None:
    """Replace what waits for the next act on `case`."""
    path = _path(state, case)
    value = {
        "schema": SCHEMA,
        "case": case,
        "told": pending.told,
        "leaves": list(pending.leaves),
        "datasets": list(pending.datasets),
        "files": {
            name: None if data is None else base64.b64encode(data).decode("ascii")
            for name, data in pending.files.items()
        },
    }
    with file_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_atomic(path, json.dumps(value, indent=1).encode(), mode=0o600)


def clear_pending(state: Path, case: str) -> None:
    """Nothing waits any more: an act has committed it."""
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
