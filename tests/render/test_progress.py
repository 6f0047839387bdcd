"""How far a reading is: how much, how fast, how long still."""

from __future__ import annotations

import io
import sys

import pytest

from sopgit.render.i18n import set_language, translate
from sopgit.render.progress import told_progress, watched

MIB = 1024 * 1024


def test_it_tells_rate_and_time_left(language: None) -> None:
    set_language("en")
    told = translate(told_progress(512 * MIB, 1024 * MIB, 4.0))
    assert told == "512.0 MiB of 1.0 GiB, 128.0 MiB/s, 0:05 left"
    assert translate(told_progress(10, 10 * MIB, 1.0)).endswith("17476:16 left")


@pytest.mark.parametrize(("read", "total", "seconds"), [(0, 5, 1.0), (5, 0, 1.0), (7, 5, 0.0)])
def test_what_nobody_knows_is_not_told(read: int, total: int, seconds: float) -> None:
    assert "left" not in str(told_progress(read, total, seconds))


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_only_a_watching_person_sees_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sopgit.render.progress._PAUSE_SECONDS", 0.0)
    for stream, speaks, is_seen in (
        (Terminal(), True, True),
        (Terminal(), False, False),
        (io.StringIO(), True, False),
    ):
        monkeypatch.setattr(sys, "stderr", stream)
        with watched(100, speaks=speaks) as on_progress:
            if on_progress is not None:
                on_progress(50)
        assert bool(stream.getvalue()) == is_seen
        assert not stream.getvalue().endswith("left")
