"""Where objects are: the clone's cache, its remotes, and the quarantine."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sopgit.adapters.dvc import DvcRemotes, RemoteError
from sopgit.adapters.files import DiskFullError
from sopgit.adapters.objects import ObjectStore, SameMd5Error, Seen
from sopgit.core.errors import UsageError
from sopgit.core.objects import StoredObject
from sopgit.core.text import T


@dataclass(frozen=True)
class Storage:
    """The work tree, the private folder GITDIR/sopgit, the cache and the remotes."""

    root: Path
    state: Path
    store: ObjectStore
    remotes: DvcRemotes

    def prove(self, wanted: StoredObject, remote: str) -> Seen:
        """Push the cache's good copy and read the remote's back; a damaged one is replaced.

        `ok` means that the remote's own bytes have just been hashed. Where the
        cache has nothing better, what is there stays as it is.
        """
        try:
            self.remotes.push([wanted.md5], remote)
            seen = self.remotes.look(wanted, remote)
            if seen.state == "ok" or self.store.look(wanted).state != "ok":
                return seen
            if seen.state == "damaged":
                self.remotes.quarantine(wanted, remote, self.store)
            # The remote answers, so what could not be read there is spoilt: written over.
            self.remotes.push([wanted.md5], remote, anew=True)
            return self.remotes.look(wanted, remote)
        except SameMd5Error as error:
            return Seen(remote, "damaged", error.message)
        except (RemoteError, DiskFullError) as error:
            return Seen(remote, "unreachable", error.message)

    def prove_all(self, wanted: StoredObject, remotes: Sequence[str]) -> tuple[Seen, ...]:
        """`prove` for each remote; one that is away does not stop the others."""
        return tuple(self.prove(wanted, remote) for remote in remotes)

    def head(self, wanted: StoredObject, remotes: Sequence[str], size: int) -> bytes | None:
        """The first `size` bytes of whichever copy is at hand, unproved; None if none is."""
        try:
            with self.store.object_path(wanted.md5).open("rb") as file:
                return file.read(size)
        except OSError:
            heads = (self.remotes.head(wanted.md5, remote, size) for remote in remotes)
            return next(filter(None, heads), None)

    def refuse_inside(self, path: Path) -> None:
        """UsageError when `path` lies where restricted content may never lie in the clear."""
        where = Path(os.path.realpath(path))  # resolve() raises what is no OSError on a loop
        for folder in self._closed_folders:
            if where.is_relative_to(folder):
                message = T("{path} lies in {folder}", path=path, folder=folder)
                hint = T("keep restricted data outside the repository, its cache and its remotes")
                raise UsageError(message, hint)

    @cached_property
    def _closed_folders(self) -> tuple[Path, ...]:
        folders = [self.root, self.state, self.store.cache]
        folders += filter(None, map(self.remotes.folder_path, self.remotes.names))
        return tuple(folder.resolve() for folder in folders)


@contextmanager
def open_storage(root: Path, state: Path) -> Iterator[Storage]:
    """The storage of the work tree `root`; `state` is GITDIR/sopgit."""
    with DvcRemotes(root, state) as remotes:
        yield Storage(root, state, ObjectStore(remotes.cache, state / "quarantine"), remotes)
