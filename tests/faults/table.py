"""The faults that data must survive; `make faults` prints them with what came of each.

A fault is mounted by tests whose names begin with its number, here or in one
of the files that `ELSEWHERE` names.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
FAULTS = {
    "F01": "the disk is full at some byte of what an intake writes",
    "F02": "the disk is full at some byte of what a recovery writes",
    "F03": "kill -9 before each change that an intake makes on the disk",
    "F04": "kill -9 at a random moment of an intake or a recovery",
    "F05": "Ctrl-C in the middle",
    "F06": "the source changes while it is read",
    "F08": "bit rot in the cache, size and time kept",
    "F09": "bit rot in a remote, size and time kept",
    "F10": "two intakes at once",
    "F11": "a cache that cannot be written",
    "F12": "the wrong key",
    "F13": "an empty file",
    "F14": "a size at the edge of a chunk",
    "F15": "a file name with spaces and letters of other scripts",
    "F16": "a symbolic link where a file should be",
    "F17": "a workbook that unpacks to more than memory holds",
    "F18": "an archive with ../ inside",
    "F19": "a remote that is away",
    "F20": "a source that cannot be read, or lies where it may not",
    "F21": "an intake that is refused",
}
NAME = re.compile(r"test_(?P<number>f[0-9]{2})_(?P<words>\w+)")
FOLDERS = ("faults", "remotes", "app")


def mounted() -> dict[str, list[str]]:
    """The tests (node ids) that mount each fault, by its number."""
    found: dict[str, list[str]] = {}
    for path in sorted(file for folder in FOLDERS for file in (TESTS / folder).glob("test_*.py")):
        for node in ast.parse(path.read_bytes()).body:
            named = NAME.match(getattr(node, "name", ""))
            if named:
                where = f"{path.relative_to(TESTS.parent).as_posix()}::{named[0]}"
                found.setdefault(named["number"].upper(), []).append(where)
    return found


if __name__ == "__main__":
    print("\n".join(where for tests in mounted().values() for where in tests))
