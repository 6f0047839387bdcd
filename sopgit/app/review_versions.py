"""One version of a dataset as the reader of a review may see it.

Of restricted data a reader's own key opens the manifest and, where this clone's
cache holds the object, its content as it passes by: nothing of it is written.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from sopgit.adapters import age
from sopgit.adapters.files import file_errors
from sopgit.adapters.streams import BLOCK, OnBlock
from sopgit.app.recovery import under_header
from sopgit.app.scan import read_facts
from sopgit.app.table_source import ReadBlocks, read_tables
from sopgit.core.losses import TableFacts
from sopgit.core.manifest import Manifest
from sopgit.core.tablechange import TableChange, compare
from sopgit.core.tablerows import Source, Table


@dataclass(frozen=True)
class Seen:
    """A version: its file's name, rows and columns, and its content where it is at hand."""

    file: str
    facts: Callable[[], TableFacts]
    read: ReadBlocks | None

    def tables(self) -> dict[str, Source] | None:
        """Its tables by sheet; None where it has none or is not at hand."""
        return None if self.read is None else read_tables(self.file, self.read, ())


def seen_open(name: str, path: Path | None) -> Seen:
    """Open data called `name`, at `path` in the cache."""
    if path is None:
        return Seen(name, TableFacts, None)

    def read(on_block: OnBlock) -> None:
        with file_errors(path), path.open("rb") as file:
            while block := file.read(BLOCK):
                on_block(block)

    return Seen(name, lambda: read_facts(path, name), read)


def seen_sealed(
    manifest: Manifest, path: Path | None, identity: age.Identity, header: bytes | None
) -> Seen:
    """Restricted data whose `manifest` the reader opened, its object at `path` in the cache.

    `header` opens the object to who joined later.
    """
    known = TableFacts(manifest.rows, manifest.columns)
    if path is None:
        return Seen(manifest.file, lambda: known, None)

    def read(on_block: OnBlock) -> None:
        target = cast(BinaryIO, _Watched(on_block))
        with file_errors(path), path.open("rb", buffering=0) as file:
            under = under_header(file, header, identity)
            age.decrypt_into(under, target, identity, manifest.sha256)

    return Seen(manifest.file, lambda: known, read)


def changes_between(
    before: Seen | None, after: Seen, limit: int
) -> tuple[tuple[str, TableChange], ...] | None:
    """What each sheet of `after` has against `before` (None: there was none); None: not to tell."""
    try:
        was = {} if before is None else before.tables()
        becomes = after.tables()
    except (age.WrongKeyError, age.DamagedError):
        return None
    if was is None or becomes is None:
        return None
    nothing = Table((), ())
    return tuple(
        (name, compare(was.get(name, nothing), becomes.get(name, nothing), (), limit))
        for name in dict.fromkeys((*was, *becomes))
    )


class _Watched(io.RawIOBase):
    """A file that gives what is written into it to a watcher, and keeps nothing."""

    def __init__(self, on_block: OnBlock) -> None:
        self._on_block = on_block

    def write(self, data: Any, /) -> int:
        self._on_block(bytes(data))
        return len(data)
