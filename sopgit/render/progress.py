"""How far a long reading is, on one line of a terminal where a person watches."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sopgit.core.text import T, Text
from sopgit.render.i18n import translate
from sopgit.render.terminal import NAME

_PAUSE_SECONDS = 0.2
_CLEAR = "\r\x1b[2K"
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


@contextmanager
def watched(total: int, *, speaks: bool = True) -> Iterator[Callable[[int], None] | None]:
    """What takes the count of bytes read of `total`; None where nobody watches."""
    if not speaks or not sys.stderr.isatty():
        yield None
        return
    meter = _Meter(total, time.monotonic)
    try:
        yield meter.show
    finally:
        meter.end()


class _Meter:
    def __init__(self, total: int, clock: Callable[[], float]) -> None:
        self._total, self._clock = total, clock
        self._start = self._shown = clock()

    def show(self, read: int) -> None:
        """Renew the line, not more often than eyes follow."""
        now = self._clock()
        if now - self._shown < _PAUSE_SECONDS:
            return
        self._shown = now
        line = translate(told_progress(read, self._total, now - self._start))
        sys.stderr.write(f"{_CLEAR}{NAME}: {line}")
        sys.stderr.flush()

    def end(self) -> None:
        """Leave an empty line to whatever comes next."""
        if self._shown > self._start:
            sys.stderr.write(_CLEAR)
            sys.stderr.flush()


def told_progress(read: int, total: int, seconds: float) -> Text:
    """How much, how fast, and how long it will still take at that rate."""
    rate = read / seconds if seconds > 0 else 0.0
    if not 0 < read < total or not rate:
        return T("{read}, {rate}/s", read=size_text(read), rate=size_text(rate))
    left = int((total - read) / rate) + 1
    return T(
        "{read} of {total}, {rate}/s, {minutes}:{seconds:02} left",
        read=size_text(read),
        total=size_text(total),
        rate=size_text(rate),
        minutes=left // 60,
        seconds=left % 60,
    )


def size_text(size: float) -> str:
    """A number of bytes for people: `1.5 MiB`."""
    for unit in _UNITS[:-1]:
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} {_UNITS[-1]}"
