"""A long legal history is allowed everywhere: from genesis, as ranges, as pushes, in a clone."""

from __future__ import annotations

import os

import pytest

from sopgit.app.guards import RefUpdate, admit_push, admit_range
from sopgit.app.ledger import History
from sopgit.app.office import MAIN, Office
from sopgit.core.finding import Allowed
from tests.long_history import Chronicle, write_history
from tests.offices import KASI, run_git
from tests.reigns import POLICY_CHANGES

SIZES = [40, pytest.param(200, marks=pytest.mark.slow)]


@pytest.fixture(scope="module", params=SIZES)
def chronicle(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Chronicle:
    """As many cases as the parameter says, with all that can happen to them."""
    made = write_history(tmp_path_factory.mktemp("long") / "office", request.param)
    made.folders.cases["count"] = str(request.param)
    return made


def fresh(chronicle: Chronicle) -> Office:
    return chronicle.folders.office(KASI)


def counted(history: History) -> tuple[int, int]:
    return history.trusted.landings, history.trusted.events


def expected(chronicle: Chronicle) -> tuple[int, int]:
    """The landings (genesis and the settings come first) and the events that were written."""
    return 1 + len(chronicle.tips), sum(chronicle.people.values())


def test_it_holds_all_that_may_happen(chronicle: Chronicle) -> None:
    kinds = ("open", "complete", "return", "amend", "note", "cancel", "acting")
    ways = ("plain", "merge", "octopus", "squash", "rebase")
    assert min(chronicle.kinds[name] for name in (*kinds, *ways)) > 0, chronicle.kinds
    assert chronicle.kinds["policy"] == len(POLICY_CHANGES)
    assert set(chronicle.people) == {"agus", "siti", "budi", "dewi", "eko", "rina"}
    assert chronicle.kinds["open"] == int(chronicle.folders.cases["count"])


def test_it_verifies_from_genesis(chronicle: Chronicle) -> None:
    history = fresh(chronicle).history
    assert history.findings == ()
    assert history.stands
    assert counted(history) == expected(chronicle)
    assert len(history.trusted.folders) == int(chronicle.folders.cases["count"])


def sampled(chronicle: Chronicle) -> list[tuple[str, str]]:
    """Stretches of the mainline: one landing, a few, many, all."""
    tips = chronicle.tips
    size = len(tips)
    ends = ((0, 1), (size // 3, size // 3 + 5), (size // 2, size - 1), (0, size - 1))
    return [(tips[old], tips[new]) for old, new in ends]


def test_each_stretch_of_it_is_a_range_that_may_land(chronicle: Chronicle) -> None:
    for old, new in sampled(chronicle):
        outcome = admit_range(fresh(chronicle), old, new, chronicle.clock)[1]
        assert isinstance(outcome, Allowed), outcome


def test_each_branch_of_it_might_have_landed_where_it_began(chronicle: Chronicle) -> None:
    sides = chronicle.sides
    for base, side in (sides[0], sides[len(sides) // 2]):
        outcome = admit_range(fresh(chronicle), base, side, chronicle.clock)[1]
        assert isinstance(outcome, Allowed), outcome


def test_each_stretch_of_it_may_be_pushed(chronicle: Chronicle) -> None:
    for old, new in sampled(chronicle):
        update = RefUpdate(old, new, MAIN)
        outcome = admit_push(fresh(chronicle), [update], chronicle.clock)
        assert isinstance(outcome, Allowed), outcome


def test_a_fresh_clone_says_the_same(
    chronicle: Chronicle, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("fresh") / "clone"
    url = f"file://{chronicle.folders.clone(KASI)}{os.sep}.git"
    run_git(folder.parent, "clone", "-q", url, str(folder))
    clone = Office.open(folder, chronicle.folders.root)
    assert clone.history.first_use
    clone = Office.open(folder, chronicle.folders.root)
    clone.pin(chronicle.folders.anchor)
    assert not clone.history.first_use
    assert clone.history.findings == ()
    assert counted(clone.history) == expected(chronicle)
    assert run_git(folder, "status", "--porcelain") == ""
