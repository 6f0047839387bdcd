"""What a change of the policy would mean for the cases that are open.

Nothing here refuses: the roots may want it so. But they are told before they sign,
also of whom the host goes on asking for requests.

Rules enforced here: `separation-ahead`, `procedure-dropped`, `readers-ahead`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from sopgit.core.case import CaseState
from sopgit.core.codeowners import check_owners
from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.paths import POLICY
from sopgit.core.policy import Policy
from sopgit.core.procedure import Procedure
from sopgit.core.readers import reader_names
from sopgit.core.text import T

SEPARATION_AHEAD = Rule(
    "separation-ahead",
    "whoever gains a role can use it in the cases that are open",
    why="a case whose only official may not check his own work waits for ever",
)
PROCEDURE_DROPPED = Rule(
    "procedure-dropped",
    "a procedure stays in the policy until its last case has ended",
    why="under a procedure that the policy does not name nothing can be done",
)
READERS_AHEAD = Rule(
    "readers-ahead",
    "whoever gains or loses the reading of restricted data does so for what is stored from then on",
    why="what was stored before is opened by a rekey record, and nothing can be taken back",
)

ProcedureOf = Callable[[str], Procedure | None]


def check_outlook(
    old: Policy, new: Policy, cases: Iterable[CaseState], procedure_of: ProcedureOf
) -> list[Finding]:
    """Warnings about open cases that the change from `old` to `new` would block, and the like."""
    findings = list(_check_readers(old, new))
    for state in cases:
        procedure = procedure_of(state.procedure)
        if state.step is None or procedure is None:
            continue
        findings += _check_procedure(old, new, state)
        if not new.trial:
            findings += _check_gains(old, new, state, procedure)
    known = filter(None, map(procedure_of, new.raw["procedures"]))
    return [*findings, *check_owners(old, new, known)]


def _check_readers(old: Policy, new: Policy) -> Iterator[Finding]:
    before, after = (set(reader_names(policy, None)) for policy in (old, new))
    place = Place(POLICY)
    if before and not after:
        message = T("nobody would be left who can read restricted data")
        hint = T("name a reader who has an age key")
        yield READERS_AHEAD.doubted(place, message, hint)
    for person in sorted(before - after):
        message = T("{person} could still read what is stored until now", person=person)
        hint = T("sign what that is: sopgit data disclosure {person}", person=person)
        yield READERS_AHEAD.doubted(place, message, hint)
    for person in sorted(after - before):
        message = T("{person} could not read what is stored until now", person=person)
        hint = T("open it once the policy has landed: sopgit data rekey")
        yield READERS_AHEAD.doubted(place, message, hint)


def _check_procedure(old: Policy, new: Policy, state: CaseState) -> Iterator[Finding]:
    name = state.procedure
    if new.procedure_state(name) is None and old.procedure_state(name) is not None:
        message = T("case {id} runs under {name}, which goes", id=state.id, name=name[:40])
        hint = T("keep it as finish until the case has ended")
        yield PROCEDURE_DROPPED.doubted(Place(POLICY), message, hint)


def _check_gains(
    old: Policy, new: Policy, state: CaseState, procedure: Procedure
) -> Iterator[Finding]:
    before = {pair for role in procedure.roles for pair in _holders(old, role)}
    for step in procedure.steps[(state.step or 1) - 1 :]:
        able = {person for role in step.roles for person, _ in _holders(new, role)}
        gained = {
            person
            for role in step.roles
            for person, _ in _holders(new, role) - before
            if _is_kept_from(person, step.number, state, procedure)
        }
        left = {p for p in able if not _is_kept_from(p, step.number, state, procedure)}
        for person in sorted(gained):
            message = T(
                "{person} did other steps of case {id} and could not do its step {step}",
                person=person,
                id=state.id,
                step=step.number,
            )
            hint = T("this step is then for: {people}", people=", ".join(sorted(left)) or "-")
            yield SEPARATION_AHEAD.doubted(Place(POLICY), message, hint)


def _holders(policy: Policy, role: str) -> set[tuple[str, str]]:
    """Who holds `role`, in their own right or acting at some time, with the role."""
    own = policy.raw["roles"].get(role, ())
    acting = (grant.person for grant in policy.grants if grant.role == role)
    return {(person, role) for person in (*own, *acting)}


def _is_kept_from(person: str, step: int, state: CaseState, procedure: Procedure) -> bool:
    """Whether separation keeps `person` from `step` of the case."""
    return any(
        pair.severity == "error"
        and step in pair.steps
        and any((other, person) in state.workers for other in pair.steps if other != step)
        for pair in procedure.separation
    )
