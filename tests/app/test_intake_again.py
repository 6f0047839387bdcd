"""What was stored stays good: no new bytes drive out others, and what was lost is taken in anew."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest

from sopgit.app.datasets import Added, Failed, add_all, push
from sopgit.app.journal import finish_interrupted
from sopgit.app.pending import change_pending, read_pending
from sopgit.app.receiving import Intake
from sopgit.core.objects import StoredObject
from tests.desk import CASE, Desk, added, table
from tests.faults.children import killed_before
from tests.storing import rot

BOTH = ("one", "two")
# Two contents with one MD5, as X. Wang and others found them in 2004.
FIRST = bytes.fromhex(
    "d131dd02c5e6eec4693d9a0698aff95c2fcab58712467eab4004583eb8fb7f89"
    "55ad340609f4b30283e488832571415a085125e8f7cdc99fd91dbdf280373c5b"
    "d8823e3156348f5bae6dacd436c919c6dd53e2b487da03fd02396306d248cda0"
    "e99f33420f577ee8ce54b67080a80d1ec69821bcb6a8839396f9652b6ff72a70"
)
SECOND = bytes(byte ^ 0x80 * (at in {19, 45, 59, 83, 109, 123}) for at, byte in enumerate(FIRST))


def looking_alike(desk: Desk) -> tuple[Intake, Intake]:
    first, second = (
        replace(desk.intake(data, restricted=False, name=name), reason="biner")
        for name, data in (("satu.dat", FIRST), ("dua.dat", SECOND))
    )
    return first, replace(second, dataset=replace(second.dataset, name="lain"))


def test_the_two_contents_have_one_md5() -> None:
    digests = {hashlib.md5(data, usedforsecurity=False).digest() for data in (FIRST, SECOND)}
    assert (len(digests), FIRST != SECOND) == (1, True)


def test_another_content_with_the_same_md5_drives_nothing_out(desk: Desk) -> None:
    first, second = looking_alike(desk)
    stored = StoredObject.parse(added(desk, first).entry["object"])
    (failed,) = add_all(desk.storage, [second])
    assert isinstance(failed, Failed)
    assert "the same MD5" in str(failed.error)
    assert [path.read_bytes() for path in desk.copies(stored)] == [FIRST, FIRST]
    assert desk.storage.store.look(stored).state == "ok"
    assert len(read_pending(desk.storage.state, CASE).items) == 1


def test_of_two_that_come_together_one_is_taken_in(desk: Desk) -> None:
    outcomes = add_all(desk.storage, looking_alike(desk))
    assert [type(outcome) for outcome in outcomes] == [Added, Failed]
    finish_interrupted(desk.storage.state, desk.storage.store)
    assert [item.slot[0] for item in read_pending(desk.storage.state, CASE).items] == [
        "diskominfo/register"
    ]


def test_remotes_keep_what_an_empty_cache_does_not_know(desk: Desk) -> None:
    first, second = looking_alike(desk)
    stored = StoredObject.parse(added(desk, first).entry["object"])
    desk.storage.store.object_path(stored.md5).unlink()
    result = added(desk, second)
    assert [copy.state for copy in result.copies] == ["damaged", "damaged"]
    assert "the same MD5" in result.copies[0].detail
    assert [path.read_bytes() for path in desk.copies(stored)] == [FIRST, FIRST]


def test_a_push_spreads_no_rot(desk: Desk) -> None:
    stored = StoredObject.parse(added(desk, desk.intake(table(5), restricted=True)).entry["object"])
    one, two = desk.copies(stored)
    one.unlink()
    rot(desk.storage.store.object_path(stored.md5))
    (seen,) = push(desk.storage, CASE, BOTH).values()
    assert [copy.state for copy in seen] == ["ok", "ok"]
    one.unlink()
    two.unlink()
    rot(desk.storage.store.object_path(stored.md5))
    (seen,) = push(desk.storage, CASE, BOTH).values()
    assert [copy.state for copy in seen] == ["damaged", "missing", "missing"]
    assert not one.exists()
    assert [entry["copies"] for entry in read_pending(desk.storage.state, CASE).datasets] == [[]]


@pytest.mark.parametrize("restricted", [False, True])
def test_what_waits_and_was_lost_is_taken_in_again(desk: Desk, restricted: bool) -> None:
    intake = desk.intake(table(5), restricted=restricted)
    stored = StoredObject.parse(added(desk, intake).entry["object"])
    for lose in (Path.unlink, rot):
        for path in (desk.storage.store.object_path(stored.md5), *desk.copies(stored)):
            lose(path)
        again = added(desk, intake)
        stored = StoredObject.parse(again.entry["object"])
        assert again.entry["copies"] == ["one", "two"]
        assert desk.storage.store.look(stored).state == "ok"
        assert [item.entry for item in again.pending.items] == [again.entry]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_what_a_kill_left_unsynced_is_synced_before_the_journal_goes(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    intake = desk.intake(table(5), restricted=True)
    pending = str(desk.storage.state / "pending")
    assert killed_before(0, pending, lambda: added(desk, intake))
    synced = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink())
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    finish_interrupted(desk.storage.state, desk.storage.store)
    (item,) = read_pending(desk.storage.state, CASE).items
    path = desk.storage.store.object_path(item.entry["object"]["md5"])
    assert {path, *path.parents[:4]} <= set(synced)
    change_pending(desk.storage.state, CASE, lambda held: held.but([item.key]))
