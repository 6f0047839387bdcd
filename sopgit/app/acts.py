"""Doing an act: judged by the server's own engine before anything is written.

1. Compose the event and ask `decide`; refused means nothing was touched.
2. Sign it.
3. Ask `admit` about the landing as a whole, signature and files included.
4. Only then commit: the reference moves last, and a kill leaves a journal.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sopgit.app.carrying import (
    check_waiting,
    list_carried,
    mark_told,
    may_carry,
    read_attachments,
    waiting_data,
)
from sopgit.app.committing import build_files, build_lap, publish_commit
from sopgit.app.draft import Draft, Ground, compose
from sopgit.app.landings import OverlayTree, landing_of_branch, landing_of_files
from sopgit.app.laps import (
    CASE_BRANCHES,
    branches,
    case_ref,
    check_own_branch,
    has_requests,
    read_laps,
)
from sopgit.app.office import Office
from sopgit.app.pending import Pending, clear_pending
from sopgit.app.sealed import seal
from sopgit.app.wording import check_wording
from sopgit.core.admission import with_clock
from sopgit.core.case import CaseState, replay
from sopgit.core.errors import SopgitError, UsageError
from sopgit.core.finding import Finding, Place, Refused
from sopgit.core.growth import HEADER, split_events
from sopgit.core.mainline import admit
from sopgit.core.statement import EVENT_NAMESPACE, case_folder, event_bytes
from sopgit.core.text import T, Text
from sopgit.core.trusted import Tree, Trusted
from sopgit.core.workflow import decide
from sopgit.core.writer import emit_item

_SHORTEST = 6
ID_LENGTH = 10


class ActRefused(SopgitError):
    """The engine refuses the act; nothing was changed."""

    def __init__(self, refused: Refused, message: Text | None = None) -> None:
        super().__init__(message or T("refused, and nothing was changed"))
        self.refused = refused


@dataclass(frozen=True)
class Done:
    """An act that was committed."""

    event: Mapping[str, Any]
    state: CaseState
    commit: str
    warnings: tuple[Finding, ...]


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
        """Raises where the mainline here holds something refused, or HEAD is detached."""
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
        planned = landing_of_branch(office.repo, trusted, head)
        if planned.findings:
            raise ActRefused(Refused(planned.findings))
        files = {path: change.new for path, change in planned.changes.items()}
        return cls(trusted, files, planned.after, head=head)

    @classmethod
    def _with_requests(cls, office: Office) -> Workplace:
        history = office.newest
        if not history.stands:
            raise ActRefused(Refused(history.findings))
        heads = branches(office.repo, CASE_BRANCHES)
        trusted, laps = history.trusted, read_laps(office.repo, history.trusted)
        name = office.repo.head_branch() or ""
        branch = laps.get(name.removeprefix(CASE_BRANCHES), {})
        head = office.repo.tip(name) if name and not name.startswith(CASE_BRANCHES) else None
        if head is not None and head != trusted.tip:
            planned = landing_of_branch(office.repo, trusted, head)
            branch = {path: change.new for path, change in planned.changes.items()}
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


def find_case(place: Workplace, reference: str) -> str:
    """The path of the case that `reference` names: six characters of its ID, or its slug."""
    found = []
    for path in place.cases():
        name = path.split("/")[3]
        case_id, _, slug = name.partition("-")
        is_start = len(reference) >= _SHORTEST and case_id.startswith(reference)
        if is_start or reference in (name, slug):
            found.append(path)
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(T("{name} fits several cases", name=reference), T("give more of the ID"))
    raise UsageError(
        T("no case is called {name}", name=reference),
        T("give at least {count} characters of its ID, or its slug: sopgit list", count=_SHORTEST),
    )


def open_reference(trusted: Trusted, name: str | None) -> str:
    """The procedure under which to open: the one named, else the only one that is open."""
    opened = [ref for ref, state in trusted.policy.raw["procedures"].items() if state == "open"]
    fitting = [ref for ref in opened if name in (None, ref, ref.partition("@")[0])]
    if len(fitting) == 1:
        return str(fitting[0])
    listed = ", ".join(ref.partition("@")[0] for ref in opened) or "-"
    raise UsageError(T("open procedures: {names}", names=listed), T("say which with --procedure"))


def perform(office: Office, case: str | None, draft: Draft, now: datetime) -> Done:
    """Do one act and commit it; raises `ActRefused` with all reasons at once."""
    place = Workplace.of(office)
    path = find_case(place, case) if case is not None else None
    place = place.at(path)
    state = place.state(path) if path else None
    _verify_branch(office, place, state)
    ground = _ground(office, place, state, draft, now)
    event = compose(draft, ground)  # 1
    folder = path.rpartition("/")[0] if path else ""
    attached = _attach(draft, event, ground)
    waiting, pending = _waiting(office, place, path, event, ground)
    list_carried(event, attached, pending, folder, place.tree)
    broken = check_wording(event, office.schemas)
    if broken:
        raise ActRefused(Refused(tuple(broken)))
    judged = decide(state, event, ground.procedure, ground.policy, ground.trusted.newest)
    if isinstance(judged, Refused):
        raise ActRefused(judged)
    raw = office.me.sign(EVENT_NAMESPACE, event_bytes(event))  # 2
    event["sig"] = base64.b64encode(raw).decode("ascii")
    folder = folder or case_folder(event)
    path = f"{folder}/case.yaml"
    files: dict[str, bytes | None] = {path: (place.tree.get(path) or HEADER) + emit_item(event)}
    files.update({f"{folder}/{name}": data for name, data in attached.items()})
    files.update(pending.files)
    landing = landing_of_files(place.trusted, {**place.branch, **files}, "act")
    outcome = with_clock(admit(landing, place.trusted), landing, now)
    if isinstance(outcome, Refused):  # 3
        raise ActRefused(outcome)
    done = replay(split_events(files[path] or b"", path).events)
    commit = _build(office, place, files, _message(event, folder), now)  # 4
    mark_told(office.repo, done.id, pending, event)
    publish_commit(
        office, commit, case_ref(done.id) if place.laps is not None else None, place.head
    )
    if pending:
        clear_pending(office.repo.state_folder, done.id)
    left = check_waiting(Pending() if pending else waiting, Place(path))
    return Done(event, done, commit, (*outcome.warnings, *left))


def _attach(draft: Draft, event: dict[str, Any], ground: Ground) -> dict[str, bytes]:
    """The files that the act brings by name; in a restricted case sealed, its words among them."""
    attached = read_attachments(draft.attachments)
    restricted = event["case"]["restricted"] if "case" in event else False
    if not restricted and not (ground.state and ground.state.restricted):
        return attached
    sealed = seal(event, attached, ground.procedure, ground.policy)
    if isinstance(sealed, Refused):
        raise ActRefused(sealed)
    return sealed


def _waiting(
    office: Office, place: Workplace, path: str | None, event: Mapping[str, Any], ground: Ground
) -> tuple[Pending, Pending]:
    """The data that waits for the case, and what of it this act tells: all or nothing."""
    if path is None or ground.state is None:
        return Pending(), Pending()
    waiting = waiting_data(office.repo, ground.state.id, place.events(path))
    step = ground.procedure.step(event["step"], ground.state.purpose)
    return waiting, waiting if may_carry(event, step) else Pending()


def _verify_branch(office: Office, place: Workplace, state: CaseState | None) -> None:
    """Raise where the case's branch holds what the act would have to leave out."""
    if place.laps is None or state is None:
        return
    findings = check_own_branch(office.repo, place.trusted, state.id)
    if findings:
        raise ActRefused(Refused(findings))


def _build(
    office: Office, place: Workplace, files: Mapping[str, bytes | None], message: str, now: datetime
) -> str:
    """A commit on what is checked out; on a case's branch the one that holds its whole lap."""
    if place.laps is None:
        return build_files(office, place.head, _changed(files, place.tree), message, now)
    whole = _changed({**place.branch, **files}, place.trusted.tree)
    return build_lap(office, place.trusted.tip, whole, message, now)


def _changed(files: Mapping[str, bytes | None], tree: Tree) -> dict[str, bytes | None]:
    """Without what is there already, or not there and to be removed."""
    return {path: data for path, data in files.items() if tree.get(path) != data}


def _ground(
    office: Office, place: Workplace, state: CaseState | None, draft: Draft, now: datetime
) -> Ground:
    trusted = place.trusted
    reference = state.procedure if state else open_reference(trusted, draft.procedure)
    procedure = trusted.procedure(reference)
    if procedure is None:
        raise UsageError(T("the policy does not know the case's procedure"))
    return Ground(
        trusted, state, reference, procedure, office.me.person, office.base(), now, place.numbers()
    )


def _message(event: Mapping[str, Any], folder: str) -> str:
    name = folder.rpartition("/")[2]
    subject = f"{event['act']} step {event['step']} of {name[:10]}"
    return f"{subject}\n\n{name[11:]}\nby {event['by']} as {event['role']}, event {event['seq']}\n"
