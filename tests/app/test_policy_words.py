"""Nothing that a version of the policy changes is left unsaid."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from sopgit.app.policy_words import tell_policy_change
from sopgit.core.policy import Policy
from tests.policies import next_policy
from tests.signing import Signer
from tests.simulator import Simulator

AGE = "age1" + "q" * 58
NEW_KEY = Signer.new(b"new")
GRANT = {
    "role": "kasi",
    "person": "dewi",
    "from": "2026-03-01",
    "until": "2026-03-10",
    "letter": "1/P/2026",
}


@pytest.fixture(scope="module")
def simulator() -> Simulator:
    return Simulator.shipped()


def words(simulator: Simulator, **changes: Any) -> list[str]:
    """What is told besides the versions."""
    new = Policy.parse(next_policy(simulator, **changes))
    head, *rest = map(str, tell_policy_change(simulator.trusted.policy, new))
    assert head == "policy version 1 becomes version 2"
    return rest


def test_a_version_that_changes_nothing_says_nothing(simulator: Simulator) -> None:
    assert words(simulator) == []


OTHER: dict[str, Any] = {
    "flow": "review",
    "encrypt": {"public": [], "archive": [], "personal": []},
    "readers": {"restricted": ["kasi"]},
    "copies": {"open": 1, "restricted": 2},
    "remotes": {"one": {"place": "Ruang arsip"}},
    "recovery_recipients": [{"kind": "x25519", "key": AGE, "custodian": "Sekretaris"}],
    "wali_data": {"name": "Lain", "recipients": []},
    "records": {"settings": []},
    "grace": 6,
    "numbers": {},
    "free": [],
    "disowned": ["0" * 64],
    "void": ["0" * 40],
    "trial": True,
    "rules": 2,
    "acting": [GRANT],
    "protected": {".gitattributes": "0" * 64},
    "procedures": {},
    "roots": {"threshold": 3, "people": ["siti", "agus", "budi"]},
    "retired": {"people": ["seno"], "keys": []},
}


@pytest.mark.parametrize("key", OTHER)
def test_every_part_of_it_is_told(simulator: Simulator, key: str) -> None:
    assert words(simulator, **{key: OTHER[key]})


def test_all_parts_are_tried(simulator: Simulator) -> None:
    given = {"schema", "version", "previous", "base", "repository", "signatures"}
    assert given | {"people", "roles", "office"} | set(OTHER) == set(simulator.policy)


def people(simulator: Simulator, person: str, **facts: Any) -> dict[str, Any]:
    found = copy.deepcopy(dict(simulator.policy["people"]))
    found[person] = {**found.get(person, {}), **facts}
    return found


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"name": "Siti Lain"}, "siti.name: Siti Rekaan becomes Siti Lain"),
        ({"nip": "198502022010012999"}, "siti.nip: - becomes 198502022010012999"),
        ({"position": "Kepala"}, "siti.position: Pejabat becomes Kepala"),
        (
            {"recipients": [{"kind": "x25519", "key": AGE}]},
            f"Siti Rekaan (siti) can read new restricted data with {AGE}",
        ),
    ],
)
def test_what_a_person_is_called_and_reads_with(
    simulator: Simulator, facts: dict[str, Any], said: str
) -> None:
    assert words(simulator, people=people(simulator, "siti", **facts)) == [said]


def test_keys_are_told_by_their_fingerprints(simulator: Simulator) -> None:
    old = simulator.trusted.policy.keys("siti")[0].fingerprint
    changed = people(simulator, "siti", keys=[NEW_KEY.public_line])
    assert words(simulator, people=changed) == [
        f"Siti Rekaan (siti) may sign with the key {NEW_KEY.key.fingerprint}",
        f"Siti Rekaan (siti) can no longer sign with the key {old}",
    ]


def test_who_gains_and_who_loses_a_role(simulator: Simulator) -> None:
    roles = {**simulator.policy["roles"], "kasi": ["dewi"]}
    assert words(simulator, roles=roles) == [
        "Dewi Rekaan (dewi) gains the role kasi",
        "Agus Rekaan (agus) loses the role kasi",
    ]


def test_roots_and_acting_are_told_by_name(simulator: Simulator) -> None:
    assert words(simulator, acting=[GRANT]) == [
        "Dewi Rekaan (dewi) acts as kasi, 2026-03-01 to 2026-03-10, letter 1/P/2026"
    ]
    told = words(simulator, roots={"threshold": 2, "people": ["dewi", "agus"]})
    assert told[0] == "Dewi Rekaan (dewi) becomes a root: may change this policy"
    assert sum("is no longer a root" in line for line in told) == 2
    assert told[-1].startswith("2 of 2 roots change the policy from now on")


def test_even_another_order_is_told(simulator: Simulator) -> None:
    roots = {"threshold": 2, "people": list(reversed(simulator.policy["roots"]["people"]))}
    assert words(simulator, roots=roots) == ["roots: the order changes"]
