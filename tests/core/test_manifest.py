"""The manifest of a restricted file, and the counting of its rows."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sopgit.core.manifest import Manifest, manifest_bytes, parse_manifest
from sopgit.core.tablefacts import TableFacts

cells = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=8)


@given(
    st.builds(
        Manifest,
        file=st.text(st.characters(codec="utf-8")),
        sha256=st.just("0" * 64),
        size=st.integers(0, 2**50),
        rows=st.none() | st.integers(0, 2**40),
        columns=st.none() | st.tuples(st.text(st.characters(codec="utf-8"))),
    )
)
def test_a_manifest_reads_back(manifest: Manifest) -> None:
    assert parse_manifest(manifest_bytes(manifest)) == manifest


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"schema":"sopgit/manifest/v1"}', b"\xff"])
def test_anything_else_is_no_manifest(data: bytes) -> None:
    with pytest.raises(ValueError, match="manifest"):
        parse_manifest(data)


@given(
    rows=st.lists(st.tuples(cells, cells, cells), max_size=10),
    step=st.integers(1, 40),
    last_line_end=st.booleans(),
)
def test_rows_are_counted_across_any_blocks(
    rows: list[tuple[str, str, str]], step: int, last_line_end: bool
) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(
        [("kode", "na,ma", "x\ny"), *rows]
    )
    data = text.getvalue().encode()
    data = data if last_line_end else data[:-1]
    facts = TableFacts("x.csv")
    for start in range(0, len(data), step):
        facts.feed(data[start : start + step])
    assert facts.rows == len(rows)
    assert facts.columns == ("kode", "na,ma", "x\ny")


def test_the_heading_of_an_office_export_is_read() -> None:
    facts = TableFacts("Data.CSV")
    facts.feed("\ufeffkode;nama\r\n18.10.01;Pringsewu\r\n".encode())
    assert (facts.rows, facts.columns) == (1, ("kode", "nama"))


def test_what_is_no_table_has_no_rows() -> None:
    for name, data in {
        "x.pdf": b"a\nb\n",
        "x.csv": b"",
        "y.csv": b"\xff\xfe,\n",
        "z.csv": b"a\rb\n",
    }.items():
        facts = TableFacts(name)
        facts.feed(data)
        assert (facts.rows, facts.columns) == (None, None)
