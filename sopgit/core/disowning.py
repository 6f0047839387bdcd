"""Acts of a stolen key that the roots have disowned.

The policy lists their digests, each the one that the next event names as
`prev`. A list cannot undo an act: a case is changed by its officials alone. So:

1. While a case holds a disowned act that no return has undone, it takes nothing
   but a return, or a cancellation where the procedure allows one.
2. That return is done by a role of the step where the case stands (of the last
   step, if it has ended) and leads to the disowned act's step or to one before
   it, whatever returns the procedure names; of several to the earliest.
3. A cancelled case is answered for already, unless its cancellation is disowned.

Rules enforced here: `disowned-act`.
"""

from __future__ import annotations

from sopgit.core.case import CaseState, Event
from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.policy import Policy
from sopgit.core.procedure import Procedure
from sopgit.core.text import T

DISOWNED_ACT = Rule(
    "disowned-act",
    "a case that holds a disowned act goes back behind it before anything else",
    why="what a thief did must not be built on, and only the officials can do it again",
)


def disowned_step(state: CaseState, policy: Policy) -> int | None:
    """The earliest step of a disowned act that stands in the case; None where there is none."""
    if not policy.disowned:
        return None
    acts = [act for act in state.standing if act.digest in policy.disowned]
    if state.status == "cancelled" and all(act.act != "cancel" for act in acts):
        return None
    return min((act.step for act in acts), default=None)


def standing_step(state: CaseState, procedure: Procedure) -> int:
    """Where the case stands, or the last step once it has ended."""
    return procedure.last if state.step is None else state.step


def return_targets(state: CaseState, disowned: int, procedure: Procedure) -> range:
    """Where a case that holds a disowned act of step `disowned` may be sent back to."""
    return range(1, min(disowned, standing_step(state, procedure)) + 1)


def check_sent_back(
    state: CaseState, event: Event, disowned: int, procedure: Procedure, place: Place
) -> list[Finding]:
    """Whether `event` sends the case back behind its disowned act of step `disowned`."""
    step, targets = standing_step(state, procedure), return_targets(state, disowned, procedure)
    if (event["act"], event["step"]) == ("return", step) and event["to"] in targets:
        return []
    message = T("the case holds a disowned act of step {step}", step=disowned)
    hint = T("send it back first: sopgit return {id} --to {to}", id=state.id, to=targets[-1])
    return [DISOWNED_ACT.broken(place, message, hint)]
