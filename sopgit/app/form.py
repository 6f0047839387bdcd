"""The form of an act: what may and must be filled in, where the case stands now.

`form_of` says what the procedure asks; `draft_of` puts what was typed into a
`Draft`. Neither judges: that is `decide`'s, which says all reasons at once.
Only what no event could be composed without is asked for here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sopgit.app.draft import Draft, signatory
from sopgit.app.fields import read_fields
from sopgit.app.office import Office
from sopgit.app.typed import Typed, clean, day_text, moment_text
from sopgit.app.workplace import Workplace, find_case, open_reference
from sopgit.core.agencies import agency_codes
from sopgit.core.case import CaseState, Issued
from sopgit.core.errors import UsageError
from sopgit.core.moments import find_zone
from sopgit.core.paths import AGENCIES
from sopgit.core.policy import Policy
from sopgit.core.procedure import DocumentType, Procedure, Step
from sopgit.core.text import T


@dataclass(frozen=True)
class Form:
    """What the procedure asks of an act.

    `types` are the documents that it may carry, none where it carries none;
    `targets` where a return may lead; `previous` the document to be amended;
    `agencies` the codes that a new case may name, none where it may name any.
    """

    procedure: Procedure
    policy: Policy
    state: CaseState | None
    step: Step
    types: tuple[str, ...]
    targets: tuple[int, ...] = ()
    previous: Issued | None = None
    agencies: tuple[str, ...] = ()

    def chosen(self, typed: Typed) -> DocumentType | None:
        """The type of document that was typed, or the only one there is."""
        name = typed.document or _source(typed, "document").get("type")
        if name is None and len(self.types) == 1:
            name = self.types[0]
        return self.procedure.documents.get(str(name)) if name else None

    def unfilled(self, typed: Typed) -> list[str]:
        """The required fields of the document that nothing fills yet, in their order."""
        kind = self.chosen(typed)
        if kind is None or self.previous is not None:
            return []
        filled = {name for name, _ in typed.fields}
        filled |= set(_source(typed, "document").get("fields", {}))
        return [
            name
            for name, field in kind.fields.items()
            if field.required and field.kind != "revision" and name not in filled
        ]


def form_of(office: Office, typed: Typed) -> Form:
    """The form of the act that `typed` is about to be; raises for a case that is not there."""
    place = Workplace.of(office)
    state = place.state(find_case(place, typed.case)) if typed.case else None
    trusted = place.trusted
    named = typed.procedure or typed.source.get("procedure")
    reference = state.procedure if state else open_reference(trusted, named)
    procedure = trusted.procedure(reference)
    if procedure is None:
        raise UsageError(T("the policy does not know the case's procedure"))
    policy = trusted.policy
    if state is None:
        purpose = typed.purpose or _source(typed, "case").get("purpose")
        step = procedure.step(procedure.first, purpose)
        agencies = tuple(sorted(agency_codes(trusted.tree.get(AGENCIES))))
        return Form(procedure, policy, None, step, step.documents, agencies=agencies)
    step = procedure.step(state.step or procedure.last, state.purpose)
    if typed.act == "return":
        targets = step.returns if state.step else step.reopens
        sheet = (step.return_document,) if step.return_document else ()
        return Form(procedure, policy, state, step, sheet, targets)
    if typed.act == "amend" and not typed.changes_case:
        issued = _amended(typed, state)
        return Form(procedure, policy, state, step, (issued.type,), (), issued)
    types = step.documents if typed.act == "complete" else ()
    return Form(procedure, policy, state, step, types)


def _amended(typed: Typed, state: CaseState) -> Issued:
    standing = [issued for issued in state.documents if issued.live]
    number = typed.of or typed.source.get("of")
    if number is None and len(standing) == 1:
        return standing[0]
    found = next((issued for issued in standing if issued.seq == number), None)
    if found is not None:
        return found
    listed = ", ".join(f"{issued.seq} ({issued.type})" for issued in standing)
    raise UsageError(
        T("documents that stand, by event: {documents}", documents=listed or "-"),
        T("say which with --of"),
    )


def missing_flags(form: Form, typed: Typed) -> list[str]:
    """The options without which no event can be composed."""
    source = typed.source
    missing = []
    if typed.act == "open":
        case = _source(typed, "case")
        missing += [] if typed.title or "title" in case else ["--title"]
        missing += [] if typed.producers or "producers" in case else ["--producer"]
    if typed.act in ("return", "amend", "cancel") and not (typed.reason or source.get("reason")):
        missing.append("--reason")
    if typed.act == "return" and not (typed.findings or source.get("findings")):
        missing.append("--finding")
    named = typed.document or _source(typed, "document").get("type")
    if typed.act in ("open", "complete") and len(form.types) > 1 and named is None:
        missing.append("--document")
    received = {**_source(typed, "received"), **typed.received}
    if received:
        needed = {"at": "--received-at", "sender": "--received-from"}
        missing += [option for key, option in needed.items() if not received.get(key)]
    return missing


def draft_of(form: Form, typed: Typed) -> Draft:
    """The draft of the act; raises `UsageError` naming every option that is missing."""
    missing = missing_flags(form, typed)
    named = typed.document or _source(typed, "document").get("type")
    if named is not None and form.types and named not in form.procedure.documents:
        hint = T("--document is one of: {types}", types=", ".join(form.types))
        raise UsageError(T("the procedure knows no document {name}", name=str(named)), hint)
    if missing:
        hint = T("see: sopgit {act} --help", act=typed.act)
        if "--document" in missing:
            hint = T("--document is one of: {types}", types=", ".join(form.types))
        options = ", ".join(missing)
        raise UsageError(T("{act} needs {options}", act=typed.act, options=options), hint)
    source = typed.source
    reason = typed.reason or source.get("reason")
    return Draft(
        act=typed.act,
        role=typed.role or source.get("role"),
        acting=typed.acting or source.get("acting"),
        to=typed.to or source.get("to"),
        of=form.previous.seq if form.previous else typed.of or source.get("of"),
        procedure=typed.procedure or source.get("procedure"),
        case=_case(form, typed),
        document=_document(form, typed),
        reason=clean(reason) if reason else None,
        findings=tuple(map(clean, typed.findings)) or tuple(source.get("findings", ())),
        attachments=typed.attachments,
        received=_received(form, typed),
    )


def _source(typed: Typed, key: str) -> Mapping[str, Any]:
    """What a file says under `key`, if that is a mapping."""
    value = typed.source.get(key, {})
    if not isinstance(value, Mapping):
        raise UsageError(T("{key} in the file is no mapping", key=key))
    return value


def _case(form: Form, typed: Typed) -> dict[str, Any] | None:
    if typed.act != "open" and not (typed.act == "amend" and typed.changes_case):
        return None
    state = form.state
    case: dict[str, Any] = {"purpose": "store", "restricted": False}
    if state is not None:
        case = {
            "title": state.title,
            "producers": list(state.producers),
            "purpose": state.purpose,
            "restricted": state.restricted,
            "begun": state.begun,
        }
    case |= _source(typed, "case")
    if typed.title:
        case["title"] = clean(typed.title)
    if typed.producers:
        case["producers"] = list(dict.fromkeys(typed.producers))
    if typed.purpose:
        case["purpose"] = typed.purpose
    if typed.restricted is not None:
        case["restricted"] = typed.restricted
    if typed.begun:
        case["begun"] = moment_text(typed.begun, find_zone(form.policy.timezone))
    return case


def _document(form: Form, typed: Typed) -> dict[str, Any] | None:
    carries = typed.act in ("open", "complete") or form.previous is not None
    if not carries and not (typed.act == "return" and form.types):
        return None
    before: Mapping[str, Any] = form.previous.content if form.previous else {}
    source = _source(typed, "document")
    document = {**before, **source}
    kind = form.chosen(typed)
    given = read_fields(typed.fields, kind.fields if kind else {})
    document["fields"] = {**before.get("fields", {}), **source.get("fields", {}), **given}
    if kind is not None or typed.document:
        document["type"] = kind.name if kind else typed.document
    if typed.number:
        document["number"] = clean(typed.number)
    if typed.date:
        document["date"] = day_text(typed.date)
    person = typed.signatory or document.get("signatory")
    if isinstance(person, str):
        document["signatory"] = signatory(form.policy, person)
    return document


def _received(form: Form, typed: Typed) -> dict[str, Any] | None:
    received = {**_source(typed, "received"), **typed.received}
    if not received:
        return None
    zone = find_zone(form.policy.timezone)
    if "at" in received:
        received["at"] = moment_text(str(received["at"]), zone)
    return {"medium": "other", **{key: value for key, value in received.items() if value}}
