"""Whether an act may be done: the one interpreter of the procedure.

`decide` knows no step's number, no role's name and no document's type; all of
that is the procedure's and the policy's. In order it asks:

1. Is the act legal where the case stands, and does it lead where it says?
2. Does the actor hold a role that may do it, in their own right or acting?
3. Are the step's inputs in the case, standing?
4. Is the document of the right type, complete, and rightly numbered?
5. Does data come only where data is handled, and is it there where it must be?
6. Has the actor done a step that must be another's?

All that is wrong is said at once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sopgit.core.authority import check_procedure_allowed, check_role
from sopgit.core.case import CaseState, Event
from sopgit.core.disowning import check_sent_back, disowned_step
from sopgit.core.duties import (
    check_content,
    check_data,
    check_inputs,
    check_separation,
)
from sopgit.core.finding import NOWHERE, Finding, Place, Rule, Verdict, verdict
from sopgit.core.policy import Policy
from sopgit.core.procedure import Procedure, Step
from sopgit.core.sealing import check_body_kept
from sopgit.core.text import T
from sopgit.core.words import STATUSES

CASE_ENDED = Rule(
    "case-ended",
    "a case that has ended takes only what its procedure allows then",
    why="a closed file must not change behind the reader's back",
)
CLASS_KEPT = Rule(
    "case-class-kept",
    "a restricted case stays restricted",
    why="what was promised to stay closed must not be opened by an amendment",
)
STEP_ORDER = Rule(
    "step-order",
    "an act is done at the step where the case stands",
    why="skipping a step skips the official who should have seen the case",
)
STEP_TARGET = Rule(
    "step-target",
    "an act leads where the procedure says",
    why="the next step follows from the procedure, not from the actor's wish",
)
TIME_ORDER = Rule(
    "time-order",
    "an act is not dated before the one it follows",
    why="the order in time is what deadlines and reports are read from",
)


def decide(
    state: CaseState | None,
    event: Event,
    procedure: Procedure,
    policy: Policy,
    newest: str,
    place: Place = NOWHERE,
) -> Verdict:
    """Judge `event` on the case as `state` has it (None: a new case).

    `newest` is the newest `at` that the mainline has seen; it only tells when
    an acting grant is dead. The chain and the signature are judged elsewhere.
    """
    act = event["act"]
    if state is None or act == "open":
        findings = _check_open(state, event, procedure, place)
    else:
        findings = _check_legal(state, event, procedure, policy, place)
    findings += _check_time(state, event, place)
    step = _step_of(state, event, procedure)
    findings += check_procedure_allowed(state, event, policy, place)
    findings += check_role(event, step, procedure, policy, newest, place)
    findings += check_body_kept(event, place)
    if step is not None:
        findings += check_inputs(state, event, step, place)
        findings += check_content(state, event, step, procedure, policy, place)
        findings += check_data(state, event, step, place)
        findings += check_separation(state, event, procedure, policy, place)
    return verdict(f"case/{act}", findings)


def amend_target(state: CaseState, event: Event, procedure: Procedure) -> int | None:
    """Where the case stands after an amendment.

    If a check that came after the document has passed it, and more than its
    number or date changes, the case goes back to the earliest such check.
    """
    checks = [
        step
        for step in sorted(state.passed)
        if step > event["step"] and procedure.step(step, state.purpose).symbol == "decision"
    ]
    return checks[0] if checks and not is_small_amendment(state, event) else state.step


def is_small_amendment(state: CaseState, event: Event) -> bool:
    """Whether only the number or the date of a document changes, in the open."""
    before = state.document_of(event["of"])
    after = event.get("document")
    if before is None or after is None or state.restricted:
        return False

    def rest(document: Event) -> dict[str, object]:
        return {key: value for key, value in document.items() if key not in ("number", "date")}

    return rest(before.content) == rest(after)


def _check_time(state: CaseState | None, event: Event, place: Place) -> list[Finding]:
    """The act comes after the one before it, and after the case began."""
    earlier = [event.get("case", {}).get("begun"), state.at if state else None]
    return [
        TIME_ORDER.broken(
            place,
            T("{at} is before {previous}", at=event["at"], previous=previous),
            T("set the clock of this machine"),
        )
        for previous in earlier
        if previous and _moment(event["at"]) < _moment(previous)
    ]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _step_of(state: CaseState | None, event: Event, procedure: Procedure) -> Step | None:
    purpose = event["case"]["purpose"] if state is None else state.purpose
    number = event["step"]
    return procedure.step(number, purpose) if procedure.has_step(number) else None


def _expect(
    event: Event, step: int | None, targets: list[int | None], place: Place
) -> list[Finding]:
    findings = []
    if event["step"] != step:
        message = T(
            "the case stands at step {step}, the act is of step {act}", step=step, act=event["step"]
        )
        findings.append(STEP_ORDER.broken(place, message, T("see where it stands: sopgit show")))
    elif event["to"] not in targets:
        message = T(
            "the act leads to {to}; from step {step} it may lead to {targets}",
            to=_name(event["to"]),
            step=step,
            targets=", ".join(_name(target) for target in targets) or "-",
        )
        findings.append(STEP_TARGET.broken(place, message))
    return findings


def _name(step: int | None) -> str:
    return "-" if step is None else str(step)


def _check_open(
    state: CaseState | None, event: Event, procedure: Procedure, place: Place
) -> list[Finding]:
    if state is not None or event["act"] != "open":
        return [STEP_ORDER.broken(place, T("a case is opened once, by its first event"))]
    return _expect(event, procedure.first, [procedure.next(procedure.first)], place)


def _check_legal(
    state: CaseState, event: Event, procedure: Procedure, policy: Policy, place: Place
) -> list[Finding]:
    disowned = disowned_step(state, policy)
    if disowned is None or event["act"] == "cancel":
        return _LEGAL[event["act"]](state, event, procedure, place)
    return check_sent_back(state, event, disowned, procedure, place)


def _ended(state: CaseState, act: str, place: Place) -> list[Finding]:
    if state.status == "open":
        return []
    status = STATUSES[state.status]
    message = T("the case is {status}, {act} is not possible", status=status, act=act)
    return [CASE_ENDED.broken(place, message)]


def _check_complete(
    state: CaseState, event: Event, procedure: Procedure, place: Place
) -> list[Finding]:
    ended = _ended(state, event["act"], place)
    if ended or state.step is None:
        return ended
    return _expect(event, state.step, [procedure.next(state.step)], place)


def _check_return(
    state: CaseState, event: Event, procedure: Procedure, place: Place
) -> list[Finding]:
    if state.status == "closed":
        last = procedure.step(procedure.last, state.purpose)
        if not last.reopens:
            return _ended(state, event["act"], place)
        return _expect(event, last.number, list(last.reopens), place)
    ended = _ended(state, event["act"], place)
    if ended or state.step is None:
        return ended
    return _expect(
        event, state.step, list(procedure.step(state.step, state.purpose).returns), place
    )


def _check_amend(
    state: CaseState, event: Event, procedure: Procedure, place: Place
) -> list[Finding]:
    issued = state.document_of(event["of"])
    if "case" in event:
        ended = _ended(state, event["act"], place)
        known, step = event["of"] == 1, procedure.first
        if state.restricted and not event["case"]["restricted"]:
            ended.append(CLASS_KEPT.broken(place, T("a restricted case stays restricted")))
    else:
        ended = [] if state.status == "closed" else _ended(state, event["act"], place)
        known = issued is not None and issued.live
        step = issued.step if issued else event["step"]
        if state.status == "closed" and not is_small_amendment(state, event):
            message = T("on a closed case only the number or the date of a document changes")
            ended.append(CASE_ENDED.broken(place, message, T("have the case reopened first")))
    if not known:
        message = T("event {of} has no document that stands", of=event["of"])
        return [*ended, STEP_ORDER.broken(place, message, T("see them: sopgit show"))]
    if not ended and event.get("document", {}).get("type") not in (None, issued and issued.type):
        message = T("an amendment keeps the document's type")
        ended.append(STEP_TARGET.broken(place, message))
    if ended:
        return ended
    return _expect(event, step, [amend_target(state, event, procedure)], place)


def _check_note(
    state: CaseState, event: Event, procedure: Procedure, place: Place
) -> list[Finding]:
    step = procedure.last if state.step is None else state.step
    return _expect(event, step, [state.step], place)


def _check_cancel(
    state: CaseState, event: Event, procedure: Procedure, place: Place
) -> list[Finding]:
    return _ended(state, event["act"], place) or _expect(event, state.step, [None], place)


_LEGAL: dict[str, Callable[[CaseState, Event, Procedure, Place], list[Finding]]] = {
    "complete": _check_complete,
    "return": _check_return,
    "amend": _check_amend,
    "note": _check_note,
    "cancel": _check_cancel,
}
