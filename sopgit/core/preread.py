"""What of a case file can be told before anything that came earlier was judged.

Reading events, holding them against the schema and trying signatures costs
most of a verification and depends on nothing but bytes; so other processes may
do it ahead. Nothing is decided here: who owns the key that signed, and whether
the act may happen, is asked when the landing's turn comes. What could not be
read without a finding is not kept, and is read again then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sopgit.core.growth import Growth, read_growth
from sopgit.core.lineage import FileChange
from sopgit.core.policy import Policy
from sopgit.core.schema import Schemas
from sopgit.core.sshsig import PublicKey
from sopgit.core.statement import EVENT_NAMESPACE, chain_link, find_signer


@dataclass(frozen=True)
class Preread:
    """The events that a change adds; for each the key that signed it and the digest it has.

    A key is one of which that is proved; digests are what the next event names as `prev`.
    """

    growth: Growth
    signed: tuple[PublicKey | None, ...]
    heads: tuple[str | None, ...]

    @classmethod
    def of(cls, growth: Growth) -> Preread:
        """The growth alone; signatures and digests are left to whoever judges."""
        unknown = (None,) * len(growth.events)
        return cls(growth, unknown, unknown)


def preread(path: str, change: FileChange, schemas: Schemas, policy: Policy) -> Preread | None:
    """Read the case file `path`; `policy` is only asked which keys are worth trying."""
    growth = read_growth(path, change.old, change.new, schemas)
    if growth.findings:
        return None
    signed = tuple(_signer(event, policy) for event in growth.events)
    return Preread(growth, signed, tuple(map(chain_link, growth.events)))


def _signer(event: Mapping[str, Any], policy: Policy) -> PublicKey | None:
    keys = policy.keys(event["by"])
    return find_signer(event, EVENT_NAMESPACE, event["sig"], keys)
