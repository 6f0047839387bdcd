"""What acts build on: the mainline, and the branch that is checked out over it.

What lies on a branch has not landed. It is read only where it could land as it
is, or would but for a letter number that others used meanwhile; anything else
is told as a finding before somebody builds on it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sopgit.app.landings import OverlayTree, landing_of_branch
from sopgit.app.laps import CASE_BRANCHES, branches, check_landing, has_requests, read_laps
from sopgit.app.office import Office
from sopgit.app.statements import STATEMENT_BRANCHES
from sopgit.core.case import CaseState
from sopgit.core.errors import SopgitError, UsageError
from sopgit.core.finding import Refused
from sopgit.core.growth import split_events
from sopgit.core.replay import replay
from sopgit.core.statement import slug as slug_of
from sopgit.core.text import T, Text
from sopgit.core.trusted import Tree, Trusted

_SHORTEST = 6
_NEAR = 3
ID_LENGTH = 10


class ActRefused(SopgitError):
    """The engine refuses the act; nothing was changed."""

    def __init__(self, refused: Refused, message: Text | None = None) -> None:
        super().__init__(message or T("refused, and nothing was changed"))
        self.refused = refused


@dataclass(frozen=True)
class Workplace:
    """The files that acts build on: the mainline, and the branch checked out over it.

    `laps` are the files of every branch `case/ID`, by ID, in an office whose
    acts are brought in by requests; `tree` shows them all, and `at` one of them.
    `head` is the commit that the branch was at: what is judged here is put on no other.
    """

    trusted: Trusted
    branch: Mapping[str, bytes | None]
    tree: Tree
    laps: Mapping[str, Mapping[str, bytes | None]] | None = None
    head: str | None = None
    heads: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, office: Office) -> Workplace:
        """Raises where the mainline or the branch here holds something refused, or no branch is."""
        if not office.history.stands:
            raise ActRefused(Refused(office.history.findings))
        if has_requests(office.trusted.policy):
            return cls._with_requests(office)
        trusted = office.trusted
        name = office.repo.head_branch()
        if name is None:
            raise UsageError(T("no branch is checked out"), T("go back with: git switch main"))
        head = office.repo.tip(name)
        if head is None or head == trusted.tip:
            return cls(trusted, {}, trusted.tree, head=head)
        files = _branch_files(office, trusted, head)
        return cls(trusted, files, OverlayTree(trusted.tree, files), head=head)

    @classmethod
    def _with_requests(cls, office: Office) -> Workplace:
        history = office.newest
        if not history.stands:
            raise ActRefused(Refused(history.findings))
        heads = branches(office.repo, CASE_BRANCHES)
        trusted, laps = history.trusted, read_laps(office.repo, history.trusted)
        name = office.repo.head_branch() or ""
        branch = laps.get(name.removeprefix(CASE_BRANCHES), {})
        is_other = name and not name.startswith((CASE_BRANCHES, *STATEMENT_BRANCHES))
        head = office.repo.tip(name) if is_other else None
        if head is not None and head != trusted.tip:
            branch = _branch_files(office, trusted, head)
        shown = {path: data for files in laps.values() for path, data in files.items()}
        tree, stood = OverlayTree(trusted.tree, shown), office.repo.tip(name) if name else None
        return cls(trusted, branch, tree, laps, stood, heads)

    def at(self, path: str | None) -> Workplace:
        """Where an act on the case at `path` (None: a new one) builds, none of the others in it."""
        if self.laps is None:
            return self
        case = path.split("/")[3][:ID_LENGTH] if path else ""
        files, head = self.laps.get(case, {}), self.heads.get(case)
        return replace(self, branch=files, tree=OverlayTree(self.trusted.tree, files), head=head)

    def numbers(self) -> dict[tuple[str, str], str]:
        """The letter numbers that branches use, and in which case file."""
        found = {path: data for path, data in self.branch.items() if path.endswith("/case.yaml")}
        for files in (self.laps or {}).values():
            found.update((p, data) for p, data in files.items() if p.endswith("/case.yaml"))
        return {
            (issued.type, issued.number): path
            for path, data in found.items()
            for issued in replay(split_events(data or b"", path).events).documents
        }

    def state(self, path: str) -> CaseState:
        on_branches = (self.branch, *(self.laps or {}).values())
        if not any(path in files for files in on_branches):
            state = self.trusted.case(path)
            if state is None:
                raise KeyError(path)
            return state
        return replay(self.events(path))

    def events(self, path: str) -> tuple[Mapping[str, Any], ...]:
        """The events of the case whose file is `path`."""
        return split_events(self.tree.get(path) or b"", path).events

    def cases(self) -> list[str]:
        """The paths of all case files."""
        return [path for path in self.tree.paths("cases/") if path.endswith("/case.yaml")]


def _branch_files(office: Office, trusted: Trusted, head: str) -> Mapping[str, bytes | None]:
    """The files that the branch at `head` changes; raises with all that stands against them."""
    planned = landing_of_branch(office.repo, trusted, head)
    findings = check_landing(planned, trusted) if planned.changes or planned.findings else ()
    if findings:
        raise ActRefused(Refused(findings))
    return {path: change.new for path, change in planned.changes.items()}


def find_case(place: Workplace, reference: str) -> str:
    """The path of the case that `reference` names: six characters of its ID, slug or title."""
    found, near = [], []
    # A title without a Latin letter has the slug of every such title, which names none of them.
    words = slug_of(reference) if re.search("[A-Za-z0-9]", reference) else ""
    for path in place.cases():
        name = path.split("/")[3]
        case_id, _, slug = name.partition("-")
        is_start = len(reference) >= _SHORTEST and case_id.startswith(reference.lower())
        if is_start or reference in (name, slug) or words == slug:
            found.append(path)
        elif words and words in slug:
            near.append(slug)
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(T("{name} fits several cases", name=reference), T("give more of the ID"))
    hint = T("did you mean: {names}", names=", ".join(near[-_NEAR:]))
    if not near:
        hint = T(
            "give at least {count} characters of its ID, or the words of its title, as sopgit list "
            "shows them; what others opened comes with sopgit sync",
            count=_SHORTEST,
        )
    raise UsageError(T("no case is called {name}", name=reference), hint)


def open_reference(trusted: Trusted, name: str | None) -> str:
    """The procedure under which to open: the one named, else the only one that is open."""
    opened = [ref for ref, state in trusted.policy.raw["procedures"].items() if state == "open"]
    fitting = [ref for ref in opened if name in (None, ref, ref.partition("@")[0])]
    if len(fitting) == 1:
        return str(fitting[0])
    listed = ", ".join(ref.partition("@")[0] for ref in opened) or "-"
    raise UsageError(T("open procedures: {names}", names=listed), T("say which with --procedure"))
