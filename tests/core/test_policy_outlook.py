"""What a change of the policy would mean for open cases: warnings, each with its case."""

from __future__ import annotations

from typing import Any

import pytest

from sopgit.core.codeowners import CODEOWNERS
from sopgit.core.finding import Finding
from sopgit.core.policy import Policy
from sopgit.core.policy_outlook import check_outlook
from tests import acts
from tests.policies import changed
from tests.simulator import Simulator

GRANT = {
    "role": "kasi",
    "person": "budi",
    "from": "2026-03-01",
    "until": "2026-03-31",
    "letter": "1/P/2026",
}


@pytest.fixture
def simulator() -> Simulator:
    return Simulator.shipped()


def outlook(simulator: Simulator, **changes: Any) -> list[Finding]:
    trusted = simulator.trusted
    new = changed(simulator, **changes)
    return check_outlook(trusted.policy, new, trusted.cases.values(), trusted.procedure)


def roles(simulator: Simulator, **changes: list[str]) -> dict[str, list[str]]:
    return {**simulator.policy["roles"], **changes}


def test_whoever_gains_the_role_of_a_check_of_their_own_work_is_named(
    simulator: Simulator,
) -> None:
    path = acts.straight(simulator, 5)
    (found,) = outlook(simulator, roles=roles(simulator, kasi=["agus", "budi"]))
    assert (found.code, found.severity) == ("separation-ahead", "warning")
    assert found.message.args == {"person": "budi", "id": simulator.state(path).id, "step": 6}
    assert found.hint is not None
    assert found.hint.args == {"people": "agus"}


def test_and_where_nobody_else_is_left_it_says_so(simulator: Simulator) -> None:
    acts.straight(simulator, 5)
    (found,) = outlook(simulator, roles=roles(simulator, kasi=["budi"]))
    assert found.hint is not None
    assert found.hint.args == {"people": "-"}


def test_acting_counts_like_holding(simulator: Simulator) -> None:
    acts.straight(simulator, 5)
    assert [f.code for f in outlook(simulator, acting=[GRANT])] == ["separation-ahead"]


@pytest.mark.parametrize(
    "holders",
    [
        {"kasi": ["agus", "dewi"]},  # somebody who did nothing in the case
        {"kasi": []},  # a role that is lost
        {"pengelola_ti": ["siti", "budi"]},  # a role whose steps separation does not keep apart
    ],
)
def test_other_changes_of_roles_are_silent(
    simulator: Simulator, holders: dict[str, list[str]]
) -> None:
    acts.straight(simulator, 5)
    assert outlook(simulator, roles=roles(simulator, **holders)) == []


def test_a_step_that_is_done_and_a_case_that_has_ended_warn_of_nothing() -> None:
    for until in (6, 9):
        simulator = Simulator.shipped()
        acts.straight(simulator, until)
        assert outlook(simulator, roles=roles(simulator, kasi=["agus", "budi"])) == []


def test_a_procedure_goes_only_with_its_last_case(simulator: Simulator) -> None:
    path = acts.straight(simulator, 2)
    assert outlook(simulator, procedures={simulator.reference: "finish"}) == []
    (found,) = outlook(simulator, procedures={})
    assert (found.code, found.severity) == ("procedure-dropped", "warning")
    assert found.message.args["id"] == simulator.state(path).id


def test_a_trial_office_keeps_nobody_apart(simulator: Simulator) -> None:
    acts.straight(simulator, 5)
    holders = roles(simulator, kasi=["agus", "budi"])
    assert outlook(simulator, roles=holders, trial=True) == []


class TestOwners:
    """`CODEOWNERS` is a file like the others: it does not follow the roles by itself."""

    @pytest.fixture
    def asked(self, simulator: Simulator) -> Simulator:
        protected = {**simulator.policy["protected"], CODEOWNERS: "0" * 64}
        simulator.trusted.policy = changed(simulator, protected=protected)
        return simulator

    def stale(self, simulator: Simulator, **changes: Any) -> list[Finding]:
        old = simulator.trusted.policy
        new = Policy.parse({**old.raw, **changes})
        found = check_outlook(old, new, (), simulator.trusted.procedure)
        return [finding for finding in found if finding.code == "codeowners-stale"]

    def test_another_official_is_not_asked_before_it_is_written_anew(
        self, asked: Simulator
    ) -> None:
        (found,) = self.stale(asked, roles=roles(asked, kasi=["siti"]))
        assert found.severity == "warning"
        assert found.message.args["people"] == "agus, budi, siti"
        assert self.stale(asked, roots={"threshold": 2, "people": ["agus", "siti", "dewi"]})

    def test_nothing_is_said_where_it_changes_too_or_the_same_are_asked(
        self, asked: Simulator
    ) -> None:
        kasi, protected = roles(asked, kasi=["dewi"]), asked.trusted.policy.protected
        assert not self.stale(asked, roles=kasi, protected={**protected, CODEOWNERS: "1" * 64})
        assert not self.stale(asked, roles=roles(asked, pengelola_ti=["siti", "dewi"]))

    def test_nor_where_there_is_none(self, simulator: Simulator) -> None:
        assert not self.stale(simulator, roles=roles(simulator, kasi=["dewi"]))
