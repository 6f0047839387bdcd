"""A version comes back from any surviving copy, or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from sopgit.adapters import age
from sopgit.adapters.files import DiskFullError
from sopgit.app.copies import LostError
from sopgit.app.recovery import Receipt, Wanted, get, recover
from sopgit.app.storage import Storage, open_storage
from sopgit.core.errors import UsageError
from sopgit.core.manifest import Manifest, manifest_bytes
from sopgit.core.objects import StoredObject, object_name
from sopgit.render.datasets import told_copy
from sopgit.render.i18n import set_language, translate
from tests.storing import MARKER, files_below, found_office, full_disk, leaks, rot

AT = "2026-11-23T08:00:00+07:00"
REMOTES = ("one", "two")
DATA = MARKER + b"," + os.urandom(200_000).hex().encode() + b"\n"


class Archive:
    """One version with three good copies: in the cache and in two remotes."""

    def __init__(self, folder: Path, storage: Storage, restricted: bool) -> None:
        self.folder = folder
        self.storage = storage
        self.restricted = restricted
        self.key = age.Identity(age.new_identity()[0])
        (folder / "source").write_bytes(DATA)
        (folder / "out").mkdir()
        sealed = None
        with storage.store.workspace() as work, (folder / "source").open("rb") as source:
            if restricted:
                stored = age.encrypt(source, work / "object", [self.key.public])
                manifest = Manifest("x.csv", stored.plain_sha256, stored.plain_size)
                sealed = age.encrypt_bytes(manifest_bytes(manifest), [self.key.public])
                self.object = stored.object
            else:
                self.object = storage.store.receive(source, work / "object")
            storage.store.keep(work / "object", self.object)
        (folder / "source").unlink()
        self.wanted = Wanted("diskominfo/register", 1, self.object, sealed)
        assert [seen.state for seen in storage.prove_all(self.object, REMOTES)] == ["ok", "ok"]

    @property
    def output(self) -> Path:
        return self.folder / "out" / "back.csv"

    @property
    def cached(self) -> Path:
        return self.storage.store.object_path(self.object.md5)

    def copy(self, remote: str) -> Path:
        return self.folder / "remotes" / remote / object_name(self.object.md5)

    def recover(self, remotes: tuple[str, ...] = REMOTES) -> Receipt:
        return recover(self.storage, self.wanted, remotes, self.output, self.key, AT)

    def nothing_came_out(self) -> bool:
        """No output, no half output, and nothing readable where it does not belong."""
        readable = self.restricted and leaks(self.storage.root, self.folder / "remotes")
        return files_below(self.folder / "out") == [] and not readable


@pytest.fixture(params=[False, True], ids=["open", "restricted"])
def archive(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Archive]:
    root = found_office(tmp_path)
    with open_storage(root, root / ".git" / "sopgit") as storage:
        yield Archive(tmp_path, storage, restricted=request.param)


@pytest.fixture
def restricted(tmp_path: Path) -> Iterator[Archive]:
    root = found_office(tmp_path)
    with open_storage(root, root / ".git" / "sopgit") as storage:
        yield Archive(tmp_path, storage, restricted=True)


def test_from_the_cache_without_asking_a_remote(archive: Archive) -> None:
    receipt = archive.recover()
    assert archive.output.read_bytes() == DATA
    assert (receipt.source, receipt.healed, receipt.at) == ("cache", (), AT)
    assert receipt.value["object"] == archive.object.value
    assert receipt.size == (None if archive.restricted else len(DATA))
    mode = archive.output.stat().st_mode & 0o777
    assert mode == (0o600 if archive.restricted else 0o644)


@pytest.mark.parametrize("remote", REMOTES)
def test_from_either_remote_alone(archive: Archive, remote: str) -> None:
    shutil.rmtree(archive.storage.store.cache)
    other = next(name for name in REMOTES if name != remote)
    archive.copy(other).unlink()
    receipt = archive.recover()
    assert archive.output.read_bytes() == DATA
    assert receipt.source == remote
    assert archive.storage.store.look(archive.object).state == "ok"


def test_rot_in_cache_and_one_remote_is_noticed_and_healed(archive: Archive) -> None:
    rot(archive.cached)
    rot(archive.copy("one"))
    receipt = archive.recover()
    assert archive.output.read_bytes() == DATA
    states = [(seen.place, seen.state) for seen in receipt.seen]
    assert states == [("cache", "damaged"), ("one", "damaged"), ("two", "ok")]
    assert (receipt.source, receipt.healed) == ("two", ("cache", "one"))
    assert archive.storage.store.look(archive.object).state == "ok"
    assert archive.storage.remotes.look(archive.object, "one").state == "ok"
    kept = files_below(archive.storage.state / "quarantine")
    assert [name.split("-")[0] for name in kept] == ["cache", "one"]


def test_get_leaves_the_remotes_as_they_are(archive: Archive) -> None:
    archive.cached.unlink()
    rot(archive.copy("one"))
    receipt = get(archive.storage, archive.wanted, REMOTES, archive.output, archive.key, AT)
    assert archive.output.read_bytes() == DATA
    assert (receipt.source, receipt.healed) == ("two", ())
    assert archive.storage.remotes.look(archive.object, "one").state == "damaged"


def test_a_remote_that_is_away_does_not_stop_the_others(archive: Archive) -> None:
    archive.cached.unlink()
    shutil.rmtree(archive.folder / "remotes" / "one")
    receipt = archive.recover()
    assert [seen.state for seen in receipt.seen] == ["missing", "unreachable", "ok"]
    assert not (archive.folder / "remotes" / "one").exists()


def test_no_good_copy_is_no_output(archive: Archive) -> None:
    for path in (archive.cached, archive.copy("one"), archive.copy("two")):
        rot(path)
    with pytest.raises(LostError, match="cache: damaged, one: damaged, two: damaged"):
        archive.recover()
    assert archive.nothing_came_out()
    # The last bytes of a lost version stay where they are: they may yet be of use.
    assert all(path.exists() for path in (archive.cached, archive.copy("one"), archive.copy("two")))


def test_an_output_that_exists_is_left_alone(archive: Archive) -> None:
    archive.output.write_bytes(b"precious")
    with pytest.raises(UsageError, match="there already"):
        archive.recover()
    assert archive.output.read_bytes() == b"precious"


@pytest.mark.parametrize("missing", [1, 17, 8000, 65536, 300_000])
def test_a_full_disk_is_no_output(archive: Archive, missing: int) -> None:
    with full_disk(len(DATA) - missing), pytest.raises(DiskFullError):
        archive.recover()
    assert archive.nothing_came_out()
    archive.cached.unlink()
    with full_disk(len(DATA) - missing), pytest.raises(DiskFullError):
        archive.recover()
    assert archive.nothing_came_out()


def test_the_wrong_key_is_no_output(restricted: Archive) -> None:
    other = age.Identity(age.new_identity()[0])
    with pytest.raises(age.WrongKeyError):
        recover(restricted.storage, restricted.wanted, REMOTES, restricted.output, other, AT)
    with pytest.raises(UsageError, match="restricted"):
        recover(restricted.storage, restricted.wanted, REMOTES, restricted.output, None, AT)
    assert restricted.nothing_came_out()


def test_another_plaintext_than_the_manifests_is_no_output(restricted: Archive) -> None:
    manifest = manifest_bytes(Manifest("x.csv", "0" * 64, len(DATA)))
    sealed = age.encrypt_bytes(manifest, [restricted.key.public])
    restricted.wanted = Wanted("diskominfo/register", 1, restricted.object, sealed)
    with pytest.raises(age.DamagedError, match="not what was stored"):
        restricted.recover()
    assert restricted.nothing_came_out()


def test_ciphertext_is_never_handed_out_as_the_data(restricted: Archive) -> None:
    restricted.wanted = Wanted("diskominfo/register", 1, restricted.object)
    with pytest.raises(age.AgeError, match="manifest"):
        restricted.recover()
    assert restricted.nothing_came_out()


def test_restricted_data_does_not_come_out_in_the_repository(restricted: Archive) -> None:
    for folder in (restricted.storage.root, restricted.folder / "remotes" / "one"):
        with pytest.raises(UsageError, match="lies in"):
            recover(
                restricted.storage, restricted.wanted, REMOTES, folder / "x.csv", restricted.key, AT
            )
    assert restricted.nothing_came_out()


def test_a_foreign_object_under_the_right_name_is_not_the_version(archive: Archive) -> None:
    wanted = StoredObject(archive.object.md5, "0" * 64, archive.object.size)
    archive.wanted = Wanted("diskominfo/register", 1, wanted, archive.wanted.manifest)
    with pytest.raises(LostError):
        archive.recover()
    assert archive.nothing_came_out()


def test_a_cache_that_cannot_be_written_stops_nothing(archive: Archive) -> None:
    shutil.rmtree(archive.storage.store.cache)
    archive.storage.store.cache.mkdir()
    (archive.storage.store.cache / "sopgit").write_bytes(b"")  # no folder can be made here
    archive.copy("one").unlink()
    receipt = archive.recover()
    assert archive.output.read_bytes() == DATA
    states = [(seen.place, seen.state) for seen in receipt.seen]
    assert states == [("cache", "missing"), ("one", "missing"), ("two", "ok")]
    assert "cannot use" in receipt.seen[0].detail
    assert (receipt.source, receipt.healed) == ("two", ())
    assert files_below(archive.folder / "out") == ["back.csv"]
    assert not archive.restricted or not leaks(archive.storage.root, archive.folder / "remotes")


def test_why_a_copy_is_away_is_told_in_the_language_in_force_and_kept_in_english(
    archive: Archive, language: None
) -> None:
    archive.cached.unlink()
    (archive.folder / "remotes" / "one").rename(archive.folder / "elsewhere")
    receipt = archive.recover()
    kept = receipt.value["seen"][1]
    english = "the folder of remote one is not there"
    assert kept == {"place": "one", "state": "unreachable", "detail": english}
    set_language("id")
    told = translate(told_copy(receipt.seen[1]))
    assert "folder remote one tidak ada" in told
    assert english not in told


def test_without_a_folder_for_the_output_no_remote_is_asked(archive: Archive) -> None:
    archive.cached.unlink()
    output = archive.folder / "nowhere" / "back.csv"
    with pytest.raises(UsageError, match="no folder"):
        recover(archive.storage, archive.wanted, REMOTES, output, archive.key, AT)
    assert not archive.cached.exists()


def test_two_remotes_make_up_for_each_others_losses(tmp_path: Path) -> None:
    root = found_office(tmp_path)
    with open_storage(root, root / ".git" / "sopgit") as storage:
        first = Archive(tmp_path, storage, restricted=False)
        (tmp_path / "out").rmdir()
        second = Archive(tmp_path, storage, restricted=True)
        shutil.rmtree(storage.store.cache)
        first.copy("one").unlink()
        rot(second.copy("two"))
        assert first.recover().source == "two"
        first.output.unlink()
        assert second.recover(("two", "one")).healed == ("cache", "two")
        for archive in (first, second):
            for remote in REMOTES:
                assert storage.remotes.look(archive.object, remote).state == "ok"


def test_the_receipt_of_what_is_restricted_tells_nothing_of_its_content(archive: Archive) -> None:
    told = json.dumps(archive.recover().value)
    assert archive.object.sha256 in told
    plain = hashlib.sha256(DATA).hexdigest()
    assert (plain in told, str(len(DATA)) in told) == (not archive.restricted,) * 2
