"""The faults that data must survive; `make faults` prints them with what came of each.

A fault is mounted by tests whose names begin with its number, and by those of
other areas that `ELSEWHERE` names.
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
    "F07": "a remote answers short, with nothing, or with other bytes",
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
_KINDS, _S3, _SSH = (f"tests/remotes/test_{name}.py::" for name in ("kinds", "s3", "ssh"))
_FOLDERS, _KILLED = "tests/adapters/test_folders.py::", "tests/app/test_intake_killed.py::"
ELSEWHERE = {
    "F03": (
        _KILLED + "test_a_kill_at_any_change_leaves_all_or_nothing",
        _KILLED + "test_a_delivery_of_many_is_killed_anywhere_and_goes_on",
    ),
    "F04": (
        _S3 + "test_a_volume_server_dies_in_the_middle_of_a_push",
        _S3 + "test_a_volume_server_dies_in_the_middle_of_a_recovery",
    ),
    "F06": (_FOLDERS + "test_a_folder_that_changes_while_it_is_read_is_refused",),
    "F07": (
        _KINDS + "test_a_spoilt_copy_is_told_apart_set_aside_and_healed",
        _S3 + "test_an_answer_that_lies_is_no_copy",
        _S3 + "test_one_lie_removes_nothing",
        _SSH + "test_a_connection_that_is_cut_in_the_middle_of_a_push_leaves_no_half_copy",
        _SSH + "test_a_server_that_falls_silent_is_given_up",
    ),
    "F09": (_S3 + "test_rot_on_both_disks_is_seen_and_healed",),
    "F16": (_FOLDERS + "test_what_an_archive_cannot_carry_is_refused",),
    "F18": (_FOLDERS + "test_an_archive_that_is_no_plain_folder_is_refused_whole",),
    "F19": (
        _KINDS + "test_a_remote_that_is_away_comes_back",
        _S3 + "test_two_dead_volume_servers_delay_and_lose_nothing",
    ),
}
NAME = re.compile(r"test_(?P<number>f[0-9]{2})_(?P<words>\w+)")
NUMBERS = {test: number for number, tests in ELSEWHERE.items() for test in tests}


def number_of(nodeid: str) -> str | None:
    """The fault that a test mounts, if it mounts one."""
    test = nodeid.partition("[")[0]
    named = NAME.match(test.rpartition("::")[2])
    return named["number"].upper() if named else NUMBERS.get(test)


def mounted() -> dict[str, list[str]]:
    """The tests (node ids) that mount each fault, by its number."""
    found: dict[str, list[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.parse(path.read_bytes()).body:
            where = f"{path.relative_to(TESTS.parent).as_posix()}::{getattr(node, 'name', '')}"
            number = number_of(where)
            if number:
                found.setdefault(number, []).append(where)
    return found


if __name__ == "__main__":
    print("\n".join(where for tests in mounted().values() for where in tests))
