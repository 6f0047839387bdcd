"""Rows and columns of a delimited table, counted while its bytes pass by once."""

from __future__ import annotations

import csv

FIRST_RECORD_LIMIT = 64 * 1024
_SUFFIXES = (".csv", ".tsv")
_DELIMITERS = ",;\t|"


class TableFacts:
    """Feed it the blocks of a file; then `rows` (without the heading) and `columns` are known.

    Both stay None for a file that is no table in UTF-8 with a heading line.
    """

    def __init__(self, file_name: str) -> None:
        self._is_table = file_name.lower().endswith(_SUFFIXES)
        self._heading = bytearray()
        self._heading_done = False
        self._quoted = False
        self._lines = 0
        self._open_line = False

    def feed(self, block: bytes) -> None:
        """Take the next block, of any length."""
        if not self._is_table or not block:
            return
        parts = block.split(b'"')
        if self._heading_done:
            self._lines += b"".join(parts[self._quoted :: 2]).count(b"\n")
            self._quoted ^= len(parts) % 2 == 0
        else:
            self._read_heading(parts)
        self._open_line = self._quoted or not block.endswith(b"\n")

    def _read_heading(self, parts: list[bytes]) -> None:
        for number, part in enumerate(parts):
            if number:
                self._quoted = not self._quoted
                self._grow_heading(b'"')
            if self._quoted:
                self._grow_heading(part)
            else:
                self._count(part)

    def _count(self, part: bytes) -> None:
        head, end, _ = part.partition(b"\n")
        self._grow_heading(head)
        if end:
            self._heading_done = True
            self._lines += part.count(b"\n")

    def _grow_heading(self, data: bytes) -> None:
        room = FIRST_RECORD_LIMIT - len(self._heading)
        if not self._heading_done and room > 0:
            self._heading += data[:room]

    @property
    def columns(self) -> tuple[str, ...] | None:
        """The names in the heading line."""
        if not self._is_table or not self._heading:
            return None
        try:
            text = self._heading.decode("utf-8-sig").rstrip("\r")
            delimiter = max(_DELIMITERS, key=text.count)
            record = next(csv.reader([text], delimiter=delimiter), [])
        except (UnicodeDecodeError, csv.Error):
            return None
        return tuple(name.strip() for name in record)

    @property
    def rows(self) -> int | None:
        """How many records follow the heading line."""
        if self.columns is None:
            return None
        return max(0, self._lines + self._open_line - 1)
