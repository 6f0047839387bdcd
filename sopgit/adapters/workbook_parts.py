"""The parts of a workbook's archive, read in pieces and within limits.

An XLSX file is a ZIP of XML. A bomb is small on the disk and endless when
opened, so nothing is believed that the archive says of itself: what comes out
is counted as it comes, by part and in total. A document type is refused, as
that is where entities are declared; no workbook has one.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from xml.parsers import expat

from sopgit.core.errors import SopgitError
from sopgit.core.text import T

MAX_PARTS = 10_000
MAX_UNPACKED = 1024 * 1024 * 1024
# XML of real tables shrinks to a tenth or a thirtieth; what shrinks to less was made to.
MAX_RATIO = 200
RATIO_FROM = 8 * 1024 * 1024
# A spreadsheet lets nobody write more than 32,767 characters into a cell.
LONGEST_TEXT = 2 * 1024 * 1024
_PIECE = 64 * 1024

OnStart = Callable[[str, dict[str, str]], None]
OnEnd = Callable[[str], None]
OnText = Callable[[str], None]


class WorkbookError(SopgitError):
    """A workbook that cannot be read: damaged, locked, or no workbook."""


class BombError(WorkbookError):
    """A workbook that would grow beyond all measure when read."""


class Pieces:
    """One text, gathered from pieces; BombError where it has no end."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0

    def add(self, piece: str) -> None:
        self._pieces.append(piece)
        self._length += len(piece)
        if self._length > LONGEST_TEXT:
            raise _bomb("...")

    def take(self) -> str:
        """The text, and nothing is left of it."""
        text = "".join(self._pieces)
        self._pieces.clear()
        self._length = 0
        return text


class Parts:
    """The archive in `file`; every part that is read counts towards one limit."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._unpacked = 0
        self.names = frozenset(archive.namelist())

    def read(self, name: str, limit: int = 16 * 1024 * 1024) -> bytes:
        """One small part; empty when there is none."""
        data = bytearray()
        for piece in self._pieces(name):
            data += piece
            if len(data) > limit:
                raise _bomb(name)
        return bytes(data)

    def parse(self, name: str, on_start: OnStart, on_end: OnEnd, on_text: OnText) -> None:
        """Tell the elements of a part, without their namespaces, as they pass by."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartElementHandler = lambda tag, values: on_start(_local(tag), _locals(values))
        parser.EndElementHandler = lambda tag: on_end(_local(tag))
        parser.CharacterDataHandler = on_text
        fed = 0
        try:
            for piece in self._pieces(name):
                parser.Parse(piece, False)
                fed += len(piece)
                if fed - parser.CurrentByteIndex > LONGEST_TEXT:  # it waits for a tag's end
                    raise _bomb(name)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise _damaged() from error

    def _pieces(self, name: str) -> Iterator[bytes]:
        if name not in self.names:
            return
        packed = max(1, self._archive.getinfo(name).compress_size)
        read = 0
        with reading(), self._archive.open(name) as part:
            while piece := part.read(_PIECE):
                read += len(piece)
                self._unpacked += len(piece)
                if read > RATIO_FROM and read > packed * MAX_RATIO:
                    raise _bomb(name)
                if self._unpacked > MAX_UNPACKED:
                    raise _bomb(name)
                yield piece


@contextmanager
def reading() -> Iterator[None]:
    """What the ZIP library raises for a damaged archive, as `WorkbookError`."""
    try:
        yield
    except RuntimeError as error:  # how the library says that a password is needed
        raise WorkbookError(
            T("the workbook is locked with a password"), T("ask for one without")
        ) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise _damaged() from error


def verify_archive(archive: zipfile.ZipFile, size: int) -> None:
    """Raises `BombError` where the archive of `size` bytes has parts upon parts."""
    parts = archive.infolist()
    if len(parts) > MAX_PARTS or sum(part.compress_size for part in parts) > size:
        raise _bomb("*")


def _refuse_doctype(*_arguments: Any) -> None:
    raise _damaged()


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _locals(values: dict[str, str]) -> dict[str, str]:
    return {_local(name): value for name, value in values.items()}


def _bomb(name: str) -> BombError:
    hint = T("open it, save its tables as CSV, and take those in")
    return BombError(T("the workbook grows beyond measure when read ({name})", name=name), hint)


def _damaged() -> WorkbookError:
    return WorkbookError(T("the workbook is damaged or none"), T("save it again as XLSX or as CSV"))
