"""Who reads restricted data on which day, and with how many keys."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from sopgit.adapters import age
from sopgit.core.policy import Policy
from sopgit.core.readers import count_message, reader_keys, reader_names
from tests.simulator import Simulator

KEYS = {name: age.new_identity()[1] for name in ("agus", "budi", "dewi", "sealed")}
BEFORE, DURING, AFTER = (date(2026, 3, day) for day in (1, 5, 11))


def policy(**changes: Any) -> Policy:
    """agus and budi hold roles, siti has no age key, dewi is acting kasi for some days."""
    raw: dict[str, Any] = {**Simulator.shipped().policy}
    people = {name: dict(entry) for name, entry in raw["people"].items()}
    for name in ("agus", "budi", "dewi"):
        people[name]["recipients"] = [{"kind": "x25519", "key": KEYS[name]}]
    sealed = {"kind": "x25519", "key": KEYS["sealed"], "custodian": "Sekretaris"}
    acting = {"role": "kasi", "person": "dewi", "from": "2026-03-02", "until": "2026-03-10"}
    return Policy.parse(
        {
            **raw,
            "people": people,
            "recovery_recipients": [sealed],
            "acting": [{**acting, "letter": "800/7/2026"}],
            **changes,
        }
    )


@pytest.mark.parametrize(
    ("day", "names"),
    [
        (BEFORE, ("agus", "budi")),
        (DURING, ("agus", "budi", "dewi")),
        (AFTER, ("agus", "budi")),
        (None, ("agus", "budi", "dewi")),
    ],
)
def test_who_is_acting_reads_on_those_days(day: date | None, names: tuple[str, ...]) -> None:
    assert reader_names(policy(), day) == names


def test_only_the_roles_that_read_count() -> None:
    some = policy(readers={"restricted": ["administrator_server"]})
    assert reader_names(some, DURING) == ("budi",)
    assert reader_keys(some, DURING) == (KEYS["budi"], KEYS["sealed"])


def test_a_sealed_key_alone_is_no_reader() -> None:
    """What only the envelope opens would be lost to the work."""
    assert reader_keys(policy(readers={"restricted": ["pengelola_ti"]}), DURING) == ()


def test_a_file_that_opens_to_another_number_of_keys_is_told() -> None:
    right, short = (
        age.encrypt_bytes(b"x", [KEYS[name] for name in names])
        for names in (("agus", "budi", "sealed"), ("agus", "budi"))
    )
    assert count_message(right, "x.age", policy(), BEFORE) is None
    assert "opens to 2 keys, the policy names 3" in str(
        count_message(short, "x.age", policy(), BEFORE)
    )
    assert count_message(right, "x.age", policy(), DURING) is not None
