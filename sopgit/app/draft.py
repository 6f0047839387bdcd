"""From what a person asks for to the event that says it.

A `Draft` holds what was typed; `compose` adds what follows from the case, the
procedure, the policy and the clock: the step, where it leads, the role, the
next letter number, the day, the signatory.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sopgit.core.authority import allowed_roles
from sopgit.core.case import CaseState
from sopgit.core.errors import UsageError
from sopgit.core.legality import amend_target
from sopgit.core.letters import next_number
from sopgit.core.moments import find_zone, format_moment, parse_day
from sopgit.core.policy import Policy
from sopgit.core.procedure import Procedure, Step
from sopgit.core.statement import chain_start
from sopgit.core.text import T
from sopgit.core.trusted import Trusted


@dataclass(frozen=True)
class Draft:
    """What a person asks for; what is left out follows from the case.

    `document` may hold `type`, `number`, `date`, `signatory` and `fields`;
    `attachments` are files of this machine that come to lie beside the case.
    """

    act: str
    role: str | None = None
    acting: str | None = None
    to: int | None = None
    of: int | None = None
    procedure: str | None = None
    case: Mapping[str, Any] | None = None
    document: Mapping[str, Any] | None = None
    reason: str | None = None
    findings: tuple[str, ...] = ()
    attachments: tuple[Path, ...] = ()
    received: Mapping[str, Any] | None = None
    drafted_by: str | None = None


@dataclass(frozen=True)
class Ground:
    """Where an act is done: the ledger, the case, its procedure, the actor, the time."""

    trusted: Trusted
    state: CaseState | None
    reference: str
    procedure: Procedure
    person: str
    base: str
    now: datetime
    numbers: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @property
    def policy(self) -> Policy:
        return self.trusted.policy


def compose(draft: Draft, ground: Ground) -> dict[str, Any]:
    """The event without `sig`, `files` and `datasets`."""
    state = ground.state
    step = _step(draft, ground)
    event: dict[str, Any] = {
        "seq": 1 if state is None else state.seq + 1,
        "prev": chain_start(ground.policy.repository) if state is None else state.head,
        "base": ground.base,
        "at": format_moment(ground.now, find_zone(ground.policy.timezone)),
        "by": ground.person,
        "role": draft.role or _role(draft, step, ground),
        "act": draft.act,
        "step": step.number,
    }
    if draft.acting:
        event["acting"] = draft.acting
    if state is None:
        event["procedure"] = ground.reference
    if draft.case is not None:
        event["case"] = dict(draft.case)
    if draft.act == "amend":
        event["of"] = draft.of or 1
    if draft.document is not None:
        event["document"] = _document(draft.document, event, step, ground)
    for name in ("received", "drafted_by", "reason"):
        if getattr(draft, name):
            event[name] = getattr(draft, name)
    if draft.findings:
        event["findings"] = list(draft.findings)
    event["to"] = _target(draft, event, ground)
    return event


def _step(draft: Draft, ground: Ground) -> Step:
    state, procedure = ground.state, ground.procedure
    if state is None:
        return procedure.step(procedure.first, (draft.case or {}).get("purpose", "store"))
    number = state.step if state.step is not None else procedure.last
    if draft.act == "amend":
        issued = state.document_of(draft.of or 1)
        number = issued.step if issued and draft.case is None else procedure.first
    return procedure.step(number, state.purpose)


def _role(draft: Draft, step: Step, ground: Ground) -> str:
    """The first role that may do this and that the actor holds, else the first that may."""
    allowed = allowed_roles(draft.act, step, ground.procedure)
    if draft.acting:
        granted = [g.role for g in ground.policy.grants if g.letter == draft.acting]
        return next((role for role in granted if role in allowed), (*granted, *allowed)[0])
    held = ground.policy.roles_of(ground.person)
    return next((role for role in held if role in allowed), allowed[0])


def _target(draft: Draft, event: Mapping[str, Any], ground: Ground) -> int | None:
    state, procedure = ground.state, ground.procedure
    if state is None or draft.act == "complete":
        return procedure.next(event["step"])
    if draft.act == "return":
        return _return_target(draft, state, procedure)
    if draft.act == "amend":
        return amend_target(state, event, procedure)
    return None if draft.act == "cancel" else state.step


def _return_target(draft: Draft, state: CaseState, procedure: Procedure) -> int:
    step = procedure.step(state.step or procedure.last, state.purpose)
    targets = step.returns if state.step else step.reopens
    if draft.to is not None:
        return draft.to
    if len(targets) == 1:
        return targets[0]
    listed = ", ".join(str(target) for target in targets)
    if not targets:
        raise UsageError(T("step {step} returns to no other", step=step.number))
    raise UsageError(
        T("step {step} may return to {targets}", step=step.number, targets=listed),
        T("say which with --to"),
    )


def _document(
    given: Mapping[str, Any], event: Mapping[str, Any], step: Step, ground: Ground
) -> dict[str, Any]:
    kind = given.get("type") or _only_type(event["act"], step)
    day = _day(given.get("date") or event["at"][:10])
    document = {
        "type": kind,
        "number": given.get("number") or propose_number(kind, day, ground),
        "date": day,
        "signatory": given.get("signatory") or signatory(ground.policy, ground.person),
        "fields": dict(given.get("fields", {})),
    }
    _fill_revisions(document, ground)
    return document


def _day(text: object) -> str:
    try:
        return parse_day(str(text)).isoformat()
    except ValueError as error:
        hint = T("write it like 2026-11-23")
        raise UsageError(T("{text} is no day", text=str(text)), hint) from error


def _only_type(act: str, step: Step) -> str:
    types = (step.return_document,) if act == "return" else step.documents
    if len(types) == 1 and types[0]:
        return types[0]
    raise UsageError(
        T(
            "step {step} produces {types}",
            step=step.number,
            types=" / ".join(filter(None, types)) or "-",
        ),
        T("say which with --document"),
    )


def propose_number(kind: str, day: str, ground: Ground) -> str:
    """The next number for a document of this type and day; raises where no pattern is set."""
    pattern = ground.policy.number_pattern(kind)
    if pattern is None:
        raise UsageError(
            T("the policy sets no number pattern for {type}", type=kind),
            T("give the number with --number"),
        )
    used = [
        number for type_, number in {**ground.trusted.numbers, **ground.numbers} if type_ == kind
    ]
    return next_number(pattern, used, day[:4])


def signatory(policy: Policy, person: str) -> dict[str, str]:
    """The signatory block for somebody of the office."""
    entry = policy.people.get(person)
    if entry is None:
        raise UsageError(
            T("{person} is not in the policy", person=person), T("see: sopgit policy show")
        )
    block = {"name": entry["name"], "position": entry["position"]}
    if entry.get("nip"):
        block["nip"] = entry["nip"]
    return block


def _fill_revisions(document: dict[str, Any], ground: Ground) -> None:
    kind = ground.procedure.documents.get(document["type"])
    if kind is None or ground.state is None:
        return
    for name, declared in kind.fields.items():
        if declared.kind == "revision" and declared.of and name not in document["fields"]:
            standing = ground.state.live_document([declared.of])
            if standing is not None:
                document["fields"][name] = standing.seq
