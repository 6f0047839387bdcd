"""Doing an act: judged by the server's own engine before anything is written.

1. Compose the event and ask `decide`; refused means nothing was touched.
2. Sign it.
3. Ask `admit` about the landing as a whole, signature and files included.
4. Only then commit: the reference moves last, and a kill leaves a journal.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sopgit.adapters.git import build_commit, check_clean, publish
from sopgit.app.draft import Draft, Ground, compose
from sopgit.app.ledger import landing_of_branch, landing_of_files
from sopgit.app.office import MAIN, Office
from sopgit.app.pending import Pending, clear_pending, read_pending
from sopgit.core.case import CaseState, replay
from sopgit.core.errors import SopgitError, UsageError
from sopgit.core.finding import Finding, Refused
from sopgit.core.growth import HEADER, split_events
from sopgit.core.lineage import sha256
from sopgit.core.mainline import Landing, admit
from sopgit.core.statement import EVENT_NAMESPACE, case_folder, event_bytes
from sopgit.core.text import T
from sopgit.core.trusted import Tree, Trusted
from sopgit.core.workflow import decide
from sopgit.core.writer import emit_item


class ActRefused(SopgitError):
    """The engine refuses the act; nothing was changed."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(T("refused, and nothing was changed"))
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
    """The files that acts build on: the mainline, and the branch checked out over it."""

    trusted: Trusted
    branch: Mapping[str, bytes | None]
    tree: Tree

    @classmethod
    def of(cls, office: Office) -> Workplace:
        """Raises where the mainline here holds something refused, or HEAD is detached."""
        if not office.history.is_sound:
            raise ActRefused(Refused(office.history.findings))
        trusted = office.trusted
        name = office.repo.head_branch()
        if name is None:
            raise UsageError(T("no branch is checked out"), T("go back with: git switch main"))
        head = office.repo.tip(name)
        if head is None or head == trusted.tip:
            return cls(trusted, {}, trusted.tree)
        planned = landing_of_branch(office.repo, trusted, head)
        files = {path: change.new for path, change in planned.changes.items()}
        return cls(trusted, files, planned.after)

    def state(self, path: str) -> CaseState:
        if path not in self.branch:
            state = self.trusted.case(path)
            assert state is not None, path
            return state
        return replay(split_events(self.branch[path] or b"", path).events)

    def cases(self) -> list[str]:
        """The paths of all case files."""
        return [path for path in self.tree.paths("cases/") if path.endswith("/case.yaml")]


def find_case(place: Workplace, reference: str) -> str:
    """The path of the case that `reference` names: six characters of its ID, or its slug."""
    found = []
    for path in place.cases():
        name = path.split("/")[3]
        case_id, _, slug = name.partition("-")
        if name == reference or slug == reference or (len(reference) >= 6 and case_id.startswith(reference)):
            found.append(path)
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(T("{name} fits several cases", name=reference), T("give more of the ID"))
    raise UsageError(
        T("no case is called {name}", name=reference),
        T("give at least 6 characters of its ID, or its slug: sopgit list"),
    )


def open_reference(trusted: Trusted, name: str | None) -> str:
    """The procedure under which to open: the one named, else the only one that is open."""
    opened = [ref for ref, state in trusted.policy.raw["procedures"].items() if state == "open"]
    fitting = [ref for ref in opened if name in (None, ref, ref.partition("@")[0])]
    if len(fitting) == 1:
        return fitting[0]
    listed = ", ".join(ref.partition("@")[0] for ref in opened) or "-"
    raise UsageError(T("open procedures: {names}", names=listed), T("say which with --procedure"))


def perform(office: Office, case: str | None, draft: Draft, now: datetime) -> Done:
    """Do one act and commit it; raises `ActRefused` with all reasons at once."""
    place = Workplace.of(office)
    path = find_case(place, case) if case else None
    state = place.state(path) if path else None
    ground = _ground(office, place, state, draft, now)
    event = compose(draft, ground)  # 1
    pending = read_pending(office.repo.state_folder, state.id) if state else Pending()
    folder = path.rpartition("/")[0] if path else ""
    attached = _attach(draft.attachments)
    _list_files(event, attached, pending, folder, place.tree)
    judged = decide(state, event, ground.procedure, ground.policy, ground.trusted.newest)
    if isinstance(judged, Refused):
        raise ActRefused(judged)
    raw = office.me.sign(EVENT_NAMESPACE, event_bytes(event))  # 2
    event["sig"] = base64.b64encode(raw).decode("ascii")
    folder = folder or case_folder(event)
    path = f"{folder}/case.yaml"
    old = place.tree.get(path)
    files: dict[str, bytes | None] = {path: (old or HEADER) + emit_item(event)}
    files.update({f"{folder}/{name}": data for name, data in attached.items()})
    files.update(pending.files)
    outcome = admit(_landing(place, files), place.trusted)  # 3
    if isinstance(outcome, Refused):
        raise ActRefused(outcome)
    commit = commit_files(office, files, _message(event, folder), now)  # 4
    if state:
        clear_pending(office.repo.state_folder, state.id)
    done = replay(split_events(files[path] or b"", path).events)
    return Done(event, done, commit, outcome.warnings)


def _ground(
    office: Office, place: Workplace, state: CaseState | None, draft: Draft, now: datetime
) -> Ground:
    trusted = place.trusted
    reference = state.procedure if state else open_reference(trusted, draft.procedure)
    procedure = trusted.procedure(reference)
    if procedure is None:
        raise UsageError(T("the policy does not know the case's procedure"))
    numbers = {
        (issued.type, issued.number): path
        for path in place.branch
        if path.endswith("/case.yaml")
        for issued in place.state(path).documents
    }
    return Ground(trusted, state, reference, procedure, office.me.person, office.base(), now, numbers)


def _landing(place: Workplace, files: Mapping[str, bytes | None]) -> Landing:
    return landing_of_files(place.trusted, {**place.branch, **files}, "act")


def _attach(paths: tuple[Path, ...]) -> dict[str, bytes]:
    attached = {}
    for path in paths:
        try:
            attached[path.name] = path.read_bytes()
        except OSError as error:
            raise UsageError(T("{path} cannot be read", path=str(path))) from error
    return attached


def _list_files(
    event: dict[str, Any],
    attached: Mapping[str, bytes],
    pending: Pending,
    folder: str,
    tree: Tree,
) -> None:
    changed: dict[str, bytes | None] = {**attached, **pending.files}
    entries = []
    for name, data in sorted(changed.items()):
        full = name if name.startswith("datasets/") else f"{folder}/{name}"
        old = sha256(tree.get(full)) if folder else None
        if old != sha256(data):
            entries.append({"path": name, "old": old, "new": sha256(data)})
    if entries:
        event["files"] = entries
    if pending.datasets:
        event["datasets"] = [dict(entry) for entry in pending.datasets]


def commit_files(
    office: Office, files: Mapping[str, bytes | None], message: str, now: datetime
) -> str:
    """Commit `files` on the branch that is checked out; raises if they have other changes."""
    repo = office.repo
    ref = repo.head_branch() or MAIN
    dirty = check_clean(repo, list(files))
    if dirty:
        raise UsageError(
            T("{path} has changes that were not committed", path=dirty[0]),
            T("governed files are never edited by hand; undo with: git checkout -- {path}", path=dirty[0]),
        )
    person = office.me.person
    name = office.trusted.policy.people[person]["name"]
    parent = repo.tip(ref)
    commit = build_commit(repo, parent, files, message, (name, f"{person}@sopgit.invalid"), now)
    publish(repo, ref, parent, commit)
    return commit


def _message(event: Mapping[str, Any], folder: str) -> str:
    name = folder.rpartition("/")[2]
    subject = f"{event['act']} step {event['step']} of {name[:10]}"
    return f"{subject}\n\n{name[11:]}\nby {event['by']} as {event['role']}, event {event['seq']}\n"
