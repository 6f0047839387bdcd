"""Processes that a test kills, and processes on a disk that is full."""

from __future__ import annotations

import functools
import os
import pickle
import resource
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

# What changes something on the disk, as Python's own audit tells it before it happens.
_CHANGES = ("os.rename", "os.remove", "os.link", "os.mkdir", "os.chmod", "os.rmdir")


def in_child(work: Callable[[], object]) -> int:
    """Start `work` in a process of its own group; its id."""
    child = os.fork()
    if child:
        return child
    try:
        os.setpgid(0, 0)
        work()
        os._exit(0)
    except BaseException:  # noqa: BLE001 - nothing may get out of here into pytest
        os._exit(1)


def gone(child: int) -> int:
    """Wait for the child and for all that it started; how it ended."""
    _, status = os.waitpid(child, 0)
    with suppress(ProcessLookupError, PermissionError):
        while True:
            os.killpg(child, 0)
            time.sleep(0.005)
    return status


def killed_before(change: int, below: str, work: Callable[[], object]) -> bool:
    """Whether `work` was killed before its change number `change` (from 0) of a path with `below`.

    False: it made fewer, and ended well.
    """
    left = [change]

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and not _is_writing(arguments):
            return
        if event != "open" and event not in _CHANGES:
            return
        if any(
            isinstance(argument, (str, os.PathLike)) and below in os.fspath(argument)
            for argument in arguments
        ):
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def watched() -> None:
        sys.addaudithook(watch)
        work()

    status = gone(in_child(watched))
    assert status in (0, signal.SIGKILL), status
    return status == signal.SIGKILL


def _is_writing(arguments: tuple[Any, ...]) -> bool:
    flags = arguments[2] if len(arguments) > 2 else 0
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


def killed_after(seconds: float, work: Callable[[], object]) -> bool:
    """Whether `work` was killed after that time; False: it had ended."""
    child = in_child(work)
    time.sleep(seconds)
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    return gone(child) == signal.SIGKILL


def interrupted_after(seconds: float, work: Callable[[], object]) -> Any:
    """What `work` raises, as `outcome` tells it, when Ctrl-C is pressed after that time."""
    started = Started(work)
    time.sleep(seconds)
    started.interrupt()
    return started()


def outcome_on_a_disk_of(size: int, work: Callable[[], object]) -> Any:
    """What `work` raises (type and words), or None, when no file may grow beyond `size` bytes."""

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        work()

    return outcome(limited)


def outcome(work: Callable[[], object]) -> Any:
    """What `work` raises in a process of its own: type, words and hint; None: nothing."""
    return Started(work)()


class Started:
    """A process that works; call it to wait for its end, and for what was raised there."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._reading, writing = os.pipe()
        self.id = in_child(functools.partial(_telling, work, writing))
        os.close(writing)

    def interrupt(self) -> None:
        """What a terminal does on Ctrl-C."""
        with suppress(ProcessLookupError):
            os.kill(self.id, signal.SIGINT)

    def __call__(self) -> Any:
        with os.fdopen(self._reading, "rb") as pipe:
            data = pipe.read()
        gone(self.id)
        assert data, "it ended without a word"
        return pickle.loads(data)  # noqa: S301 - our own child wrote it


def _telling(work: Callable[[], object], writing: int) -> None:
    result = None
    try:
        work()
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is told
        result = (type(error).__name__, str(error), str(getattr(error, "hint", "")))
    os.write(writing, pickle.dumps(result))
