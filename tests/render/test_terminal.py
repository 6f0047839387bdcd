"""How sopgit speaks: errors and hints on stderr, tables on stdout, nothing that acts."""

from __future__ import annotations

import io
import sys

import pytest

from sopgit.core.text import T
from sopgit.render import terminal
from sopgit.render.tables import show_table, table_lines


def test_an_error_is_one_line_and_its_hint_the_next(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.error(T("there is no case {id}", id="ab"), T("see: sopgit list"))
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "sopgit: error: there is no case ab\nsopgit: hint: see: sopgit list\n"


def test_a_hint_is_not_needed(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.warning(T("this office is on trial"))
    assert capsys.readouterr().err == "sopgit: warning: this office is on trial\n"


def test_every_line_of_a_long_message_begins_with_our_name(
    capsys: pytest.CaptureFixture[str],
) -> None:
    terminal.error(T("two things:\n{one}", one="::error::a\n::error::b"))
    assert capsys.readouterr().err == (
        "sopgit: error: two things:\nsopgit:   ::error::a\\n::error::b\n"
    )


def test_progress_is_for_a_person_who_watches(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.progress(T("reading"))
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    terminal.progress(T("reading"))
    assert capsys.readouterr().err == "sopgit: reading\n"


def test_data_and_words_keep_apart(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.out(["{}"])
    terminal.err(["sopgit: done"])
    assert tuple(capsys.readouterr()) == ("{}\n", "sopgit: done\n")


ROWS = [["k3v9qpz", "Data kecamatan", "6"], ["m2", "\x1b[31m[red]desa[/]", "10"]]


def test_a_table_in_a_pipe_is_aligned_and_ends_no_line_with_blanks(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show_table(["ID", "TITLE", "STEP"], ROWS)
    assert capsys.readouterr().out.splitlines() == [
        "ID       TITLE                 STEP",
        "k3v9qpz  Data kecamatan        6",
        r"m2       \x1b[31m[red]desa[/]  10",
    ]


def test_a_table_on_a_terminal_reads_no_markup_from_its_cells(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "60")
    show_table(["ID", "TITLE", "STEP"], ROWS)
    shown = capsys.readouterr().out
    assert r"\x1b[31m[red]desa[/]" in shown
    assert "\x1b[31m" not in shown


def test_wide_characters_count_as_wide() -> None:
    assert table_lines(["A", "B"], [["数", "x"], ["a", "y"]]) == ["A   B", "数  x", "a   y"]


def test_a_table_without_rows_is_its_headers() -> None:
    assert table_lines(["A", "B"], []) == ["A  B"]


def test_a_stream_that_cannot_show_a_character_escapes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    narrow = io.TextIOWrapper(raw, encoding="ascii")
    monkeypatch.setattr(sys, "stdout", narrow)
    terminal.harden_streams()
    terminal.out(["selesai – ✓"])
    narrow.flush()
    assert raw.getvalue() == b"selesai \\u2013 \\u2713\n"
