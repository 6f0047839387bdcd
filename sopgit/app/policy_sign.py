"""Signing a version of the policy that lies in a file, with no clone needed."""

from __future__ import annotations

import base64
from pathlib import Path

from sopgit.adapters import ssh
from sopgit.adapters.files import write_atomic
from sopgit.adapters.resources import read_schemas
from sopgit.app.typed import BadFile, read_strict
from sopgit.core.errors import UsageError
from sopgit.core.finding import Place, Refused
from sopgit.core.policy import Policy
from sopgit.core.policy_change import signers
from sopgit.core.policy_soundness import check_policy
from sopgit.core.schema import Schemas
from sopgit.core.statement import POLICY_NAMESPACE, policy_bytes
from sopgit.core.text import T
from sopgit.core.writer import emit


def sign_policy(path: Path, key: Path) -> tuple[str, int]:
    """Add to the policy at `path` the signature of the person whose key lies at `key`.

    Who signed, and how many more roots of this version must.
    """
    value = read_strict(path)
    broken = Schemas(read_schemas()).check("policy", value, lambda _way: Place(str(path)))
    broken = broken or [f for f in check_policy(value, str(path)) if f.severity == "error"]
    if broken:
        raise BadFile(path, Refused(tuple(broken)))
    policy = Policy.parse(value)
    person = policy.person_of(ssh.read_public_key(key))
    if person is None or person not in policy.roots:
        raise UsageError(
            T("the key {path} is not that of a root of this policy", path=str(key)),
            T("give a root's key with --key"),
        )
    raw = ssh.sign(key, POLICY_NAMESPACE, policy_bytes(value))
    entry = {"by": person, "sig": base64.b64encode(raw).decode("ascii")}
    others = [kept for kept in value["signatures"] if kept["by"] != person]
    signed = {**value, "signatures": [*others, entry]}
    write_atomic(path, emit(signed))
    again = Policy.parse(signed)
    return person, max(0, policy.threshold - len(signers(again, again)))
