"""What of a case file can be told before anything that came earlier was judged.

Reading events, holding them against the schema and trying signatures costs
most of a verification and depends on nothing but bytes; so other processes may
do it ahead. Nothing is decided here: who owns the key that signed, and whether
the act may happen, is asked when the landing's turn comes.
"""

from __future__ import annotations

from dataclasses import dataclass

from sopgit.core.growth import Growth, read_growth
from sopgit.core.lineage import FileChange
from sopgit.core.policy import Policy
from sopgit.core.schema import Schemas
from sopgit.core.sshsig import PublicKey
from sopgit.core.statement import EVENT_NAMESPACE, bytes_and_link, find_signer_of


@dataclass(frozen=True)
class Preread:
    """The events that a change adds; for each the key that signed it and the digest it has.

    A key is one of which that is proved; digests are what the next event names as `prev`.
    Where the growth has findings, neither is known.
    """

    growth: Growth
    signed: tuple[PublicKey | None, ...] = ()
    heads: tuple[str, ...] = ()


def preread(path: str, change: FileChange, schemas: Schemas, policy: Policy) -> Preread:
    """Read the case file `path`; `policy` is only asked which keys are worth trying."""
    growth = read_growth(path, change.old, change.new, schemas)
    if growth.findings:
        return Preread(growth)
    signed, heads = [], []
    for event in growth.events:
        message, head = bytes_and_link(event)
        keys = policy.keys(event["by"])
        signed.append(find_signer_of(message, EVENT_NAMESPACE, event["sig"], keys))
        heads.append(head)
    return Preread(growth, tuple(signed), tuple(heads))
