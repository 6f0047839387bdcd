"""Every fault of the table is mounted by a test, and no test mounts one that is not in it."""

from __future__ import annotations

from tests.faults.table import FAULTS, NUMBERS, mounted


def test_every_fault_has_a_test() -> None:
    assert mounted().keys() == FAULTS.keys()


def test_what_other_areas_mount_is_there() -> None:
    there = {where for tests in mounted().values() for where in tests}
    assert there >= NUMBERS.keys()
