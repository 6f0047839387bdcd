"""The commands on a real office: acts, looking at cases, the engine's answers."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import NOTA_DINAS, Run

LETTER = """\
document:
  type: surat_pendataan
  fields:
    kepada: BPS Rekaan
    hal: Permintaan data
    pembuka: Dengan hormat
    batas_waktu: "2026-12-01"
    data_diminta:
    - data: Kecamatan
      periode: "2026"
    penutup: Terima kasih
"""


def _files(folder: Path) -> dict[str, bytes]:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=folder, capture_output=True, text=True, check=True
    )
    return {name: (folder / name).read_bytes() for name in tracked.stdout.split()}


def test_founding_says_who_one_is_and_pins_the_anchor(sopgit: Run, office: Path) -> None:
    me = sopgit("--repo", office, "--format", "json", "whoami").json
    assert (me["person"], me["trial"], len(me["roles"])) == ("wati", True, 3)
    verdict = sopgit("--repo", office, "--format", "json", "verify").json
    assert verdict["schema"] == "sopgit/verdict/v1"
    assert (verdict["verdict"], verdict["landings"], verdict["trust"]) == ("allowed", 2, "anchor")


def test_opening_says_where_the_case_stands_and_what_to_type_next(
    sopgit: Run, office: Path
) -> None:
    answer = sopgit(
        "--repo", office, "open", "--title", "Satu", "--producer", "bps-rekaan", *NOTA_DINAS
    )
    assert answer.code == 0
    done, stands, following = answer.out.splitlines()
    assert done.startswith("case ")
    assert done.endswith(" is open; step 1 is done with it")
    assert "step 2" in stands
    assert "Wati Rekaan" in stands
    assert following.startswith("next: sopgit show ")


def test_a_list_is_versioned_json(sopgit: Run, office: Path, case: str) -> None:
    value = sopgit("--repo", office, "list", "--format", "json").json
    assert value["schema"] == "sopgit/cases/v1"
    (only,) = value["cases"]
    assert (only["id"], only["title"], only["slug"]) == (case, "Data sekolah", "data-sekolah")
    assert (only["status"], only["step"], only["late"]) == ("open", 2, False)
    assert only["due"]
    assert only["case_due"]
    assert only["producers"] == ["bps-rekaan"]


def test_an_inbox_holds_what_my_roles_wait_for(sopgit: Run, office: Path, case: str) -> None:
    mine = sopgit("--repo", office, "--format", "json", "inbox").json["cases"]
    assert [entry["id"] for entry in mine] == [case]
    assert sopgit("--repo", office, "inbox", "--role", "kasi").out == ""


def test_a_document_may_come_from_a_file_and_options_go_before_it(
    sopgit: Run, office: Path, case: str, tmp_path: Path
) -> None:
    path = tmp_path / "surat.yaml"
    path.write_text(LETTER)
    answer = sopgit(
        "--repo", office, "--format", "json", "complete", case, "--from", path,
        "--field", "hal=Permintaan data kecamatan",
    )  # fmt: skip
    assert answer.code == 0, answer.err
    fields = answer.json["event"]["document"]["fields"]
    assert fields["hal"] == "Permintaan data kecamatan"
    assert fields["data_diminta"] == [{"data": "Kecamatan", "periode": "2026"}]


def test_all_that_is_missing_is_said_at_once_and_nothing_changes(
    sopgit: Run, office: Path, case: str
) -> None:
    before = _files(office)
    answer = sopgit("--repo", office, "complete", case, "--document", "surat_pendataan")
    assert answer.code == 1
    assert answer.err.count("[document-incomplete]") > 1
    assert _files(office) == before


def test_a_file_with_a_key_twice_is_refused_with_its_line(
    sopgit: Run, office: Path, case: str, tmp_path: Path
) -> None:
    path = tmp_path / "surat.yaml"
    path.write_text("reason: a\nreason: b\n")
    answer = sopgit("--repo", office, "complete", case, "--from", path)
    assert answer.code == 1
    assert f'"{path}":2:1: error: ' in answer.err
    assert "[yaml-duplicate-key]" in answer.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("open",), "open needs --title, --producer"),
        (("return", "CASE"), "return needs --reason, --finding"),
        (("cancel", "CASE"), "cancel needs --reason"),
        (("complete", "CASE"), "complete needs --document"),
        (("complete", "CASE", "--document", "surat"), "no document surat"),
        (("complete", "abcdefg"), "no case is called abcdefg"),
        (("complete", "sekolah"), "did you mean: data-sekolah"),
        (("complete", "CASE", "--field", "hal"), "write it as NAME=VALUE"),
        (("note", "CASE", "--received-at", "x", "--received-from", "y"), "x is no date and time"),
        (("amend", "CASE", "--of", "7", "--reason", "x"), "documents that stand, by event: 1"),
        (("note", "CASE"), "the note says nothing"),
        (("note", "CASE", "--reason"), "see: sopgit note --help"),
        (("note", "CASE", "--from", "/nowhere.yaml"), "there is no file /nowhere.yaml"),
        (("show", "abcdefg"), "no case is called abcdefg"),
        (("log", "CASE", "--proof", "9"), "has no event 9"),
        (("log", "CASE", "--output", "x"), "--output goes with --proof"),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(
    words: tuple[str, ...], said: str, sopgit: Run, office: Path, case: str
) -> None:
    answer = sopgit("--repo", office, *(case if word == "CASE" else word for word in words))
    assert answer.code == 2
    assert said in answer.err


def test_an_amendment_keeps_what_is_not_given(sopgit: Run, office: Path, case: str) -> None:
    answer = sopgit(
        "--repo", office, "--format", "json", "amend", case, "--of", "1", "--reason", "salah ketik",
        "--field", "hal=Pendataan sekolah",
    )  # fmt: skip
    assert answer.code == 0, answer.err
    document = answer.json["event"]["document"]
    assert document["fields"]["hal"] == "Pendataan sekolah"
    assert document["fields"]["isi"] == "Mohon data sektoral."


def test_a_return_leads_back_with_its_findings(sopgit: Run, office: Path, case: str) -> None:
    answer = sopgit(
        "--repo", office, "--format", "json", "return", case, "--reason", "belum jelas",
        "--finding", "periode tidak disebut", "--finding", "format tidak disebut",
    )  # fmt: skip
    assert answer.code == 0, answer.err
    assert answer.json["case"]["status"] == "returned"
    assert len(answer.json["event"]["findings"]) == 2


def test_a_cancelled_case_waits_for_nobody(sopgit: Run, office: Path, case: str) -> None:
    assert sopgit("--repo", office, "cancel", case, "--reason", "tidak jadi").code == 0
    listed = sopgit("--repo", office, "--format", "json", "list", "--status", "cancelled").json
    assert [entry["id"] for entry in listed["cases"]] == [case]
    assert sopgit("--repo", office, "--format", "json", "inbox").json["cases"] == []


def test_show_and_log_tell_the_case(sopgit: Run, office: Path, case: str) -> None:
    shown = sopgit("--repo", office, "show", case[:6]).out
    assert "Nota Dinas" in shown
    assert "Data sekolah" in shown
    head, event = sopgit("--repo", office, "log", "data-sekolah").out.splitlines()
    assert head.startswith("event")
    assert event.startswith("1 ")
    assert "open" in event


@pytest.mark.needs_program("ssh-keygen")
def test_a_proof_can_be_checked_by_ssh_keygen(
    sopgit: Run, office: Path, case: str, tmp_path: Path
) -> None:
    folder = tmp_path / "proof"
    answer = sopgit(
        "--repo", office, "--format", "json", "log", case, "--proof", "1", "--output", folder
    )
    assert answer.code == 0, answer.err
    command = answer.json["command"].partition(" < ")[0].split()

    def verify() -> int:
        message = (folder / "event.json").read_bytes()
        return subprocess.run(
            command, cwd=folder, input=message, capture_output=True, check=False
        ).returncode

    assert verify() == 0
    (folder / "event.json").write_bytes((folder / "event.json").read_bytes() + b" ")
    assert verify() != 0


def test_without_an_anchor_verify_warns_and_in_ci_refuses(
    sopgit: Run, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (office / ".git" / "sopgit" / "anchor.json").unlink()
    watched = sopgit("--repo", office, "verify")
    assert watched.code == 0
    assert "believed on first use" in watched.err
    monkeypatch.setenv("CI", "true")
    alone = sopgit("--repo", office, "--format", "json", "verify")
    assert alone.code == 1
    assert [entry["code"] for entry in alone.json["findings"]] == ["trust-first-use"]
    assert sopgit("--repo", office, "verify", "--trust-first-use").code == 0


def test_an_anchor_that_was_shown_can_be_pinned_and_another_cannot(
    sopgit: Run, office: Path, tmp_path: Path
) -> None:
    shown = sopgit("--repo", office, "--format", "json", "trust", "show")
    path = tmp_path / "anchor.json"
    path.write_text(shown.out)
    (office / ".git" / "sopgit" / "anchor.json").unlink()
    assert sopgit("--repo", office, "trust", "pin", path).code == 0
    assert sopgit("--repo", office, "--format", "json", "verify").json["trust"] == "anchor"
    path.write_text(json.dumps({**shown.json, "genesis": "0" * 40}))
    assert sopgit("--repo", office, "trust", "pin", path).code == 3
    path.write_text("{}")
    assert sopgit("--repo", office, "trust", "pin", path).code == 2


def test_a_rewritten_event_is_refused_by_check_before_it_is_committed(
    sopgit: Run, office: Path, case: str
) -> None:
    assert sopgit("--repo", office, "check").code == 0
    (path,) = office.glob("cases/*/*/*/case.yaml")
    path.write_text(path.read_text().replace("Mohon data", "Mohon surat"))
    subprocess.run(["git", "add", "-A"], cwd=office, check=True)
    answer = sopgit("--repo", office, "check")
    assert answer.code == 1
    assert "[case-grows]" in answer.out


def test_registers_come_as_text_csv_and_json(
    sopgit: Run, office: Path, case: str, tmp_path: Path
) -> None:
    assert "Nota Dinas" in sopgit("--repo", office, "report", "register").out
    assert sopgit("--repo", office, "report", "register", "--csv").out.startswith("date,number,")
    path = tmp_path / "out" / "times.csv"
    assert sopgit("--repo", office, "report", "time", "--output", path).code == 0
    assert path.read_text().startswith("case,step,")
    value = sopgit("--repo", office, "--format", "json", "report", "time").json
    assert [visit["step"] for visit in value["visits"]] == [1, 2]


def test_a_copy_of_the_files_is_judged_as_files(
    sopgit: Run, office: Path, case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "example"
    shutil.copytree(office, copy, ignore=shutil.ignore_patterns(".git"))
    monkeypatch.chdir(copy)
    assert sopgit("check", ".").code == 0
    (path,) = copy.glob("cases/*/*/*/case.yaml")
    relative = path.relative_to(copy)
    assert sopgit("check", relative).code == 0
    path.write_text(path.read_text() + "# a comment\n")
    answer = sopgit("check", ".")
    assert answer.code == 1
    assert answer.out.startswith(f"{relative}:")
    assert sopgit("check", ".sopgit").code == 0


def test_a_single_file_is_judged_by_itself(
    sopgit: Run, office: Path, case: str, tmp_path: Path
) -> None:
    (path,) = office.glob("cases/*/*/*/case.yaml")
    alone = tmp_path / "case.yaml"
    alone.write_bytes(path.read_bytes())
    assert sopgit("check", alone).code == 0
    alone.write_text("step: 075\n")
    answer = sopgit("check", alone)
    assert answer.code == 1
    assert "[schema-unknown]" in answer.out
    assert sopgit("check", tmp_path / "nothing.yaml").code == 2


def test_review_tells_a_case_in_plain_words(sopgit: Run, office: Path, case: str) -> None:
    answer = sopgit("--repo", office, "review", case)
    assert answer.code == 0
    assert "Nota Dinas" in answer.out
    assert "Mohon data sektoral." in answer.out


def test_foreign_text_neither_steers_the_terminal_nor_a_ci_run(sopgit: Run, office: Path) -> None:
    answer = sopgit(
        "--repo", office, "open", "--title", "::error::x \u202e y", "--producer", "bps-rekaan",
        *NOTA_DINAS,
    )  # fmt: skip
    listed = sopgit("--repo", office, "list").out + answer.out + answer.err
    assert "\u202e" not in listed
    assert not any(line.startswith("::") for line in listed.splitlines())
