"""The way a case took, from its events."""

from __future__ import annotations

from sopgit.core.growth import split_events
from sopgit.core.journey import visits_of
from tests import acts
from tests.simulator import Simulator


def test_a_straight_case_visits_each_step_once() -> None:
    simulator = Simulator.shipped()
    path = acts.straight(simulator)
    visits = visits_of(split_events(simulator.trusted.tree.get(path) or b"").events)
    assert [visit.step for visit in visits] == list(range(1, 10))
    assert all(visit.finished for visit in visits)
    assert [visit.finished_by for visit in visits] == [
        "agus", "siti", "budi", "budi", "budi", "agus", "siti", "siti", "agus",
    ]  # fmt: skip
    assert visits[2].received is not None


def test_a_return_begins_a_new_visit_and_a_note_none() -> None:
    simulator = Simulator.shipped()
    path = acts.straight(simulator, 5)
    simulator.act("agus", path, acts.RETURN)
    visits = visits_of(split_events(simulator.trusted.tree.get(path) or b"").events)
    assert [visit.step for visit in visits] == [1, 2, 3, 4, 5, 6, 4]
    assert visits[-1].finished is None
    assert visits[-2].finished_by == "agus"
