"""By what right an act is done: the procedure the policy keeps, the role, the holder.

Rules enforced here: `role-of-step`, `role-held`, `procedure-allowed`.
"""

from __future__ import annotations

from sopgit.core.case import CaseState, Event
from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.policy import Policy
from sopgit.core.procedure import Procedure, Step
from sopgit.core.text import T

ROLE_OF_STEP = Rule(
    "role-of-step",
    "a step is done by a role that the procedure names for it",
    why="which role does a step is what the procedure says first of all",
)
ROLE_HELD = Rule(
    "role-held",
    "the actor holds the role, in their own right or acting by letter",
    why="authority comes from the policy alone",
)
PROCEDURE_ALLOWED = Rule(
    "procedure-allowed",
    "a case is opened under a procedure that the policy opens, and goes on under one it keeps",
    why="a weak procedure of old must not come back by itself",
)


def allowed_roles(act: str, step: Step | None, procedure: Procedure) -> tuple[str, ...]:
    """The roles that may do `act` at `step`; none for a step that does not exist."""
    if act == "note":
        return procedure.note_roles or procedure.roles
    if act == "cancel":
        return procedure.cancel_roles
    return step.roles if step else ()


def check_procedure_allowed(
    state: CaseState | None, event: Event, policy: Policy, place: Place
) -> list[Finding]:
    reference = event["procedure"] if state is None else state.procedure
    granted = policy.procedure_state(reference)
    if granted == "open" or (granted == "finish" and state is not None):
        return []
    message = T("the policy does not allow this under the procedure {name}", name=reference[:40])
    return [PROCEDURE_ALLOWED.broken(place, message)]


def check_role(
    event: Event, step: Step | None, procedure: Procedure, policy: Policy, newest: str, place: Place
) -> list[Finding]:
    role, person, findings = event["role"], event["by"], []
    allowed = allowed_roles(event["act"], step, procedure)
    if role not in allowed:
        message = T(
            "{act} at step {step} is for {roles}, not for {role}",
            act=event["act"],
            step=event["step"],
            roles=", ".join(allowed) or "-",
            role=role,
        )
        findings.append(ROLE_OF_STEP.broken(place, message))
    letter = event.get("acting")
    if policy.has_role(person, role, letter, event["at"], newest):
        return findings
    message = T("{person} does not hold the role {role}", person=person, role=role)
    if letter is not None:
        message = T(
            "no letter {letter} makes {person} acting {role} on {day}",
            letter=letter,
            person=person,
            role=role,
            day=event["at"][:10],
        )
    findings.append(ROLE_HELD.broken(place, message, T("see your roles: sopgit whoami")))
    return findings
