"""The local cache of objects, in DVC's documented layout, written and read by us.

DVC never syncs, trusts file times and modes, and deletes what it finds
damaged. Here an object is on the disk before it has its name, its bytes are
hashed whenever it matters, and a damaged one is moved aside, never deleted.

Two contents with one MD5 can be made on purpose. The one that is there stays:
only bytes that do not have their own name's MD5 are damaged.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sopgit.adapters.files import (
    FileError,
    file_errors,
    fsync_directory,
    settle,
    settle_all,
    temporary_file,
    way_to,
)
from sopgit.adapters.lock import BusyError, exclusive
from sopgit.adapters.streams import Digest, OnBlock, Writer, copy
from sopgit.core.objects import CopyState, StoredObject, object_name
from sopgit.core.text import T, Text

MODE = 0o444
CACHE = "cache"


@dataclass(frozen=True)
class Seen:
    """One copy as its own bytes show it; `place` is `cache` or a remote's name."""

    place: str
    state: CopyState
    why: Text | None = None

    @property
    def detail(self) -> str:
        """The same in English, for what is kept; empty if there is no more to say."""
        return str(self.why or "")


class SameMd5Error(FileError):
    """Another content has the MD5 of the one that is to be stored."""

    def __init__(self, md5: str) -> None:
        message = T("another content with the same MD5 is stored already: {md5}", md5=md5)
        super().__init__(message, T("this is never chance; ask who made the file"))


def judge(place: str, wanted: StoredObject, digest: Digest) -> Seen:
    """Whether the bytes that were read are the object; by MD5 too where that was computed."""
    same = (digest.sha256, digest.size) == (wanted.sha256, wanted.size)
    if same and digest.md5 in {"", wanted.md5}:
        return Seen(place, "ok")
    why = T("sha256 {sha256}, {size} bytes", sha256=digest.sha256, size=digest.size)
    return Seen(place, "damaged", why)


class ObjectStore:
    """The objects below `cache` (usually `.dvc/cache`); damaged ones go to `quarantine`."""

    def __init__(self, cache: Path, quarantine: Path) -> None:
        self.cache = cache
        self._quarantine = quarantine
        self._workspaces = cache / "sopgit"
        # Several clones may share one cache; each sweeps up after itself alone.
        self._clone = hashlib.sha256(os.fsencode(quarantine.absolute())).hexdigest()[:16]

    def object_path(self, md5: str) -> Path:
        """Where the object is, or would be."""
        return self.cache / object_name(md5)

    @contextmanager
    def workspace(self) -> Iterator[Path]:
        """A private folder on the cache's file system, gone at the end with all it holds."""
        folder = self._workspaces / f"{self._clone}-{os.urandom(8).hex()}"
        with file_errors(folder):
            if not self.cache.exists():
                self.cache.mkdir(parents=True, exist_ok=True)
                fsync_directory(self.cache.parent)
            self._workspaces.mkdir(exist_ok=True)
            folder.mkdir(mode=0o700)
        try:
            with exclusive(folder):
                yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def sweep(self) -> None:
        """Remove the workspaces that processes of this clone left when they were killed."""
        for folder in self._workspaces.glob(f"{self._clone}-*"):
            with suppress(BusyError):
                with exclusive(folder, 0):
                    pass  # nobody holds it
                shutil.rmtree(folder, ignore_errors=True)

    def receive(
        self, source: BinaryIO, path: Path, on_block: OnBlock | None = None, *, settled: bool = True
    ) -> StoredObject:
        """Copy all of `source`, read once, to the file `path`, for `keep`.

        Unless it is to be `settled` here, the caller syncs it before it keeps it.
        """
        with file_errors(path), temporary_file(path.parent) as (temporary, file):
            digest = copy(source, Writer(file, md5=True), on_block)
            if settled:
                settle(file)
            file.close()
            temporary.replace(path)
        return StoredObject(digest.md5, digest.sha256, digest.size)

    def keep(self, path: Path, wanted: StoredObject) -> None:
        """Move the finished, synced file at `path` to where `wanted` belongs.

        A good copy that is there already stays, and `path` need not be there then; a damaged
        one is quarantined first. Raises SameMd5Error.
        """
        self.keep_all([(path, wanted)])

    def keep_all(self, finished: Iterable[tuple[Path, StoredObject]]) -> None:
        """`keep` for many at once, on the disk at the end."""
        unsettled = [each for path, wanted in finished for each in self._place(path, wanted)]
        with file_errors(self.cache):
            settle_all(unsettled)

    def verify_own(self, wanted: StoredObject) -> None:
        """Raise SameMd5Error where another content has the name of `wanted`."""
        if self.look(wanted).state != "damaged":
            return
        path = self.object_path(wanted.md5)
        with file_errors(path), path.open("rb", buffering=0) as file:
            if copy(file, Writer(None, md5=True)).md5 == wanted.md5:
                raise SameMd5Error(wanted.md5)

    def _place(self, path: Path, wanted: StoredObject) -> list[Path]:
        """What has to be settled then."""
        target = self.object_path(wanted.md5)
        state = self.look(wanted).state
        if state == "ok":
            with file_errors(path):
                path.unlink(missing_ok=True)
            return way_to(target, self.cache)  # who put it there may have been killed, or DVC
        if state != "missing":
            self._set_aside(wanted)
        with file_errors(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            path.chmod(MODE)
            path.replace(target)
        return way_to(target.parent, self.cache)

    def look(self, wanted: StoredObject) -> Seen:
        """Read the whole copy in the cache and tell its state."""
        path = self.object_path(wanted.md5)
        try:
            with path.open("rb", buffering=0) as file:
                return judge(CACHE, wanted, copy(file, Writer(None)))
        except FileNotFoundError:
            return Seen(CACHE, "missing")
        except OSError as error:
            reason = error.strerror or type(error).__name__
            return Seen(CACHE, "unreachable", T("it said: {reason}", reason=reason))

    def _set_aside(self, wanted: StoredObject) -> None:
        """Move the cache's damaged copy aside; one that another process has healed stays."""
        source = self.object_path(wanted.md5)
        with file_errors(source), source.open("rb", buffering=0) as file:
            kept, digest = self.quarantine_bytes(wanted, CACHE, file)
            if judge(CACHE, wanted, digest).state == "ok":
                kept.unlink()
                return
            source.unlink()
            fsync_directory(source.parent)

    def quarantine_bytes(
        self, wanted: StoredObject, place: str, source: BinaryIO
    ) -> tuple[Path, Digest]:
        """Keep the bytes of a damaged copy found at `place`; the caller then removes that copy.

        SameMd5Error: they are whole, but another content.
        """
        folder = self._quarantine
        with file_errors(folder):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with temporary_file(folder, "damaged") as (temporary, file):
                digest = copy(source, Writer(file, md5=True))
                if digest.md5 == wanted.md5 and judge(place, wanted, digest).state != "ok":
                    raise SameMd5Error(wanted.md5)
                settle(file)
                file.close()
                # Named by what it is, too, so that two damages of one object are both kept.
                target = folder / f"{place}-{wanted.md5}-{digest.sha256[:16]}"
                temporary.replace(target)
                fsync_directory(folder)
        return target, digest
