"""What is decided about lines, letters and column widths before the page is set."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sopgit.documents.content import Prose, Section, Table
from sopgit.documents.layout import column_weights, is_measure, page_data, pieces
from sopgit.documents.office import Letterhead
from sopgit.documents.paper import Footer, Paper, Signatory


def data_of(*body: Section, **changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "letterhead": Letterhead(None, "Kantor", None),
        "title": "Nota",
        "number": "1",
        "date": date(2024, 7, 23),
        "place": None,
        "signatory": Signatory("Contoh", "Kepala"),
        "footer": Footer("A" * 10, 1, 1, "0" * 64, "7"),
        "body": body,
    }
    return page_data(Paper(**(values | changes)))


def labels(*names: str | None) -> list[Any]:
    data = data_of(*(Section(name, Prose(("x",))) for name in names))
    return [section["label"] for section in data["body"]]


@given(st.text(max_size=200), st.integers(8, 40))
def test_pieces_joined_are_the_text(text: str, longest: int) -> None:
    cut = pieces(text, longest)

    assert (cut if isinstance(cut, str) else "".join(cut)) == text


@given(st.text(st.sampled_from("aM/._ -1"), max_size=200), st.integers(8, 40))
def test_no_piece_is_longer_than_a_line(text: str, longest: int) -> None:
    cut = pieces(text, longest)

    for piece in [cut] if isinstance(cut, str) else cut:
        assert all(len(word) <= longest for word in piece.split())


def test_words_of_a_language_are_not_cut() -> None:
    sentence = "mempertanggungjawabkan penyelenggaraan pemerintahan daerah"

    assert pieces(sentence, 32) == sentence


def test_an_address_breaks_behind_its_punctuation() -> None:
    assert pieces("https://kantor.example/data/kecamatan.csv", 32) == [
        "https://",
        "kantor.",
        "example/",
        "data/",
        "kecamatan.",
        "csv",
    ]


def test_three_headings_are_lettered_and_two_are_not() -> None:
    assert labels("Satu", None, "Dua", "Tiga") == ["A. Satu", None, "B. Dua", "C. Tiga"]
    assert labels("Satu", "Dua") == ["Satu", "Dua"]


@pytest.mark.parametrize("counted", ["A. Satu", "I. Satu", "1. Satu", "1) Satu"])
def test_headings_that_count_themselves_are_left_alone(counted: str) -> None:
    assert labels(counted, "Dua", "Tiga") == [counted, "Dua", "Tiga"]


def test_a_table_is_numbered_unless_it_numbers_itself() -> None:
    (plain, counted) = data_of(
        Section(None, Table(("Nama",), (("x",),))), Section(None, Table(("No.",), (("1",),)))
    )["body"]

    assert (plain["numbered"], counted["numbered"]) == (1, 0)


def test_a_column_has_room_for_its_longest_word_before_others_get_more() -> None:
    number, text = column_weights([["Jumlah", "100000000000000"], ["Catatan", "kata " * 90]], 42)

    assert number >= 15
    assert text > 2 * number


@pytest.mark.parametrize(
    ("cells", "measure"),
    [
        (["7", "1.234", "12,5"], True),
        (["181001", "181002"], False),
        (["7", "tujuh"], False),
        (["", ""], False),
    ],
)
def test_amounts_are_told_from_codes(cells: list[str], measure: bool) -> None:
    assert is_measure(cells) is measure


@pytest.mark.parametrize(
    "written", ["Kepala Dinas", "Yth. Kepala Dinas", "Kepada Yth.: Kepala Dinas"]
)
def test_the_salutation_is_written_once(written: str) -> None:
    assert data_of(addressee=(written,))["addressee"] == ["Kepala Dinas"]


def test_an_unsigned_paper_names_no_event_and_no_digest() -> None:
    draft = data_of(footer=Footer("A" * 10, 4, None, "", "7"))

    assert draft["footer"][0] == "Kasus AAAAAAAAAA · langkah 4"
