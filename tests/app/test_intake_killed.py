"""Pulling the plug on an intake: before every other change of a file the process is killed.

Whatever the moment, the next command finds the data taken in wholly or not at
all, no workspace, nothing of it in the clear, and doing it again is enough.
"""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from sopgit.adapters import age
from sopgit.app.datasets import Added, add, add_all, push
from sopgit.app.journal import finish_interrupted
from sopgit.app.pending import change_pending, read_pending
from sopgit.app.receiving import Intake
from sopgit.core.objects import StoredObject
from tests.desk import CASE, Desk, added, table
from tests.faults.children import killed_before
from tests.storing import files_below, rot

BOTH = ("one", "two")
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def reset(desk: Desk) -> None:
    change_pending(desk.storage.state, CASE, lambda held: held.but([i.key for i in held.items]))


def is_whole(desk: Desk, count: int) -> bool:
    """Finish what is left as the next command does; whether the data waits, wholly."""
    finish_interrupted(desk.storage.state, desk.storage.store)
    assert files_below(desk.storage.store.cache / "sopgit") == []
    assert not (desk.storage.state / "intake" / "journal.json").exists()
    assert desk.leaks() == []
    waiting = read_pending(desk.storage.state, CASE)
    for item in waiting.items:
        wanted = StoredObject.parse(item.entry["object"])
        assert desk.storage.store.look(wanted).state == "ok"
        for place in item.entry["copies"]:
            assert desk.storage.remotes.look(wanted, place).state == "ok"
    assert len(waiting.items) in (0, count)
    return bool(waiting)


def test_a_kill_at_any_change_leaves_all_or_nothing(desk: Desk) -> None:
    intake = desk.intake(table(5), restricted=True)
    add(desk.storage, intake)  # warm: what DVC does once is done
    outcomes, at = [], 0
    while True:
        reset(desk)
        if not killed_before(at, str(desk.folder), lambda: add(desk.storage, intake)):
            break
        outcomes.append(is_whole(desk, 1))
        at += 2
    assert at > 30
    assert outcomes == sorted(outcomes)  # once it is taken in it stays so
    assert set(outcomes) == {False, True}
    again = added(desk, intake)
    assert again.entry["copies"] == ["one", "two"]
    assert len(read_pending(desk.storage.state, CASE).items) == 1


def several(desk: Desk) -> list[Intake]:
    base = [
        desk.intake(table(n + 2), restricted=bool(n % 2), name=f"kiriman-{n}.csv") for n in range(4)
    ]
    return [
        replace(intake, dataset=replace(intake.dataset, name=f"register-{number}"))
        for number, intake in enumerate(base)
    ]


def test_a_delivery_of_many_is_killed_anywhere_and_goes_on(desk: Desk) -> None:
    intakes = several(desk)
    add_all(desk.storage, intakes)
    at, outcomes = 0, []
    while True:
        reset(desk)
        if not killed_before(at, str(desk.folder), lambda: add_all(desk.storage, intakes)):
            break
        finish_interrupted(desk.storage.state, desk.storage.store)
        outcomes.append(len(read_pending(desk.storage.state, CASE).items))
        at += 9
    assert set(outcomes) <= {0, 4}
    before = read_pending(desk.storage.state, CASE)
    assert len(before.items) == 4
    add_all(desk.storage, intakes)
    assert read_pending(desk.storage.state, CASE) == before


def test_what_waits_with_the_same_content_is_not_stored_again(desk: Desk) -> None:
    intake = desk.intake(table(5), restricted=True)
    first, kept = added(desk, intake), desk.kept()
    assert added(desk, intake) == first
    assert desk.kept() == kept
    changed = added(desk, desk.intake(table(6), restricted=True))
    assert changed.entry["object"] != first.entry["object"]
    unread = added(desk, replace(desk.intake(table(6), restricted=True), identity=None))
    assert unread.entry["object"] != changed.entry["object"]


def test_two_intakes_at_once_are_one_after_the_other(desk: Desk) -> None:
    intakes, children = several(desk), []
    for intake in intakes:
        child = os.fork()
        if not child:
            add(desk.storage, intake)
            os._exit(0)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4
    waiting = read_pending(desk.storage.state, CASE)
    assert len(waiting.items) == 4
    assert {tuple(entry["copies"]) for entry in waiting.datasets} == {("one", "two")}


def test_one_that_fails_hinders_no_other(desk: Desk) -> None:
    intakes = several(desk)
    intakes[1].source.unlink()
    intakes[3] = replace(intakes[3], recipients=())
    outcomes = add_all(desk.storage, intakes)
    assert [type(outcome).__name__ for outcome in outcomes] == [
        "Added",
        "Failed",
        "Added",
        "Failed",
    ]
    assert len(read_pending(desk.storage.state, CASE).items) == 2
    assert age.AgeError in {type(o.error) for o in outcomes if hasattr(o, "error")}


def test_what_ctrl_c_found_done_waits(desk: Desk) -> None:
    intakes = several(desk)

    def interrupt(read: int) -> None:
        if read > sum(intake.source.stat().st_size for intake in intakes[:2]):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        add_all(desk.storage, intakes, interrupt)
    assert len(read_pending(desk.storage.state, CASE).items) == 2
    add_all(desk.storage, intakes)
    assert {tuple(e["copies"]) for e in read_pending(desk.storage.state, CASE).datasets} == {
        ("one", "two")
    }


def test_bad_copies_among_many_are_replaced_and_a_remote_away_waits(desk: Desk) -> None:
    intakes = several(desk)
    stored = [StoredObject.parse(item.entry["object"]) for item in all_added(desk, intakes)]
    rot(desk.copies(stored[0])[0])
    desk.copies(stored[1])[0].unlink()
    (desk.folder / "remotes" / "two").rename(desk.folder / "away")
    states = [[copy.state for copy in seen] for seen in push(desk.storage, CASE, BOTH).values()]
    assert states == [["ok", "unreachable"]] * 4
    (desk.folder / "away").rename(desk.folder / "remotes" / "two")
    states = [[copy.state for copy in seen] for seen in push(desk.storage, CASE, BOTH).values()]
    assert states == [["ok", "ok"]] * 4


def all_added(desk: Desk, intakes: list[Intake]) -> list[Added]:
    outcomes = add_all(desk.storage, intakes)
    assert all(isinstance(outcome, Added) for outcome in outcomes)
    return [outcome for outcome in outcomes if isinstance(outcome, Added)]
