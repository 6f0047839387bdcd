"""Streams that count, hash and remember their own errors.

A foreign library between a reader and a writer may swallow or rename what
they raise (pyrage does). So each keeps the exception it met in `error`, and
whoever started the library asks for it afterwards.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import BinaryIO

from sopgit.adapters.files import write_all

BLOCK = 1024 * 1024
OnBlock = Callable[[bytes], None]
OnProgress = Callable[[int], None]


class Digest:
    """Counts and hashes what is fed to it; `md5` only when asked for."""

    def __init__(self, *, md5: bool = False) -> None:
        self.size = 0
        self._sha256 = hashlib.sha256()
        self._md5 = hashlib.md5(usedforsecurity=False) if md5 else None

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        self.size += len(data)
        self._sha256.update(data)
        if self._md5 is not None:
            self._md5.update(data)

    @property
    def sha256(self) -> str:
        """Lower-case hex."""
        return self._sha256.hexdigest()

    @property
    def md5(self) -> str:
        """Lower-case hex; empty when it was not asked for."""
        return "" if self._md5 is None else self._md5.hexdigest()


class Reader:
    """Reads `source` in large blocks, feeds each to `digest` and `on_block`, keeps its error."""

    def __init__(self, source: BinaryIO, on_block: OnBlock | None = None) -> None:
        self.digest = Digest()
        self.error: BaseException | None = None
        self._source = source
        self._on_block = on_block
        self._rest = memoryview(b"")

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes, all that is left of the block when negative; empty at the end."""
        try:
            if not self._rest:
                self._rest = memoryview(self._next_block())
        except BaseException as error:
            self.error = error
            raise
        size = len(self._rest) if size < 0 else size
        data, self._rest = bytes(self._rest[:size]), self._rest[size:]
        return data

    def _next_block(self) -> bytes:
        block = self._source.read(BLOCK)
        if block:
            self.digest.feed(block)
            if self._on_block is not None:
                self._on_block(block)
        return block


class Writer:
    """Writes to `target` (None: nowhere), counts and hashes, keeps its error."""

    def __init__(self, target: BinaryIO | None, *, md5: bool = False) -> None:
        self.digest = Digest(md5=md5)
        self.error: BaseException | None = None
        self._target = target

    def write(self, data: bytes, /) -> int:
        """Take all of `data`."""
        try:
            if self._target is not None:
                write_all(self._target, data)
            self.digest.feed(data)
        except BaseException as error:
            self.error = error
            raise
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""


def copy(source: BinaryIO, writer: Writer, on_block: OnBlock | None = None) -> Digest:
    """Copy all that is left of `source` to `writer` in one pass; its digest."""
    while block := source.read(BLOCK):
        writer.write(block)
        if on_block is not None:
            on_block(block)
    return writer.digest


def observer(on_block: OnBlock | None, on_progress: OnProgress | None) -> OnBlock:
    """One watcher for both: each block, and the count of bytes read so far."""
    read = 0

    def observe(block: bytes) -> None:
        nonlocal read
        read += len(block)
        if on_block is not None:
            on_block(block)
        if on_progress is not None:
            on_progress(read)

    return observe
