"""Mounting an attack: a base that passes, one mutation that must not, a line in the table.

A test takes the fixture `attack` and calls one of its methods, each for another
way in. A test that mounts nothing, or whose base does not pass, fails.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from sopgit.app.guards import RefUpdate, admit_push, admit_range
from sopgit.app.ledger import GenesisRefused
from sopgit.app.office import MAIN, Office
from sopgit.core.errors import SopgitError, UsageError
from sopgit.core.finding import Finding, Refused, Verdict
from tests.attacks.in_git import GitSimulator
from tests.offices import Folders
from tests.simulator import Simulator, codes, explain

Files = Mapping[str, bytes | None]
NOW = datetime(2026, 6, 1, tzinfo=UTC)
"""Later than any act of an office of these tests."""
UNREADABLE = "unreadable"


@dataclass
class Attack:
    """What one test mounts; `record` takes (way in, what refused it)."""

    record: Callable[[str, str], None]
    mounted: int = field(default=0)

    def landing(self, office: Simulator, base: Files, wrong: Files, *wanted: str) -> None:
        """The bytes are the attack: files that would land, judged by the engine in memory."""
        outcome = office.try_files(base)
        assert codes(outcome) == set(), explain(outcome)
        self.verdict("landing", office.try_files(wrong), *wanted)
        if isinstance(office, GitSimulator):
            assert not any(office.told_by_guards(base).values())
            for guard, found in office.told_by_guards(wrong).items():
                assert found & set(wanted), f"{guard} says {sorted(found)}, not {sorted(wanted)}"

    def history(self, folders: Folders, base: str, wrong: str, *wanted: str) -> None:
        """The shape is the attack: two commits that a server without a guard has taken."""
        assert found_in_history(folders, base) == set()
        before = found_on_the_way(folders, base)
        if "forward-only" not in before["push"]:  # else the server went on since
            assert not any(before.values()), before
        self.refuse("history", found_in_history(folders, wrong), *wanted)
        accepted = {*wanted, "forward-only", UNREADABLE}
        for guard, found in found_on_the_way(folders, wrong).items():
            assert found & accepted, f"{guard} says {sorted(found)}, not {sorted(wanted)}"

    def push(self, folders: Folders, desk: str, base: str, wrong: str, *wanted: str) -> None:
        """A push past the client's hooks; `base` and `wrong` are refspecs, blanks between.

        The base goes after the attack, which must have changed nothing.
        """
        before = folders.server_refs()
        refused = folders.push(desk, *wrong.split())
        assert refused.returncode != 0
        assert "Traceback" not in refused.stderr
        assert folders.server_refs() == before
        told = {code for code in wanted if f"[{code}]" in refused.stderr}
        assert told, refused.stderr
        taken = folders.push(desk, *base.split())
        assert taken.returncode == 0, taken.stderr
        self.refuse("push", told, *wanted)

    def guard(self, office: Office, base: RefUpdate, wrong: RefUpdate, *wanted: str) -> None:
        """What the server's guard says of a push, asked where the commits lie already."""
        outcome = admit_push(office, [base], NOW)
        assert codes(outcome) == set(), explain(outcome)
        self.verdict("guard", admit_push(office, [wrong], NOW), *wanted)

    def verdict(self, way_in: str, outcome: Verdict, *wanted: str) -> None:
        """A verdict that must refuse, whoever gave it; the caller has shown the base to pass."""
        assert isinstance(outcome, Refused), "ALLOWED"
        self.refuse(way_in, codes(outcome), *wanted)

    def refuse(self, way_in: str, found: set[str], *wanted: str) -> None:
        """The codes that were found must hold one that was wanted."""
        assert found, "ALLOWED"
        assert found & set(wanted), f"refused as {sorted(found)}, not as {sorted(wanted)}"
        self.mounted += 1
        self.record(way_in, ", ".join(sorted(found & set(wanted))))

    def stops(self, way_in: str, wrong: Callable[[], object], kind: type[SopgitError]) -> None:
        """What is no verdict but no answer at all: an error of exit code 3."""
        with pytest.raises(kind):
            wrong()
        self.mounted += 1
        self.record(way_in, kind.__name__)

    def harmless(self, way_in: str, what: str) -> None:
        """What is taken, since it can say nothing; the test has shown that it says nothing."""
        self.mounted += 1
        self.record(way_in, f"harmless: {what}")


def found_in_history(folders: Folders, tip: str, desk: str = "kasi") -> set[str]:
    """The codes of everything refused on the way to `tip`, as a reader's clone judges it."""
    try:
        history = folders.office(desk).verify(tip)
    except GenesisRefused as refused:
        return errors(getattr(refused.refused, "findings", ()))
    return errors(finding for _, outcome in history.refused for finding in outcome.findings)


def found_on_the_way(folders: Folders, commit: str) -> dict[str, set[str]]:
    """What a push of `commit` to the server's main and a range over it say, in the kasi's clone."""
    office = folders.office("kasi")
    server = office.repo.resolve("refs/remotes/origin/main")
    try:
        ranged = codes(admit_range(office, server, commit, NOW)[1])
    except UsageError:  # libgit2 does not take it for a commit
        ranged = {UNREADABLE}
    push = admit_push(office, [RefUpdate(server, commit, MAIN)], NOW)
    return {"push": codes(push), "range": ranged}


def errors(findings: object) -> set[str]:
    """The codes of the findings that refuse."""
    listed: list[Finding] = list(findings)  # type: ignore[call-overload]
    return {finding.code for finding in listed if finding.severity == "error"}
