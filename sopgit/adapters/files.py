"""Safe writing of local files: whole or not at all, and on the disk when reported written.

Every file is first written under a temporary name beside its target, with
mode 0600, flushed to the disk, and only then renamed.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from sopgit.core.errors import SopgitError, UsageError
from sopgit.core.text import T

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_BINARY = getattr(os, "O_BINARY", 0)
_FEW = 16


class DiskFullError(SopgitError):
    """There was no room for the bytes; what had been written is gone again."""


class FileError(SopgitError):
    """A file or folder could not be read or written."""


def file_error(error: OSError, path: Path) -> SopgitError:
    """What to raise for `error`, met while working on `path`."""
    if error.errno in _FULL:
        hint = T("make room and try again; nothing was left behind")
        return DiskFullError(T("disk full while writing {path}", path=path), hint)
    reason = error.strerror or type(error).__name__
    return FileError(T("cannot use {path}: {reason}", path=path, reason=reason))


@contextmanager
def file_errors(path: Path) -> Iterator[None]:
    """Turn every OSError of the block into a SopgitError about `path`."""
    try:
        yield
    except OSError as error:
        raise file_error(error, path) from error


@contextmanager
def temporary_file(folder: Path, stem: str = "new") -> Iterator[tuple[Path, BinaryIO]]:
    """A fresh, unbuffered file of mode 0600 in `folder`; gone at the end unless renamed."""
    path = folder / f".{stem}.{os.urandom(8).hex()}.part"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
    try:
        with os.fdopen(descriptor, "r+b", buffering=0) as file:
            yield path, file
    finally:
        with suppress(OSError):
            path.unlink()


def write_all(file: BinaryIO, data: bytes) -> None:
    """Write every byte: an unbuffered write may take fewer than it was given."""
    view = memoryview(data)
    while view:
        written = file.write(view)
        if not written:
            raise OSError(errno.EIO, "nothing was written")
        view = view[written:]


def settle(file: BinaryIO) -> None:
    """Return when the file's bytes are on the disk."""
    file.flush()
    os.fsync(file.fileno())


def write_atomic(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Replace the file at `path` by `data`, whole or not at all; its folder must exist."""
    with file_errors(path), temporary_file(path.parent, path.name[:40]) as (temporary, file):
        write_all(file, data)
        settle(file)
        temporary.chmod(mode)
        file.close()
        temporary.replace(path)
        fsync_directory(path.parent)


def settle_all(paths: Iterable[Path]) -> None:
    """Return when the files and folders at `paths` are on the disk, with the names in the folders.

    Many at once are left to the file system as a whole where it can be asked
    (Linux): its one wait is shorter than hundreds of small ones.
    """
    rest = list(dict.fromkeys(paths))
    if len(rest) > _FEW and _sync_file_systems(rest):
        return
    for path in rest:
        if path.is_dir():
            fsync_directory(path)
        else:
            _settle_path(path)


def way_to(path: Path, top: Path) -> list[Path]:
    """`path` and the folders that lead to it from `top`: settled, its name lasts."""
    return [path, *(folder for folder in path.parents if folder.is_relative_to(top))]


def _settle_path(path: Path) -> None:
    # Windows syncs only what is open for writing, which a protected object never is there.
    is_windows = sys.platform == "win32"
    if is_windows and not os.access(path, os.W_OK):
        return
    descriptor = os.open(path, (os.O_RDWR if is_windows else os.O_RDONLY) | _BINARY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def steady_file(path: Path) -> Iterator[BinaryIO]:
    """The regular file at `path` for one reading; FileError when it changed meanwhile."""
    with file_errors(path):
        if not stat.S_ISREG(path.stat().st_mode):
            raise UsageError(T("{path} is no ordinary file", path=path), T("give one file"))
        file = path.open("rb", buffering=0)
    with file:
        before = os.fstat(file.fileno())
        yield file
        after = os.fstat(file.fileno())
        read = file.tell()
    if _mark(before) != _mark(after) or read != before.st_size:
        hint = T("wait until nobody writes it, then try again")
        raise FileError(T("{path} changed while it was read", path=path), hint)


def _mark(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, status.st_mtime_ns


def fsync_directory(folder: Path) -> None:
    """Return when the names in `folder` are on the disk; without effect on Windows."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_file_systems(paths: Iterable[Path]) -> bool:
    """Sync the file systems that hold `paths`; False where there is no such call."""
    if sys.platform != "linux":
        return False
    import ctypes  # noqa: PLC0415 - few commands need it

    call = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if call is None:
        return False
    for path in {path.stat().st_dev: path for path in paths}.values():
        descriptor = os.open(path, os.O_RDONLY)
        try:
            if call(descriptor):
                raise OSError(ctypes.get_errno(), "it cannot be synced", str(path))
        finally:
            os.close(descriptor)
    return True
