"""Every number of the list of threats has a test, or a row that says why not."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.attacks.table import ROWS

NUMBERS = {f"T{number:02}" for number in range(1, 56)}


def mounted() -> set[str]:
    """The numbers that stand in the names of tests."""
    found = set()
    for path in Path(__file__).parent.glob("test_*.py"):
        for node in ast.parse(path.read_bytes()).body:
            named = re.match(r"test_([tx][0-9]{2})_", getattr(node, "name", ""))
            if named:
                found.add(named[1].upper())
    return found


def test_no_number_is_forgotten() -> None:
    assert NUMBERS - mounted() - {row.number for row in ROWS} == set()


def test_a_row_has_a_number_of_the_list_and_says_something() -> None:
    assert {row.number for row in ROWS} <= NUMBERS
    assert all(row.words.endswith(".") for row in ROWS)


def test_the_users_are_told_every_number_and_all_that_stays_open(project: Path) -> None:
    told = re.findall(
        r"^\| (T[0-9]{2}) \| (.+) \|$", (project / "SECURITY.md").read_text(), re.MULTILINE
    )
    assert [number for number, _ in told] == sorted(NUMBERS)
    marks = {"stays open": "**But:**", "cannot apply": "**Not here:**"}
    lines = dict(told)
    for row in ROWS:
        assert f"{marks[row.kind]} {row.words}" in lines[row.number]
    assert sum(line.count("**But:**") + line.count("**Not here:**") for line in lines.values()) == (
        len(ROWS)
    )


def test_what_cannot_be_mounted_is_little() -> None:
    assert len(NUMBERS - mounted()) <= 2
