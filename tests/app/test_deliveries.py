"""Many files by one command, in parts with receipts, and what no act could tell refused at once."""

from __future__ import annotations

import io
import json
import tarfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sopgit.app.datasets import Added, Failed
from sopgit.app.draft import Draft
from sopgit.app.pending import read_pending
from sopgit.app.receiving import Unchanged
from sopgit.app.taking_in import Delivery, add_deliveries
from sopgit.cli import run
from sopgit.core.finding import Refused
from tests import acts
from tests.cli.test_prompts import talk
from tests.offices import BUDI, KASI, SITI, Folders, codes

OPEN = {"public": "terbuka", "archive": "biasa", "personal": "tidak_ada"}


@pytest.fixture(scope="module")
def at_intake(founded: Folders, tmp_path_factory: pytest.TempPathFactory) -> Folders:
    """The new case at step 3 in the administrator's clone."""
    folders = founded.copy(tmp_path_factory.mktemp("intake") / "office")
    folders.land(SITI, folders.cases["new"], acts.LETTER)
    folders.sync(BUDI)
    return folders


@pytest.fixture
def office(at_intake: Folders, tmp_path: Path) -> Folders:
    return at_intake.copy(tmp_path / "office")


def delivery(folder: Path, name: str, content: bytes | None = None, **classes: str) -> Delivery:
    source = folder / f"{name}.csv"
    source.write_bytes(b"kode,nama\n1,%s\n" % name.encode() if content is None else content)
    value: dict[str, Any] = {
        "schema": "sopgit/dataset/v1",
        "name": name,
        "producer": "tapem",
        "title": name,
        "classification": OPEN | classes,
    }
    return Delivery(source, value)


def add(office: Folders, *deliveries: Delivery, case: str = "new") -> list[Any]:
    return add_deliveries(office.office(BUDI), office.cases[case], deliveries)


def waiting(office: Folders, case: str = "new") -> list[str]:
    state = office.office(BUDI).repo.state_folder
    return [entry["dataset"] for entry in read_pending(state, office.cases[case]).datasets]


def test_each_is_for_itself_and_doing_it_again_goes_on(office: Folders, tmp_path: Path) -> None:
    nik = b"nama,nik\nRekaan,1810010101809999\n"
    good, person = delivery(tmp_path, "satu"), delivery(tmp_path, "orang", nik)
    gone = delivery(tmp_path, "hilang")
    gone.source.unlink()
    closed = delivery(tmp_path, "tiga", archive="terbatas")
    outcomes = add(office, good, person, gone, closed)
    assert [type(each) for each in outcomes] == [Added, Refused, Failed, Added]
    assert waiting(office) == ["tapem/satu", "tapem/tiga"]
    before = read_pending(office.office(BUDI).repo.state_folder, office.cases["new"])
    mended = [delivery(tmp_path, "orang"), delivery(tmp_path, "hilang")]
    outcomes = add(office, good, *mended, closed)
    assert [type(each) for each in outcomes] == [Added] * 4
    after = read_pending(office.office(BUDI).repo.state_folder, office.cases["new"])
    assert {item.key for item in before.items} < {item.key for item in after.items}
    office.perform(BUDI, office.cases["new"], acts.RECEIPT)
    again = add(office, good, closed, case="new")
    assert [type(each) for each in again] == [Unchanged, Unchanged]


def test_a_new_class_of_the_same_content_is_a_new_version(office: Folders, tmp_path: Path) -> None:
    add(office, delivery(tmp_path, "satu", archive="terbatas"))
    office.perform(BUDI, office.cases["new"], acts.RECEIPT)
    (raised,) = add(office, delivery(tmp_path, "satu", archive="rahasia"))
    assert isinstance(raised, Added)
    assert raised.entry["version"] == 2
    office.perform(BUDI, office.cases["new"], acts.NOTES)


def test_a_delivery_in_parts_with_its_receipts(office: Folders, tmp_path: Path) -> None:
    case = office.cases["new"]
    for number, hour in enumerate(("08:20", "08:40")):
        add(office, *(delivery(tmp_path, f"bagian-{number}-{each}") for each in range(3)))
        receipt = {**(acts.RECEIPT.received or {}), "at": f"2026-03-02T{hour}:00+07:00"}
        noted = office.perform(BUDI, case, Draft("note", reason="bagian", received=receipt))
        assert len(noted.event["datasets"]) == 3
        assert noted.state.step == 3
    add(office, delivery(tmp_path, "terakhir"))
    done = office.act(BUDI, case, replace(acts.RECEIPT, received=None))
    assert (done.state.step, len(done.state.datasets)) == (4, 7)
    assert office.guarded().history.is_sound


def test_more_than_an_event_holds_is_told_by_several(office: Folders, tmp_path: Path) -> None:
    case = office.cases["new"]
    add(office, *(delivery(tmp_path, f"data-{n}", archive="terbatas") for n in range(90)))
    with pytest.raises(Exception, match="90 datasets wait, and one event holds"):
        office.perform(BUDI, case, acts.RECEIPT)
    noted = office.perform(BUDI, case, Draft("note", reason="bagian pertama"))
    assert "data-waiting" in codes(noted.warnings)
    assert 60 < len(noted.event["datasets"]) < 90
    done = office.perform(BUDI, case, acts.RECEIPT)
    assert len(done.state.datasets) == 90
    assert waiting(office) == []


def test_what_no_act_could_tell_is_refused_before_it_is_read(
    office: Folders, tmp_path: Path
) -> None:
    def found(case: str) -> dict[str, Any]:
        absent = replace(delivery(tmp_path, "satu"), source=tmp_path / "absent")
        (refused,) = add(office, absent, case=case)
        assert isinstance(refused, Refused)
        return {finding.code: str(finding.hint) for finding in refused.findings}

    assert "step 3, 4" in found("checked")["data-misplaced"]
    assert found("closed").keys() == {"case-ended"}
    other = delivery(tmp_path, "lain")
    (refused,) = add(office, replace(other, description={**other.description, "producer": "bps"}))
    assert codes(refused.findings) == {"producer-unknown"}
    assert waiting(office) == []


def test_a_dataset_waits_for_one_case_at_a_time(office: Folders, tmp_path: Path) -> None:
    back = replace(acts.RETURN, to=4)
    office.sync(KASI)
    office.land(KASI, office.cases["checked"], back)
    office.sync(BUDI)
    for _ in range(2):
        (taken,) = add(office, delivery(tmp_path, "satu"))
        assert isinstance(taken, Added)
    (refused,) = add(office, delivery(tmp_path, "satu"), case="checked")
    assert codes(refused.findings) == {"waits-elsewhere"}
    office.perform(BUDI, office.cases["new"], acts.RECEIPT)
    (unchanged,) = add(office, delivery(tmp_path, "satu"), case="checked")
    assert isinstance(unchanged, Unchanged)


def call(office: Folders, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    common = ["--lang", "en", "--repo", str(office.clone(BUDI)), "data", "add"]
    code = int(run([*common, *words, "--case", office.cases["new"]]))
    said = capsys.readouterr()
    return code, said.out, said.err


LIST = """\
dataset;file;title;public;archive;personal;reason
tapem/satu;satu.csv;Satu;terbuka;biasa;tidak_ada;
tapem/dua;dua.csv;Dua;;terbatas;;
tapem/rumus;rumus.csv;Rumus;;;;rumus dipakai dinas
"""


def test_a_list_says_what_the_options_do_not(
    office: Folders, tmp_path: Path, capsys: pytest.CaptureFixture[str], language: None
) -> None:
    for name in ("satu", "dua"):
        delivery(tmp_path, name)
    delivery(tmp_path, "rumus", b"kode,nilai\n1,=A1+1\n")
    (tmp_path / "daftar.csv").write_text(LIST)
    words = ["--from", str(tmp_path / "daftar.csv"), "--public", "terbuka", "--archive", "biasa"]
    code, _, said = call(office, capsys, *words)
    assert (code, waiting(office)) == (2, [])
    assert "tapem/dua still needs --personal" in said
    code, told, _ = call(office, capsys, *words, "--personal", "tidak_ada")
    assert code == 0
    assert "3 added, 0 unchanged, 0 refused, 0 failed" in told
    assert (
        run(["--lang", "en", "--repo", str(office.clone(BUDI)), "show", office.cases["new"]]) == 0
    )
    expected = "to be told by the next act: tapem/satu, tapem/dua, tapem/rumus"
    assert expected in capsys.readouterr().err
    state = office.office(BUDI).repo.state_folder
    items = {item.slot[0]: item for item in read_pending(state, office.cases["new"]).items}
    assert items["tapem/rumus"].entry["reason"] == "rumus dipakai dinas"
    assert [any(p.endswith("data.age.dvc") for p in item.files) for item in items.values()] == [
        False,
        True,
        False,
    ]


def test_results_of_many_are_one_document(
    office: Folders, tmp_path: Path, capsys: pytest.CaptureFixture[str], language: None
) -> None:
    delivery(tmp_path, "satu")
    delivery(tmp_path, "orang", b"nama,nik\nRekaan,1810010101809999\n")
    classes = [f"--{axis}={value}" for axis, value in OPEN.items()]
    pairs = [f"tapem/{name}={tmp_path / name}.csv" for name in ("satu", "orang")]
    code, told, _ = call(office, capsys, *pairs, "--title", "X", *classes, "--format", "json")
    assert code == 1
    first, second = json.loads(told)["deliveries"]
    assert first["entry"]["copies"] == ["one", "two"]
    assert "personal-data-open" in {finding["code"] for finding in second["findings"]}
    for wrong, why in {
        "tapem/satu": "names no dataset with its file",
        f"tapem/satu={tmp_path / 'absent'}": "there is no file",
    }.items():
        code, _, said = call(office, capsys, wrong)
        assert (code, why in said) == (2, True), said


EXEMPT = ["--public", "dikecualikan", "--archive", "biasa", "--personal", "umum", "--title", "X"]
GROUND = {
    "article": "17",
    "article-letter": "h",
    "test-number": "000.9/1/UK/2026",
    "test-date": "2026-01-05",
    "test-reason": "Memuat rahasia pribadi",
    "test-period": "selama disimpan",
}


def test_exempt_data_needs_its_whole_ground(
    office: Folders, tmp_path: Path, capsys: pytest.CaptureFixture[str], language: None
) -> None:
    delivery(tmp_path, "satu")
    words = ["tapem/satu", str(tmp_path / "satu.csv"), *EXEMPT]
    ground = [f"--{name}={value}" for name, value in GROUND.items()]
    for missing in range(len(ground)):
        code, _, said = call(office, capsys, *words, *ground[:missing], *ground[missing + 1 :])
        assert code == 2
        assert f"still needs --{list(GROUND)[missing]}" in said
    code, _, said = call(office, capsys, *words, *ground)
    assert code == 0, said
    state = office.office(BUDI).repo.state_folder
    files = read_pending(state, office.cases["new"]).files
    assert b'number: "000.9/1/UK/2026"' in (files["datasets/tapem/satu/dataset.yaml"] or b"")
    office.perform(BUDI, office.cases["new"], acts.RECEIPT)


def test_on_a_terminal_the_class_decides_what_is_asked(office: Folders, tmp_path: Path) -> None:
    delivery(tmp_path, "satu")
    words = ["--repo", str(office.clone(BUDI)), "data", "add", "tapem/satu"]
    words += [str(tmp_path / "satu.csv"), "--case"]
    answers = [
        ("Title of the dataset", "Satu"),
        ("Class under public information law", "dikecualikan"),
        ("Class as an archive", "biasa"),
        ("What it holds about persons", "umum"),
        ("Article", "17"),
        ("Letter", "h"),
        ("Number of the consequence test", "000.9/1/UK/2026"),
        ("Day of the consequence test", "kemarin"),
        ("write it like", "2026-01-05"),
        ("What the test found", "Memuat rahasia pribadi"),
        ("How long", "selama disimpan"),
    ]
    code, shown = talk([*words, office.cases["new"]], answers)
    assert code == 0, shown
    assert "encrypted before it was written" in shown
    code, shown = talk([*words, office.cases["checked"]], [])
    assert (code, "Title" in shown) == (1, False)


def folder(tmp_path: Path, **files: bytes) -> Path:
    path = tmp_path / "kiriman desa"
    for name, data in files.items():
        path.joinpath(*name.split("__")).parent.mkdir(parents=True, exist_ok=True)
        path.joinpath(*name.split("__")).with_suffix(".csv").write_bytes(data)
    return path


@pytest.mark.parametrize("archive", ["biasa", "terbatas"])
def test_a_folder_is_one_archive_and_comes_back_as_a_folder(
    office: Folders,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    language: None,
    archive: str,
) -> None:
    source = folder(tmp_path, satu=b"kode,nama\n1,a\n", dalam__dua=b"kode,nama\n2,b\n")
    given = replace(delivery(tmp_path, "desa", archive=archive), source=source)
    (taken,) = add(office, given)
    assert isinstance(taken, Added)
    assert taken.manifest.file == "kiriman desa.tar"
    office.perform(BUDI, office.cases["new"], acts.RECEIPT)
    (again,) = add(office, given)
    assert isinstance(again, Unchanged)
    get = ["--lang", "en", "--repo", str(office.clone(BUDI)), "data", "get", "tapem/desa"]
    output = tmp_path / "keluar"
    assert run([*get, "--output", str(output), "--extract"]) == 0, capsys.readouterr().err
    assert (output / "dalam" / "dua.csv").read_bytes() == b"kode,nama\n2,b\n"
    assert run([*get, "--output", str(tmp_path / "keluar.tar")]) == 0
    assert run([*get, "--output", str(output), "--extract"]) == 2
    assert sorted(path.name for path in output.iterdir()) == ["dalam", "satu.csv"]


def test_every_file_of_an_open_folder_is_scanned(office: Folders, tmp_path: Path) -> None:
    person = b"nama,nik\nRekaan,1810010101809999\n"
    source = folder(tmp_path, satu=b"kode,nama\n1,a\n", dalam__dua=person)
    (refused,) = add(office, replace(delivery(tmp_path, "desa"), source=source))
    assert isinstance(refused, Refused)
    places = {finding.place.path for finding in refused.findings if finding.severity == "error"}
    assert places == {"dalam/dua.csv"}
    hints = {str(finding.hint) for finding in refused.findings if finding.severity == "error"}
    assert len(hints) == 1
    (hint,) = hints
    assert "--personal spesifik" in hint
    assert hint.endswith(f"sopgit return {office.cases['new']} --to 2")
    assert waiting(office) == []
    (taken,) = add(office, replace(delivery(tmp_path, "desa", personal="spesifik"), source=source))
    assert isinstance(taken, Added)


def test_f18_a_foreign_archive_is_stored_as_it_is_and_never_unpacked_outside(
    office: Folders, tmp_path: Path, capsys: pytest.CaptureFixture[str], language: None
) -> None:
    evil = io.BytesIO()
    with tarfile.open(fileobj=evil, mode="w") as written:
        written.addfile(tarfile.TarInfo("../luar"))
    given = replace(delivery(tmp_path, "desa", evil.getvalue()), reason="arsip dinas")
    (taken,) = add(office, given)
    assert isinstance(taken, Added)
    office.perform(BUDI, office.cases["new"], acts.RECEIPT)
    get = ["--lang", "en", "--repo", str(office.clone(BUDI)), "data", "get", "tapem/desa"]
    output = tmp_path / "keluar" / "desa"
    output.parent.mkdir()
    assert run([*get, "--output", str(output), "--extract"]) == 2
    assert "no archive of a folder" in capsys.readouterr().err
    assert list(output.parent.iterdir()) == []
    assert run([*get, "--output", str(output)]) == 0
    assert output.read_bytes() == evil.getvalue()
