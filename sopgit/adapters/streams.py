"""Streams that count, hash and remember their own errors.

A foreign library between a reader and a writer may swallow or rename what
they raise (pyrage does). So each keeps the exception it met in `error`, and
whoever started the library asks for it afterwards.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, BinaryIO

from sopgit.adapters.files import write_all

BLOCK = 1024 * 1024
OnBlock = Callable[[bytes], None]
OnProgress = Callable[[int], None]


class _Hash:
    """One hash of what it is fed, computed beside the caller: hashlib lets other threads run.

    The thread is nobody's to wait for: a Ctrl-C while it starts would otherwise
    hang the program's end (as a ThreadPoolExecutor's did).
    """

    def __init__(self, hash_: Any) -> None:
        self._hash = hash_
        self._todo: SimpleQueue[bytes | bytearray | None] = SimpleQueue()
        self._done: SimpleQueue[None] = SimpleQueue()
        self._is_started = self._is_busy = False

    def feed(self, block: bytes | bytearray) -> None:
        """Take the next block, which may not change before the next `wait`."""
        if not self._is_started:
            self._is_started = True
            work = (self._hash, self._todo, self._done)
            threading.Thread(target=_hash_blocks, args=work, daemon=True).start()
        self.wait()
        self._is_busy = True
        self._todo.put(block)

    def wait(self) -> None:
        """Return when all that it was fed has been hashed."""
        if self._is_busy:
            self._done.get()
            self._is_busy = False

    def __del__(self) -> None:
        self._todo.put(None)

    def hexdigest(self, rest: memoryview) -> str:
        """Lower-case hex of all that it was fed, and of `rest`."""
        self.wait()
        final = self._hash.copy()
        final.update(rest)
        return str(final.hexdigest())


def _hash_blocks(hash_: Any, todo: SimpleQueue[Any], done: SimpleQueue[None]) -> None:
    while (block := todo.get()) is not None:
        hash_.update(block)
        done.put(None)


class Digest:
    """Counts and hashes what is fed to it; `md5` only when asked for.

    Small pieces are gathered into blocks, in two buffers that take turns: what
    is short-lived and large costs more in fresh memory than in copying (measured).
    """

    def __init__(self, *, md5: bool = False) -> None:
        self.size = 0
        self._sha256 = _Hash(hashlib.sha256())
        self._md5 = _Hash(hashlib.md5(usedforsecurity=False)) if md5 else None
        self._buffer, self._other = bytearray(), bytearray()
        self._length = 0

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        self.size += len(data)
        if len(data) >= BLOCK and not self._length:
            self._hash(data)
            return
        end = self._length + len(data)
        if end > len(self._buffer):
            self._buffer.extend(bytes(end - len(self._buffer)))
        self._buffer[self._length : end] = data
        self._length = end
        if end >= BLOCK:
            del self._buffer[end:]
            self._hash(self._buffer)
            self._buffer, self._other = self._other, self._buffer
            self._length = 0

    def _hash(self, block: bytes | bytearray) -> None:
        """Start on `block`, once the block before is done with."""
        for hash_ in filter(None, (self._sha256, self._md5)):
            hash_.feed(block)

    @property
    def _rest(self) -> memoryview:
        return memoryview(self._buffer)[: self._length]

    @property
    def sha256(self) -> str:
        """Lower-case hex."""
        return self._sha256.hexdigest(self._rest)

    @property
    def md5(self) -> str:
        """Lower-case hex; empty when it was not asked for."""
        return "" if self._md5 is None else self._md5.hexdigest(self._rest)


class Reader:
    """Reads `source` in large blocks, keeps its error; each goes to `digest` and `on_block`."""

    def __init__(
        self, source: BinaryIO, on_block: OnBlock | None = None, digest: Digest | None = None
    ) -> None:
        self.error: BaseException | None = None
        self._source = source
        self._on_block = on_block
        self._digest = digest
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

    def read_exactly(self, size: int) -> bytes:
        """`size` bytes, fewer only at the end."""
        data = self.read(size)
        while len(data) < size and (more := self.read(size - len(data))):
            data += more
        return data

    def give_back(self, data: bytes) -> None:
        """Let the next reading begin with `data`, which was read last."""
        self._rest = memoryview(data + self._rest)

    def _next_block(self) -> bytes:
        block = self._source.read(BLOCK)
        if block:
            if self._digest is not None:
                self._digest.feed(block)
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


def both(first: OnBlock, second: OnBlock | None) -> OnBlock:
    """One watcher that gives each block to `first`, then to `second`."""
    if second is None:
        return first

    def watch(block: bytes) -> None:
        first(block)
        second(block)

    return watch
