"""Numbers of persons are found by structure and by column; other numbers raise no alarm.

Every number here is invented: the serial is 9999, or the check digit was chosen.
"""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sopgit.core.finding import Place
from sopgit.core.open_text import check_open_text
from sopgit.core.personal import (
    EMAIL,
    NIK,
    NIP,
    NPWP,
    PHONE,
    find_numbers,
    mask_cell,
    may_hold,
)
from sopgit.core.personal_columns import PersonalColumns

MAN, WOMAN = "1810010101809999", "1810014101809999"
TAX = "01.234.567.4-321.000"
TAX_DIGITS = TAX.replace(".", "").replace("-", "")
SERVANT = "198001012005011999"


def kinds(text: str, *, rounded: bool = False) -> list[str | None]:
    return [number.kind for number in find_numbers(text, rounded=rounded)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (MAN, NIK),
        (WOMAN, NIK),
        ("9201010101809999", NIK),
        (f"'{MAN}", NIK),
        ("1810 0101 0180 9999", NIK),
        ("18.10.01.010180.9999", NIK),
        ("1.810.010.101.809.999", NIK),
        (f"{MAN},00", NIK),
        (f"NIK: {MAN}.", NIK),
        (f'"nik":"{MAN}"', NIK),
        (TAX, NPWP),
        (TAX_DIGITS, NPWP),
        (f"0{TAX_DIGITS}", NPWP),
        (f"NPWP {TAX}", NPWP),
        (SERVANT, NIP),
        ("198001012005211999", NIP),
        ("081234567890", PHONE),
        ("+62 812-3456-7890", PHONE),
        ("6281234567890", PHONE),
        ("warga@contoh.id", EMAIL),
    ],
)
def test_a_number_of_a_person_is_found(text: str, kind: str) -> None:
    assert kind in kinds(text)
    assert may_hold(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "0010010101809999",
        "2010010101809999",
        "1800010101809999",
        "1850010101809999",
        "1810000101809999",
        "1810010001809999",
        "1810013201809999",
        "1810018101809999",
        "1810013002809999",
        "1810010113809999",
        "1810010101800000",
        "18100101018099990",
        f"x{MAN}",
        f"0.{MAN}",
        "012345675321000",
        "198013012005011999",
        "198001012005131999",
        "198001012005013999",
        "0721123456",
        "1810040001",
        "6271010001",
        "dinas@pringsewukab.go.id",
        "116.1810010101809999",
    ],
)
def test_what_breaks_the_structure_is_none(text: str) -> None:
    assert not any(kinds(text))


def test_a_spreadsheet_takes_the_last_digit_away() -> None:
    assert kinds("1810010101800000", rounded=True) == [NIK]


@given(text=st.text(max_size=200) | st.text("0123456789.-@+ e", max_size=60))
def test_nothing_is_found_that_the_quick_look_misses(text: str) -> None:
    data = text.encode()
    if not may_hold(data):
        assert not any(kinds(text))


def judged(column: str | None, cells: list[str], *, rounded: bool = False) -> list[str]:
    persons = PersonalColumns(rounded=rounded)
    persons.head([column] if column else None)
    persons.take(2, [[cell] for cell in cells])
    return [str(found.message) for found in persons.findings("x.csv", len(cells))]


def test_a_column_is_told_with_counts_and_masked_examples() -> None:
    persons = PersonalColumns()
    persons.head(["no", "NIK"])
    persons.take(2, [["1", "-"], ["2", MAN], ["3", WOMAN]])
    (found,) = persons.findings("x.csv", 3)
    assert found.code == "personal-data-open"
    assert found.place == Place("x.csv", 3, 2)
    assert str(found.message) == (
        "column NIK of open data holds NIK: 2 in 3 rows, like 1810************"
    )
    assert "spesifik" in str(found.hint)
    assert "sopgit return" in str(found.hint)


def test_random_numbers_of_sixteen_digits_raise_no_alarm() -> None:
    chance = random.Random(4)
    cells = ["".join(chance.choices("0123456789", k=16)) for _ in range(3000)]
    assert sum(NIK in kinds(cell) for cell in cells) < 3000 * 0.02
    assert judged("id_barang", cells) == []
    for length in (10, 11, 12, 13, 15, 18):
        cells = ["".join(chance.choices("0123456789", k=length)) for _ in range(3000)]
        assert judged("kode", cells) == []


def test_one_number_among_remarks_is_found() -> None:
    (told,) = judged("keterangan", ["baik", f"atas nama warga {MAN}", "2024"])
    assert told.startswith("column keterangan of open data holds NIK: 1 in 3 rows")


def test_village_codes_with_a_running_number_are_no_birthdays() -> None:
    assert judged("id_rumah", [f"1810012003{number:06}" for number in range(1, 400)]) == []
    assert judged("nik", [f"1810012003{number:06}" for number in range(1, 400)])


@pytest.mark.parametrize("name", ["No. KK", "no_kk", "Nomor Kartu Keluarga"])
def test_the_heading_tells_a_family_card_from_a_person(name: str) -> None:
    assert "holds KK: 1" in judged(name, [MAN])[0]


def test_the_heading_leaves_no_doubt() -> None:
    mixed = [TAX_DIGITS, *["999999999999999"] * 9]
    assert judged("kode", mixed) == []
    assert "holds NPWP: 1" in judged("NPWP", mixed)[0]


def test_a_number_that_a_spreadsheet_rounded_is_told_by_its_heading() -> None:
    assert "1,81***E+**" in judged("NIK", ["1,81001E+15"])[0]
    assert judged("nilai", ["1,81001E+15"]) == []


def test_mobile_numbers_and_addresses_are_found_in_columns() -> None:
    assert "0812********" in judged("hp", ["081234567890"])[0]
    assert "w***@contoh.id" in judged("surel", ["warga@contoh.id", "dinas@x.go.id"])[0]


@pytest.mark.parametrize("number", [MAN, f"NIK {WOMAN}", f"'{MAN}"])
def test_a_text_is_refused_for_the_number_in_it(number: str) -> None:
    place = Place("cases/x/case.yaml")
    assert check_open_text("Data warga\nterlampir", place) == []
    (found,) = check_open_text(f"Data warga\n{number} terlampir", place)
    assert (found.code, found.severity) == ("personal-data-open", "error")
    assert (found.place.path, found.place.line) == ("cases/x/case.yaml", 2)
    assert "*" in str(found.message)


def test_a_text_may_name_officials_and_how_to_reach_them() -> None:
    text = f"Hubungi 081234567890\nNIP {SERVANT}\nNPWP {TAX}\nSigned-off-by: A <a@contoh.id>"
    found = check_open_text(text, Place("x", 7))
    assert {(told.severity, told.place.line) for told in found} == {("warning", 7), ("warning", 9)}


def test_digests_and_signatures_are_no_numbers() -> None:
    chance = random.Random(7)
    lines = ["".join(chance.choices("0123456789abcdef", k=64)) for _ in range(20000)]
    assert check_open_text("\n".join(lines), Place("x")) == []


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("1810010101809999", "1810************"),
        ("NIK 1810010101809999, lahir 1990", "NIK ****************, lahir ****"),
        ("1,81001E+15", "1,81***E+**"),
        ("warga@contoh.example", "w***@contoh.example"),
        ("dinas@contoh.go.id", "dinas@contoh.go.id"),
        ("18.10.01", "18.10.01"),
        ("1810012001", "1810012001"),
        ("", ""),
    ],
)
def test_a_cell_is_shown_without_the_numbers_of_persons(cell: str, shown: str) -> None:
    assert mask_cell(cell) == shown
