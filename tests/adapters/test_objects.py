"""Files and cached objects appear whole or not at all, and are never believed unread."""

from __future__ import annotations

import hashlib
import io
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from sopgit.adapters.files import (
    DiskFullError,
    FileError,
    steady_file,
    write_atomic,
)
from sopgit.adapters.objects import ObjectStore
from sopgit.adapters.outputs import new_output
from sopgit.core.errors import UsageError
from sopgit.core.objects import StoredObject
from tests.storing import files_below, full_disk, rot


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    return ObjectStore(tmp_path / "cache", tmp_path / "quarantine")


def keep(store: ObjectStore, data: bytes) -> StoredObject:
    with store.workspace() as folder:
        stored = store.receive(io.BytesIO(data), folder / "object")
        store.keep(folder / "object", stored)
    return stored


def test_an_object_lies_where_dvc_looks_for_it(tmp_path: Path, store: ObjectStore) -> None:
    stored = keep(store, b"a,b\n")
    md5 = hashlib.md5(b"a,b\n", usedforsecurity=False).hexdigest()
    path = tmp_path / "cache" / "files" / "md5" / md5[:2] / md5[2:]
    assert stored == StoredObject(md5, hashlib.sha256(b"a,b\n").hexdigest(), 4)
    assert store.object_path(md5) == path
    assert path.read_bytes() == b"a,b\n"
    assert path.stat().st_mode & 0o777 == 0o444
    assert files_below(tmp_path) == [str(path.relative_to(tmp_path))]


def test_rot_that_keeps_time_and_mode_is_seen(store: ObjectStore) -> None:
    stored = keep(store, b"a,b\n")
    assert store.look(stored).state == "ok"
    rot(store.object_path(stored.md5))
    assert store.look(stored).state == "damaged"


def test_keeping_again_quarantines_a_damaged_copy(tmp_path: Path, store: ObjectStore) -> None:
    stored = keep(store, b"a,b\n")
    path = store.object_path(stored.md5)
    rot(path)
    damaged = path.read_bytes()
    keep(store, b"a,b\n")
    assert store.look(stored).state == "ok"
    kept = list((tmp_path / "quarantine").iterdir())
    assert [file.read_bytes() for file in kept] == [damaged]
    assert kept[0].name.startswith(f"cache-{stored.md5}-")


def test_keeping_a_good_copy_again_changes_nothing(store: ObjectStore) -> None:
    stored = keep(store, b"x")
    before = store.object_path(stored.md5).stat().st_ino
    keep(store, b"x")
    assert store.object_path(stored.md5).stat().st_ino == before


def test_an_absent_object_is_missing(store: ObjectStore) -> None:
    assert store.look(StoredObject("0" * 32, "0" * 64, 0)).state == "missing"


@pytest.mark.parametrize("md5", ["", "../../../etc/passwd", "A" * 32, "0" * 32 + ".dir"])
def test_no_path_is_built_from_foreign_text(store: ObjectStore, md5: str) -> None:
    with pytest.raises(ValueError, match="MD5"):
        store.object_path(md5)


def test_a_full_disk_keeps_nothing(tmp_path: Path, store: ObjectStore) -> None:
    with full_disk(1000), pytest.raises(DiskFullError, match="disk full"):
        keep(store, b"x" * 1001)
    assert files_below(tmp_path) == []


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_atomic(path, b"old", 0o600)
    assert path.stat().st_mode & 0o777 == 0o600
    with full_disk(1000), pytest.raises(DiskFullError):
        write_atomic(path, b"x" * 2000)
    assert (path.read_bytes(), files_below(tmp_path)) == (b"old", ["file"])
    write_atomic(path, b"new")
    assert path.read_bytes() == b"new"
    with pytest.raises(FileError, match="cannot use"):
        write_atomic(tmp_path / "no" / "folder", b"")


def write_output(output: Path, meanwhile: Callable[[], None]) -> None:
    with new_output(output) as file:
        file.write(b"content")
        assert not output.exists()
        meanwhile()


def nothing() -> None:
    return None


def test_an_output_never_replaces_anything(tmp_path: Path) -> None:
    output, late = tmp_path / "output", tmp_path / "late"
    write_output(output, nothing)
    assert (output.read_bytes(), files_below(tmp_path)) == (b"content", ["output"])
    with pytest.raises(UsageError, match="there already"):
        write_output(output, nothing)
    with pytest.raises(UsageError, match="there already"):
        write_output(late, lambda: late.symlink_to("nowhere"))
    assert files_below(tmp_path) == ["output"]


def test_an_output_that_failed_is_gone(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="No such file"):
        write_output(tmp_path / "output", (tmp_path / "absent").unlink)
    assert files_below(tmp_path) == []


def read_source(path: Path, meanwhile: Callable[[], object]) -> bytes:
    with steady_file(path) as file:
        data = file.read()
        meanwhile()
    return data


def test_a_source_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "source"
    path.write_bytes(b"x" * 100)
    assert read_source(path, nothing) == b"x" * 100
    with pytest.raises(FileError, match="changed"):
        read_source(path, lambda: path.write_bytes(b"x" * 101))
    with pytest.raises(FileError, match="changed"):
        read_source(path, lambda: os.utime(path, ns=(0, 1)))


def test_only_an_ordinary_file_is_a_source(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "."):
        with pytest.raises(UsageError, match="ordinary"), steady_file(tmp_path / name):
            raise AssertionError("not reached")
    with pytest.raises(FileError, match="absent"), steady_file(tmp_path / "absent"):
        raise AssertionError("not reached")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_what_a_killed_process_left_is_swept_and_nothing_else(tmp_path: Path) -> None:
    store = ObjectStore(tmp_path / "cache", tmp_path / "quarantine")
    neighbour = ObjectStore(tmp_path / "cache", tmp_path / "other" / "quarantine")
    for owner in (store, neighbour):
        child = os.fork()
        if not child:
            with owner.workspace() as folder:
                (folder / "half").write_bytes(b"x")
                os.kill(os.getpid(), signal.SIGKILL)
        os.waitpid(child, 0)
    with store.workspace() as mine:
        store.sweep()
        left = {path.parent for path in (tmp_path / "cache" / "sopgit").glob("*/*")}
        assert mine in left
        assert len(left) == 2  # mine, and that of another clone on the same cache
    neighbour.sweep()
    assert files_below(tmp_path) == []
