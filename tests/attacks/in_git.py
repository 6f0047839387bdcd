"""The office in memory, with each landing in Git too, so that every guard can be asked.

What the engine says of an attack's bytes, a push of them, the history that
holds them and a range over them must be told alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pygit2

from sopgit.adapters.git import Repository, build_commit, move_ref
from sopgit.app.guards import RefUpdate, admit_push, admit_range
from sopgit.app.ledger import outcome_of
from sopgit.app.office import MAIN, Office
from sopgit.core.errors import SopgitError
from sopgit.core.finding import Refused, Verdict
from tests.offices import AUTHOR
from tests.simulator import Simulator

LATE = datetime(2026, 6, 1, tzinfo=UTC)
"""Later than any act of an office of these tests."""


class GitSimulator(Simulator):
    """Its landings have the ids of commits in the bare repository at `folder`."""

    def __init__(self, folder: Path) -> None:
        pygit2.init_repository(str(folder), bare=True, initial_head="main")
        self.repo = Repository.open(folder)
        shipped = Simulator.shipped()
        super().__init__(shipped.procedures, shipped.roles, shipped.people)

    def next_id(self, changes: Mapping[str, bytes | None]) -> str:
        self.count += 1
        before = self.repo.tip(MAIN)
        commit = build_commit(self.repo, before, changes, "landing\n", AUTHOR, self.clock)
        move_ref(self.repo, MAIN, before, commit)
        return commit

    def told_by_guards(self, files: Mapping[str, bytes | None]) -> dict[str, set[str]]:
        """What a push, the history and a range say of `files`; nothing if Git can hold no such."""
        tip = self.repo.tip(MAIN)
        assert tip is not None
        try:
            commit = build_commit(self.repo, tip, files, "attempt\n", AUTHOR, LATE)
        except SopgitError:
            return {}
        office = Office(self.repo, self.schemas, self.repo.gitdir, None)
        office.pin(self.trusted.anchor)
        push = [RefUpdate(tip, commit, MAIN)]
        return {
            "push": _codes(admit_push(office, push, LATE)),
            "history": _codes(outcome_of(office.verify(commit))),
            "range": _codes(admit_range(office, tip, commit, LATE)[1]),
        }


def _codes(outcome: Verdict) -> set[str]:
    found = outcome.findings if isinstance(outcome, Refused) else ()
    return {finding.code for finding in found if finding.severity == "error"}
