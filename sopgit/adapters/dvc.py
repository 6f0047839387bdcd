"""DVC's remotes, through DVC itself: the only importer of dvc.

Objects travel by digest with DVC's own file systems, so folders, SSH and S3
work as the repository's `.dvc/config` (and a clone's `.dvc/config.local`)
says. What DVC reports is not believed: it misses changed bytes and calls a
missing object a success (measured). Every copy is read back and hashed here.
What each kind of remote needs besides is in `remote_kinds`.

Telemetry, update checks and the state folder that DVC shares between the
users of a machine are off; the latter is moved into the clone.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from dvc.exceptions import DvcException
from dvc.repo import Repo

from sopgit.adapters import remote_kinds
from sopgit.adapters.files import (
    DiskFullError,
    file_error,
    file_errors,
    settle,
    temporary_file,
)
from sopgit.adapters.objects import ObjectStore, Seen, judge
from sopgit.adapters.streams import Writer, copy
from sopgit.core.errors import SopgitError
from sopgit.core.objects import StoredObject
from sopgit.core.text import T

os.environ["DVC_NO_ANALYTICS"] = "1"  # for every program started from here
logging.getLogger("dvc").addHandler(logging.NullHandler())
logging.getLogger("dvc_data").addHandler(logging.NullHandler())
logging.getLogger("dvc_objects").addHandler(logging.NullHandler())


_RECOVER = T("bring it back with sopgit data recover")


class DvcError(SopgitError):
    """The repository is not set up for DVC, or DVC could not open it."""


class RemoteError(SopgitError):
    """A remote is unknown, away, or did not do what it was asked."""


class DvcRemotes:
    """The remotes of the work tree `root`, open as long as the `with` block runs.

    `state` is a private folder outside the tree (`.git/sopgit`), for DVC's own notes.
    """

    def __init__(self, root: Path, state: Path) -> None:
        self._databases: dict[str, Any] = {}
        self._there: set[str] = set()
        notes = state / "dvc"
        core = {
            "analytics": False,
            "check_update": False,
            "autostage": False,
            "site_cache_dir": str(notes),
        }
        try:
            notes.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._repo = Repo(str(root), config={"core": core})
        except OSError as error:
            raise file_error(error, root) from error
        except DvcException as error:
            hint = T("the repository needs .dvc/config, as sopgit init writes it")
            raise DvcError(T("DVC cannot open {root}: {e}", root=root, e=error), hint) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._repo.close()

    @property
    def cache(self) -> Path:
        """The cache's folder, wherever this clone has put it."""
        return Path(self._repo.cache.local.path).parent.parent

    @property
    def names(self) -> tuple[str, ...]:
        """The remotes' names, in the configuration's order."""
        return tuple(self._repo.config["remote"])

    def folder_path(self, remote: str) -> Path | None:
        """The remote's folder, there or not, when it is one on this machine's file systems."""
        scheme, separator, _path = self._address(remote).partition("://")
        if separator and scheme != "file":
            return None
        return Path(self._database(remote).path).parent.parent

    def push(self, md5s: Sequence[str], remote: str, *, anew: bool = False) -> None:
        """Copy objects of the cache to the remote; what is there is replaced only with `anew`.

        RemoteError tells what failed first. Success proves nothing: `look` does.
        """
        odb = self._open(remote)
        sources = {md5: self._repo.cache.local.oid_to_path(md5) for md5 in md5s}
        for md5, source in sources.items():
            if not Path(source).exists():
                raise DvcError(T("the cache has no object {md5}", md5=md5), _RECOVER)
        with self._reaching(remote):
            remote_kinds.store(odb, self._repo.cache.local.fs, sources, anew=anew)

    def look(self, wanted: StoredObject, remote: str) -> Seen:
        """Read the remote's whole copy, in large blocks and bounded memory, and tell its state."""
        return self._receive(wanted, remote, Writer(None))

    def head(self, md5: str, remote: str, size: int) -> bytes | None:
        """The first `size` bytes of what the remote holds, unproved; None if it cannot tell."""
        try:
            odb = self._open(remote)
            with self._reaching(remote), _object(odb, md5) as file:
                return bytes(file.read(size))
        except (FileNotFoundError, SopgitError):
            return None

    def fetch(self, wanted: StoredObject, remote: str, store: ObjectStore) -> Seen:
        """Copy the remote's object into the cache, hashing on the way; kept only when it is ok.

        By SHA-256 alone: the event that names it names one MD5 with it, which takes longer.
        """
        with (
            store.workspace() as folder,
            file_errors(folder),
            temporary_file(folder) as (path, file),
        ):
            seen = self._receive(wanted, remote, Writer(file))
            if seen.state == "ok":
                settle(file)
                file.close()
                store.keep(path, wanted)
        return seen

    def _receive(self, wanted: StoredObject, remote: str, writer: Writer) -> Seen:
        try:
            odb = self._open(remote)
            with self._reaching(remote), _object(odb, wanted.md5) as source:
                return judge(remote, wanted, copy(source, writer))
        except FileNotFoundError:
            return Seen(remote, "missing")
        except SopgitError as error:
            if isinstance(writer.error, OSError):  # not the remote's fault
                raise writer.error from error
            return Seen(remote, "unreachable", error.message)

    def quarantine(self, wanted: StoredObject, remote: str, store: ObjectStore) -> Path:
        """Keep the remote's damaged copy locally, then remove it there; where it is now.

        RemoteError when it is good as it is read again, SameMd5Error when it is another
        content: then nothing is removed.
        """
        odb = self._open(remote)
        with self._reaching(remote):
            with _object(odb, wanted.md5) as source:
                kept, digest = store.quarantine_bytes(wanted, remote, source)
            if judge(remote, wanted, digest).state == "ok":
                kept.unlink()
                message = T("remote {remote} does not always send the same bytes", remote=remote)
                raise RemoteError(message, T("its copies are left alone; look at its disks"))
            odb.fs.remove(odb.oid_to_path(wanted.md5))
        return kept

    def verify_there(self, remote: str) -> None:
        """Raise RemoteError unless the remote answers, and holds or could hold copies."""
        self._open(remote)

    def _open(self, remote: str) -> Any:
        """DVC's object database of the remote. RemoteError: unknown, or its folder is away."""
        folder = self.folder_path(remote)
        if folder is not None and not folder.is_dir():
            # Never made here: an unmounted disk would silently become a folder of this one.
            message = T("the folder of remote {remote} is not there", remote=remote)
            raise RemoteError(message, T("mount or create {folder}", folder=folder))
        odb = self._database(remote)
        if folder is None and remote not in self._there:
            try:
                with self._reaching(remote):
                    remote_kinds.verify_there(odb.fs, odb.path)
            except FileNotFoundError as error:
                message = T("the folder of remote {remote} is not there", remote=remote)
                hint = T("create {folder}", folder=self._address(remote))
                raise RemoteError(message, hint) from error
            self._there.add(remote)
        return odb

    def _address(self, remote: str) -> str:
        """The remote's url as it is configured."""
        if remote not in self.names:
            hint = T("known remotes: {names}", names=", ".join(self.names) or "-")
            raise RemoteError(T("there is no remote {remote}", remote=remote), hint)
        return str(self._repo.config["remote"][remote]["url"])

    def _database(self, remote: str) -> Any:
        if remote not in self._databases:
            with self._reaching(remote):
                odb = self._repo.cloud.get_remote_odb(remote)
                remote_kinds.prepare(odb.fs)
                self._databases[remote] = odb
        return self._databases[remote]

    @contextmanager
    def _reaching(self, remote: str) -> Iterator[None]:
        """Turn whatever a file system's library raises into RemoteError, but a missing file."""
        try:
            yield
        except (SopgitError, FileNotFoundError):
            raise
        except Exception as error:  # every library behind DVC has its own
            if isinstance(error, OSError):
                full = file_error(error, Path(remote))
                if isinstance(full, DiskFullError):
                    raise full from error
            self._databases.pop(remote, None)  # a broken connection is not used again
            self._there.discard(remote)
            reason, hint = remote_kinds.reason_of(error)
            message = T("remote {remote} failed: {reason}", remote=remote, reason=reason)
            raise RemoteError(message, hint) from error


def _object(odb: Any, md5: str) -> Any:
    return remote_kinds.open_object(odb.fs, odb.oid_to_path(md5))
