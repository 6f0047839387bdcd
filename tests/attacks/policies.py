"""Policy changes as the roots of the simulated office, or a thief among them, propose them."""

from __future__ import annotations

import base64
from typing import Any

from sopgit.adapters import ssh
from sopgit.core.paths import POLICY
from sopgit.core.statement import POLICY_NAMESPACE, policy_bytes, policy_digest
from sopgit.core.writer import emit
from tests.attacks.mounting import Files
from tests.offices import Folders
from tests.signing import Signer
from tests.simulator import Simulator, sign_policy

ROOTS = ("agus", "siti")


def next_policy(office: Simulator, **changes: Any) -> dict[str, Any]:
    """The unsigned policy that follows the one in force, with `changes`."""
    return {
        **office.policy,
        "version": office.policy["version"] + 1,
        "previous": policy_digest(office.policy),
        "base": office.trusted.tip,
        **changes,
        "signatures": [],
    }


def propose(office: Simulator, *signers: str, **changes: Any) -> dict[str, bytes | None]:
    """The landing of that policy, signed by `signers` (two roots if none is said)."""
    policy = next_policy(office, **changes)
    return {POLICY: emit(sign_policy(policy, *(signers or ROOTS)))}


def with_keys(office: Simulator, person: str, *keys: Signer | str) -> dict[str, Any]:
    """The people of the policy in force, with other keys for one of them."""
    lines = [key if isinstance(key, str) else key.public_line for key in keys]
    people = office.policy["people"]
    return {**people, person: {**people[person], "keys": lines}}


def with_role(office: Simulator, role: str, *holders: str) -> dict[str, Any]:
    """The roles of the policy in force, with other holders of one of them."""
    return {**office.policy["roles"], role: list(holders)}


def together(*files: Files) -> dict[str, bytes | None]:
    """Several changes as one landing."""
    return {path: data for each in files for path, data in each.items()}


def land_policy(folders: Folders, **changes: Any) -> str:
    """Let the roots of a real office change its policy and push it; the commit."""
    office = folders.office("kasi")
    old = office.trusted.policy.raw
    policy = {
        **old,
        "version": old["version"] + 1,
        "previous": policy_digest(old),
        "base": office.base(),
        **changes,
        "signatures": [],
    }
    message = policy_bytes(policy)
    for root in policy["roots"]["people"]:
        raw = ssh.sign(folders.root / "keys" / root / "id_ed25519", POLICY_NAMESPACE, message)
        policy["signatures"].append({"by": root, "sig": base64.b64encode(raw).decode()})
    commit = folders.commit("kasi", {POLICY: emit(policy)})
    pushed = folders.push("kasi", f"{commit}:refs/heads/main")
    assert pushed.returncode == 0, pushed.stderr
    folders.sync("kasi")
    return commit
