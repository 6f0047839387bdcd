"""Remotes on real servers, each at an address of its own, and what may happen to them there."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from sopgit.app.storage import Storage
from sopgit.core.dvcfiles import init_files
from sopgit.core.objects import StoredObject
from tests.storing import git, write

NAME = "far"


@dataclass(frozen=True)
class Far:
    """One remote on a server.

    `url` and `endpoint` are what everybody may read; `nowhere` is an address on the same server
    where nothing is. `mine` is what a clone's `.dvc/config.local` says; with `other_key` replaced
    in it, it is a stranger's. `read` and `put` reach files past sopgit and DVC, by their paths
    below `url`; within `away()` the remote is not to be reached.
    """

    kind: str
    url: str
    nowhere: str
    endpoint: str
    mine: str
    other_key: tuple[str, str]
    read: Callable[[str], bytes | None]
    put: Callable[[str, bytes | None], None]
    away: Callable[[], AbstractContextManager[None]]

    @property
    def endpoints(self) -> dict[str, str]:
        return {NAME: self.endpoint} if self.endpoint else {}

    def found(self, folder: Path) -> Path:
        """A repository at `folder/office` that has this remote alone."""
        root = folder / "office"
        root.mkdir()
        git(root, "init", "-q", "-b", "main")
        for path, data in init_files({NAME: self.url}, self.endpoints).items():
            write(root / path, data)
        self.use_in(root)
        return root

    def use_in(self, clone: Path, mine: str = "") -> None:
        """Tell a clone its keys."""
        text = f"['remote \"{NAME}\"']\n{mine or self.mine}"
        write(clone / ".dvc" / "config.local", text.encode())


def keep(storage: Storage, data: bytes) -> StoredObject:
    """Store `data` in the cache."""
    with storage.store.workspace() as folder:
        stored = storage.store.receive(io.BytesIO(data), folder / "object")
        storage.store.keep(folder / "object", stored)
    return stored


def flipped(data: bytes) -> bytes:
    """The same length, one bit different."""
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
