"""A desk that faults are mounted on, and what must hold after each of them.

No version is lost, nothing is called stored that is not, and the marker that
stands in every plaintext is found nowhere: not in the repository (its objects
unpacked), the cache, the remotes or the folder for temporary files.
"""

from __future__ import annotations

import base64
import hashlib
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sopgit.adapters import age
from sopgit.app.datasets import Added
from sopgit.app.pending import read_pending
from sopgit.app.receiving import Intake
from sopgit.app.recovery import Receipt, Wanted, recover
from sopgit.app.storage import Storage
from sopgit.core.dataset import manifest_path
from sopgit.core.objects import StoredObject
from tests.desk import CASE, Desk, added, previous, table
from tests.storing import MARKER, files_below

AT = "2026-11-23T08:00:00+07:00"
REMOTES = ("one", "two")
FIRST = table(40, "lama")
# The marker as base64 shows it, wherever it begins in the text.
_SPELLINGS = (
    MARKER,
    *(base64.b64encode(bytes(skip) + MARKER)[skip + 2 : -4] for skip in range(3)),
    MARKER.hex().encode(),
)


class Stand(Desk):
    """A restricted dataset has a first version that the ledger tells; the second is at stake."""

    def __init__(self, folder: Path, storage: Storage, told: Callable[[str], None]) -> None:
        super().__init__(folder, storage)
        self.told = told
        self.temporary = folder / "tmp"
        self.out = folder / "out"
        self.out.mkdir()
        self.first = added(self, self.intake(FIRST, restricted=True))
        self.land()
        read = read_pending(storage.state, CASE)
        assert read.datasets
        (storage.state / "pending" / f"{CASE}.json").unlink()

    def second(
        self, data: bytes, *, restricted: bool = True, name: str = "data.csv", dataset: str = ""
    ) -> Intake:
        """The intake of the second version; with a name, of the first of another `dataset`."""
        intake = self.intake(data, restricted=restricted, name=name)
        if dataset:
            return replace(intake, dataset=replace(intake.dataset, name=dataset))
        return replace(intake, previous=previous(self.first))

    def recover(
        self, result: Added, output: str = "back", key: age.Identity | None = None
    ) -> Receipt:
        """Bring a version back into the folder for outputs."""
        return recover(
            self.storage, wanted(result), REMOTES, self.out / output, key or self.key, AT
        )

    def retry(self, data: bytes, *, restricted: bool = True) -> None:
        """The same again, with no fault: it is stored, and comes back byte for byte."""
        result = added(self, self.second(data, restricted=restricted))
        assert [seen.state for seen in result.copies] == ["ok", "ok"]
        self.holds(result, data)
        self.verify()

    def holds(self, result: Added, data: bytes) -> None:
        """The version is there: in every copy that its entry names, and for whoever recovers it."""
        stored = StoredObject.parse(result.entry["object"])
        for remote in result.entry["copies"]:
            copy = self.folder / "remotes" / remote / self.name_of(stored)
            assert hashlib.sha256(copy.read_bytes()).hexdigest() == stored.sha256
        self.recover(result, "held")
        assert (self.out / "held").read_bytes() == data
        (self.out / "held").unlink()

    def name_of(self, stored: StoredObject) -> str:
        return f"files/md5/{stored.md5[:2]}/{stored.md5[2:]}"

    def verify(self) -> None:
        """After any fault: nothing lost, nothing false, nothing leaked."""
        self.holds(self.first, FIRST)
        for path in (self.storage.store.cache / "files").rglob("*"):
            if path.is_file() and not path.name.startswith("."):
                named = hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
                assert named == path.parent.name + path.name, f"{path} is not what it is called"
        for entry in read_pending(self.storage.state, CASE).datasets:
            stored = StoredObject.parse(entry["object"])
            assert self.storage.store.look(stored).state == "ok"
            for remote in entry["copies"]:
                assert self.storage.remotes.look(stored, remote).state == "ok"
        assert self.leaks() == []

    def leaks(self) -> list[Path]:
        """Where the marker is found, in whatever spelling."""
        root = self.storage.root
        places = [root, self.folder / "remotes", self.temporary]
        found = [
            path
            for place in places
            for path in place.rglob("*")
            if path.is_file() and holds_marker(path.name.encode() + b"\n" + path.read_bytes())
        ]
        unpacked = subprocess.run(
            ["git", "cat-file", "--batch", "--batch-all-objects", "--buffer"],
            cwd=root, capture_output=True, check=True,
        ).stdout  # fmt: skip
        return [*found, *([root / ".git/objects"] if holds_marker(unpacked) else [])]

    def nothing_kept(self) -> bool:
        """Whether only the first version is stored, and nothing waits or lies about."""
        stored = StoredObject.parse(self.first.entry["object"])
        objects = sorted(name for name in self.kept() if "files/md5" in name)
        leftovers = [name for name in self.kept() if name.startswith("sopgit/")]
        waiting = read_pending(self.storage.state, CASE)
        return (
            objects == [self.name_of(stored), *(f"{r}/{self.name_of(stored)}" for r in REMOTES)]
            and leftovers == []
            and not waiting
            and files_below(self.out) == []
        )


def wanted(result: Added) -> Wanted:
    """What a recovery asks for, as the ledger would name it."""
    sealed = result.pending.files.get(manifest_path(result.entry["dataset"]))
    entry = result.entry
    return Wanted(entry["dataset"], entry["version"], StoredObject.parse(entry["object"]), sealed)


def holds_marker(data: bytes) -> bool:
    return any(spelling in data for spelling in _SPELLINGS)
