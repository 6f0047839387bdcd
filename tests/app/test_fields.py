"""The fields of a document, as they are typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from sopgit.app.fields import read_fields
from sopgit.app.typed import BadFile, clean
from sopgit.core.errors import UsageError
from sopgit.core.procedure import Field

DECLARED = {
    "hal": Field("text", "Hal"),
    "isi": Field("text", "Isi", long=True),
    "jumlah": Field("integer", "Jumlah"),
    "tembusan": Field("list", "Tembusan"),
    "rincian": Field("table", "Rincian", columns={"data": "Data", "jumlah": "Jumlah"}),
}


def test_each_kind_gets_its_value() -> None:
    given = [("hal", " Pendataan "), ("jumlah", "9"), ("tembusan", "Arsip"), ("tembusan", "Kasi")]
    assert read_fields(given, DECLARED) == {
        "hal": "Pendataan",
        "jumlah": 9,
        "tembusan": ["Arsip", "Kasi"],
    }


def test_what_is_not_declared_stays_text_for_the_engine_to_refuse() -> None:
    assert read_fields([("tidak_ada", "9")], DECLARED) == {"tidak_ada": "9"}


def test_a_file_gives_text_lines_or_rows(tmp_path: Path) -> None:
    text, table = tmp_path / "isi.txt", tmp_path / "rincian.csv"
    text.write_bytes("\ufeffSatu  \r\n\r\ndua\r\n".encode())
    table.write_text("Data;JUMLAH\nKecamatan;9\nDesa;\n")
    given = [("isi", f"@{text}"), ("tembusan", f"@{text}"), ("rincian", f"@{table}")]
    assert read_fields(given, DECLARED) == {
        "isi": "Satu\n\ndua",
        "tembusan": ["Satu", "dua"],
        "rincian": [{"data": "Kecamatan", "jumlah": "9"}, {"data": "Desa"}],
    }


def test_rows_may_be_strict_yaml(tmp_path: Path) -> None:
    path = tmp_path / "rincian.yaml"
    path.write_text("- data: Kecamatan\n  jumlah: 9\n")
    assert read_fields([("rincian", f"@{path}")], DECLARED) == {
        "rincian": [{"data": "Kecamatan", "jumlah": 9}]
    }
    path.write_text("- data: a\n  data: b\n")
    with pytest.raises(BadFile) as raised:
        read_fields([("rincian", f"@{path}")], DECLARED)
    assert [finding.code for finding in raised.value.refused.findings] == ["yaml-duplicate-key"]


def test_two_at_signs_mean_one() -> None:
    assert read_fields([("hal", "@@kantor")], DECLARED) == {"hal": "@kantor"}


@pytest.mark.parametrize(
    "given",
    [
        [("hal", "a"), ("hal", "b")],
        [("jumlah", "sembilan")],
        [("rincian", "Kecamatan")],
        [("isi", "@/nowhere.txt")],
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(given: list[tuple[str, str]]) -> None:
    with pytest.raises(UsageError):
        read_fields(given, DECLARED)


@pytest.mark.parametrize("content", ["Data,Lain\na,b\n", "Data\n", ""])
def test_a_table_with_a_foreign_heading_or_no_rows_is_a_usage_error(
    content: str, tmp_path: Path
) -> None:
    path = tmp_path / "rincian.csv"
    path.write_text(content)
    with pytest.raises(UsageError):
        read_fields([("rincian", f"@{path}")], DECLARED)


def test_cleaning_is_a_fixed_point_and_joins_what_looks_alike() -> None:
    assert clean("  Cafe\u0301 \r\n ok ") == "Caf\u00e9\n ok"
    assert clean(clean("a \n\n b")) == clean("a \n\n b")
