"""What only somebody with a clock can ask of a landing on its way in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sopgit.app.landings import landing_of_files
from sopgit.core.admission import SKEW, check_admission
from sopgit.core.growth import HEADER
from sopgit.core.writer import emit_item
from tests import acts
from tests.simulator import Simulator


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [(timedelta(), []), (SKEW, []), (SKEW + timedelta(seconds=1), ["act-in-future"])],
)
def test_an_act_is_not_dated_ahead_of_the_clock(ahead: timedelta, expected: list[str]) -> None:
    simulator = Simulator.shipped()
    event = simulator.event("agus", None, acts.OPEN)
    landing = landing_of_files(simulator.trusted, simulator.files(event), "act")
    found = check_admission(landing, simulator.clock - ahead)
    assert [finding.code for finding in found] == expected


def test_nor_is_a_receipt() -> None:
    simulator = Simulator.shipped()
    path = acts.straight(simulator, 2)
    later = (simulator.clock + timedelta(hours=2)).isoformat(timespec="seconds")
    said, files = acts.version(1, b"x", simulator)
    received = {**(acts.RECEIPT.received or {}), "at": later}
    event = simulator.event("budi", path, acts.RECEIPT, received=received, **said)
    landing = landing_of_files(simulator.trusted, {**simulator.files(event, path), **files}, "act")
    found = check_admission(landing, simulator.clock)
    assert [finding.code for finding in found] == ["act-in-future"]
    assert found[0].hint is not None
    assert "--received-at" in str(found[0].hint)


def test_what_is_no_statement_is_left_to_the_engine() -> None:
    simulator = Simulator.shipped()
    event = simulator.event("agus", None, acts.OPEN)
    for changed in ({**event, "at": "soon"}, {**event, "received": "x"}, {"act": "open"}):
        files = {"cases/2026/03/aaaaaaaaaa-x/case.yaml": HEADER + emit_item(changed)}
        landing = landing_of_files(simulator.trusted, files, "act")
        assert check_admission(landing, simulator.clock) == []
