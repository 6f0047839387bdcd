"""A folder is the same archive everywhere, and no archive unpacks to anything but plain files."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sopgit.adapters.files import FileError
from sopgit.adapters.folders import new_folder, size_of, steady_folder
from sopgit.core.errors import UsageError
from tests.storing import files_below, write


class Silent:
    def begin(self, name: str, /) -> None:
        self.name = name

    def member(self, block: bytes, /) -> None:
        pass


def archive(folder: Path, size: int = -1, meanwhile: Callable[[], object] = lambda: None) -> bytes:
    with steady_folder(folder, Silent()) as source:
        meanwhile()
        parts = list(iter(lambda: source.read(size), b""))
    return b"".join(parts)


def unpack(data: bytes, target: Path) -> Path:
    with new_folder(target, private=True) as file:
        file.write(data)
    return target


FILES = {"b.csv": b"kode\n1\n", "a/ü/data.txt": b"", "a/b": b"x" * 513, "a.b/c": b"y" * 2_000_000}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, data in FILES.items():
        write(tmp_path / "kiriman" / name, data)
    (tmp_path / "kiriman" / "kosong").mkdir()
    return tmp_path / "kiriman"


def test_it_is_the_same_whenever_and_whoever_made_it(folder: Path, tmp_path: Path) -> None:
    data = archive(folder)
    assert {archive(folder, size) for size in (1000, 65536, 2**20)} == {data}
    other = tmp_path / "lain"
    for name in reversed(FILES):
        write(other / name, FILES[name])
        os.utime(other / name, (0, 0))
        (other / name).chmod(0o755)
    (other / "kosong").mkdir(mode=0o700)
    assert archive(other) == data
    assert size_of(folder) == sum(map(len, FILES.values()))


def test_its_bytes_are_fixed(tmp_path: Path) -> None:
    """What one version of sopgit archives, another must archive alike."""
    write(tmp_path / "f" / "data sekolah" / f"{'n' * 120}.csv", b"kode,nama\n1,x\n")
    write(tmp_path / "f" / "数据.txt", b"x")
    (tmp_path / "f" / "kosong").mkdir()
    digest = hashlib.sha256(archive(tmp_path / "f")).hexdigest()
    assert digest == "de56bcb6a32035dd2869384c13ae7ce2a36ae355dbd1e9cdc327ffd305fd68bf"


def test_stock_programs_read_it(folder: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(archive(folder))) as read:
        members = {member.name: member for member in read}
        assert list(members) == ["a.b/c", "a/b", "a/ü/data.txt", "b.csv", "kosong"]
        for name, data in FILES.items():
            content = read.extractfile(members[name])
            assert content is not None
            assert content.read() == data
            assert (members[name].mtime, members[name].uid, members[name].mode) == (0, 0, 0o644)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.text("abÑ数 .-_'", min_size=1, max_size=130).filter(lambda n: n.strip(".") != ""),
        st.binary(max_size=1500),
        min_size=1,
        max_size=5,
    )
)
def test_it_comes_back_as_it_was(tmp_path: Path, files: dict[str, bytes]) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    for name, data in files.items():
        if len(name.encode()) < 255:
            write(source / "dalam" / name, data)
    write(source / "satu", b"1")
    unpack(archive(source), target)
    assert files_below(target) == files_below(source)
    for name in files_below(source):
        assert (target / name).read_bytes() == (source / name).read_bytes()
    shutil.rmtree(source)
    shutil.rmtree(target)


UNFIT: dict[str, Callable[[Path], object]] = {
    "link": lambda f: (f / "x").symlink_to("b.csv"),
    "link to a folder": lambda f: (f / "x").symlink_to("a"),
    "pipe": lambda f: os.mkfifo(f / "x"),
    "hard links": lambda f: os.link(f / "b.csv", f / "x"),
    "UTF-8": lambda f: (f / "x-\udcff").write_bytes(b""),
    "characters": lambda f: (f / "x\ny").write_bytes(b""),
    "other systems": lambda f: (f / "..\\x").write_bytes(b""),
    "spelt otherwise": lambda f: [
        (f / spelling).write_bytes(b"") for spelling in ("\u00e9", "e\u0301")
    ],
}


@pytest.mark.parametrize("why", UNFIT)
def test_what_an_archive_cannot_carry_is_refused(folder: Path, why: str) -> None:
    assert archive(folder)
    UNFIT[why](folder)
    with pytest.raises(UsageError, match=f"cannot be taken in.*{why.partition(' to')[0]}"):
        archive(folder)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "kosong" / "dalam").mkdir(parents=True)
    with pytest.raises(UsageError, match="no file in"):
        archive(tmp_path / "kosong")


MEANWHILE: dict[str, Callable[[Path], object]] = {
    "grows": lambda f: (f / "b.csv").write_bytes(b"x" * 99),
    "comes": lambda f: (f / "z").write_bytes(b"x"),
    "goes": lambda f: (f / "kosong").rmdir(),
    "is touched": lambda f: os.utime(f / "a.b/c", (1, 1)),
}


@pytest.mark.parametrize("change", MEANWHILE)
def test_a_folder_that_changes_while_it_is_read_is_refused(folder: Path, change: str) -> None:
    with pytest.raises(FileError, match="changed while it was read"):
        archive(folder, meanwhile=lambda: MEANWHILE[change](folder))


def test_a_file_that_was_exchanged_for_its_reading_is_refused(folder: Path) -> None:
    """As it would be to bring in what only the one who archives may read."""
    secret, kept = folder.parent / "rahasia", folder.parent / "asli"
    secret.write_bytes(b"x" * len(FILES["b.csv"]))

    def exchange() -> None:
        (folder / "b.csv").rename(kept)
        (folder / "b.csv").symlink_to(secret)

    with pytest.raises(FileError, match="changed while it was read"):
        archive_of_an_exchanged(folder, exchange, lambda: kept.replace(folder / "b.csv"))


def archive_of_an_exchanged(
    folder: Path, before: Callable[[], object], after: Callable[[], object]
) -> None:
    with steady_folder(folder, Silent()) as source:
        before()
        try:
            while source.read(1000):
                pass
        finally:
            after()


def made(name: str, **facts: object) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as written:
        for each in ("baik.txt", name):
            info = tarfile.TarInfo(each)
            if each == name:
                for fact, value in facts.items():
                    setattr(info, fact, value)
            written.addfile(info, io.BytesIO(bytes(info.size)))
    return target.getvalue()


EVIL = {
    "above": made("../luar"),
    "in the middle": made("a/../../luar"),
    "absolute": made("/tmp/luar"),
    "a drive": made("C:luar"),
    "backslash": made("..\\luar"),
    "symlink": made("x", type=tarfile.SYMTYPE, linkname="/tmp"),
    "hard link": made("x", type=tarfile.LNKTYPE, linkname="baik.txt"),
    "pipe": made("x", type=tarfile.FIFOTYPE),
    "device": made("x", type=tarfile.CHRTYPE),
    "twice": made("baik.txt"),
    "below a file": made("baik.txt/x"),
    "cut short": made("x", size=5000)[:2000],
    "wrong in the middle": made("x")[:512] + b"\x01" + made("x")[513:],
    "cut at a member's end": made("x")[:1024],
    "followed by another": made("x") + made("y"),
    "no archive": b"PK\x03\x04" + bytes(2000),
    "a table": b"kode,nama\n",
}


@pytest.mark.parametrize("evil", EVIL)
def test_an_archive_that_is_no_plain_folder_is_refused_whole(tmp_path: Path, evil: str) -> None:
    (tmp_path / "dalam").mkdir()
    good = unpack(made("a/baik"), tmp_path / "dalam" / "baik")
    assert files_below(good) == ["a/baik", "baik.txt"]
    shutil.rmtree(good)
    with pytest.raises((UsageError, FileError)):
        unpack(EVIL[evil], tmp_path / "dalam" / "keluar")
    assert files_below(tmp_path) == []
    assert not Path("/tmp/luar").exists()


def test_nothing_is_replaced_and_a_restricted_folder_is_private(tmp_path: Path) -> None:
    target = unpack(made("a/x"), tmp_path / "keluar")
    modes = [target.stat().st_mode & 0o777, (target / "a" / "x").stat().st_mode & 0o777]
    assert modes == [0o700, 0o600]
    with pytest.raises(UsageError, match="there already"):
        unpack(made("a/y"), target)
