"""`sopgit demo`: a whole office on real parts, looked at with stock programs."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pypdf
import pytest

from sopgit.app.demo import samples

pytestmark = pytest.mark.xdist_group("demo")


def sopgit(*arguments: str | Path, code: int = 0) -> str:
    """What the real command prints."""
    command = [sys.executable, "-m", "sopgit", *map(str, arguments)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == code, ran.stdout + ran.stderr
    assert "Traceback" not in ran.stderr
    return ran.stdout + ran.stderr if code else ran.stdout


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The demonstration's folder and what it told."""
    folder = tmp_path_factory.mktemp("demo") / "office"
    return folder, sopgit("--lang", "en", "demo", folder)


@pytest.fixture
def office(told: tuple[Path, str]) -> Path:
    return told[0]


def test_it_tells_the_case_from_nota_dinas_to_wali_data(told: tuple[Path, str]) -> None:
    _, text = told
    for number in range(1, 15):
        assert f"{number:>2}. " in text
    assert "returns the case" in text
    assert text.count(": refused") == 3
    assert "allowed" in text


def test_verify_gives_the_verdict_as_json(office: Path) -> None:
    result = json.loads(sopgit("--repo", office / "pengelola_ti", "verify", "--format", "json"))
    assert result["schema"] == "sopgit/verdict/v1"
    assert result["verdict"] == "allowed"
    assert result["events"] >= 11
    assert result["landings"] >= result["events"]
    assert [f for f in result["findings"] if f["severity"] == "error"] == []


def test_list_gives_the_cases_as_json(office: Path) -> None:
    result = json.loads(sopgit("--repo", office / "kasi", "list", "--format", "json"))
    assert result["schema"] == "sopgit/cases/v1"
    (case,) = result["cases"]
    assert {"id", "title", "status", "step", "due"} <= case.keys()
    assert case["status"] == "closed"


def test_each_clone_verifies_from_its_pinned_anchor(office: Path) -> None:
    for desk in samples.CLONES:
        assert (office / desk / ".git/sopgit/anchor.json").is_file()
        result = json.loads(sopgit("--repo", office / desk, "verify", "--format", "json"))
        assert result["trust"] == "anchor"


def test_every_paper_is_a_pdf_with_number_and_signatory(office: Path) -> None:
    papers = sorted((office / "documents").glob("*.pdf"))
    assert len(papers) == 12
    for paper in papers:
        text = "".join(page.extract_text() for page in pypdf.PdfReader(paper).pages)
        assert "000.9/" in text
        assert "NIP" in text
        assert "DINAS KOMUNIKASI DAN INFORMATIKA" in text


def test_version_1_came_back_from_a_remote(office: Path) -> None:
    assert (office / "recovered/kecamatan-1.csv").read_bytes() == samples.districts(8)


@pytest.mark.needs_program("age")
def test_stock_dvc_and_age_bring_everything_back(office: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", office / "server.git", clone], check=True)
    dvc = [sys.executable, "-m", "dvc", "pull"]
    subprocess.run(dvc, cwd=clone, check=True, capture_output=True)
    table = (clone / "datasets/tapem/kecamatan/kecamatan.csv").read_text()
    rows = list(csv.reader(io.StringIO(table)))
    assert len(rows) == 10
    sealed = clone / "datasets/dinsos/penerima-bantuan/data.age"
    assert samples.REGISTER_MARK.encode() not in sealed.read_bytes()
    for person in ("agus", "siti", "budi"):
        key = office / "keys" / person / "age.txt"
        opened = subprocess.run(["age", "-d", "-i", key, sealed], check=True, capture_output=True)
        assert opened.stdout == samples.REGISTER
    command = ["git", "status", "--porcelain"]
    assert subprocess.run(command, cwd=clone, capture_output=True, check=True).stdout == b""


def test_the_register_lies_nowhere_in_the_clear(office: Path) -> None:
    mark = samples.REGISTER_MARK.encode()
    found = [
        path.relative_to(office)
        for path in office.rglob("*")
        if path.is_file() and mark in path.read_bytes()
    ]
    assert found == [Path("intake/penerima-bantuan.csv")]


def test_a_second_run_touches_nothing(office: Path) -> None:
    before = sorted(path for path in office.rglob("*"))
    said = sopgit("demo", office, code=2)
    assert "is not empty" in said
    assert sorted(path for path in office.rglob("*")) == before


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("mine")
    assert "error" in sopgit("demo", path, code=2)
    assert path.read_text() == "mine"


def test_a_table_that_is_not_there_is_refused(tmp_path: Path) -> None:
    said = sopgit("demo", tmp_path / "office", "--data", tmp_path / "none.csv", code=2)
    assert "none.csv" in said
    assert not (tmp_path / "office").exists()


def test_a_table_of_ones_own_is_the_open_dataset(tmp_path: Path, shared_data: Path) -> None:
    table = shared_data / "pringsewu_kecamatan_kemendagri.csv"
    sopgit("demo", tmp_path / "office", "--data", table)
    recovered = tmp_path / "office/recovered/kecamatan-1.csv"
    assert recovered.read_bytes() == table.read_bytes()
