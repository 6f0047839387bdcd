"""`data scan` tells what an intake would say, and keeps nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sopgit.cli import run as run_command

DESCRIPTION = """\
schema: sopgit/dataset/v1
producer: tapem
name: desa
title: Desa
classification:
  public: terbuka
  archive: biasa
  personal: tidak_ada
columns:
- name: kode
  type: string
  coding: kemendagri
"""


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = run_command(["data", "scan", "--lang", "en", *arguments])
    return code, capsys.readouterr().out


def test_a_good_table_and_one_that_names_a_person(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "desa.csv"
    file.write_text("kode,nama\n18.10.01,Pringsewu\n")
    assert run(capsys, str(file)) == (0, "nothing forbids taking it in\n")
    file.write_text("kode,nik\n18.10.01,1810010101809999\n")
    code, said = run(capsys, str(file))
    assert code == 1
    assert "desa.csv:2:2: error: column nik of open data holds NIK: 1 in 1 rows" in said
    assert "1810010101809999" not in said
    code, said = run(capsys, "--format", "json", str(file))
    told = json.loads(said)
    assert (code, told["verdict"], told["rows"], told["columns"]) == (
        1,
        "refused",
        1,
        ["kode", "nik"],
    )


def test_declared_columns_and_a_list_of_codes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, description, codes = tmp_path / "x.csv", tmp_path / "d.yaml", tmp_path / "codes.csv"
    description.write_text(DESCRIPTION)
    codes.write_text("kode,nama\n18.10.01,Pringsewu\n")
    file.write_text("kode\n18.10.02\n")
    told = ["--description", str(description), str(file)]
    assert run(capsys, *told)[0] == 0
    assert run(capsys, "--codes", f"kemendagri={codes}", *told)[0] == 1
    assert run(capsys, "--codes", "kemendagri=nothing", *told)[0] == 2
