"""A table is read as it passes by, whatever office program wrote it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sopgit.core.delimited import Delimited, Rows
from sopgit.core.encodings import readable_text

DATA = Path(__file__).parents[2] / ".." / "shared" / "data"


class Read:
    """A whole table, read in blocks of `step` bytes; `counts`: no chunk is looked into."""

    def __init__(self, data: bytes, step: int = 1 << 20, *, counts: bool = False) -> None:
        self.heads: list[tuple[tuple[str, ...] | None, int]] = []
        self.cells: list[tuple[int, list[str]]] = []
        reader = Delimited(
            lambda names, width: self.heads.append((names, width)),
            self._take,
            lambda _chunk: not counts,
        )
        for start in range(0, len(data), step):
            reader.feed(data[start : start + step])
        reader.close()
        self.rows, self.columns, self.is_text = reader.rows, reader.columns, reader.is_text

    def _take(self, first: int, rows: Rows) -> None:
        self.cells += [(number, list(row)) for number, row in enumerate(rows, first) if row]


HEAD = ("kode", "nama", "nilai")
ROWS = [["1", "Pringsewu", "1.234,56"], ["2", "Désa\nBaru", "7,5"]]


def told(delimiter: str = ",", line_end: str = "\r\n") -> str:
    text = io.StringIO()
    writer = csv.writer(text, csv.excel, delimiter=delimiter, lineterminator=line_end, quoting=1)
    writer.writerows([HEAD, *ROWS])
    return text.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_common_dialect_and_encoding(encoding: str, delimiter: str, line_end: str) -> None:
    data = told(delimiter, line_end).encode(encoding)
    for step in (1, 7, 1 << 20):
        table = Read(data, step)
        assert (table.rows, table.columns) == (2, HEAD)
        assert table.cells == [(2, ROWS[0]), (3, ROWS[1])]


def test_a_decimal_comma_is_no_delimiter() -> None:
    assert Read(b"a;b\n1,5;2,5\n3,5;4,5\n").columns == ("a", "b")


def test_the_line_that_tells_the_delimiter_is_obeyed() -> None:
    table = Read(b"sep=|\r\na|b\r\n1,0|2,0\r\n")
    assert (table.columns, table.cells) == (("a", "b"), [(3, ["1,0", "2,0"])])


@pytest.mark.parametrize(
    "first", [b"1810040001,1810040,SELAPAN", b"a@contoh.id,b", b"2024-01-31,x", b"1.5,x"]
)
def test_a_first_line_of_data_is_no_heading(first: bytes) -> None:
    table = Read(first + b"\n")
    assert (table.rows, table.columns) == (1, None)


def test_years_and_short_numbers_may_head_columns() -> None:
    assert Read(b"kecamatan,2023,2024,1\nx,1,2,3\n").columns == ("kecamatan", "2023", "2024", "1")


def test_what_is_no_text_has_no_rows() -> None:
    for data in (b"PK\x03\x04abc,\n", b"%PDF-1.7\n", b"a\0b\0\0\n", b"\xd0\xcf\x11\xe0"):
        table = Read(data)
        assert (table.is_text, table.rows, table.columns) == (False, 0, None)
        assert readable_text(data) is None


def test_an_empty_file_is_an_empty_table() -> None:
    assert (Read(b"").rows, Read(b"\r\n\r\n").rows, Read(b"").columns) == (0, 0, None)


def test_a_quote_that_never_closes_gathers_no_whole_file() -> None:
    data = b'a,b\n"x,1\n' + b"y,2\n" * 2_000_000
    assert Read(data, counts=True).rows > 0


@given(
    rows=st.lists(st.tuples(*[st.text("ab,;\"'\n\r é1", max_size=6)] * 3), max_size=30),
    step=st.integers(1, 50),
    last_line_end=st.booleans(),
)
def test_counting_and_reading_agree_with_the_csv_module(
    rows: list[tuple[str, str, str]], step: int, last_line_end: bool
) -> None:
    text = io.StringIO()
    table = [("kode", "na,ma", "x\ny"), *rows]
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(table)
    data = text.getvalue().encode()
    data = data if last_line_end else data[:-1]
    read = Read(data, step)
    assert [tuple(row) for _number, row in read.cells] == rows
    assert read.columns == ("kode", "na,ma", "x\ny")
    assert read.rows == Read(data, step, counts=True).rows == len(rows)


@given(data=st.binary(max_size=600) | st.text(',;"\n\r=a1é', max_size=300).map(str.encode))
def test_no_bytes_break_it(data: bytes) -> None:
    for step in (1, 100):
        assert Read(data, step).rows >= 0
        assert Read(data, step, counts=True).rows >= 0
    readable_text(data)


@pytest.mark.skipif(not DATA.is_dir(), reason="the real tables are not beside the project")
def test_real_tables_are_counted_right() -> None:
    for path in sorted(DATA.rglob("*.csv")):
        data = path.read_bytes()
        with path.open(newline="", encoding="utf-8") as file:
            expected = sum(1 for row in csv.reader(file) if row)
        table = Read(data, 65536, counts=True)
        assert table.rows == expected - (table.columns is not None)
        assert (table.columns is None) == (path.parent.name == "villages")
