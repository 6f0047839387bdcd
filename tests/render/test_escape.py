"""Other people's words cannot act on a terminal, a CI runner or a page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sopgit.render.escape import leading, leading_path, markdown, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Data kecamatan 2024", "Data kecamatan 2024"),
        ("Kecamatan Pagelaran – Utara", "Kecamatan Pagelaran – Utara"),
        ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
        ("two\nlines\r", r"two\nlines\r"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("\udcff.csv", r"\udcff.csv"),
    ],
)
def test_what_does_not_print_is_shown_as_its_escape(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text())
def test_visible_text_is_one_printable_line(text: str) -> None:
    shown = visible(text)
    assert shown.isprintable()
    assert shown.encode().decode() == shown


@pytest.mark.parametrize("text", ["::error::owned", "##[error]owned", " ::notice::", "-rf"])
def test_text_that_a_runner_might_obey_opens_no_line(text: str) -> None:
    assert leading(text) == f'"{text}"'


def test_plain_text_opens_a_line_as_it_is() -> None:
    assert leading("Permohonan data") == "Permohonan data"
    assert leading_path(".sopgit/policy.yaml") == ".sopgit/policy.yaml"


@pytest.mark.parametrize("path", ["::error::x", "sopgit: error: x", "a\nb", ""])
def test_a_strange_path_is_quoted(path: str) -> None:
    assert leading_path(path) == f'"{visible(path)}"'


@pytest.mark.parametrize(
    ("text", "inert"),
    [
        ("a | b", r"a \| b"),
        ("<img src=x>", r"&lt;img src=x\>"),
        ("[click](x)", r"\[click\]\(x\)"),
        ("ask @budi", "ask @&#8203;budi"),
        ("see #12", r"see \#&#8203;12"),
        ("http://x", "http:&#8203;//x"),
        ("&lt;", "&amp;lt;"),
    ],
)
def test_markdown_keeps_the_words_and_loses_the_meaning(text: str, inert: str) -> None:
    assert markdown(text) == inert
