"""What a command writes for its user: whole, new, and private until it is finished.

What is brought back may be restricted data in the clear. Where the system can
(Linux) the file has no name before it is complete, so that even a kill leaves
nothing of it; elsewhere it is a locked part beside its target, readable for its
owner alone, and the next attempt at the same target removes what a kill left.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from sopgit.adapters.files import (
    file_errors,
    fsync_directory,
    settle,
    settle_all,
    temporary_file,
)
from sopgit.adapters.lock import take
from sopgit.core.errors import UsageError
from sopgit.core.text import T

_OPEN_FILES = "/proc/self/fd"
# What a file system says that has no files without a name.
_NO_NAMELESS = {errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT}


@contextmanager
def new_output(target: Path, mode: int = 0o600) -> Iterator[BinaryIO]:
    """A file to write a whole content to; at the end, on the disk, it becomes `target`.

    UsageError when its folder is not there, or when something is at `target` already, before or
    after; it is never replaced.
    """
    if not target.parent.is_dir():
        message = T("there is no folder {path}", path=target.parent)
        raise UsageError(message, T("make it first, or name another"))
    if os.path.lexists(target):
        raise _exists_already(target)
    with file_errors(target), _unnamed(target) as (file, give_name):
        yield file
        settle(file)
        give_name(mode)
        fsync_directory(target.parent)


@contextmanager
def scratch_file(target: Path) -> Iterator[BinaryIO]:
    """A private file beside `target`, for what becomes `target` in another form.

    UsageError when something is at `target` already.
    """
    if os.path.lexists(target):
        raise _exists_already(target)
    with _unnamed(target) as (file, _give_name):
        yield file


@contextmanager
def new_part(target: Path, mode: int) -> Iterator[Path]:
    """A private folder to fill; at the end, on the disk, it becomes `target`.

    What a kill leaves of it goes with the next attempt at the same target.
    """
    stem = target.name[:40]
    _remove_parts(target.parent, stem)
    part = target.parent / f".{stem}.{secrets.token_hex(8)}.part"
    part.mkdir(mode=0o700)
    try:
        with _held(part):
            yield part
            settle_all([part, *part.rglob("*")])
            part.chmod(mode)
        if os.path.lexists(target):
            raise _exists_already(target)
        part.rename(target)
        fsync_directory(target.parent)
    finally:
        shutil.rmtree(part, ignore_errors=True)


@contextmanager
def _held(folder: Path) -> Iterator[bool]:
    """Whether nobody else holds `folder`; held until the end, where folders can be."""
    if sys.platform == "win32":
        yield True
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        yield take(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _unnamed(target: Path) -> Iterator[tuple[BinaryIO, Callable[[int], None]]]:
    """A fresh file in the target's folder, and what gives it the target's name."""
    descriptor = _nameless(target.parent)
    if descriptor is not None:
        with os.fdopen(descriptor, "r+b", buffering=0) as file:
            yield file, lambda mode: _link(file, target, mode)
        return
    stem = target.name[:40]
    _remove_parts(target.parent, stem)
    with temporary_file(target.parent, stem) as (path, file):
        take(file.fileno())
        yield file, lambda mode: _rename(path, target, mode)


def _nameless(folder: Path) -> int | None:
    """The descriptor of a file in `folder` without a name; None where there is no such thing."""
    flag = getattr(os, "O_TMPFILE", None)
    if flag is None or not Path(_OPEN_FILES).is_dir():
        return None
    try:
        return os.open(folder, os.O_RDWR | flag, 0o600)
    except OSError as error:
        if error.errno in _NO_NAMELESS and folder.is_dir():
            return None
        raise


def _link(file: BinaryIO, target: Path, mode: int) -> None:
    os.fchmod(file.fileno(), mode)
    # With a folder's descriptor Python calls linkat, which follows the link in /proc.
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.link(f"{_OPEN_FILES}/{file.fileno()}", target.name, dst_dir_fd=folder)
    except FileExistsError as error:
        raise _exists_already(target) from error
    finally:
        os.close(folder)


def _rename(path: Path, target: Path, mode: int) -> None:
    path.chmod(mode)
    try:
        os.link(path, target)
    except FileExistsError as error:
        raise _exists_already(target) from error
    except OSError:  # a file system without hard links
        if os.path.lexists(target):
            raise _exists_already(target) from None
        path.rename(target)


def _remove_parts(folder: Path, stem: str) -> None:
    """Take away the parts of `stem` that no process holds any more."""
    part = re.compile(rf"\.{re.escape(stem)}\.[0-9a-f]{{16}}\.part")
    with suppress(OSError):
        for path in folder.iterdir():
            if part.fullmatch(path.name):
                with _held(path) as is_dead:
                    pass
                if is_dead and path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                elif is_dead:
                    path.unlink()  # Windows keeps what is open


def _exists_already(path: Path) -> UsageError:
    return UsageError(T("{path} is there already", path=path), T("choose a new name"))
