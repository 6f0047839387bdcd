"""One holder of a folder at a time, for as long as its process lives."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sopgit.adapters.files import file_errors
from sopgit.core.errors import SopgitError
from sopgit.core.text import T, Text

_PAUSE_SECONDS = 0.05


class BusyError(SopgitError):
    """Another sopgit writes in this repository."""


@contextmanager
def exclusive(
    folder: Path, patience_seconds: float = 10.0, busy: Text | None = None
) -> Iterator[None]:
    """Hold the lock of `folder` (made if absent); the system lets go of it when we are killed.

    `busy` is what a `BusyError` says after `patience_seconds` of waiting.
    """
    with file_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _wait(descriptor, folder, time.monotonic() + patience_seconds, busy)
        yield
    finally:
        os.close(descriptor)


def _wait(descriptor: int, folder: Path, until: float, busy: Text | None) -> None:
    while not take(descriptor):
        if time.monotonic() > until:
            hint = T("wait until it has finished, then try again")
            told = busy or T("another sopgit writes in {path}", path=str(folder.parent))
            raise BusyError(told, hint)
        time.sleep(_PAUSE_SECONDS)


if sys.platform == "win32":
    import msvcrt

    def take(descriptor: int) -> bool:
        """Lock the open file, unless somebody else has."""
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def take(descriptor: int) -> bool:
        """Lock the open file, unless somebody else has."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
