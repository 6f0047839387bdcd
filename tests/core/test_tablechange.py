"""Two versions of a table held against each other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sopgit.core.tablechange import Table, compare

cells = st.text("ab1", max_size=2)
tables = st.lists(st.lists(cells, min_size=2, max_size=2), max_size=6).map(
    lambda rows: Table.of(("x", "y"), rows)
)


def test_a_row_is_followed_by_the_first_column_that_tells_rows_apart() -> None:
    old = Table.of(("jenis", "kode", "nama"), [["a", "1", "x"], ["a", "2", "y"]])
    new = Table.of(("jenis", "kode", "nama"), [["a", "2", "z"], ["a", "3", "y"]])
    change = compare(old, new)
    assert change.key == "kode"
    assert [row["kode"] for row in change.added] == ["3"]
    assert [row["kode"] for row in change.removed] == ["1"]
    assert [(before["nama"], after["nama"]) for before, after in change.changed] == [("y", "z")]


def test_without_such_a_column_a_changed_row_goes_and_comes() -> None:
    old, new = Table.of(("a",), [["x"], ["x"]]), Table.of(("a",), [["x"], ["y"]])
    change = compare(old, new)
    assert change.key is None
    assert (len(change.added), len(change.removed), change.changed) == (1, 1, ())


def test_names_that_stand_twice_and_cells_without_a_name_are_kept_apart() -> None:
    assert Table.of(("a", "a"), [["1", "2", "3"]]).columns == ("a", "a (2)", "3")


@given(tables)
def test_nothing_changes_against_itself(table: Table) -> None:
    change = compare(table, table)
    assert (change.added, change.removed, change.changed) == ((), (), ())


@given(tables, tables)
def test_rows_are_accounted_for(old: Table, new: Table) -> None:
    change = compare(old, new)
    assert len(old.rows) - len(change.removed) + len(change.added) == len(new.rows)
