"""What waits for the next act on a case survives on its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from sopgit.adapters.files import FileError
from sopgit.app.pending import (
    Pending,
    clear_pending,
    pending_cases,
    read_pending,
    write_pending,
)

CASE = "abcdefgh23"


def entry(name: str, version: int = 1, action: str = "store") -> dict[str, object]:
    return {"dataset": f"diskominfo/{name}", "version": version, "action": action, "copies": []}


def test_it_reads_back_what_was_written(tmp_path: Path) -> None:
    pending = Pending(
        {"datasets/a/b/x.csv.dvc": b"\x00\xff", "datasets/a/b/y": None}, (entry("b"),)
    )
    assert read_pending(tmp_path, CASE) == Pending()
    assert not Pending()
    write_pending(tmp_path, CASE, pending)
    assert read_pending(tmp_path, CASE) == pending
    assert pending_cases(tmp_path) == (CASE,)
    assert (tmp_path / "pending" / f"{CASE}.json").stat().st_mode & 0o777 == 0o600
    clear_pending(tmp_path, CASE)
    clear_pending(tmp_path, CASE)
    assert read_pending(tmp_path, CASE) == Pending()
    assert pending_cases(tmp_path) == ()


def test_a_dataset_waits_once_beside_others() -> None:
    pending = Pending()
    pending = pending.joined(entry("a"), {"datasets/diskominfo/a/a.csv.dvc": b"1"})
    pending = pending.joined(entry("ab"), {"datasets/diskominfo/ab/ab.csv.dvc": b"2"})
    pending = pending.joined(entry("a", 2), {"datasets/diskominfo/a/a.xlsx.dvc": b"3"})
    assert [held["dataset"] for held in pending.datasets] == ["diskominfo/ab", "diskominfo/a"]
    assert sorted(pending.files) == [
        "datasets/diskominfo/a/a.xlsx.dvc",
        "datasets/diskominfo/ab/ab.csv.dvc",
    ]
    assert pending.with_copies(entry("a", 2), ["one"]).datasets[1]["copies"] == ["one"]


def test_a_recovery_stands_beside_a_new_version() -> None:
    files = {"datasets/diskominfo/a/a.csv.dvc": b"1"}
    pending = Pending().joined(entry("a", 3), files)
    for version in (1, 2, 1):
        pending = pending.joined(entry("a", version, "recover"), {})
    told = [(held["action"], held["version"]) for held in pending.datasets]
    assert told == [("store", 3), ("recover", 2), ("recover", 1)]
    assert pending.files == files
    assert pending.with_copies(entry("a", 3), ["one"]).datasets[1]["copies"] == []


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"\xff", b'{"schema":"other"}'])
def test_a_spoilt_file_is_told(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "pending").mkdir()
    (tmp_path / "pending" / f"{CASE}.json").write_bytes(data)
    with pytest.raises(FileError, match="cannot be read"):
        read_pending(tmp_path, CASE)


def test_no_path_is_built_from_a_bad_case(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="case"):
        read_pending(tmp_path, "../../x")
