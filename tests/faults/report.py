"""The table of `make faults`: `pytest -p tests.faults.report tests/faults ...`.

One line for each fault and place: its number, what it is, where it was mounted, what came of it.
A fault that was not survived is a test that failed, and so is the run; so is a fault without a
test (`test_table.py`).
"""

from __future__ import annotations

import pytest

from tests.faults.table import FAULTS, NAME, number_of

_OUTCOMES: dict[tuple[str, str], str] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    number = number_of(report.nodeid)
    if number is None:
        return
    key = (number, report.nodeid)
    if report.failed:
        _OUTCOMES[key] = "NOT SURVIVED"
    elif report.skipped:
        _OUTCOMES[key] = "skipped"
    elif report.when == "teardown" and key not in _OUTCOMES:
        told = [str(value) for name, value in report.user_properties if name == "fault"]
        _OUTCOMES[key] = "; ".join(told) or "survived"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.section("faults")
    for number, words in FAULTS.items():
        terminalreporter.write_line(f"{number}  {words}")
        for (of, where), outcome in sorted(_OUTCOMES.items()):
            if of == number:
                terminalreporter.write_line(f"       {_shown(where):<74} {outcome}")
    survived = sum(outcome not in ("NOT SURVIVED", "skipped") for outcome in _OUTCOMES.values())
    missing = FAULTS.keys() - {number for number, _where in _OUTCOMES}
    terminalreporter.write_line("")
    for number in sorted(missing):
        terminalreporter.write_line(f"NOT MOUNTED: {number}")
    terminalreporter.write_line(f"{len(_OUTCOMES)} mounted, {survived} survived")


def _shown(where: str) -> str:
    test = where.rpartition("::")[2].partition("[")
    named = NAME.match(test[0])
    words = (named["words"] if named else test[0].removeprefix("test_")).replace("_", " ")
    return f"{words}: {test[2].rstrip(']')}" if test[2] else words
