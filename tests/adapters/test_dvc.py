"""Objects travel through DVC's remotes, and stock DVC finds all that we wrote."""

from __future__ import annotations

import hashlib
import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from sopgit.adapters.dvc import DvcError, DvcRemotes, RemoteError
from sopgit.adapters.files import DiskFullError
from sopgit.adapters.objects import ObjectStore
from sopgit.core.dvcfiles import config_bytes, init_files
from sopgit.core.objects import StoredObject, object_name
from sopgit.core.pointer import pointer_bytes
from tests.storing import files_below, found_office, full_disk, git, rot, run, write

DATA = b"kode,nama\n18.10.01,Pringsewu\n"


class Office:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = found_office(folder)
        self.state = self.root / ".git" / "sopgit"
        self.remotes = DvcRemotes(self.root, self.state)
        self.store = ObjectStore(self.remotes.cache, self.state / "quarantine")

    def keep(self, data: bytes) -> StoredObject:
        with self.store.workspace() as folder:
            stored = self.store.receive(io.BytesIO(data), folder / "object")
            self.store.keep(folder / "object", stored)
        return stored

    def copy(self, remote: str, stored: StoredObject) -> Path:
        return self.folder / "remotes" / remote / object_name(stored.md5)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    with office.remotes:
        yield office


def test_the_names_and_folders_are_the_configurations(office: Office) -> None:
    assert office.remotes.names == ("one", "two")
    assert office.remotes.folder_path("two") == office.folder / "remotes" / "two"
    assert office.remotes.cache == office.root / ".dvc" / "cache"


def test_a_clones_own_configuration_counts(office: Office) -> None:
    elsewhere = office.folder / "elsewhere"
    local = f"['remote \"one\"']\n    url = {elsewhere}\n[cache]\n    dir = {elsewhere}/cache\n"
    write(office.root / ".dvc" / "config.local", local.encode())
    with DvcRemotes(office.root, office.state) as remotes:
        assert remotes.folder_path("one") == elsewhere
        assert remotes.cache == elsewhere / "cache"


def test_what_is_pushed_is_read_back(office: Office) -> None:
    stored = office.keep(DATA)
    assert office.remotes.look(stored, "one").state == "missing"
    office.remotes.push([stored.md5], "one")
    assert office.copy("one", stored).read_bytes() == DATA
    assert office.remotes.look(stored, "one").state == "ok"
    assert office.remotes.look(stored, "two").state == "missing"


def test_dvc_leaves_the_work_tree_alone(office: Office) -> None:
    office.remotes.push([office.keep(DATA).md5], "one")
    assert git(office.root, "status", "--porcelain", "-uall") == ""
    assert (office.state / "dvc").stat().st_mode & 0o777 == 0o700


def test_stock_dvc_pulls_every_object_into_a_fresh_clone(office: Office) -> None:
    contents = {
        "kecamatan/kecamatan.csv": DATA,
        "warga/data.age": b"x" * 70000,
        "kosong/kosong.csv": b"",
    }
    for path, data in contents.items():
        stored = office.keep(data)
        pointer = pointer_bytes(stored.md5, stored.size, path.split("/")[1])
        write(office.root / f"datasets/diskominfo/{path}.dvc", pointer)
        write(office.root / f"datasets/diskominfo/{path.split('/')[0]}/dataset.yaml", b"x\n")
        office.remotes.push([stored.md5], "one")
        office.remotes.push([stored.md5], "two")
    write(office.root / "datasets/diskominfo/warga/manifest.age", b"sealed")
    write(office.root / "datasets/diskominfo/warga/headers" / ("0" * 32 + ".age"), b"header")
    git(office.root, "add", "-A")
    git(office.root, "commit", "-q", "-m", "data")
    assert git(office.root, "status", "--porcelain", "--ignored", "--", "datasets") == ""
    for remote in ("one", "two"):
        clone = office.folder / f"clone-{remote}"
        git(office.folder, "clone", "-q", str(office.root), str(clone))
        assert (clone / "datasets/diskominfo/warga/headers" / ("0" * 32 + ".age")).exists()
        run(clone, "dvc", "pull", "-q", "-r", remote)
        for path, data in contents.items():
            assert (clone / "datasets/diskominfo" / path).read_bytes() == data
        assert "up to date" in run(clone, "dvc", "status")
        assert "in sync" in run(clone, "dvc", "status", "-c", "-r", remote)
        assert git(clone, "status", "--porcelain", "-uall") == ""


def test_what_stock_dvc_pushes_we_fetch(office: Office) -> None:
    write(office.root / "datasets/diskominfo/kecamatan/kecamatan.csv", DATA)
    run(office.root, "dvc", "add", "-q", "datasets/diskominfo/kecamatan/kecamatan.csv")
    run(office.root, "dvc", "push", "-q", "-r", "two")
    stored = StoredObject(
        hashlib.md5(DATA, usedforsecurity=False).hexdigest(),
        hashlib.sha256(DATA).hexdigest(),
        len(DATA),
    )
    shutil.rmtree(office.root / ".dvc" / "cache")
    assert office.remotes.fetch(stored, "two", office.store).state == "ok"
    assert office.store.look(stored).state == "ok"


def test_rot_in_a_remote_is_seen_and_not_fetched(office: Office) -> None:
    stored = office.keep(DATA)
    office.remotes.push([stored.md5], "one")
    rot(office.copy("one", stored))
    assert office.remotes.look(stored, "one").state == "damaged"
    office.store.object_path(stored.md5).unlink()
    assert office.remotes.fetch(stored, "one", office.store).state == "damaged"
    assert office.store.look(stored).state == "missing"
    assert files_below(office.remotes.cache) == []


def test_a_short_copy_is_damaged(office: Office) -> None:
    stored = office.keep(DATA)
    write(office.copy("one", stored), DATA[:-1])
    assert office.remotes.look(stored, "one").state == "damaged"


def test_a_damaged_copy_is_moved_aside_then_pushed_again(office: Office) -> None:
    stored = office.keep(DATA)
    office.remotes.push([stored.md5], "one")
    rot(office.copy("one", stored))
    damaged = office.copy("one", stored).read_bytes()
    kept = office.remotes.quarantine(stored, "one", office.store)
    assert (kept.read_bytes(), kept.parent) == (damaged, office.state / "quarantine")
    assert not office.copy("one", stored).exists()
    office.remotes.push([stored.md5], "one")
    assert office.remotes.look(stored, "one").state == "ok"


def test_a_folder_that_is_away_is_never_made(office: Office) -> None:
    stored = office.keep(DATA)
    shutil.rmtree(office.folder / "remotes" / "one")
    with pytest.raises(RemoteError, match="not there"):
        office.remotes.push([stored.md5], "one")
    assert office.remotes.look(stored, "one").state == "unreachable"
    assert office.remotes.fetch(stored, "one", office.store).state == "unreachable"
    assert not (office.folder / "remotes" / "one").exists()


def test_an_unknown_remote_is_named_with_the_known_ones(office: Office) -> None:
    with pytest.raises(RemoteError, match="three") as raised:
        office.remotes.push([], "three")
    assert str(raised.value.hint) == "known remotes: one, two"


def test_an_object_that_the_cache_lacks_is_no_success(office: Office) -> None:
    with pytest.raises(DvcError, match="no object"):
        office.remotes.push(["0" * 32], "one")


def test_a_full_remote_is_no_success(office: Office) -> None:
    stored = office.keep(b"x" * 500_000)
    with full_disk(100_000), pytest.raises(DiskFullError):
        office.remotes.push([stored.md5], "one")
    assert office.remotes.look(stored, "one").state == "missing"


def test_a_full_local_disk_is_not_the_remotes_fault(office: Office) -> None:
    stored = office.keep(b"x" * 500_000)
    office.remotes.push([stored.md5], "one")
    office.store.object_path(stored.md5).unlink()
    with full_disk(100_000), pytest.raises(DiskFullError):
        office.remotes.fetch(stored, "one", office.store)
    assert files_below(office.remotes.cache) == []


def test_a_folder_without_dvc_is_told(tmp_path: Path) -> None:
    with pytest.raises(DvcError, match="DVC cannot open"):
        DvcRemotes(tmp_path, tmp_path / "state")


@pytest.mark.parametrize(
    "path", ["/mnt/nas/a b", "/mnt/nas,1", "/mnt/#1", "ssh://a@b.example/c", "/a'b"]
)
def test_dvc_reads_an_address_as_it_was_given(tmp_path: Path, path: str) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path / ".dvc" / "config", config_bytes({"nas-1": path}))
    assert run(tmp_path, "dvc", "config", "remote.nas-1.url").strip() == path
    assert run(tmp_path, "dvc", "config", "remote.nas-1.verify").strip() == "true"
    assert run(tmp_path, "dvc", "config", "core.analytics").strip() == "false"


@pytest.mark.parametrize(
    ("name", "url"), [("One", "/a"), ('a"]', "/a"), ("a", 'b"c'), ("a", "b\nc"), ("a", "")]
)
def test_what_dvc_would_misread_is_refused(name: str, url: str) -> None:
    with pytest.raises(ValueError, match="remote"):
        init_files({name: url})
