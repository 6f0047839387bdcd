"""A story on a terminal: fitted to the window, its words untouched."""

from __future__ import annotations

from sopgit.app.told import Line, Section
from sopgit.core.text import T
from sopgit.render.reviews import section_text

_LONG = "Dalam rangka pemutakhiran data sektoral, mohon dilakukan pendataan kecamatan."
_SECTION = Section(
    "case",
    "abcdefghij",
    T("case abcdefghij"),
    (Line(1, T("Isi: {value}", value=_LONG)), Line(2, T("{value}", value=_LONG), quoted=True)),
)


def test_a_pipe_gets_whole_lines() -> None:
    assert list(section_text(_SECTION)) == [
        "case abcdefghij",
        f"  - Isi: {_LONG}",
        f"    | {_LONG}",
    ]


def test_a_window_gets_lines_that_go_on_below_their_own_words() -> None:
    assert list(section_text(_SECTION, 50)) == [
        "case abcdefghij",
        "  - Isi: Dalam rangka pemutakhiran data sektoral,",
        "    mohon dilakukan pendataan kecamatan.",
        "    | Dalam rangka pemutakhiran data sektoral,",
        "    | mohon dilakukan pendataan kecamatan.",
    ]


def test_a_window_too_small_for_words_still_gets_some() -> None:
    assert all(len(line) <= 36 for line in section_text(_SECTION, 5))
