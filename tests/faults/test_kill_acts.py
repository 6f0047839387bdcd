"""Pulling the plug: after a kill anywhere, or on a full disk, the next command finds all sound."""

from __future__ import annotations

import functools
import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from sopgit.adapters.git import publish
from sopgit.app import committing, sync
from sopgit.app.demo import samples
from sopgit.app.draft import Draft
from sopgit.app.pending import read_pending
from sopgit.app.sync import SetAside
from tests import acts
from tests.faults.children import gone, in_child, outcome_on_a_disk_of
from tests.offices import BUDI, KASI, SITI, Folders, snapshot

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

STEPS = ("journal", "ref", "temporary", "file cases/", "file datasets/", "index", "done")


def dies_at(step: str) -> Callable[..., None]:
    """`publish`, killed once it has done `step`."""

    def after(done: str) -> None:
        if done.startswith(step):
            os.kill(os.getpid(), signal.SIGKILL)

    return functools.partial(publish, after=after)


def is_sound(folders: Folders, desk: str) -> bool:
    """Opened once, everything in the clone is whole: objects, history, index and files."""
    office = folders.office(desk)
    assert folders.git(desk, "fsck", "--strict", "--no-dangling", "--no-progress") == ""
    assert folders.git(desk, "status", "--porcelain") == ""
    left = [p for p in folders.clone(desk).rglob("*.sopgit") if p.is_file()]
    assert left == []
    return office.history.is_sound and office.history.stands


@pytest.fixture(scope="module")
def waiting(founded: Folders, tmp_path_factory: pytest.TempPathFactory) -> Folders:
    """The new case at step 3 in the administrator's clone, with data that waits."""
    folders = founded.copy(tmp_path_factory.mktemp("waiting") / "office")
    folders.sit_down(BUDI, SITI)
    folders.perform(BUDI, folders.cases["new"], acts.LETTER)
    folders.sit_down(BUDI, BUDI)
    folders.take_in(BUDI, folders.cases["new"], samples.districts(3))
    return folders


@pytest.mark.parametrize("step", STEPS)
def test_an_act_killed_at_any_step_is_done_wholly_or_not_at_all(
    waiting: Folders, tmp_path: Path, step: str
) -> None:
    folders = waiting.copy(tmp_path / "office")
    case, tip = folders.cases["new"], folders.tip(BUDI)

    def work() -> None:
        pytest.MonkeyPatch().setattr(committing, "publish", dies_at(step))
        folders.perform(BUDI, case, acts.RECEIPT)

    assert gone(in_child(work)) == signal.SIGKILL
    assert is_sound(folders, BUDI)
    if step == "journal":
        assert folders.tip(BUDI) == tip
        folders.perform(BUDI, case, acts.RECEIPT)
    folders.perform(BUDI, case, acts.NOTES)
    state = folders.perform(BUDI, case, acts.REPORT).state
    assert (state.step, [told.version for told in state.datasets]) == (6, [3])
    assert not read_pending(folders.office(BUDI).repo.state_folder, case)
    assert is_sound(folders, BUDI)


def test_acts_killed_at_random_moments_leave_a_sound_clone(folders: Folders) -> None:
    chance = random.Random(20261123)
    done = 0
    for turn in range(8):
        before = folders.office(KASI).trusted.events
        draft = Draft("note", reason=f"giliran {turn}")
        child = in_child(functools.partial(folders.perform, KASI, folders.cases["checked"], draft))
        time.sleep(chance.uniform(0.03, 0.35))
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        gone(child)
        folders.now()
        assert is_sound(folders, KASI)
        after = folders.office(KASI).trusted.events
        assert after in (before, before + 1)
        done += after - before
    assert folders.sync(KASI).sent == done
    assert folders.guarded().history.is_sound


@pytest.mark.parametrize("step", ["journal", "ref", "file", "index"])
def test_a_sync_killed_at_any_step_is_finished_by_the_next(folders: Folders, step: str) -> None:
    mine = folders.perform(KASI, folders.cases["checked"], acts.CHECK)
    folders.land(SITI, folders.cases["new"], acts.LETTER)

    def work() -> None:
        pytest.MonkeyPatch().setattr(sync, "publish", dies_at(step))
        folders.sync(KASI)

    assert gone(in_child(work)) == signal.SIGKILL
    assert is_sound(folders, KASI)
    folders.sync(KASI)
    guarded = folders.guarded()
    assert guarded.tip() == folders.tip(KASI)
    assert guarded.trusted.cases[f"{mine.state.folder}/case.yaml"].head == mine.state.head


@pytest.mark.parametrize("step", ["journal", "ref", "done"])
def test_data_of_an_act_that_was_set_aside_waits_wherever_the_sync_was_killed(
    waiting: Folders, tmp_path: Path, step: str
) -> None:
    folders = waiting.copy(tmp_path / "office")
    case = folders.cases["new"]
    folders.sync(BUDI)
    told = folders.perform(BUDI, case, acts.RECEIPT)
    folders.sync(SITI)
    folders.land(SITI, case, Draft("note", reason="lebih dulu"))

    def work() -> None:
        pytest.MonkeyPatch().setattr(sync, "publish", dies_at(step))
        folders.sync(BUDI)

    assert gone(in_child(work)) == signal.SIGKILL
    assert is_sound(folders, BUDI)
    if step == "journal":  # the act still stands, and nothing waits beside it
        assert folders.tip(BUDI) == told.commit
        with pytest.raises(SetAside):
            folders.sync(BUDI)
    assert folders.tip(BUDI) != told.commit
    again = folders.perform(BUDI, case, acts.RECEIPT)
    assert again.event["datasets"] == told.event["datasets"]
    assert not read_pending(folders.office(BUDI).repo.state_folder, case)
    assert folders.sync(BUDI).sent == 1


LONG = Draft("note", reason="panjang " * 400 + "x")


@pytest.mark.parametrize("size", [0, 300, 2500])
def test_on_a_full_disk_an_act_says_so_and_changes_nothing(folders: Folders, size: int) -> None:
    before = snapshot(folders.clone(KASI))
    told = outcome_on_a_disk_of(size, lambda: folders.perform(KASI, folders.cases["closed"], LONG))
    assert told is not None
    name, words, hint = told
    assert name == "SopgitError"
    assert "Git cannot store an object" in words
    assert "see that there is room" in hint
    assert snapshot(folders.clone(KASI)) == before
    assert is_sound(folders, KASI)
    folders.perform(KASI, folders.cases["closed"], LONG)


def test_a_disk_that_fills_up_after_the_commit_is_told_apart(folders: Folders) -> None:
    tip = folders.tip(KASI)
    told = outcome_on_a_disk_of(7000, lambda: folders.perform(KASI, folders.cases["closed"], LONG))
    assert told is not None
    name, words, hint = told
    assert name == "FilesUnfinished"
    assert "it is done and committed" in words
    assert "do not do it again" in hint
    assert is_sound(folders, KASI)
    assert folders.git(KASI, "rev-parse", "HEAD~1").strip() == tip
