"""CSV that a spreadsheet shows and never calculates; JSON that steers no terminal."""

from __future__ import annotations

import csv
import io
import json

import pytest

from sopgit.render.output import csv_text, show_json


@pytest.mark.parametrize("text", ["=1+1", "+62", "-1", "@SUM(A1)", "\tx"])
def test_what_a_spreadsheet_would_calculate_is_marked_as_text(text: str) -> None:
    (_head, (cell,)) = csv.reader(io.StringIO(csv_text(["a"], [[text]])))
    assert cell == f"'{text}"


def test_other_cells_come_back_as_they_were() -> None:
    rows = [["a,b", 'c"d', "e\nf"], ["1", "", ""]]
    given: list[list[object]] = [["a,b", 'c"d', "e\nf"], [1, None, "-"]]
    assert list(csv.reader(io.StringIO(csv_text(["x", "y", "z"], given))))[1:] == rows


def test_json_is_ascii(capsys: pytest.CaptureFixture[str]) -> None:
    show_json({"title": "\u202e\x1b é"})
    out = capsys.readouterr().out
    assert out.isascii()
    assert json.loads(out) == {"title": "\u202e\x1b é"}
