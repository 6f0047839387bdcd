"""The table of `make attacks`: `pytest -p tests.attacks.report tests/attacks`.

One line for each attack: its number, what it does, the way in, what refused it.
An attack that got through is a test that failed, and so is the run.
"""

from __future__ import annotations

import pytest

from tests.attacks.table import ROWS

_MOUNTED: set[tuple[str, ...]] = set()
_FAILED: dict[str, None] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.failed:
        _FAILED[report.nodeid] = None
    elif report.when == "teardown":
        found = [str(value) for key, value in report.user_properties if key == "attack"]
        _MOUNTED.update(tuple(line.split("|")) for line in found)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    write = terminalreporter.write_line
    terminalreporter.section("attacks")
    widths = [max(map(len, column)) for column in zip(*_MOUNTED, strict=True)] or [0, 0, 0]
    for row in sorted(_MOUNTED):
        write(
            "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        )
    terminalreporter.section("what cannot apply, and what stays open")
    for said in ROWS:
        write(f"{said.number}  {said.kind}: {said.words}")
    write("")
    for name in _FAILED:
        write(f"ALLOWED, OR NOT MOUNTED: {name}")
    write(f"{len(_MOUNTED)} attacks mounted, {len(_FAILED)} allowed")
