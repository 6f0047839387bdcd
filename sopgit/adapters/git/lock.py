"""One writer at a time in a repository, for as long as its process lives."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sopgit.adapters.files import file_errors
from sopgit.core.errors import SopgitError
from sopgit.core.text import T

_PAUSE_SECONDS = 0.05


class BusyError(SopgitError):
    """Another sopgit writes in this repository."""


@contextmanager
def exclusive(folder: Path, patience_seconds: float = 10.0) -> Iterator[None]:
    """Hold the lock of `folder` (made if absent); the system lets go of it when we are killed."""
    with file_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _wait(descriptor, folder, time.monotonic() + patience_seconds)
        yield
    finally:
        os.close(descriptor)


def _wait(descriptor: int, folder: Path, until: float) -> None:
    while not _taken(descriptor):
        if time.monotonic() > until:
            hint = T("wait until it has finished, then try again")
            raise BusyError(T("another sopgit writes in {path}", path=str(folder.parent)), hint)
        time.sleep(_PAUSE_SECONDS)


if sys.platform == "win32":
    import msvcrt

    def _taken(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _taken(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
