"""Doing an act: judged by the server's own engine before anything is written.

1. Compose the event and ask `decide`; refused means nothing was touched.
2. Sign it.
3. Ask `admit` about the landing as a whole, signature and files included.
4. Only then commit: the reference moves last, and a kill leaves a journal.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sopgit.app.carrying import (
    carried_by,
    check_waiting,
    forget_told,
    list_carried,
    mark_told,
    read_attachments,
    waiting_data,
)
from sopgit.app.committing import build_files, build_lap, publish_commit
from sopgit.app.draft import Draft, Ground, compose
from sopgit.app.landings import landing_of_files
from sopgit.app.laps import case_ref, check_own_branch
from sopgit.app.office import Office
from sopgit.app.opened import with_opened
from sopgit.app.pending import Pending
from sopgit.app.sealed import seal
from sopgit.app.wording import check_wording
from sopgit.app.workplace import ActRefused, Workplace, find_case, open_reference
from sopgit.core.admission import with_clock
from sopgit.core.case import CaseState
from sopgit.core.errors import SopgitError, UsageError
from sopgit.core.finding import Finding, Place, Refused
from sopgit.core.growth import HEADER, split_events
from sopgit.core.mainline import admit
from sopgit.core.replay import replay
from sopgit.core.statement import EVENT_NAMESPACE, case_folder, event_bytes
from sopgit.core.text import T
from sopgit.core.trusted import Tree
from sopgit.core.workflow import decide
from sopgit.core.writer import emit_item

_NOTED = {"reason", "files", "datasets", "received"}


@dataclass(frozen=True)
class Done:
    """An act that was committed."""

    event: Mapping[str, Any]
    state: CaseState
    commit: str
    warnings: tuple[Finding, ...]


class Unsigned(SopgitError):
    """Whoever was shown the act did not sign it; nothing was changed."""

    def __init__(self) -> None:
        super().__init__(T("not signed, and nothing was changed"))


Look = Callable[[Mapping[str, Any]], bool]
"""Is shown the event that is about to be signed, in the clear; false leaves it unsigned."""


def perform(
    office: Office, case: str | None, draft: Draft, now: datetime, look: Look | None = None
) -> Done:
    """Do one act and commit it; raises `ActRefused` with all reasons at once, or `Unsigned`."""
    place = Workplace.of(office)
    path = find_case(place, case) if case is not None else None
    place = place.at(path)
    state = place.state(path) if path else None
    _verify_branch(office, place, state)
    ground = ground_of(office, place, state, draft, now)
    event = compose(draft, ground)  # 1
    words = deepcopy(event.get("document"))
    folder = path.rpartition("/")[0] if path else ""
    attached = _attach(draft, event, ground)
    waiting, pending = _waiting(office, place, path, event, ground)
    list_carried(event, attached, pending, folder, place.tree)
    if draft.act == "note" and not _NOTED & event.keys():
        hint = T("give --reason, --attach or --received-at, or take data in first")
        raise UsageError(T("the note says nothing"), hint)
    broken = check_wording(event, office.schemas)
    if broken:
        raise ActRefused(Refused(tuple(broken)))
    judged = decide(state, event, ground.procedure, ground.policy, ground.trusted.newest)
    if isinstance(judged, Refused):
        raise ActRefused(judged)
    if look is not None and not look({**event, "document": words} if words else event):
        raise Unsigned
    raw = office.me.sign(EVENT_NAMESPACE, event_bytes(event))  # 2
    event["sig"] = base64.b64encode(raw).decode("ascii")
    folder = folder or case_folder(event)
    path = f"{folder}/case.yaml"
    files: dict[str, bytes | None] = {path: (place.tree.get(path) or HEADER) + emit_item(event)}
    files.update({f"{folder}/{name}": data for name, data in attached.items()})
    files.update(pending.files)
    landing = landing_of_files(place.trusted, {**place.branch, **files}, "act")
    outcome = with_clock(admit(landing, place.trusted), landing, now)
    outcome = with_opened(outcome, landing)
    if isinstance(outcome, Refused):  # 3
        raise ActRefused(outcome)
    done = replay(split_events(files[path] or b"", path).events)
    commit = _build(office, place, files, _message(event, folder), now)  # 4
    mark_told(office.repo, done.id, pending, event)
    publish_commit(
        office, commit, case_ref(done.id) if place.laps is not None else None, place.head
    )
    left = forget_told(office.repo, done.id, event) if pending else waiting
    warnings = (*outcome.warnings, *check_waiting(left, Place(path)))
    return Done(event, done, commit, warnings)


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
    """The data that waits for the case, and what of it this act tells."""
    if path is None or ground.state is None:
        return Pending(), Pending()
    waiting = waiting_data(office.repo, ground.state.id, place.events(path))
    step = ground.procedure.step(event["step"], ground.state.purpose)
    return waiting, carried_by(event, step, waiting, ground.state.id)


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


def ground_of(
    office: Office, place: Workplace, state: CaseState | None, draft: Draft, now: datetime
) -> Ground:
    """What an act of mine is composed from; raises UsageError without a procedure for it."""
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
