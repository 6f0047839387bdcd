"""Whether an act is legal where the case stands, and whether it leads where it says.

Rules enforced here: `case-ended`, `case-class-kept`, `step-order`, `step-target`.
"""

from __future__ import annotations

from collections.abc import Callable

from sopgit.core.attached import replaced_files
from sopgit.core.case import CaseState, Event
from sopgit.core.disowning import check_sent_back, disowned_step
from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.policy import Policy
from sopgit.core.procedure import Procedure
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


def check_beginning(state: CaseState | None, event: Event, place: Place) -> list[Finding]:
    """The first event of a case opens it, and no other does."""
    if (state is None) == (event["act"] == "open"):
        return []
    return [STEP_ORDER.broken(place, T("a case is opened once, by its first event"))]


def check_first(event: Event, procedure: Procedure, place: Place) -> list[Finding]:
    """A case begins at the first step of its procedure and goes on to the second."""
    return _expect(event, procedure.first, [procedure.next(procedure.first)], place)


def check_legal(
    state: CaseState, event: Event, procedure: Procedure, policy: Policy, place: Place
) -> list[Finding]:
    """An act on a case that is open, closed or sent back, as the procedure allows it there."""
    disowned = disowned_step(state, policy)
    if disowned is None or event["act"] == "cancel":
        return _LEGAL[event["act"]](state, event, procedure, place)
    return check_sent_back(state, event, disowned, procedure, place)


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
    """Whether only the number or the date of a document changes, in the open, and no file."""
    before = state.document_of(event["of"])
    after = event.get("document")
    if before is None or after is None or state.restricted or replaced_files(event):
        return False

    def rest(document: Event) -> dict[str, object]:
        return {key: value for key, value in document.items() if key not in ("number", "date")}

    return rest(before.content) == rest(after)


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


def _ended(state: CaseState, act: str, place: Place) -> list[Finding]:
    if state.status == "open":
        return []
    status = STATUSES[state.status]
    message = T("the case is {status}, {act} is not possible", status=status, act=act)
    return [CASE_ENDED.broken(place, message)]


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


_LEGAL: dict[str, Callable[[CaseState, Event, Procedure, Place], list[Finding]]] = {
    "complete": _check_complete,
    "return": _check_return,
    "amend": _check_amend,
    "note": _check_note,
    "cancel": _check_cancel,
}
