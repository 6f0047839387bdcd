"""Delimited tables read while their bytes pass by once: any common dialect and encoding.

Commas, semicolons, tabs or bars; quoted cells with line breaks in them; line
ends of Windows, Unix and the old Macintosh; a `sep=;` line as Excel writes it;
with or without a heading. Records are counted at the speed of `bytes.count`
and become cells only in the chunks that somebody wants to look into. Nothing
here raises, whatever the bytes; encoding and dialect are judged by the first
`SAMPLE` bytes, so that the size of the blocks does not change them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import accumulate, repeat

from sopgit.core.dialect import LINES, Dialect, guess_dialect, is_heading, records_of
from sopgit.core.encodings import Transcoder

SAMPLE = 64 * 1024
# A record longer than this is cut: a quote that never closes must not gather a whole file.
RECORD_LIMIT = 4 * 1024 * 1024
FEW_QUOTES = 64
# As patterns they are found twice as fast as by `in` (measured).
_BLANK, _BLANK_WITH_RETURN = re.compile(rb"\n\n"), re.compile(rb"\n\r")
Rows = Sequence[Sequence[str]]
OnHead = Callable[["tuple[str, ...] | None", int], None]
OnRows = Callable[[int, Rows], None]


class Delimited:
    """Feed it blocks, close it; then `rows` and `columns` are known.

    `on_head` is told the names (None: no heading line) and the width, once,
    before `on_rows` gets batches of records with the number of the first, as a
    spreadsheet numbers its rows. `wants` says of a chunk of whole records, in
    UTF-8, whether its cells are needed; others are only counted. `lines`: each
    line is one cell, and there is no heading.
    """

    def __init__(
        self,
        on_head: OnHead,
        on_rows: OnRows,
        wants: Callable[[bytes], bool],
        declared: Sequence[str] = (),
        *,
        lines: bool = False,
    ) -> None:
        self.rows = 0
        self.columns: tuple[str, ...] | None = None
        self.dialect: Dialect | None = LINES if lines else None
        self._transcoder = Transcoder()
        self._on_head, self._on_rows, self._wants = on_head, on_rows, wants
        self._declared = declared
        self._rest = b""
        self._position = 1
        self._started = False

    @property
    def is_text(self) -> bool:
        """Whether the file can be read as text at all."""
        return self._transcoder.is_text

    def feed(self, block: bytes) -> None:
        """Take the next block, of any length."""
        self._take(self._transcoder.feed(block), final=False)

    def close(self) -> None:
        """After the last block."""
        self._take(self._transcoder.close(), final=True)

    def _take(self, data: bytes, *, final: bool) -> None:
        if self.dialect is None:
            data = self._rest = self._rest + data
            if len(data) < SAMPLE and not final:
                return
            self._rest = b""
            data = self._judge(data)
        if self.dialect is not None and self.dialect.old_line_ends:
            data = data.replace(b"\r", b"\n")
        data = self._rest + data
        end = len(data) if final else end_of_records(data)
        self._rest = data[end:]
        if end:
            self._read(data[:end])

    def _judge(self, data: bytes) -> bytes:
        """Decide on the dialect; `data` without the line that tells it, if there is one."""
        sample = data[:SAMPLE]
        if len(data) >= SAMPLE:
            sample = sample[: sample.rfind(b"\n") + 1] or sample
        self.dialect = guess_dialect(sample.decode("utf-8", "ignore"))
        self._position += self.dialect.skip > 0
        return data[self.dialect.skip :]

    def _read(self, chunk: bytes) -> None:
        if not self._started and len(chunk) > SAMPLE:  # the heading is read; the rest is asked for
            end = end_of_records(chunk[:SAMPLE])
            if end:
                self._read(chunk[:end])
                chunk = chunk[end:]
        assert self.dialect is not None  # noqa: S101 - for the type checker
        delimiter = self.dialect.delimiter
        if self._started and not self._wants(chunk):
            count = count_records(chunk, delimiter)
            if count is not None:
                self.rows += count
                self._position += count
                return
        records = list(records_of(chunk.decode("utf-8", "replace"), delimiter))
        if not self._started:
            records = self._head(records)
        self.rows += sum(map(bool, records))
        if records:
            self._on_rows(self._position, records)
        self._position += len(records)

    def _head(self, records: list[list[str]]) -> list[list[str]]:
        """Take the heading from the first records, past blank ones; the records after it."""
        first = next((number for number, record in enumerate(records) if any(record)), None)
        if first is None:
            return records
        self._started = True
        record = records[first]
        if self.dialect != LINES and is_heading(record, self._declared):
            self.columns = tuple(name.strip() for name in record)
            self._position += first + 1
            records = records[first + 1 :]
        self._on_head(self.columns, len(record))
        return records


def end_of_records(data: bytes) -> int:
    """Where the last whole record of `data` ends; 0: nowhere yet. Quotes may hold line ends."""
    end = data.rfind(b"\n")
    is_inside = data.count(b'"', 0, end + 1) % 2 if b'"' in data else 0
    while end >= 0 and is_inside:
        start = data.rfind(b"\n", 0, end)
        is_inside ^= data.count(b'"', start + 1, end + 1) % 2
        end = start
    if end < 0 and len(data) > RECORD_LIMIT:
        return (data.rfind(b"\n") + 1) or len(data)
    return end + 1


def count_records(chunk: bytes, delimiter: str) -> int | None:
    """How many records a chunk of whole records holds; None: only reading it can tell.

    Quotes are counted with only where each opens or closes a cell, or is
    doubled; blank lines are no records.
    """
    blank = _BLANK_WITH_RETURN if b"\r" in chunk else _BLANK
    if blank.search(chunk) or chunk[:1] in (b"\n", b"\r"):
        return None
    last = not chunk.endswith(b"\n")
    quotes = chunk.count(b'"') if b'"' in chunk else 0  # `in` is much faster (measured)
    if not quotes:
        return chunk.count(b"\n") + last
    if quotes * FEW_QUOTES < len(chunk):
        outside = _outside(chunk, delimiter)
        return None if outside is None else sum(part.count(b"\n") for part in outside) + last
    if quotes != _ordered_quotes(chunk, delimiter.encode()):
        return None
    lines = chunk.split(b"\n")[: None if last else -1]
    seen = accumulate(map(bytes.count, lines, repeat(b'"')))
    return sum(1 for before in seen if not before & 1)


def _outside(chunk: bytes, delimiter: str) -> list[bytes] | None:
    """What stands outside of quoted cells; None where a quote stands at no end of a cell."""
    parts = chunk.split(b'"')
    outside = parts[::2]
    mark = delimiter.encode()
    ends, starts = (b"\n", mark), (b"\n", b"\r", mark)
    between = outside[1:-1]  # empty: a doubled quote
    is_ordered = (
        len(parts) % 2 == 1
        and (not outside[0] or outside[0].endswith(ends))
        and (not outside[-1] or outside[-1].startswith(starts))
        and all(not part or (part.startswith(starts) and part.endswith(ends)) for part in between)
    )
    return outside if is_ordered else None


def _ordered_quotes(chunk: bytes, delimiter: bytes) -> int:
    """How many quotes stand where they should: at both ends of a cell, or doubled in it."""
    opening = chunk.count(b'\n"') + chunk.count(delimiter + b'"') + chunk.startswith(b'"')
    closing = chunk.count(b'"\n') + chunk.count(b'"\r') + chunk.count(b'"' + delimiter)
    closing += chunk.endswith(b'"')
    return opening + closing + 2 * chunk.count(b'""') if opening == closing else -1
