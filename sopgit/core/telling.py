"""Whether any act could tell, where a case stands, what is about to be done with data.

Asked before a file is read or a version brought back, so that nothing is stored
and pushed that no act could ever tell. The rules are those of the acts
themselves. And what can be done with data that the scan refuses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sopgit.core.case import CaseState
from sopgit.core.duties import DATA_MISPLACED, PRODUCER_UNKNOWN, check_data
from sopgit.core.finding import Finding, Place
from sopgit.core.legality import CASE_ENDED
from sopgit.core.procedure import Procedure
from sopgit.core.text import T, Text

# What closes data that names persons, the most fitting first.
_CLOSED = (("personal", "spesifik"), ("archive", "terbatas"), ("public", "dikecualikan"))


def check_tellable(
    state: CaseState, entries: Sequence[Mapping[str, Any]], procedure: Procedure, place: Place
) -> list[Finding]:
    """What would refuse every act that tells `entries` (of an event's `datasets`) now."""
    if state.step is None:
        message = T("the case has ended and takes no data")
        return [CASE_ENDED.broken(place, message, T("open another case for it"))]
    step = procedure.step(state.step, state.purpose)
    roles = step.roles or ("",)
    event = {"act": "note", "step": step.number, "role": roles[0], "datasets": entries}
    each = [procedure.step(one.number, state.purpose) for one in procedure.steps]
    steps = ", ".join(str(one.number) for one in each if one.handles_data)
    hints = {
        DATA_MISPLACED.code: T(
            "data comes in at step {steps}: finish the steps before it first",
            steps=steps or "-",
        ),
        PRODUCER_UNKNOWN.code: T(
            "the case names {producers}", producers=", ".join(state.producers)
        ),
    }
    found = check_data(state, event, step, place)
    return [replace(finding, hint=hints.get(finding.code, finding.hint)) for finding in found]


def ways_out(state: CaseState, procedure: Procedure, rule: Mapping[str, Sequence[str]]) -> Text:
    """What can be done with data that may not be open: class it by `rule`, or send it back."""
    closed = [f"--{axis} {name}" for axis, name in _CLOSED if name in rule.get(axis, ())]
    option = closed[0] if closed else "--archive"
    returns = procedure.step(state.step, state.purpose).returns if state.step else ()
    if not returns:
        return T(
            "class it, so that it is encrypted ({option}), or ask the agency for other data",
            option=option,
        )
    return T(
        "class it, so that it is encrypted ({option}), or send the case back: "
        "sopgit return {case} --to {step}",
        option=option,
        case=state.id,
        step=returns[0],
    )
