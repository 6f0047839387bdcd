"""The way a case took, from its events."""

from __future__ import annotations

from dataclasses import replace

from sopgit.app.draft import Draft
from sopgit.core.growth import split_events
from sopgit.core.journey import is_lap_ended, visits_of
from sopgit.core.procedure import Procedure
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


def procedure_of(simulator: Simulator, path: str) -> Procedure:
    state = simulator.trusted.case(path)
    assert state is not None
    procedure = simulator.trusted.procedure(state.procedure)
    assert procedure is not None
    return procedure


def is_ended(simulator: Simulator, path: str, procedure: Procedure | None = None) -> bool:
    events = split_events(simulator.trusted.tree.get(path) or b"").events
    return is_lap_ended(events, procedure or procedure_of(simulator, path), "store")


def test_a_lap_ends_with_the_act_at_a_step_of_review_or_with_the_case() -> None:
    simulator = Simulator.shipped()
    path = acts.straight(simulator)
    events = split_events(simulator.trusted.tree.get(path) or b"").events
    procedure = procedure_of(simulator, path)
    ended = [n for n in range(1, 10) if is_lap_ended(events[:n], procedure, "store")]
    assert ended == [6, 9]


def test_a_return_by_the_official_ends_it_and_another_s_does_not() -> None:
    simulator = Simulator.shipped()
    path = acts.straight(simulator, 5)
    simulator.act("agus", path, acts.RETURN)
    assert is_ended(simulator, path)
    simulator.act("budi", path, Draft("return", to=3, reason="kurang", findings=("data",)))
    assert not is_ended(simulator, path)


def test_a_note_neither_ends_nor_begins_one() -> None:
    for until, is_end in ((5, False), (6, True)):
        simulator = Simulator.shipped()
        path = acts.straight(simulator, until)
        simulator.act("siti", path, Draft("note", reason="catatan"))
        assert is_ended(simulator, path) is is_end


def test_without_a_step_of_review_every_act_is_a_lap() -> None:
    simulator = Simulator.shipped()
    path = acts.straight(simulator, 2)
    assert not is_ended(simulator, path)
    procedure = procedure_of(simulator, path)
    free = replace(procedure, steps=tuple(replace(s, review=False) for s in procedure.steps))
    assert is_ended(simulator, path, free)
