"""Two versions of a dataset, compared by whoever may read them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from sopgit.adapters import age
from sopgit.app.data_diff import DataDiff, diff_data
from sopgit.core.errors import UsageError
from sopgit.render.data_diff import diff_object
from tests.holdings import OPEN, OPEN_NAME, RESTRICTED, RESTRICTED_NAME, receive, store
from tests.offices import BUDI, Folders
from tests.storing import MARKER, leaks
from tests.workbooks import workbook

SECRET = MARKER.decode()


def diff(folders: Folders, dataset: str, *more: Any, **said: Any) -> DataDiff:
    return diff_data(folders.office(BUDI), dataset, *more, **{"old": None, "new": None, **said})


def test_an_open_table_is_compared_row_by_row(folders: Folders) -> None:
    receive(folders)
    store(folders, OPEN, b"kode,nama,luas\n18.10.02,Gadingrejo,85\n18.10.03,Ambarawa,31\n")
    found = diff(folders, OPEN_NAME, key=("kode",))
    ((sheet, change),) = found.sheets
    assert (found.before.version.version, found.after.version.version, sheet) == (2, 3, "")
    assert change.columns_added == ("luas",)
    assert [row["kode"] for row in change.added] == ["18.10.03"]
    assert [row["kode"] for row in change.removed] == ["18.10.01"]
    ((before, after),) = change.changed
    assert (before["nama"], after["nama"]) == ("Gading Rejo", "Gadingrejo")
    assert diff(folders, OPEN_NAME, old=2, new=2).is_same
    first = diff(folders, OPEN_NAME, old=1, new=3, limit=1)
    assert first.sheets[0][1].counts.added == 2
    assert len(first.sheets[0][1].added) == 1


def test_a_restricted_table_is_told_to_its_reader_and_lies_nowhere(
    folders: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    receive(folders)
    nik = "1810010101900001"
    store(folders, RESTRICTED, f"nik,nama\n{nik},{SECRET}\n".encode())
    store(folders, RESTRICTED, f"nik,nama\n{nik},{SECRET} B\n".encode())
    shutil.rmtree(folders.root / "intake")
    shutil.rmtree(folders.clone(BUDI) / ".dvc" / "cache")  # so that both are fetched
    found = diff(folders, RESTRICTED_NAME)
    assert found.sheets[0][1].counts.changed == 1
    assert found.after.file == "tabel.csv"
    told = diff_object(found)["tables"][0]["changed"]
    cells = {"nama": {"before": SECRET, "after": f"{SECRET} B"}}
    assert told == [{"row": {"nik": "1810************"}, "cells": cells}]
    assert leaks(folders.root, temporary) == []


def test_without_the_key_nothing_restricted_is_told(folders: Folders, tmp_path: Path) -> None:
    receive(folders)
    for count in (1, 2):
        store(folders, RESTRICTED, b"nik,nama\n" + b"1,x\n" * count)
    assert diff(folders, RESTRICTED_NAME).sheets
    recovery = folders.root / "keys" / "recovery.txt"
    assert diff(folders, RESTRICTED_NAME, identity=recovery).sheets
    stranger = tmp_path / "stranger.txt"
    stranger.write_text(age.new_identity()[0] + "\n")
    with pytest.raises(age.WrongKeyError):
        diff(folders, RESTRICTED_NAME, identity=stranger)
    folders.office(BUDI).repo.config_set("sopgit.ageidentity", str(tmp_path / "none"))
    with pytest.raises(UsageError, match="is restricted"):
        diff(folders, RESTRICTED_NAME)


def test_each_sheet_of_a_workbook_is_a_table(folders: Folders) -> None:
    receive(folders)
    name = "tabel.xlsx"
    first = {
        "Data": [["Daftar"], ["kode", "nama"], ["a", "x"], ["b", "y"]],
        "Lama": [["kode"], ["z"]],
    }
    second = {"Data": [["Daftar"], ["kode", "nama"], ["a", "x"], ["b", "w"], ["c", "v"]]}
    store(folders, OPEN, workbook(first), name)
    store(folders, OPEN, workbook(second), name)
    sheets = dict(diff(folders, OPEN_NAME).sheets)
    data, old = sheets["Data"], sheets["Lama"]
    assert (data.counts.added, data.counts.removed, data.counts.changed) == (1, 0, 1)
    assert data.key == ("kode",)
    assert (old.rows_before, old.rows_after) == (1, 0)


def test_what_is_no_table_is_compared_by_size_and_digest(folders: Folders) -> None:
    receive(folders)
    store(folders, OPEN, b"%PDF-1.7 rekaan", "peta.pdf")
    found = diff(folders, OPEN_NAME)
    assert found.sheets == ()
    assert (found.before.file, found.after.file) == ("kecamatan.csv", "kecamatan.pdf")
    assert (found.after.size, found.is_same) == (15, False)


def test_a_version_that_is_not_there_is_named(folders: Folders) -> None:
    with pytest.raises(UsageError, match="no such version"):
        diff(folders, OPEN_NAME, old=9)
    with pytest.raises(UsageError, match="no version before 1"):
        diff(folders, OPEN_NAME, new=1)
    assert diff(folders, OPEN_NAME, old=1).sheets
