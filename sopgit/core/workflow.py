"""Whether an act may be done: the one interpreter of the procedure.

`decide` knows no step's number, no role's name and no document's type; all of
that is the procedure's and the policy's. In order it asks:

1. Is the act legal where the case stands, and does it lead where it says?
2. Does the actor hold a role that may do it, in their own right or acting?
3. Are the step's inputs in the case, standing?
4. Is the document of the right type, complete, and rightly numbered?
5. Do files beside the case stay, and does data come where it is handled, and only there?
6. Has the actor done a step that must be another's?

All that is wrong is said at once. Rules enforced here: `time-order`.
"""

from __future__ import annotations

from datetime import datetime

from sopgit.core.attached import check_attached
from sopgit.core.authority import check_procedure_allowed, check_role
from sopgit.core.case import CaseState, Event
from sopgit.core.duties import (
    check_content,
    check_data,
    check_inputs,
    check_separation,
)
from sopgit.core.finding import NOWHERE, Finding, Place, Rule, Verdict, verdict
from sopgit.core.legality import check_beginning, check_first, check_legal
from sopgit.core.policy import Policy
from sopgit.core.procedure import Procedure, Step
from sopgit.core.sealing import check_body_kept
from sopgit.core.text import T

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
        findings = check_beginning(state, event, place) or check_first(event, procedure, place)
    else:
        findings = check_legal(state, event, procedure, policy, place)
    findings += _check_time(state, event, place)
    step = _step_of(state, event, procedure)
    findings += check_procedure_allowed(state, event, policy, place)
    findings += check_role(event, step, procedure, policy, newest, place)
    findings += check_body_kept(event, place)
    findings += check_attached(state.attached if state else (), event, place)
    if step is not None:
        findings += check_inputs(state, event, step, place)
        findings += check_content(state, event, step, procedure, policy, place)
        findings += check_data(state, event, step, place)
        findings += check_separation(state, event, procedure, policy, place)
    return verdict(f"case/{act}", findings)


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
