"""What every kind of remote must do, over SSH and on an object store, and what stock DVC reads."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sopgit.adapters import age
from sopgit.app.storage import Storage, open_storage
from sopgit.core.objects import StoredObject, object_name
from tests.desk import FOLDER, Desk, added, table
from tests.remotes.far import NAME, Far, flipped, keep
from tests.storing import files_below, git, rot, run

pytestmark = [
    pytest.mark.needs_program("sshd", "weed"),
    pytest.mark.server,
    pytest.mark.xdist_group("remotes"),
]

DATA = os.urandom(300_000)


@pytest.fixture
def storage(far: Far, tmp_path: Path) -> Iterator[Storage]:
    root = far.found(tmp_path)
    with open_storage(root, root / ".git" / "sopgit") as storage:
        yield storage


@pytest.fixture
def stored(storage: Storage) -> StoredObject:
    """An object in the cache alone."""
    stored = keep(storage, DATA)
    assert storage.remotes.look(stored, NAME).state == "missing"
    return stored


def test_a_copy_is_pushed_read_back_and_fetched(
    far: Far, storage: Storage, stored: StoredObject
) -> None:
    assert storage.prove(stored, NAME).state == "ok"
    assert far.read(object_name(stored.md5)) == DATA
    storage.store.object_path(stored.md5).unlink()
    assert storage.remotes.fetch(stored, NAME, storage.store).state == "ok"
    assert storage.store.look(stored).state == "ok"
    assert storage.remotes.folder_path(NAME) is None


@pytest.mark.parametrize(
    ("spoil", "state"),
    [(flipped, "damaged"), (lambda data: data[:-1], "damaged"), (lambda _data: None, "missing")],
    ids=["flipped", "short", "gone"],
)
def test_a_spoilt_copy_is_told_apart_set_aside_and_healed(
    far: Far,
    storage: Storage,
    stored: StoredObject,
    spoil: Callable[[bytes], bytes | None],
    state: str,
) -> None:
    path, spoilt = object_name(stored.md5), spoil(DATA)
    assert storage.prove(stored, NAME).state == "ok"
    far.put(path, spoilt)
    assert storage.remotes.look(stored, NAME).state == state
    assert storage.remotes.fetch(stored, NAME, storage.store).state == state
    assert far.read(path) == spoilt
    assert storage.prove(stored, NAME).state == "ok"
    assert far.read(path) == DATA
    aside = storage.state / "quarantine"
    kept = [(aside / name).read_bytes() for name in files_below(aside)]
    assert kept == ([] if spoilt is None else [spoilt])


def test_nothing_is_replaced_by_what_is_no_better(
    far: Far, storage: Storage, stored: StoredObject
) -> None:
    path, cached = object_name(stored.md5), storage.store.object_path(stored.md5)
    assert storage.prove(stored, NAME).state == "ok"
    far.put(path, flipped(DATA))
    rot(cached)
    assert storage.prove(stored, NAME).state == "damaged"
    assert far.read(path) == flipped(DATA)


def test_a_remote_that_is_away_comes_back(far: Far, storage: Storage, stored: StoredObject) -> None:
    with open_storage(storage.root, storage.state) as fresh:
        with far.away():
            assert fresh.prove(stored, NAME).state == "unreachable"
            assert fresh.remotes.look(stored, NAME).state == "unreachable"
            assert fresh.remotes.fetch(stored, NAME, fresh.store).state == "unreachable"
        assert fresh.remotes.look(stored, NAME).state == "missing"
        assert fresh.prove(stored, NAME).state == "ok"


def test_a_folder_or_bucket_that_is_not_there_is_never_made(far: Far, tmp_path: Path) -> None:
    root = replace(far, url=far.nowhere).found(tmp_path)
    with open_storage(root, root / ".git" / "sopgit") as storage:
        for _again in range(2):
            seen = storage.prove(keep(storage, DATA), NAME)
            assert (seen.state, seen.detail) == (
                "unreachable",
                "the folder of remote far is not there",
            )


def test_who_has_no_key_is_told_so_shortly(
    far: Far, storage: Storage, stored: StoredObject
) -> None:
    assert storage.prove(stored, NAME).state == "ok"
    far.use_in(storage.root, far.mine.replace(*far.other_key))
    with open_storage(storage.root, storage.state) as stranger:
        for seen in (stranger.prove(stored, NAME), stranger.remotes.look(stored, NAME)):
            assert seen.state == "unreachable"
            assert seen.detail == "remote far failed: it lets nobody in with these credentials"


def test_a_large_object_takes_little_memory(far: Far, storage: Storage) -> None:
    """In a process of its own, whose peak can be told; DVC alone would take up to 400 MB."""
    large = keep(storage, os.urandom(1 << 20) * 96)
    program = f"""
import resource
from pathlib import Path
from sopgit.app.storage import open_storage
from sopgit.core.objects import StoredObject
small = StoredObject({"0" * 32!r}, {"0" * 64!r}, 0)
large = StoredObject{large.md5, large.sha256, large.size}
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with open_storage(Path({str(storage.root)!r}), Path({str(storage.state)!r})) as storage:
    assert storage.remotes.look(small, {NAME!r}).state == "missing"
    before = peak()
    assert storage.prove(large, {NAME!r}).state == "ok"
    storage.store.object_path(large.md5).unlink()
    assert storage.remotes.fetch(large, {NAME!r}, storage.store).state == "ok"
    print((peak() - before) // 1024)
"""
    assert int(run(storage.root, sys.executable, "-c", program)) < 64


@pytest.mark.needs_program("age")
def test_stock_dvc_and_age_read_what_we_wrote_and_we_what_they_wrote(
    far: Far, tmp_path: Path, storage: Storage
) -> None:
    desk, content = Desk(tmp_path, storage), table(20)
    secret = tmp_path / "age.txt"
    secret.write_text(age.new_identity()[0])
    desk.key = age.read_identity(secret)
    result = added(desk, replace(desk.intake(content, restricted=True), remotes=(NAME,)))
    assert result.entry["copies"] == [NAME]
    desk.land()
    git(tmp_path, "clone", "-q", str(storage.root), "clone")
    clone = tmp_path / "clone"
    far.use_in(clone)
    run(clone, "dvc", "pull", "-q")
    assert run(clone, "age", "-d", "-i", str(secret), f"{FOLDER}/data.age").encode() == content

    (clone / "lain.csv").write_bytes(DATA)
    run(clone, "dvc", "add", "-q", "lain.csv")
    run(clone, "dvc", "push", "-q", "lain.csv.dvc")
    theirs = keep(storage, DATA)
    storage.store.object_path(theirs.md5).unlink()
    assert storage.remotes.fetch(theirs, NAME, storage.store).state == "ok"
