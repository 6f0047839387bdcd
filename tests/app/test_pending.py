"""What waits for the next act on a case survives on its own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from sopgit.adapters.files import FileError
from sopgit.app.pending import (
    Item,
    Pending,
    change_pending,
    pending_cases,
    read_pending,
)

CASE = "abcdefgh23"


def entry(name: str, version: int = 1, action: str = "store") -> dict[str, Any]:
    made = {"md5": "0" * 32, "sha256": f"{name}{version}", "size": 1}
    return {
        "dataset": f"diskominfo/{name}",
        "version": version,
        "action": action,
        "object": made,
        "copies": [],
    }


def item(name: str) -> Item:
    return Item(entry(name), {f"datasets/diskominfo/{name}/{name}.csv.dvc": b"1"})


def test_it_reads_back_what_was_written(tmp_path: Path) -> None:
    files = {"datasets/a/b/x.csv.dvc": b"\x00\xff", "datasets/a/b/y": None}
    pending = Pending((Item(entry("b"), files, "told"),))
    assert read_pending(tmp_path, CASE) == Pending()
    assert not Pending()
    assert change_pending(tmp_path, CASE, lambda _: pending) == pending
    assert read_pending(tmp_path, CASE) == pending
    assert pending.files == files
    assert pending_cases(tmp_path) == (CASE,)
    assert (tmp_path / "pending" / f"{CASE}.json").stat().st_mode & 0o777 == 0o600
    for _ in range(2):
        change_pending(tmp_path, CASE, lambda _: Pending())
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
    proved = pending.with_copies({pending.items[1].key: ["one"]})
    assert [held["copies"] for held in proved.datasets] == [[], ["one"]]


def test_a_recovery_stands_beside_a_new_version() -> None:
    files = {"datasets/diskominfo/a/a.csv.dvc": b"1"}
    pending = Pending().joined(entry("a", 3), files)
    for version in (1, 2, 1):
        pending = pending.joined(entry("a", version, "recover"), {})
    told = [(held["action"], held["version"]) for held in pending.datasets]
    assert told == [("store", 3), ("recover", 2), ("recover", 1)]
    assert pending.files == files
    assert pending.version_of("diskominfo/a") == pending.items[0]


def test_what_joins_after_an_act_began_is_not_told_by_it(tmp_path: Path) -> None:
    first = Pending((item("a"),))
    change_pending(tmp_path, CASE, lambda _: first)
    change_pending(tmp_path, CASE, lambda held: held.marked(first, "event"))
    change_pending(tmp_path, CASE, lambda held: held.joined(entry("b"), {}))
    left = change_pending(tmp_path, CASE, lambda held: held.without(["event"]))
    assert [held["dataset"] for held in left.datasets] == ["diskominfo/b"]


def test_no_change_is_lost_among_processes(tmp_path: Path) -> None:
    children = []
    for number in range(6):
        child = os.fork()
        if not child:
            change_pending(tmp_path, CASE, lambda held, n=number: held.joined(entry(f"d{n}"), {}))  # type: ignore[misc]
            os._exit(0)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 6
    assert len(read_pending(tmp_path, CASE).items) == 6


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"\xff", b'{"schema":"other"}'])
def test_a_spoilt_file_is_told(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "pending").mkdir()
    (tmp_path / "pending" / f"{CASE}.json").write_bytes(data)
    with pytest.raises(FileError, match="cannot be read"):
        read_pending(tmp_path, CASE)


def test_no_path_is_built_from_a_bad_case(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="case"):
        read_pending(tmp_path, "../../x")
