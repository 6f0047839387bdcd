"""How a statement hangs on what went before: chain, base and signature.

Rules enforced here: `event-chain`, `event-base`, `event-signature`,
`case-identity`.
"""

from __future__ import annotations

from collections.abc import Container

from sopgit.core.case import CaseState, Event
from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.policy import Policy
from sopgit.core.sshsig import PublicKey
from sopgit.core.statement import (
    EVENT_NAMESPACE,
    RECORD_NAMESPACE,
    Statement,
    chain_start,
    is_signed_by,
)
from sopgit.core.text import T

EVENT_CHAIN = Rule(
    "event-chain",
    "an event names the number and the digest of the one before it",
    why="an act cannot be replayed, reordered or moved to another case",
)
EVENT_BASE = Rule(
    "event-base",
    "a statement names a mainline commit that its author had seen",
    why="each honest act is a checkpoint against a rewritten ledger",
)
SIGNATURE = Rule(
    "event-signature",
    "a statement is signed by a key that the policy in force gives its author",
    why="who did what is proved by the signature and by nothing else",
)


def check_link(
    state: CaseState | None, event: Event, repository: str | None, place: Place
) -> list[Finding]:
    """`seq` and `prev` continue the case as `state` has it.

    Without `repository` the office is not known, and what the first event names is taken.
    """
    seq, prev = 1, event["prev"]
    if state is not None:
        seq, prev = state.seq + 1, state.head
    elif repository is not None:
        prev = chain_start(repository)
    if event["seq"] == seq and event["prev"] == prev:
        return []
    message = T("the event does not follow event {seq} of this case", seq=seq - 1)
    hint = T("somebody acted first: bring it in with sopgit sync and do your act again")
    return [EVENT_CHAIN.broken(place, message, hint)]


def check_base(statement: Statement, ids: Container[str], place: Place) -> list[Finding]:
    """`base` is one of the mainline's commits."""
    if statement["base"] in ids:
        return []
    message = T("base {base} is not on the mainline", base=str(statement["base"])[:12])
    return [EVENT_BASE.broken(place, message, T("bring the mainline in with: sopgit sync"))]


def check_signature(
    statement: Statement, policy: Policy, place: Place, signer: PublicKey | None = None
) -> list[Finding]:
    """The signature is of `by`, with a key that `policy` gives that person.

    `signer` is a key of which it is known already that it made the signature.
    """
    namespace = RECORD_NAMESPACE if "kind" in statement else EVENT_NAMESPACE
    person = statement["by"]
    if signer is not None and signer in policy.keys(person):
        return []
    if is_signed_by(statement, namespace, statement["sig"], policy.keys(person)):
        return []
    message = T("the signature is not that of {person}", person=person)
    hint = T("the policy in force knows the keys of everybody: sopgit whoami")
    return [SIGNATURE.broken(place, message, hint)]
