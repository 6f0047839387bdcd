"""An age key of the policy is sound, and has one owner."""

from __future__ import annotations

from typing import Any

import pytest

from sopgit.adapters import age
from sopgit.core.policy_soundness import check_policy
from tests.simulator import Simulator

ONE, OTHER = (age.new_identity()[1] for _ in range(2))


def codes(person: str, sealed: str, second: str | None = None) -> list[str]:
    """What is wrong when agus has the key `person`, siti `second`, and `sealed` lies away."""
    policy: dict[str, Any] = {**Simulator.shipped().policy}
    people = {name: dict(entry) for name, entry in policy["people"].items()}
    people["agus"]["recipients"] = [{"kind": "x25519", "key": person}]
    people["siti"]["recipients"] = [{"kind": "x25519", "key": second}] if second else []
    policy["people"] = people
    policy["recovery_recipients"] = [{"kind": "x25519", "key": sealed, "custodian": "Sekretaris"}]
    return [finding.code for finding in check_policy(policy, "policy.yaml")]


def test_two_keys_of_two_owners_are_sound() -> None:
    assert codes(ONE, OTHER) == []


@pytest.mark.parametrize(
    "keys", [(ONE, ONE), (ONE[:-1] + "b", OTHER), (ONE, OTHER, ONE)], ids=["sealed", "typo", "two"]
)
def test_a_shared_or_mistyped_key_is_not(keys: tuple[str, ...]) -> None:
    assert codes(*keys) == ["policy-age-key"]
