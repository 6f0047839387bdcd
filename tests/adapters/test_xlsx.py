"""A workbook is read whole, hidden sheets and all, and no bomb is ever opened."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Sequence
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sopgit.adapters.workbook_parts import BombError, WorkbookError
from sopgit.adapters.xlsx import Sheet, Workbook, read_workbook
from tests.workbooks import MAIN, workbook

TABLE: list[list[str | int | float]] = [["kode", "nilai"], ["18.10", 1.5], ["18.11", 2]]


class Read:
    """What a workbook holds: cells by sheet, row and column; places of formulas."""

    def __init__(self, data: bytes) -> None:
        self.rows: dict[str, dict[int, list[str]]] = {}
        self.formulas: list[tuple[str, int, int]] = []
        self.workbook: Workbook = read_workbook(data, self._take, self._formula)

    def _take(self, sheet: Sheet, first: int, rows: Sequence[Sequence[str]]) -> None:
        told = self.rows.setdefault(sheet.name, {})
        told.update({number: list(row) for number, row in enumerate(rows, first)})

    def _formula(self, sheet: Sheet, row: int, column: int) -> None:
        self.formulas.append((sheet.name, row, column))


def sheet(body: str) -> dict[str, bytes]:
    return {
        "xl/worksheets/sheet1.xml": (
            f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'
        ).encode()
    }


def test_every_sheet_is_read_and_hidden_ones_are_known() -> None:
    read = Read(workbook({"Data": TABLE, "Lama": [["x"]]}, hidden=["Lama"]))
    assert read.rows == {
        "Data": {1: ["kode", "nilai"], 2: ["18.10", "1.5"], 3: ["18.11", "2"]},
        "Lama": {1: ["x"]},
    }
    assert [(each.name, each.is_hidden) for each in read.workbook.sheets] == [
        ("Data", False),
        ("Lama", True),
    ]
    assert not read.workbook.has_macros


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="A1"><v>1.810010101809999E15</v></c>', "1810010101809999"),
        ('<c r="A1"><v>1810010101809999.0</v></c>', "1810010101809999"),
        ('<c r="A1"><v>1E+999999999</v></c>', "1E+999999999"),
        ('<c r="A1"><v>0.1</v></c>', "0.1"),
        ('<c r="A1" s="1"><v>45351</v></c>', "2024-02-29"),
        ('<c r="A1" s="1"><v>45351.5</v></c>', "2024-02-29 12:00:00"),
        ('<c r="A1" s="1"><v>1e300</v></c>', "1e300"),
        ('<c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c>', "ab"),
        ('<c r="A1" t="str"><f>"x"</f><v>x</v></c>', "x"),
        ('<c r="A1" t="b"><v>1</v></c>', "1"),
        ('<c r="A1" t="s"><v>77</v></c>', ""),
    ],
)
def test_a_cell_as_text(cell: str, text: str) -> None:
    read = Read(workbook({"Data": [["x"]]}, parts=sheet(f'<row r="1">{cell}</row>')))
    assert read.rows["Data"][1] == [text]


def test_gaps_between_rows_and_cells_stay_gaps() -> None:
    body = '<row r="3"><c r="C3"><v>1</v></c></row><row r="900000"><c><v>2</v></c></row>'
    read = Read(workbook({"Data": [["x"]]}, parts=sheet(body)))
    assert read.rows["Data"] == {3: ["", "", "1"], 900000: ["2"]}


def test_formulas_and_macros_are_told() -> None:
    body = '<row r="2"><c r="B2"><f>SUM(A1)</f><v>1</v></c></row>'
    read = Read(workbook({"Data": [["x"]]}, parts=sheet(body) | {"xl/vbaProject.bin": b"program"}))
    assert read.formulas == [("Data", 2, 2)]
    assert read.workbook.has_macros


@pytest.mark.parametrize(
    "body",
    [
        '<row r="9999999"></row>',
        '<row r="2"></row><row r="2"></row>',
        '<row r="1"><c r="B1"/><c r="A1"/></row>',
        '<row r="1"><c r="ZZZ1"/></row>',
        "<row>",
    ],
)
def test_a_sheet_in_disorder_is_refused(body: str) -> None:
    with pytest.raises(WorkbookError):
        Read(workbook({"Data": [["x"]]}, parts=sheet(body)))


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"]
)
def test_a_part_that_grows_beyond_measure_is_a_bomb(part: str) -> None:
    data = workbook({"Data": TABLE}, parts={part: b"<a>" + b" " * 40_000_000})
    assert len(data) < 100_000
    tracemalloc.start()
    with pytest.raises(BombError, match="beyond measure"):
        Read(data)
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


LONG = {
    "a cell": ("xl/worksheets/sheet1.xml", "<row><c t='str'><v>{}</v></c></row>"),
    "a shared text": ("xl/sharedStrings.xml", "<si><t>{}</t></si>"),
    "an attribute": ("xl/worksheets/sheet1.xml", "<row r='{}'/>"),
    "a remark": ("xl/worksheets/sheet1.xml", "<!--{}-->"),
}


@pytest.mark.parametrize("where", LONG)
def test_no_text_without_an_end_fills_the_memory(where: str) -> None:
    part, form = LONG[where]
    text = random.Random(0).randbytes(4_000_000).hex()
    body = f"<a>{form.format(text)}</a>".encode()
    data = workbook({"Data": TABLE}, parts={part: body})
    tracemalloc.start()
    with pytest.raises(BombError, match="beyond measure"):
        Read(data)
    assert tracemalloc.get_traced_memory()[1] < 16_000_000
    tracemalloc.stop()


def test_entities_are_refused_before_they_unfold() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
    with pytest.raises(WorkbookError, match="damaged"):
        Read(workbook({"Data": TABLE}, parts={"xl/worksheets/sheet1.xml": bomb}))


def test_cells_far_to_the_right_do_not_fill_the_memory() -> None:
    rows = "".join(f'<row r="{n}"><c r="XFD{n}"/></row>' for n in range(1, 4000))
    data = workbook({"Data": [["x"]]}, parts=sheet(rows))
    tracemalloc.start()
    with pytest.raises(WorkbookError, match="too many cells"):
        read_workbook(data, lambda *_rows: None, lambda *_formula: None)
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_what_is_no_workbook_is_told_so() -> None:
    for data in (b"", b"kode,nama\n", b"\xd0\xcf\x11\xe0 old", workbook({"Data": TABLE})[:-40]):
        with pytest.raises(WorkbookError):
            Read(data)
    with pytest.raises(WorkbookError, match="no sheet"):
        Read(workbook({}))


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 2**32), count=st.integers(1, 8))
def test_no_damage_breaks_the_reader(seed: int, count: int) -> None:
    chance = random.Random(seed)
    data = bytearray(workbook({"Data": TABLE}))
    for _ in range(count):
        data[chance.randrange(len(data))] = chance.randrange(256)
    with suppress(WorkbookError):
        Read(bytes(data))
