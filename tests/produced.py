"""Which finding codes a run of the tests produced: `pytest -p tests.produced`.

For a run of all tests: it fails when a rule of the code was broken by no test. What a program
started by a test finds in its own process is not seen here; it counts where a test names the code
that it reads from that program's output.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sopgit.core.finding import Finding, Rule

_PRODUCED: set[str] = set()
_OUTPUT = "produced"
TESTS = Path(__file__).parent


def pytest_configure() -> None:
    """Note the code of every finding that is made from here on."""
    for name in ("broken", "doubted"):
        setattr(Rule, name, _noting(getattr(Rule, name)))


def _noting(make: Callable[..., Finding]) -> Callable[..., Finding]:
    def noting(rule: Rule, *arguments: Any, **named: Any) -> Finding:
        _PRODUCED.add(rule.code)
        return make(rule, *arguments, **named)

    return noting


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what a worker of pytest-xdist saw."""
    _PRODUCED.update(getattr(node, "workeroutput", {}).get(_OUTPUT, ()))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[_OUTPUT] = sorted(_PRODUCED)
    elif never() and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for code in never():
        terminalreporter.write_line(f"no test ever broke the rule {code}", red=True)


def never() -> list[str]:
    """The codes of the rules that were not broken."""
    # Not before the tests have run: it imports everything.
    from tests.findings_table import rows

    unseen = {row.rule.code for row in rows()} - _PRODUCED
    read = "".join(path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py"))
    return sorted(code for code in unseen if code not in read)
