"""Every fault of the table is mounted by a test, and no test mounts one that is not in it."""

from __future__ import annotations

from tests.faults.table import FAULTS, mounted


def test_every_fault_has_a_test() -> None:
    assert mounted().keys() == FAULTS.keys()
