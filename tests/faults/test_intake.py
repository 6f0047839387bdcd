"""Whatever fails while data is taken in: no false success, nothing half kept, nothing leaked."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sopgit.adapters import age
from sopgit.adapters.files import DiskFullError, FileError
from sopgit.app.datasets import add, push
from sopgit.app.pending import read_pending
from sopgit.app.receiving import Intake
from sopgit.core.agefile import ciphertext_size
from sopgit.core.errors import UsageError
from sopgit.core.finding import Refused
from sopgit.core.objects import StoredObject
from tests.desk import CASE, added, table
from tests.faults.stand import Stand
from tests.storing import MARKER, files_below, full_disk, rot
from tests.workbooks import workbook

MEGABYTE = 1024 * 1024
LAST = 16 * 1024
DATA = table(700)
OPEN = DATA.replace(MARKER, b"terbuka")
HEADER = 168  # the shortest that an age file can have with one reader
FULL = bool(os.environ.get("FAULTS_FULL"))

kinds = pytest.mark.parametrize("restricted", [True, False], ids=["restricted", "open"])


def offsets(size: int) -> list[int]:
    """Where a disk is full: everywhere in the last 16 KiB, or at 64 places of it; and earlier."""
    chance = random.Random(size)
    last = range(size - LAST, size)
    spread = list(last) if FULL else [0, LAST - 1, *chance.sample(range(LAST), 62)]
    earlier = [0, 1, HEADER, *(chance.randrange(size - LAST) for _ in range(8))]
    return sorted({size - 1 - at for at in spread} | set(earlier))


@kinds
def test_f01_disk_full_in_the_object(stand: Stand, restricted: bool) -> None:
    data = DATA if restricted else OPEN
    intake = stand.second(data, restricted=restricted)
    size = ciphertext_size(HEADER, len(data)) if restricted else len(data)
    limits = offsets(size)
    for limit in limits:
        with full_disk(limit), pytest.raises(DiskFullError, match="disk full"):
            add(stand.storage, intake)
        assert stand.nothing_kept(), limit
    stand.verify()
    stand.retry(data, restricted=restricted)
    stand.told(f"{len(limits)} offsets: told, nothing kept")


def test_f01_disk_full_in_a_remote(stand: Stand) -> None:
    """The cache has room and a remote, on a disk of its own, has none."""
    result = added(stand, stand.second(DATA))
    for remote in ("one", "two"):
        (stand.folder / "remotes" / remote / stand.name_of(stored(result.entry))).unlink()
    with full_disk(len(DATA) // 2):
        seen = push(stand.storage, CASE, ("one", "two"))
    assert [copy.state for copy in seen["diskominfo/register"]] == ["unreachable", "unreachable"]
    stand.verify()
    again = push(stand.storage, CASE, ("one", "two"))
    assert [copy.state for copy in again["diskominfo/register"]] == ["ok", "ok"]
    stand.told("told as a copy that is missing; the next push makes it")


def stored(entry: object) -> StoredObject:
    return StoredObject.parse(entry["object"])  # type: ignore[index]


@kinds
@pytest.mark.parametrize("when", [0, 2 * MEGABYTE])
def test_f05_ctrl_c_while_reading(stand: Stand, restricted: bool, when: int) -> None:
    def interrupt(read: int) -> None:
        if read > when:
            raise KeyboardInterrupt

    data = (DATA if restricted else OPEN) * 60
    with pytest.raises(KeyboardInterrupt):
        add(stand.storage, stand.second(data, restricted=restricted), interrupt)
    assert stand.nothing_kept()
    stand.retry(data, restricted=restricted)
    stand.told("stays a Ctrl-C, nothing kept")


CHANGES: dict[str, Callable[[Path], object]] = {
    "grows": lambda path: path.open("ab").write(b"lagi\n"),
    "shrinks": lambda path: os.truncate(path, MEGABYTE + 7),
    "is emptied": lambda path: os.truncate(path, 0),
    "is rewritten": lambda path: path.write_bytes(path.read_bytes()[::-1]),
}


@kinds
@pytest.mark.parametrize("change", CHANGES)
def test_f06_the_source(stand: Stand, change: str, restricted: bool) -> None:
    intake = stand.second((DATA if restricted else OPEN) * 60, restricted=restricted)
    assert intake.source.stat().st_size > 2 * MEGABYTE

    def meanwhile(read: int) -> None:
        if read == MEGABYTE:
            CHANGES[change](intake.source)

    with pytest.raises(FileError, match="changed while it was read"):
        add(stand.storage, intake, meanwhile)
    assert stand.nothing_kept()
    stand.told("refused, nothing kept")


def test_f06_the_source_is_replaced_by_another_file(stand: Stand) -> None:
    """What was opened is read to its end: the old file, whole."""
    data = DATA * 60
    intake = stand.second(data)

    def meanwhile(read: int) -> None:
        if read == MEGABYTE:
            (stand.deliveries / "new").write_bytes(b"lain")
            (stand.deliveries / "new").replace(intake.source)

    result = add(stand.storage, intake, meanwhile)
    assert not isinstance(result, Refused)
    stand.holds(result, data)  # type: ignore[arg-type]
    stand.told("the file that was opened is stored, whole")


@pytest.mark.parametrize("damage", ["short", "empty", "flipped"])
def test_f09_what_lies_in_a_remote_under_the_objects_name(stand: Stand, damage: str) -> None:
    """An intake of open data meets a bad copy of the very same object."""
    intake = stand.second(OPEN, restricted=False, dataset="terbuka")
    copy = stand.copies(stored(added(stand, intake).entry))[0]
    if damage == "flipped":
        rot(copy)
    else:
        copy.chmod(0o644)
        os.truncate(copy, 0 if damage == "empty" else 1000)
    again = added(stand, intake)
    assert [seen.state for seen in again.copies] == ["ok", "ok"]
    assert copy.read_bytes() == OPEN
    assert len(files_below(stand.storage.state / "quarantine")) == 1
    stand.told("seen on reading back, set aside, replaced")


def test_f19_a_remote_that_is_away_delays_and_loses_nothing(stand: Stand) -> None:
    shutil.move(stand.folder / "remotes" / "two", stand.folder / "away")
    result = added(stand, stand.second(DATA))
    assert result.entry["copies"] == ["one"]
    assert [seen.state for seen in result.copies] == ["ok", "unreachable"]
    shutil.move(stand.folder / "away", stand.folder / "remotes" / "two")
    seen = push(stand.storage, CASE, ("one", "two"))
    assert [copy.state for copy in seen["diskominfo/register"]] == ["ok", "ok"]
    waiting = read_pending(stand.storage.state, CASE)
    assert waiting.datasets[0]["copies"] == ["one", "two"]
    assert waiting.files == result.pending.files
    stand.told("taken in with the copies there are; data push makes the rest")


SIZES = (1, 65535, 65536, 65537, 131071, 131072, 131073, 1048576, 1048577)


@kinds
def test_f14_sizes(stand: Stand, restricted: bool) -> None:
    for size in SIZES:
        data = (MARKER * restricted + bytes(size))[:size]
        name = f"lain-{size}"
        intake = stand.second(data, restricted=restricted, name="data.dat", dataset=name)
        stand.holds(added(stand, replace(intake, reason="bukan tabel")), data)
    stand.told(f"{len(SIZES)} sizes: stored, proved, brought back")


@kinds
def test_f13_an_empty_file(stand: Stand, restricted: bool) -> None:
    intake = stand.second(b"", restricted=restricted, name="data.dat", dataset="kosong")
    assert isinstance(add(stand.storage, intake), Refused)
    assert stand.nothing_kept()
    stand.holds(added(stand, replace(intake, reason="memang kosong")), b"")
    stand.told("needs a reason; then stored, proved, brought back")


def test_f13_an_empty_table_is_no_loss_unseen(stand: Stand) -> None:
    """The second version of a table is empty: nobody stores that without saying why."""
    assert isinstance(add(stand.storage, stand.second(b"")), Refused)
    assert stand.nothing_kept()
    result = added(stand, replace(stand.second(b""), reason="dikosongkan atas permintaan"))
    stand.holds(result, b"")
    stand.told("needs a reason; then stored, proved, brought back")


NAMES = [
    "Data Ñ (1) 数据.csv",
    " titik..csv",
    "-n.csv",
    "a\nb.csv",
    "x" * 240 + ".csv",
    "d-\udcff.csv",
]


def test_f15_names(stand: Stand) -> None:
    for number, name in enumerate(NAMES):
        result = added(stand, stand.second(DATA, name=name, dataset=f"lain-{number}"))
        assert result.manifest.file == name.encode("utf-8", "replace").decode()
        stand.holds(result, DATA)
    stand.told(f"{len(NAMES)} names: stored, brought back; each in the manifest alone")


def test_f15_a_name_that_says_what_is_inside(stand: Stand) -> None:
    result = added(stand, stand.second(DATA, name=f"{MARKER.decode()}.csv"))
    stand.holds(result, DATA)
    stand.told("the name is nowhere in the clear")


@pytest.mark.parametrize("target", ["folder", "nothing", "itself", "device"])
def test_f16_the_source_is_a_link_to(stand: Stand, target: str) -> None:
    link = stand.deliveries / "link.csv"
    to = {"folder": stand.deliveries, "itself": link, "device": Path("/dev/zero")}
    link.symlink_to(to.get(target, stand.deliveries / "absent"))
    with pytest.raises((UsageError, FileError)):
        add(stand.storage, replace(stand.second(DATA), source=link))
    assert stand.nothing_kept()
    stand.told("refused, nothing kept")


def test_f16_a_link_into_the_repository_does_not_hide_where_it_leads(stand: Stand) -> None:
    inside = stand.storage.root / "plain.csv"
    inside.write_bytes(b"x")
    link = stand.deliveries / "link.csv"
    link.symlink_to(inside)
    with pytest.raises(UsageError, match="lies in"):
        add(stand.storage, replace(stand.second(DATA), source=link))
    inside.unlink()
    assert stand.nothing_kept()
    stand.told("refused, nothing kept")


LAUGHS = b"".join(b'<!ENTITY a%d "%s">' % (n + 1, b"&a%d;" % n * 10) for n in range(9))


def test_f16_a_link_in_a_folder(stand: Stand) -> None:
    folder = stand.deliveries / "kiriman"
    folder.mkdir()
    (folder / "data.csv").write_bytes(DATA)
    (folder / "tautan.csv").symlink_to(folder / "data.csv")
    intake = replace(stand.second(DATA, dataset="lain"), source=folder)
    with pytest.raises(UsageError, match="it is a link"):
        add(stand.storage, intake)
    assert stand.nothing_kept()
    (folder / "tautan.csv").unlink()
    assert added(stand, intake).entry["copies"] == ["one", "two"]
    stand.told("refused, nothing kept; without the link taken in as one archive")


def test_f06_a_file_of_a_folder(stand: Stand) -> None:
    folder = stand.deliveries / "kiriman"
    folder.mkdir()
    for name in ("a.csv", "b.csv"):
        (folder / name).write_bytes(DATA * 30)

    def meanwhile(read: int) -> None:
        if read == MEGABYTE:
            (folder / "b.csv").write_bytes(DATA)

    with pytest.raises(FileError, match="changed while it was read"):
        add(stand.storage, replace(stand.second(DATA, dataset="lain"), source=folder), meanwhile)
    assert stand.nothing_kept()
    stand.told("refused, nothing kept")


BOMBS = {
    "of blanks": b" " * 40_000_000,
    "of one cell": b"<worksheet><sheetData><row><c><v>" + b"1" * 40_000_000,
}


@kinds
@pytest.mark.parametrize("bomb", BOMBS)
def test_f17_a_bomb(stand: Stand, bomb: str, restricted: bool) -> None:
    data = workbook({"Data": [["a"]]}, parts={"xl/worksheets/sheet1.xml": BOMBS[bomb]})
    assert len(data) < 1_000_000
    intake = stand.second(data, restricted=restricted, name="data.xlsx", dataset="lain")
    refused = add(stand.storage, replace(intake, reason="kami yakin"))
    assert isinstance(refused, Refused)
    assert {finding.code for finding in refused.findings} == {"workbook-unreadable"}
    assert stand.nothing_kept()
    stand.told("refused as workbook-unreadable, whatever reason is given")


@kinds
def test_f17_entities_upon_entities(stand: Stand, restricted: bool) -> None:
    """Never unfolded; open data is refused, restricted data stored unread for a reason."""
    bomb = b'<!DOCTYPE x [<!ENTITY a0 "ha">' + LAUGHS + b"]><x>&a9;</x>"
    data = workbook({"Data": [["a"]]}, parts={"xl/worksheets/sheet1.xml": bomb})
    intake = stand.second(data, restricted=restricted, name="data.xlsx", dataset="lain")
    refused = add(stand.storage, intake)
    assert isinstance(refused, Refused)
    assert "workbook-unreadable" in {finding.code for finding in refused.findings}
    assert stand.nothing_kept()
    stand.told("refused as workbook-unreadable")


@pytest.mark.parametrize("name", ["../../evil.xml", "/tmp/evil.xml", "xl/../../../evil.xml"])
def test_f18_a_workbook_with(stand: Stand, name: str) -> None:
    """Nothing of a workbook is ever unpacked onto the disk."""
    data = workbook({"Data": [["kode", "rahasia"], ["1", "2"]]}, parts={name: MARKER})
    before = set(files_below(stand.folder))
    intake = replace(stand.second(data, name="data.xlsx"), reason="bentuk lain")
    result = added(stand, intake)
    stand.holds(result, data)
    assert not [path for path in set(files_below(stand.folder)) - before if "evil" in path]
    outside = Path(os.path.normpath(stand.folder / name))
    assert not outside.exists()
    assert not Path("/tmp/evil.xml").exists()
    stand.told("stored as it is, unpacked nowhere")


def test_f20_restricted_data_may_not_lie_in_the_repository(stand: Stand) -> None:
    for folder in (stand.storage.root, stand.folder / "remotes" / "one"):
        inside = folder / "plain.csv"
        inside.write_bytes(b"x")
        with pytest.raises(UsageError, match="lies in"):
            add(stand.storage, replace(stand.second(DATA), source=inside))
        inside.unlink()
    assert stand.nothing_kept()
    stand.told("refused, nothing kept")


def test_f20_a_source_that_is_a_pipe_or_no_file(stand: Stand) -> None:
    os.mkfifo(stand.deliveries / "pipe")
    for name in ("pipe", "absent", "."):
        with pytest.raises((UsageError, FileError)):
            add(stand.storage, replace(stand.second(DATA), source=stand.deliveries / name))
    assert stand.nothing_kept()
    stand.told("refused, nothing kept")


def test_f21_no_readers(stand: Stand) -> None:
    with pytest.raises(age.AgeError):
        add(stand.storage, replace(stand.second(DATA), recipients=()))
    assert stand.nothing_kept()
    stand.told("refused, nothing kept")


@kinds
def test_f21_the_scan_refuses(stand: Stand, restricted: bool) -> None:
    """Half of the rows are gone, and nobody says why."""
    intake: Intake = stand.second(table(5).replace(b"\n", b"\n", 1), restricted=restricted)
    if not restricted:
        nik = b"nik,nama\n1810010101809999,Rekaan\n"
        intake = stand.second(nik, restricted=False, dataset="terbuka")
    assert isinstance(add(stand.storage, intake), Refused)
    assert stand.nothing_kept()
    stand.told("refused, nothing kept")
