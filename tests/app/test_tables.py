"""Sorted bytes answer as a dictionary and a set would."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sopgit.app.tables import Commits, Table, commits_bytes, table_bytes

TEXT = st.text(max_size=6)
IDS = st.binary(min_size=20, max_size=20).map(bytes.hex)


@given(entries=st.dictionaries(TEXT, TEXT), others=st.lists(TEXT))
def test_a_table_is_the_mapping_it_was_made_of(entries: dict[str, str], others: list[str]) -> None:
    table = Table(table_bytes(entries), str, str)
    for key in (*entries, *others):
        assert table.get(key) == entries.get(key)
        assert (key in table) == (key in entries)
    assert len(table) == len(entries)
    assert dict(table) == entries
    for key in (*entries, *others):  # and once more, now that all is parsed
        assert table.get(key) == entries.get(key)


@given(entries=st.dictionaries(st.tuples(TEXT, TEXT), TEXT))
def test_keys_may_be_pairs(entries: dict[tuple[str, str], str]) -> None:
    def pair(value: list[str]) -> tuple[str, str]:
        return value[0], value[1]

    table = Table(table_bytes(entries), pair, str)
    assert all(table[key] == value for key, value in entries.items())
    assert dict(table) == entries


@given(known=st.sets(IDS), others=st.sets(IDS))
def test_commits_are_a_set_that_grows(known: set[str], others: set[str]) -> None:
    commits = Commits(commits_bytes(known))
    assert all(commit in commits for commit in known)
    assert all((commit in commits) == (commit in known) for commit in others)
    for commit in others:
        commits.add(commit)
    assert set(commits) == known | others


@pytest.mark.parametrize("odd", ["", "HEAD", "ab" * 19, "ab" * 21, "AB" * 20, None, 7])
def test_what_is_no_commit_id_is_not_among_them(odd: object) -> None:
    assert odd not in Commits(commits_bytes(["ab" * 20]))


def test_bytes_that_are_not_whole_ids_are_refused() -> None:
    with pytest.raises(ValueError, match="whole"):
        Commits(b"x" * 21)
