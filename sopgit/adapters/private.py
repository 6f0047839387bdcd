"""Files that nobody but this user may have written: the user's own cache.

What lies there steers later verdicts, so a file counts only if it is ours
alone: owned by this user, no link, closed to all others, in folders that
no one else can write to. Anything else is as if it were absent, and where
nothing can be kept nothing is: a cache that fails is only slow.

There is no such cache where files have no owners (Windows), where the user has
no home, or where SOPGIT_NO_CACHE is set to anything.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from sopgit.adapters.files import temporary_file, write_all

NO_CACHE = "SOPGIT_NO_CACHE"
LARGEST = 256 * 1024 * 1024


def cache_folder() -> Path | None:
    """`sopgit` in the user's cache folder, made or not; None where there can be none."""
    if os.name != "posix" or os.environ.get(NO_CACHE):
        return None
    base = os.environ.get("XDG_CACHE_HOME", "")
    if base.startswith("/"):
        return Path(base) / "sopgit"
    home = os.environ.get("HOME", "")
    return Path(home) / ".cache" / "sopgit" if home.startswith("/") else None


def list_own(folder: Path) -> list[str]:
    """The names in `folder`, the newest first; none unless the folder is ours."""
    found = []
    with suppress(OSError):
        if _is_ours(folder):
            with os.scandir(folder) as entries:
                found = [
                    (entry.stat(follow_symlinks=False).st_mtime_ns, entry.name) for entry in entries
                ]
    return [name for _, name in sorted(found, reverse=True)]


def read_own(path: Path) -> bytes | None:
    """The bytes of the file at `path`; None unless file and folder are ours alone."""
    try:
        if not _is_ours(path.parent):
            return None
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            is_file = stat.S_ISREG(status.st_mode) and status.st_size <= LARGEST
            is_closed = status.st_uid == os.geteuid() and not status.st_mode & 0o077
            return file.read() if is_file and is_closed else None
    except OSError:
        return None


def write_own(path: Path, data: bytes) -> bool:
    """Put `data` at `path`, mode 0600, in folders of mode 0700; whether that went well."""
    with suppress(OSError):
        _make_folder(path.parent)
        if _is_ours(path.parent):
            with temporary_file(path.parent, "new") as (temporary, file):
                write_all(file, data)
                file.close()
                temporary.replace(path)
            return True
    return False


def remove_own(path: Path) -> None:
    """Take the file at `path` away, if it can be."""
    with suppress(OSError):
        path.unlink()


def _make_folder(folder: Path) -> None:
    """Make `folder` and those above it that are missing, below a folder of this user's."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    if folder.stat().st_uid == os.geteuid():
        for each in reversed(missing):
            each.mkdir(mode=0o700)


def _is_ours(folder: Path) -> bool:
    """Whether only this user can put something into `folder`."""
    status = folder.lstat()
    return (
        stat.S_ISDIR(status.st_mode)
        and status.st_uid == os.geteuid()
        and not status.st_mode & 0o022
    )
