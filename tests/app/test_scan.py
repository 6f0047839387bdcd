"""What an intake refuses, what it takes in for a reason only, and what passes without a word."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sopgit.app.datasets import Added, add
from sopgit.app.pending import read_pending
from sopgit.app.receiving import Intake, Unchanged
from sopgit.app.scan import content_scan
from sopgit.core.finding import Refused
from tests.desk import CASE, Desk, added, previous
from tests.workbooks import workbook

DATA = Path(__file__).parents[2] / ".." / "shared" / "data"
NIK = "1810010101809999"
COLUMNS: list[dict[str, Any]] = [
    {"name": "kode", "type": "string", "coding": "kemendagri"},
    {"name": "nilai", "type": "number"},
]
TABLE = b"kode;nilai\n18.10.01;1.234,56\n18.10.02;7\n"


def scanned(name: str, data: bytes, *, is_open: bool = True, step: int = 65536) -> list[str]:
    """The codes of what the scan finds; a `?` stands before one that only warns."""
    scan = content_scan(name, (), None, is_open=is_open)
    for start in range(0, len(data), step):
        scan.feed(data[start : start + step])
    return [("?" if each.severity == "warning" else "") + each.code for each in scan.findings()]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("form", ["nik;nama\r\n{}\r\n", "a,b\n1,{}\n", 'x\t"y\nz"\n1\t"{}"\n'])
def test_a_person_in_an_open_table_is_found(encoding: str, form: str) -> None:
    other = form.format("18.10;Désa" if ";" in form else "Désa").encode(encoding)
    assert scanned("x.csv", other) == []
    data = form.format(f"{NIK};x" if ";" in form else NIK).encode(encoding)
    for step in (1, 11, 65536):
        assert scanned("x.csv", data, step=step) == ["personal-data-open"]
    assert scanned("x.csv", data, is_open=False) == []


@pytest.mark.parametrize("name", ["x.json", "x.txt", "x.geojson", "x"])
def test_a_person_in_any_open_text_is_found(name: str) -> None:
    data = b'{"nama": "Rekaan",\n "nik": "%s"}\n'
    assert scanned(name, data % b"-") == []
    assert scanned(name, data % NIK.encode()) == ["personal-data-open"]


def test_a_person_late_in_a_long_table_is_found() -> None:
    rows = b"".join(b"%d,keterangan\n" % number for number in range(300_000))
    assert scanned("x.csv", b"no,isi\n" + rows) == []
    assert scanned("x.csv", b"no,isi\n" + rows + b"1,a/n " + NIK.encode()) == ["personal-data-open"]


def test_what_the_scan_cannot_read_is_said() -> None:
    for name in ("x.zip", "x.ods", "x.csv", "x.xls"):
        assert scanned(name, b"PK\x03\x04 something") == ["?scan-unread"]
        assert scanned(name, b"PK\x03\x04 something", is_open=False) == []


@pytest.mark.parametrize(
    ("rows", "hidden", "parts", "codes"),
    [
        ([["a", 1]], [], {}, []),
        ([["nik"], [float(NIK)]], [], {}, ["personal-data-open"]),
        ([["nik"], [1810010101800000.0]], [], {}, ["personal-data-open"]),
        ([["Tabel 1"], ["no", "kk"], [1, NIK]], [], {}, ["personal-data-open"]),
        ([["a", 1]], ["Lama"], {}, ["?sheet-hidden"]),
        ([["a", '<c r="B1"><f>1+1</f><v>2</v></c>']], [], {}, ["?formula-cells"]),
        ([["a", 1]], [], {"xl/vbaProject.bin": b"x"}, ["workbook-macros"]),
        ([["a", 1]], [], {"xl/sharedStrings.xml": b" " * 40_000_000}, ["workbook-unreadable"]),
    ],
)
def test_a_workbook(
    rows: list[list[Any]], hidden: list[str], parts: dict[str, bytes], codes: list[str]
) -> None:
    data = workbook({"Data": rows, "Lama": [["x", "y"]]}, hidden, parts)
    assert scanned("x.xlsx", data) == codes
    assert scanned("x.xlsm", data) == ["workbook-macros"]


def test_a_person_on_a_hidden_sheet_is_found() -> None:
    data = workbook({"Data": [["a", "b"]], "Lama": [["nik", "x"], [NIK, 1]]}, ["Lama"])
    assert scanned("x.xlsx", data) == ["?sheet-hidden", "personal-data-open"]


def test_a_bomb_is_refused_in_restricted_data_too() -> None:
    bomb = workbook({"Data": [["a"]]}, parts={"xl/sharedStrings.xml": b" " * 40_000_000})
    assert scanned("x.xlsx", bomb, is_open=False) == ["workbook-unreadable"]
    assert scanned("x.xlsx", b"damaged", is_open=False) == ["?workbook-unreadable"]


@pytest.mark.skipif(not DATA.is_dir(), reason="the real tables are not beside the project")
def test_real_open_tables_raise_no_alarm() -> None:
    for path in sorted(DATA.rglob("*.csv")):
        assert scanned(path.name, path.read_bytes(), step=1 << 20) == []


@settings(max_examples=150, deadline=None)
@given(
    data=st.binary(max_size=400) | st.text('0123456789,;=\n"@.é', max_size=200).map(str.encode),
    name=st.sampled_from(["x.csv", "x.tsv", "x.xlsx", "x.txt", "x"]),
    step=st.integers(1, 50),
)
def test_no_bytes_break_the_scan(data: bytes, name: str, step: int) -> None:
    for columns in ((), COLUMNS):
        scan = content_scan(name, columns, None, is_open=True)
        for start in range(0, len(data), step):
            scan.feed(data[start : start + step])
        assert isinstance(scan.findings(), list)


def declared(intake: Intake) -> Intake:
    return replace(intake, dataset=replace(intake.dataset, columns=tuple(COLUMNS)))


@pytest.mark.parametrize("restricted", [False, True])
@pytest.mark.parametrize("name", ["x.csv", "x.xlsx"])
def test_declared_columns_are_checked(desk: Desk, name: str, restricted: bool) -> None:
    rows: list[list[Any]] = [["kode", "nilai"], ["18.10.01", "1.234,56"], ["18.10.02", 7]]
    data = workbook({"Data": rows}) if name == "x.xlsx" else TABLE
    assert isinstance(
        add(desk.storage, declared(desk.intake(data, restricted=restricted, name=name))), Added
    )
    rows[2][1] = "tujuh"
    data = workbook({"Data": rows}) if name == "x.xlsx" else TABLE.replace(b";7", b";tujuh")
    refused = add(desk.storage, declared(desk.intake(data, restricted=restricted, name=name)))
    assert isinstance(refused, Refused)
    (found,) = refused.findings
    assert (found.code, found.place.line, found.place.column) == ("cell-type", 3, 2)
    assert ("tujuh" in str(found.message)) is not restricted


def test_open_persons_are_refused_and_kept_nowhere(desk: Desk) -> None:
    data = f"nik;nama\n{NIK};Rekaan\n".encode()
    refused = add(desk.storage, desk.intake(data, restricted=False))
    assert isinstance(refused, Refused)
    assert [each.code for each in refused.findings] == ["personal-data-open"]
    assert NIK not in str(refused.findings)
    assert desk.kept() == []
    assert not read_pending(desk.storage.state, CASE)
    assert isinstance(add(desk.storage, desk.intake(data, restricted=True)), Added)


@pytest.mark.parametrize("restricted", [False, True])
def test_a_warning_passes_with_a_reason_that_the_entry_tells(desk: Desk, restricted: bool) -> None:
    intake = desk.intake(b"kode;nilai\n1;=1+1\n", restricted=restricted)
    refused = add(desk.storage, intake)
    assert isinstance(refused, Refused)
    assert [each.code for each in refused.findings] == ["formula-cells", "reason-missing"]
    assert desk.kept() == []
    result = added(desk, replace(intake, reason="rumus dipakai dinas"))
    assert result.entry["reason"] == "rumus dipakai dinas"
    assert [each.code for each in result.warnings] == ["formula-cells"]
    assert read_pending(desk.storage.state, CASE).datasets[0]["reason"] == "rumus dipakai dinas"


@pytest.mark.parametrize("restricted", [False, True])
@pytest.mark.parametrize(("data", "said"), [(b"", "is empty"), (b"kode;nama\n", "and no row")])
def test_nothing_is_taken_in_for_a_reason_only(
    desk: Desk, data: bytes, said: str, restricted: bool
) -> None:
    intake = desk.intake(data, restricted=restricted)
    refused = add(desk.storage, intake)
    assert isinstance(refused, Refused)
    assert [each.code for each in refused.findings] == ["data-empty", "reason-missing"]
    assert said in str(refused.findings[0].message)
    assert isinstance(add(desk.storage, replace(intake, reason="Belum ada isinya")), Added)


def test_a_reason_that_answers_nothing_is_not_told(desk: Desk) -> None:
    intake = replace(desk.intake(TABLE, restricted=False), reason="tidak perlu")
    assert "reason" not in added(desk, intake).entry


def rows(count: int, head: str = "kode,nama") -> bytes:
    return (head + "\n" + "1,a\n" * count).encode()


@pytest.mark.parametrize("restricted", [False, True])
@pytest.mark.parametrize(
    ("data", "code"),
    [(rows(95), None), (rows(94), "rows-lost"), (rows(100, "kode,lain"), "columns-lost")],
)
def test_losses_need_a_reason(desk: Desk, data: bytes, code: str | None, restricted: bool) -> None:
    first = added(desk, desk.intake(rows(100), restricted=restricted))
    intake = replace(desk.intake(data, restricted=restricted), previous=previous(first))
    result = add(desk.storage, intake)
    if code is None:
        assert isinstance(result, Added)
        return
    assert isinstance(result, Refused)
    assert [each.code for each in result.findings] == [code, "reason-missing"]
    assert isinstance(add(desk.storage, replace(intake, reason="pemekaran")), Added)


def test_unchanged_content_needs_no_reason(desk: Desk) -> None:
    intake = replace(desk.intake(b"a,b\n1,=1+1\n", restricted=False), reason="rumus")
    first = added(desk, intake)
    again = replace(intake, reason=None, previous=previous(first))
    assert add(desk.storage, again) == Unchanged("diskominfo/register", 1)


def test_a_register_of_random_numbers_passes(desk: Desk) -> None:
    chance = random.Random(9)
    lines = ["".join(chance.choices("0123456789", k=16)) for _ in range(500)]
    data = "id_barang,jumlah\n" + "".join(f"{line},1\n" for line in lines)
    assert isinstance(add(desk.storage, desk.intake(data.encode(), restricted=False)), Added)
