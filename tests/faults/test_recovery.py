"""Whatever fails while a version is brought back: the whole content comes out, or nothing does."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sopgit.adapters import age
from sopgit.adapters.files import DiskFullError, FileError
from sopgit.app.copies import LostError
from sopgit.app.datasets import Added, add
from tests.desk import added
from tests.faults.stand import REMOTES, Stand
from tests.faults.test_intake import DATA, OPEN, kinds, offsets, stored
from tests.storing import files_below, full_disk, rot


def taken_in(stand: Stand, restricted: bool) -> tuple[Added, bytes]:
    """The version at stake: good in the cache and in both remotes."""
    data = DATA if restricted else OPEN
    return added(stand, stand.second(data, restricted=restricted, dataset="lain")), data


def forget(stand: Stand, result: Added) -> None:
    """The cache has lost the object."""
    stand.storage.store.object_path(stored(result.entry).md5).unlink()


def nothing_came_out(stand: Stand) -> bool:
    return files_below(stand.out) == []


@kinds
@pytest.mark.parametrize("source", ["cache", "remote"])
def test_f02_disk_full(stand: Stand, restricted: bool, source: str) -> None:
    result, data = taken_in(stand, restricted)
    limits = [limit for limit in offsets(len(data)) if limit < len(data)]
    for limit in limits:
        if source == "remote":
            forget(stand, result)
        with full_disk(limit), pytest.raises(DiskFullError, match="disk full"):
            stand.recover(result)
        assert nothing_came_out(stand), limit
        stand.storage.remotes.fetch(stored(result.entry), "one", stand.storage.store)
    stand.holds(result, data)
    stand.told(f"{len(limits)} offsets: told, no output")


def cut(path: Path, size: int) -> None:
    path.chmod(0o644)
    os.truncate(path, size)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "rot": rot,
    "short": lambda path: cut(path, path.stat().st_size - 1),
    "empty": lambda path: cut(path, 0),
    "gone": lambda path: path.unlink(),
}


@kinds
@pytest.mark.parametrize("damage", DAMAGES)
def test_f08_the_cached_copy(stand: Stand, restricted: bool, damage: str) -> None:
    result, data = taken_in(stand, restricted)
    DAMAGES[damage](stand.storage.store.object_path(stored(result.entry).md5))
    receipt = stand.recover(result)
    assert (stand.out / "back").read_bytes() == data
    assert (receipt.source, receipt.healed) == ("one", ("cache",))
    assert len(quarantined(stand)) == (damage != "gone")
    stand.told("seen, set aside, healed from a remote")


@kinds
@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("remote", REMOTES)
def test_f09_the_copy_in(stand: Stand, restricted: bool, damage: str, remote: str) -> None:
    """The cache is lost too, so the other remote alone is good."""
    result, data = taken_in(stand, restricted)
    forget(stand, result)
    DAMAGES[damage](stand.folder / "remotes" / remote / stand.name_of(stored(result.entry)))
    receipt = stand.recover(result)
    assert (stand.out / "back").read_bytes() == data
    assert receipt.source == next(name for name in REMOTES if remote == "two" or name != remote)
    seen = stand.storage.prove_all(stored(result.entry), REMOTES)
    assert [copy.state for copy in seen] == ["ok", "ok"]
    stand.told(f"brought back from {receipt.source}; every copy good again")


def quarantined(stand: Stand) -> list[str]:
    return files_below(stand.storage.state / "quarantine")


@kinds
@pytest.mark.parametrize("damage", DAMAGES)
def test_f09_every_copy(stand: Stand, restricted: bool, damage: str) -> None:
    result, _ = taken_in(stand, restricted)
    for path in (*stand.copies(stored(result.entry)), cached(stand, result)):
        DAMAGES[damage](path)
    before = {
        path: path.read_bytes() for path in stand.copies(stored(result.entry)) if path.exists()
    }
    with pytest.raises(LostError):
        stand.recover(result)
    assert nothing_came_out(stand)
    assert before == {path: path.read_bytes() for path in before}
    for path in [*before, cached(stand, result)]:
        path.unlink(missing_ok=True)
    (stand.storage.state / "pending" / "abcdefgh23.json").unlink()
    stand.told("told as lost, no output, nothing deleted")


def cached(stand: Stand, result: Added) -> Path:
    return stand.storage.store.object_path(stored(result.entry).md5)


def test_f12_the_wrong_key(stand: Stand) -> None:
    result, data = taken_in(stand, restricted=True)
    with pytest.raises(age.WrongKeyError):
        stand.recover(result, key=age.Identity(age.new_identity()[0]))
    assert nothing_came_out(stand)
    stand.holds(result, data)
    stand.told("told, no output")


def test_f12_ones_own_key_is_no_readers(stand: Stand) -> None:
    """Who takes data in need not be able to read it; the readers are."""
    reader = age.Identity(age.new_identity()[0])
    intake = stand.second(DATA, dataset="lain")
    result = added(stand, replace(intake, recipients=(reader.public,)))
    with pytest.raises(age.WrongKeyError):
        stand.recover(result)
    assert nothing_came_out(stand)
    stand.recover(result, key=reader)
    assert (stand.out / "back").read_bytes() == DATA
    stand.told("taken in; opened by its reader alone")


@pytest.mark.skipif(os.name != "posix", reason="needs the modes of POSIX")
@kinds
def test_f11_a_cache_that_is_a_file(stand: Stand, restricted: bool) -> None:
    """Whoever runs the tests as root may write anywhere, so the cache is made impossible."""
    result, data = taken_in(stand, restricted)
    cache = stand.storage.store.cache
    shutil.move(cache, stand.folder / "moved")
    cache.write_bytes(b"")
    stand.recover(result)
    assert (stand.out / "back").read_bytes() == data
    with pytest.raises(FileError):
        add(stand.storage, stand.second(DATA))
    cache.unlink()
    shutil.move(stand.folder / "moved", cache)
    stand.holds(result, data)
    stand.told("brought back past it; an intake says that it cannot be used")
