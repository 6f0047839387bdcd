"""A case that holds a disowned act goes back behind it before anything else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sopgit.app.draft import Draft
from sopgit.core.growth import split_events
from sopgit.core.statement import chain_link
from tests import acts
from tests.policies import land_policy
from tests.simulator import Simulator, codes

NOTE = Draft("note", reason="catatan")
CANCEL = Draft("cancel", reason="batal")


def back(to: int) -> Draft:
    return Draft("return", to=to, reason="kunci dicuri", findings=("tindakan disangkal",))


@pytest.fixture
def simulator() -> Simulator:
    return Simulator.shipped()


def link(simulator: Simulator, path: str, seq: int) -> str:
    """The digest of event `seq`."""
    data = simulator.trusted.tree.get(path) or b""
    return chain_link(split_events(data, path).events[seq - 1])


def disown(simulator: Simulator, path: str, *seqs: int) -> None:
    land_policy(simulator, disowned=[link(simulator, path, seq) for seq in seqs])


def judge(simulator: Simulator, person: str, path: str, draft: Draft) -> set[str]:
    event = simulator.event(person, path, draft)
    return codes(simulator.try_files(simulator.files(event, path)))


def sheet(to: int) -> Draft:
    """A return from step 6, which carries a paper."""
    return Draft("return", acts.RETURN.role, to=to, document=acts.RETURN.document,
                 reason="kunci dicuri", findings=("tindakan disangkal",))  # fmt: skip


def test_nothing_but_a_return_behind_it_or_a_cancellation(simulator: Simulator) -> None:
    path = acts.straight(simulator, 5)
    for draft in (acts.CHECK, NOTE, sheet(5), CANCEL):
        assert judge(simulator, "agus", path, draft) == set()
    assert judge(simulator, "agus", path, sheet(3)) == {"step-target"}
    disown(simulator, path, 4)
    for draft in (acts.CHECK, NOTE, sheet(5)):
        assert judge(simulator, "agus", path, draft) == {"disowned-act"}
    for draft in (sheet(4), sheet(3), sheet(1), CANCEL):
        assert judge(simulator, "agus", path, draft) == set()


def test_the_return_is_for_the_role_of_the_step_where_the_case_stands(
    simulator: Simulator,
) -> None:
    path = acts.straight(simulator, 5)
    disown(simulator, path, 4)
    assert judge(simulator, "agus", path, sheet(4)) == set()
    wrong = replace(sheet(4), role="administrator_server")
    assert judge(simulator, "budi", path, wrong) == {"role-of-step"}


def test_a_return_behind_it_sets_the_case_free(simulator: Simulator) -> None:
    path = acts.straight(simulator, 5)
    disown(simulator, path, 4)
    simulator.act("agus", path, sheet(4))
    assert simulator.state(path).step == 4
    simulator.act("budi", path, acts.NOTES)
    simulator.act("budi", path, acts.REPORT)
    assert judge(simulator, "agus", path, acts.CHECK) == set()


def test_a_step_that_returns_nowhere_can_send_it_back_too(simulator: Simulator) -> None:
    path = acts.straight(simulator, 4)
    assert judge(simulator, "budi", path, back(4)) == {"step-target"}
    disown(simulator, path, 4)
    assert judge(simulator, "budi", path, back(5)) == {"disowned-act"}
    assert judge(simulator, "budi", path, back(4)) == set()


def test_of_several_the_earliest_counts(simulator: Simulator) -> None:
    path = acts.straight(simulator, 5)
    disown(simulator, path, 2, 4)
    assert judge(simulator, "agus", path, sheet(4)) == {"disowned-act"}
    assert judge(simulator, "agus", path, sheet(2)) == set()


def test_a_closed_case_is_opened_again(simulator: Simulator) -> None:
    path = acts.straight(simulator)
    assert judge(simulator, "agus", path, back(8)) == set()
    assert judge(simulator, "agus", path, back(5)) == {"step-target"}
    disown(simulator, path, 5)
    assert judge(simulator, "budi", path, NOTE) == {"disowned-act"}
    assert judge(simulator, "agus", path, back(8)) == {"disowned-act"}
    simulator.act("agus", path, back(5))
    assert (simulator.state(path).status, simulator.state(path).step) == ("open", 5)


def test_a_cancelled_case_is_answered_for(simulator: Simulator) -> None:
    path = acts.straight(simulator, 3)
    simulator.act("agus", path, CANCEL)
    disown(simulator, path, 3)
    assert judge(simulator, "budi", path, NOTE) == set()
    assert judge(simulator, "agus", path, back(3)) == {"case-ended"}


def test_but_not_when_the_cancellation_itself_is_disowned(simulator: Simulator) -> None:
    path = acts.straight(simulator, 3)
    simulator.act("agus", path, CANCEL)
    disown(simulator, path, 4)
    assert judge(simulator, "budi", path, NOTE) == {"disowned-act"}
    simulator.act("agus", path, back(4))
    assert (simulator.state(path).status, simulator.state(path).step) == ("open", 4)
    assert judge(simulator, "budi", path, acts.NOTES) == set()


def test_a_disowned_return_is_answered_where_the_case_stands(simulator: Simulator) -> None:
    path = acts.straight(simulator, 5)
    simulator.act("agus", path, acts.RETURN)
    disown(simulator, path, 6)
    assert judge(simulator, "budi", path, acts.NOTES) == {"disowned-act"}
    simulator.act("budi", path, back(4))
    assert simulator.state(path).step == 4
    assert judge(simulator, "budi", path, acts.NOTES) == set()


def test_other_cases_and_other_acts_are_left_alone(simulator: Simulator) -> None:
    path = acts.straight(simulator, 1)
    land_policy(simulator, disowned=["0" * 64])
    assert judge(simulator, "siti", path, acts.LETTER) == set()
