"""The dialect of a delimited table, judged by its first lines: delimiter, line ends, heading."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_SHOWN = 200
_ENOUGH = 0.9
# In this order where several fit: a comma stands in many a cell, a tab in hardly any.
_DELIMITERS = "\t;|,"
_SEP_LINE = re.compile(r'"?sep=(?P<delimiter>[^\w"])"?\r?\n', re.IGNORECASE)
_QUOTED = re.compile('"[^"]*"')
# What no heading has: a long number, one with decimals, a date, an address.
_DATA_CELL = re.compile(
    r"'?[+-]?\d[\d .]{4,}|[+-]?\d+[.,]\d+|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|.*@.*\..*", re.DOTALL
)


@dataclass(frozen=True)
class Dialect:
    """`old_line_ends`: lines end with CR alone; `skip`: characters of Excel's `sep=;` line."""

    delimiter: str
    old_line_ends: bool = False
    skip: int = 0


LINES = Dialect("\0")


def guess_dialect(sample: str) -> Dialect:
    """The dialect of a table that begins with `sample`; a comma where nothing tells."""
    bare = _QUOTED.sub("", sample)
    old = "\n" not in bare and "\r" in bare
    text = sample.replace("\r", "\n") if old else sample
    told = _SEP_LINE.match(text)
    if told:
        return Dialect(told["delimiter"], old, told.end())
    shares = {delimiter: _consistency(text, delimiter) for delimiter in _DELIMITERS}
    fitting = [delimiter for delimiter, share in shares.items() if share >= _ENOUGH]
    best = fitting[0] if fitting else max(reversed(_DELIMITERS), key=shares.__getitem__)
    return Dialect(best, old)


def _consistency(text: str, delimiter: str) -> float:
    """The share of records that have the most common width; 0 where that is one cell."""
    records = records_of(text, delimiter)[:_SHOWN]
    widths = Counter(len(row) for row in records if row)
    if not widths:
        return 0.0
    width, count = widths.most_common(1)[0]
    return count / widths.total() if width > 1 else 0.0


def records_of(text: str, delimiter: str) -> list[list[str]]:
    """The records of `text`; one that the csv module refuses is left out."""
    if delimiter == LINES.delimiter:
        return [[line] if line else [] for line in text.splitlines()]
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        return list(_readable_records(text, delimiter))


def _readable_records(text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        try:
            record = next(reader, None)
        except csv.Error:  # a cell is too long; the reader goes on with the next line
            continue
        if record is None:
            return
        yield record


def is_heading(record: Sequence[str], declared: Sequence[str] = ()) -> bool:
    """Whether a first record names columns; surely where it has the `declared` names."""
    names = [cell.strip() for cell in record]
    if declared and {name.casefold() for name in names} >= {name.casefold() for name in declared}:
        return True
    filled = [name for name in names if name]
    if not filled or len(filled) * 2 < len(names):
        return False
    return not any(_DATA_CELL.fullmatch(name) for name in filled)
