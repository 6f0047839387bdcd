"""An age file read under another header than the one it begins with."""

from __future__ import annotations

import io
from typing import BinaryIO, cast

from sopgit.adapters.age.errors import DamagedError
from sopgit.core.agefile import HEADER_LIMIT, parse_header
from sopgit.core.text import T


class _Headed(io.RawIOBase):
    """A header, and then what is left of `rest`."""

    def __init__(self, header: bytes, rest: BinaryIO) -> None:
        self._parts = [io.BytesIO(header), rest]

    def read(self, size: int = -1, /) -> bytes:
        while self._parts:
            data = self._parts[0].read(size)
            if data:
                return data
            self._parts.pop(0)
        return b""


def under_header(header: bytes, source: BinaryIO) -> BinaryIO:
    """The payload of `source`, which can seek, under `header`. DamagedError: it has none."""
    source.seek(0)
    try:
        own = parse_header(source.read(HEADER_LIMIT))
    except ValueError as error:
        raise DamagedError(T("the encrypted file has no header")) from error
    source.seek(own.length)
    return cast("BinaryIO", _Headed(header, source))
