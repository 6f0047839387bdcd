"""Pulling the plug on data: after a kill anywhere the next command finds all whole."""

from __future__ import annotations

import os
import random
from collections.abc import Callable

import pytest

from sopgit.app.datasets import add
from sopgit.app.pending import read_pending
from sopgit.app.storage import open_storage
from sopgit.core.objects import StoredObject
from tests.desk import CASE, added
from tests.faults.children import interrupted_after, killed_after, killed_before, outcome
from tests.faults.stand import Stand
from tests.faults.test_intake import DATA, FULL, OPEN, kinds, stored
from tests.storing import files_below

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

TURNS = 40 if FULL else 6


def taking_in(stand: Stand, data: bytes, restricted: bool) -> Callable[[], object]:
    """What a command does: open the storage, take one file in."""
    intake = stand.second(data, restricted=restricted, dataset="lain")

    def work() -> None:
        with open_storage(stand.storage.root, stand.storage.state) as storage:
            add(storage, intake)

    return work


def is_all_or_nothing(stand: Stand, data: bytes) -> bool:
    """Whether the data waits, with its object; else it was never taken in."""
    stand.verify()
    entries = read_pending(stand.storage.state, CASE).datasets
    for entry in entries:
        assert stand.storage.store.look(StoredObject.parse(entry["object"])).state == "ok"
    return bool(entries)


def again(stand: Stand, work: Callable[[], object]) -> None:
    """The command is given once more: it is stored, and nothing is left of the first try."""
    assert outcome(work) is None
    waiting = read_pending(stand.storage.state, CASE)
    assert [entry["copies"] for entry in waiting.datasets] == [["one", "two"]]
    assert files_below(stand.storage.store.cache / "sopgit") == []
    (stand.storage.state / "pending" / f"{CASE}.json").unlink()


@kinds
def test_f03_kill_before_change_number(stand: Stand, restricted: bool) -> None:
    """Every change below the repository: objects, journal, pending file, DVC's own notes."""
    data = DATA if restricted else OPEN
    work = taking_in(stand, data, restricted)
    number, told = 0, 0
    while killed_before(number, str(stand.folder), work):
        told += is_all_or_nothing(stand, data)
        if number % (1 if FULL else 4) == 0:
            again(stand, work)
        number += 1 if FULL else 3
    stand.told(f"{number} moments: whole or never begun ({told} whole), nothing leaked")


@kinds
def test_f04_kill_at_a_random_moment(stand: Stand, restricted: bool) -> None:
    data = (DATA if restricted else OPEN) * 20
    work = taking_in(stand, data, restricted)
    chance = random.Random(20261123)
    killed = 0
    for _ in range(TURNS):
        killed += killed_after(chance.uniform(0, 0.3), work)
        is_all_or_nothing(stand, data)
    again(stand, work)
    stand.told(f"{killed} of {TURNS} killed: whole or never begun, nothing leaked")


@kinds
def test_f05_ctrl_c_at_a_random_moment(stand: Stand, restricted: bool) -> None:
    data = (DATA if restricted else OPEN) * 20
    work = taking_in(stand, data, restricted)
    chance = random.Random(20261123)
    interrupted = 0
    for _ in range(TURNS):
        told = interrupted_after(chance.uniform(0, 0.3), work)
        assert told is None or told[0] == "KeyboardInterrupt"
        interrupted += told is not None
        is_all_or_nothing(stand, data)
    again(stand, work)
    stand.told(f"{interrupted} of {TURNS} interrupted: whole or never begun, nothing left")


@kinds
def test_f04_kill_or_ctrl_c_in_a_recovery(stand: Stand, restricted: bool) -> None:
    data = (DATA if restricted else OPEN) * 20
    intake = stand.second(data, restricted=restricted, dataset="lain")
    result = added(stand, intake)
    chance = random.Random(20261123)
    stopped = 0
    for turn in range(TURNS):
        stand.storage.store.object_path(stored(result.entry).md5).unlink(missing_ok=True)
        seconds = chance.uniform(0, 0.2)
        if turn % 2:
            stopped += killed_after(seconds, lambda: stand.recover(result))
        else:
            told = interrupted_after(seconds, lambda: stand.recover(result))
            assert told is None or told[0] == "KeyboardInterrupt"
            stopped += told is not None
        for name in files_below(stand.out):
            assert (stand.out / name).read_bytes() == data
            (stand.out / name).unlink()
    stand.holds(result, data)
    stand.told(f"{stopped} of {TURNS} stopped: the whole output or none")
