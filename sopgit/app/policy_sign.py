"""Signing a policy that lies in a file, with no clone needed: a proposal, or the plan of an office.

What is signed is what was told: the same reading gives the words and the bytes.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sopgit.adapters import ssh
from sopgit.adapters.files import file_errors, write_atomic
from sopgit.adapters.resources import read_schemas
from sopgit.app.policy_words import tell_policy_change
from sopgit.app.typed import BadFile, read_strict
from sopgit.core.errors import UsageError
from sopgit.core.finding import Place, Refused
from sopgit.core.policy import Policy
from sopgit.core.policy_change import signers
from sopgit.core.policy_soundness import check_policy
from sopgit.core.proposal import Proposal, is_proposal, parse_proposal, proposal_bytes
from sopgit.core.schema import Schemas
from sopgit.core.sshsig import PublicKey
from sopgit.core.statement import POLICY_NAMESPACE, is_signed_by, policy_bytes
from sopgit.core.text import T, Text
from sopgit.core.writer import emit


@dataclass(frozen=True)
class Paper:
    """What lies before a root: a policy to sign, and the proposal that it is part of.

    Without a proposal it is the plan of an office that is to be founded.
    """

    path: Path
    policy: Policy
    proposal: Proposal | None

    @property
    def authorities(self) -> tuple[Policy, ...]:
        """The versions whose roots must sign, the one in force first."""
        return (self.proposal.old, self.policy) if self.proposal else (self.policy,)

    @property
    def missing(self) -> int:
        """How many roots must still sign; one person may count for both versions."""
        return max(self._missing(authority) for authority in self.authorities)

    def _missing(self, authority: Policy) -> int:
        return max(0, authority.threshold - len(signers(self.policy, authority)))

    def waiting(self) -> Iterator[Text]:
        """Of whom signatures are still needed, for each version."""
        for authority in self.authorities:
            signed = signers(self.policy, authority)
            if len(signed) < authority.threshold:
                yield T(
                    "{count} more roots of version {version} must sign, of: {people}",
                    count=authority.threshold - len(signed),
                    version=authority.version,
                    people=", ".join(root for root in authority.roots if root not in signed),
                )

    def words(self) -> Iterator[Text]:
        """What the signature would bring about, in plain words; nothing for a plan."""
        if self.proposal is None:
            return
        yield from tell_policy_change(self.proposal.old, self.policy, self.proposal.files)
        for note in self.proposal.notes:
            yield T("the proposer calls it: {note}", note=note)


def read_paper(path: Path) -> Paper:
    """What is to be signed in the file at `path`; raises with every reason why it is unsound."""
    if not path.is_file():
        raise UsageError(T("there is no file {path}", path=str(path)))
    with file_errors(path):
        data = path.read_bytes()
    schemas = Schemas(read_schemas())
    if is_proposal(data):
        proposal = parse_proposal(data, str(path), schemas)
        return Paper(path, proposal.new, proposal)
    value = read_strict(path)
    broken = schemas.check("policy", value, lambda _way: Place(str(path)))
    broken = broken or [f for f in check_policy(value, str(path)) if f.severity == "error"]
    if broken:
        raise BadFile(path, Refused(tuple(broken)))
    if value["version"] != 1:
        raise UsageError(
            T("{path} is a policy without the one before it", path=str(path)),
            T("sign the proposal that sopgit policy made"),
        )
    return Paper(path, Policy.parse(value), None)


def sign_paper(paper: Paper, key_path: Path) -> tuple[str, Paper]:
    """Add the signature of the root whose key lies at `key_path`; who that is."""
    key = ssh.read_public_key(key_path)
    person = _root_of(paper, key)
    if person is None:
        raise UsageError(
            T("the key {path} is not that of a root of this policy", path=str(key_path)),
            T("give a root's key with --key"),
        )
    raw = ssh.sign(key_path, POLICY_NAMESPACE, policy_bytes(paper.policy.raw))
    entry = {"by": person, "sig": base64.b64encode(raw).decode("ascii")}
    others = [kept for kept in paper.policy.raw["signatures"] if not _is_by(paper, kept, key)]
    policy = Policy.parse({**paper.policy.raw, "signatures": [*others, entry]})
    proposal = paper.proposal and replace(paper.proposal, new=policy)
    signed = Paper(paper.path, policy, proposal)
    write_atomic(paper.path, proposal_bytes(proposal) if proposal else emit(policy.raw))
    return person, signed


def _root_of(paper: Paper, key: PublicKey) -> str | None:
    """Whose root key this is, in either version."""
    people = ((authority.person_of(key), authority) for authority in paper.authorities)
    return next((person for person, policy in people if person in policy.roots), None)


def _is_by(paper: Paper, entry: dict[str, Any], key: PublicKey) -> bool:
    return is_signed_by(paper.policy.raw, POLICY_NAMESPACE, entry["sig"], [key])
