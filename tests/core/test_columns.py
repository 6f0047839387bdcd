"""A table is held against its declared columns, with row and column in each finding."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sopgit.core.columns import SHOWN, DeclaredColumns
from sopgit.core.finding import Place
from sopgit.core.formulas import FormulaCells, is_formula, may_hold_formula
from sopgit.core.losses import TableFacts, check_losses
from sopgit.core.region_codes import is_region_code, other_coding

DECLARED: list[dict[str, Any]] = [
    {"name": "kode", "type": "string", "coding": "kemendagri", "required": True},
    {"name": "luas", "type": "number"},
    {"name": "tanggal", "type": "date"},
]
NAMES = ["kode", "luas", "tanggal"]
ROW = ["18.10.01", "1.234,56", "2024-02-29"]


def codes(names: list[str] | None, rows: list[list[str]], **options: Any) -> list[str]:
    return [found.code for found in findings(names, rows, **options)]


def findings(names: list[str] | None, rows: list[list[str]], **options: Any) -> list[Any]:
    checker = DeclaredColumns(DECLARED, "x.csv", **options)
    checker.head(names, len(rows[0]))
    checker.take(2, rows)
    return checker.findings()


def test_a_table_as_declared_is_right() -> None:
    assert findings(NAMES, [ROW, ["181001", "", ""]]) == []
    assert findings(["Tanggal", "KODE", "luas"], [[ROW[2], ROW[0], ROW[1]]]) == []
    assert findings(None, [ROW]) == []


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        (0, "", "cell-required"),
        (0, "1810040", "region-code"),
        (0, "18.1", "region-code"),
        (1, "12 ha", "cell-type"),
        (1, "1.23.4", "cell-type"),
        (2, "29/02/2024", "cell-type"),
        (2, "2023-02-29", "cell-type"),
    ],
)
def test_one_wrong_cell_is_told_with_its_place(column: int, cell: str, code: str) -> None:
    row = [*ROW[:column], cell, *ROW[column + 1 :]]
    (found,) = findings(NAMES, [ROW, row])
    assert (found.code, found.place) == (code, Place("x.csv", 3, column + 1))


def test_a_row_that_ends_early_lacks_what_is_required() -> None:
    assert codes(NAMES, [ROW, []]) == []
    assert codes(["luas", "tanggal", "kode"], [["1", "2024-01-01"]]) == ["cell-required"]


def test_columns_are_missing_or_not_declared() -> None:
    assert codes(NAMES[:2], [ROW[:2]]) == ["column-missing"]
    assert codes([*NAMES, "catatan"], [[*ROW, "x"]]) == ["column-undeclared"]


def test_many_wrong_cells_are_counted() -> None:
    found = findings(NAMES, [["18.10.01", "x", ""]] * (SHOWN + 7))
    assert [each.code for each in found] == ["cell-type"] * SHOWN + ["table-findings"]
    assert str(found[-1].message) == "7 more are not listed"


def test_restricted_cells_are_not_quoted() -> None:
    (shown,) = findings(NAMES, [["18.10.01", "Rahasia", ""]])
    assert "Rahasia" in str(shown.message)
    (hidden,) = findings(NAMES, [["18.10.01", "Rahasia", ""]], quotes=False)
    assert "Rahasia" not in str(hidden.message)


def test_a_code_must_be_in_the_list_that_is_given() -> None:
    known = {"kemendagri": {"181001"}}
    assert findings(NAMES, [ROW], known=known) == []
    assert codes(NAMES, [["18.10.02", "1", ""]], known=known) == ["region-code"]


@pytest.mark.parametrize(
    ("type_", "good", "bad"),
    [
        ("integer", ["0", "-12", "1.234", "1,234"], ["1.5", "x", "1.23"]),
        ("number", ["0", "1,5", "1.5", "-1.234,5", "1,234.5", "1E-3", ".5"], ["1,2,3", "1 ha"]),
        ("boolean", ["true", "Ya", "0"], ["2", "ada"]),
        ("time", ["07:30"], ["25:00"]),
        ("datetime", ["2024-01-31T07:30"], ["kemarin"]),
        ("year", ["2024"], ["24"]),
        ("yearmonth", ["2024-12"], ["2024-13"]),
        ("any", ["x"], []),
    ],
)
def test_the_types(type_: str, good: list[str], bad: list[str]) -> None:
    checker = DeclaredColumns([{"name": "a", "type": type_}], "x.csv")
    checker.head(["a"], 1)
    checker.take(2, [[cell] for cell in good])
    assert checker.findings() == []
    checker.take(2, [[cell] for cell in bad])
    assert len(checker.findings()) == len(bad)


def test_the_two_codings_are_told_apart() -> None:
    for code in ("18", "18.10", "1810", "18.10.01", "18.10.01.1001", "1810012001"):
        assert is_region_code(code, "kemendagri")
    for code in ("18", "1810", "1810040", "1810040001"):
        assert is_region_code(code, "bps")
    for code in ("1810040", "1810040001", "18.1001", "99", "20", "181", "18.10.1", ""):
        assert not is_region_code(code, "kemendagri")
    for code in ("181001", "18.10", "181", "10"):
        assert not is_region_code(code, "bps")
    assert other_coding("1810040", "kemendagri") == "bps"
    assert other_coding("x", "kemendagri") is None


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "=HYPERLINK(a)", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0"],
)
def test_a_formula_is_seen(cell: str) -> None:
    assert is_formula(cell)
    assert may_hold_formula(f"a,{cell}\n".encode(), ",")
    assert may_hold_formula(f'a,"{cell}"\n'.encode(), ",")
    formulas = FormulaCells()
    formulas.take(5, [["x", cell], ["=1", ""]])
    (found,) = formulas.findings("x.csv")
    assert (found.severity, found.place) == ("warning", Place("x.csv", 5, 2))
    assert str(found.message).startswith("2 cells")


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "-",
        "--",
        "-8.757",
        "+1.234,56",
        "-5 %",
        "+62 812-3456",
        "- ada, lengkap",
        "=",
        "a=b",
        "@",
    ],
)
def test_signs_and_dashes_are_no_formulas(cell: str) -> None:
    assert not is_formula(cell)


@given(cell=st.text("=@+-1a(|!, \t\né", max_size=12))
def test_no_formula_passes_the_quick_look(cell: str) -> None:
    if is_formula(cell):
        quoted = cell.replace('"', '""')
        assert may_hold_formula(f'x;"{quoted}"\n'.encode(), ";")


@pytest.mark.parametrize(
    ("after", "lost"),
    [
        (TableFacts(100, ("a", "b")), []),
        (TableFacts(95, ("B", "a", "c")), []),
        (TableFacts(94, ("a", "b")), ["rows-lost"]),
        (TableFacts(100, ("a",)), ["columns-lost"]),
        (TableFacts(), ["rows-lost", "columns-lost"]),
    ],
)
def test_losses_against_the_version_before(after: TableFacts, lost: list[str]) -> None:
    found = check_losses(TableFacts(100, ("a", "b")), after, "x.csv")
    assert [each.code for each in found] == lost
    assert all(each.severity == "warning" for each in found)
    assert check_losses(TableFacts(), after, "x.csv") == []
