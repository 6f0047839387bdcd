"""Versions of the policy for tests in memory: the one in force with a few keys changed."""

from __future__ import annotations

from typing import Any

from sopgit.core.paths import POLICY
from sopgit.core.policy import Policy
from sopgit.core.statement import policy_digest
from sopgit.core.writer import emit
from tests.simulator import Simulator, sign_policy


def next_policy(simulator: Simulator, **changes: Any) -> dict[str, Any]:
    """The version after the one in force, unsigned."""
    return {
        **simulator.policy,
        "version": simulator.policy["version"] + 1,
        "previous": policy_digest(simulator.policy),
        "base": simulator.trusted.tip,
        "signatures": [],
        **changes,
    }


def changed(simulator: Simulator, **changes: Any) -> Policy:
    """The same as a policy to look at."""
    return Policy.parse(next_policy(simulator, **changes))


def land_policy(simulator: Simulator, **changes: Any) -> None:
    """Let it come into force; it must be allowed."""
    signed = sign_policy(next_policy(simulator, **changes), "agus", "siti")
    simulator.land_files({POLICY: emit(signed)})
