"""Two versions of a table held against each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sopgit.core.errors import UsageError
from sopgit.core.tablechange import compare
from sopgit.core.tablerows import Table

cells = st.text("ab1", max_size=2)
tables = st.lists(st.lists(cells, min_size=2, max_size=2), max_size=6).map(
    lambda rows: Table(("x", "y"), rows)
)


def test_a_row_is_followed_by_the_first_column_that_tells_rows_apart() -> None:
    old = Table(("jenis", "kode", "nama"), [["a", "1", "x"], ["a", "2", "y"]])
    new = Table(("jenis", "kode", "nama"), [["a", "2", "z"], ["a", "3", "y"]])
    change = compare(old, new)
    assert change.key == ("kode",)
    assert [row["kode"] for row in change.added] == ["3"]
    assert [row["kode"] for row in change.removed] == ["1"]
    assert [(before["nama"], after["nama"]) for before, after in change.changed] == [("y", "z")]


def test_without_such_a_column_a_changed_row_goes_and_comes() -> None:
    old, new = Table(("a",), [["x"], ["x"]]), Table(("a",), [["x"], ["y"]])
    change = compare(old, new)
    assert change.key == ()
    assert (len(change.added), len(change.removed), change.changed) == (1, 1, ())


def test_names_that_stand_twice_and_cells_without_a_name_are_kept_apart() -> None:
    assert Table(("a", "a"), [["1", "2", "3"]]).columns == ("a", "a (2)", "3")


@given(tables)
def test_nothing_changes_against_itself(table: Table) -> None:
    change = compare(table, table)
    assert (change.added, change.removed, change.changed) == ((), (), ())


@given(tables, tables)
def test_rows_are_accounted_for(old: Table, new: Table) -> None:
    change = compare(old, new)
    assert old.rows - len(change.removed) + len(change.added) == new.rows


@given(tables, tables, st.integers(1, 3), st.integers(0, 2))
def test_a_large_table_is_compared_in_shares_with_the_same_answer(
    old: Table, new: Table, at_once: int, limit: int
) -> None:
    whole, shared = compare(old, new), compare(old, new, (), limit, at_once)
    assert shared.counts == whole.counts
    assert (len(whole.added), len(whole.removed)) == (whole.counts.added, whole.counts.removed)
    assert shared.added == whole.added[:limit]
    assert shared.removed == whole.removed[:limit]
    assert shared.changed == whole.changed[:limit]


def test_rows_are_followed_by_the_columns_that_are_named() -> None:
    names = ("kec", "desa", "jiwa")
    old = Table(names, [["1", "a", "5"], ["2", "a", "6"], ["2", "b", "7"]])
    new = Table(names, [["2", "a", "6"], ["1", "a", "9"], ["3", "b", "7"]])
    change = compare(old, new, ("kec", "desa"))
    assert [(row["kec"], row["desa"]) for row in change.added] == [("3", "b")]
    assert [(row["kec"], row["desa"]) for row in change.removed] == [("2", "b")]
    assert [(before["jiwa"], after["jiwa"]) for before, after in change.changed] == [("5", "9")]


def test_a_key_that_is_none_is_refused() -> None:
    table = Table(("a", "b"), [["1", "x"], ["1", "y"]])
    assert compare(table, table, ("b",)).counts.changed == 0
    with pytest.raises(UsageError, match="does not tell the rows apart"):
        compare(table, table, ("a",))
    with pytest.raises(UsageError, match="no column c"):
        compare(table, table, ("c",))


def test_a_column_that_only_seems_to_tell_rows_apart_is_given_up() -> None:
    """Below what is looked at first, its cells stand there again."""
    rows = [[str(number), f"n{number}"] for number in range(10_000)]
    again = [[str(number), f"m{number}"] for number in range(200)]
    old, new = Table(("a", "b"), rows + again), Table(("a", "b"), rows + again[1:])
    assert "a" in old.telling
    change = compare(old, new)
    assert change.key == ("b",)
    assert (change.counts.added, change.counts.removed, change.counts.changed) == (0, 1, 0)


def test_a_key_that_stands_twice_here_and_there_is_still_a_key() -> None:
    rows = [[str(number), "x"] for number in range(10_000)]
    old = Table(("a", "b"), [*rows, ["7", "y"], ["8", "v"]])
    new = Table(("a", "b"), [*rows, ["7", "z"]])
    change = compare(old, new)
    assert (change.key, change.repeated) == (("a",), 3)
    assert change.changed == (({"a": "7", "b": "y"}, {"a": "7", "b": "z"}),)
    assert change.removed == ({"a": "8", "b": "v"},)


def test_tables_without_a_common_column_are_compared_by_place() -> None:
    change = compare(Table(("a",), [["x"], ["y"]]), Table(("b",), [["x"], ["z"]]))
    assert (change.columns_added, change.columns_removed) == (("b",), ("a",))
    assert (change.added, change.removed) == (({"b": "z"},), ({"a": "y"},))


keyed = st.dictionaries(st.text("kode123", min_size=1, max_size=3), cells, min_size=1, max_size=8)


@given(keyed, keyed)
def test_the_answer_is_that_of_two_dictionaries(old: dict[str, str], new: dict[str, str]) -> None:
    before, after = (Table(("kode", "nama"), map(list, known.items())) for known in (old, new))
    change = compare(before, after, ("kode",))
    assert {row["kode"] for row in change.added} == new.keys() - old.keys()
    assert {row["kode"] for row in change.removed} == old.keys() - new.keys()
    became = {was["kode"]: (was["nama"], now["nama"]) for was, now in change.changed}
    assert became == {k: (old[k], new[k]) for k in old.keys() & new.keys() if old[k] != new[k]}
