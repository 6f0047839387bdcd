"""`sopgit review`: told in three forms, and with an ID the act of the official whose turn it is."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from sopgit.cli import review as command
from tests.cli.conftest import NOTA_DINAS, Run
from tests.offices import run_git


@pytest.fixture
def server(office: Path, tmp_path: Path) -> Path:
    """A bare repository that the office's clone sends to; no guard."""
    bare = tmp_path / "server.git"
    run_git(tmp_path, "init", "-q", "--bare", "-b", "main", str(bare))
    run_git(office, "remote", "add", "origin", str(bare))
    run_git(office, "push", "-q", "origin", "main")
    run_git(office, "fetch", "-q")
    return bare


def test_a_case_is_told_and_later_changes_nothing(sopgit: Run, office: Path, case: str) -> None:
    before = run_git(office, "rev-parse", "HEAD")
    answer = sopgit("--repo", office, "review", case, "--nanti")
    assert answer.code == 0
    assert answer.out.startswith(f"case {case}: Data sekolah\n")
    assert f"next: sopgit complete {case}" in answer.out
    assert run_git(office, "rev-parse", "HEAD") == before


def test_json_is_versioned(sopgit: Run, office: Path, case: str) -> None:
    value = sopgit("--repo", office, "--format", "json", "review", case).json
    assert value["schema"] == "sopgit/review/v1"
    assert value["sections"][0]["facts"]["step"] == 2


def test_a_ci_run_gets_the_page_in_its_summary(
    sopgit: Run, office: Path, case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(page))
    assert sopgit("--repo", office, "--format", "github", "review", "HEAD~1..HEAD").code == 0
    assert page.read_text().startswith("## nothing stands against it\n")
    assert sopgit("--repo", office, "review", "--markdown", "HEAD~1..HEAD").out in page.read_text()


def test_returning_signs_and_sends(sopgit: Run, office: Path, server: Path, case: str) -> None:
    answer = sopgit(
        "--repo", office, "review", case, "--kembalikan", "--to", "1", "--reason", "belum jelas",
        "--finding", "periode tidak disebut",
    )  # fmt: skip
    assert answer.code == 0, answer.err
    assert f"case {case} is returned from step 2" in answer.out
    assert run_git(server, "rev-parse", "main") == run_git(office, "rev-parse", "main")


def test_finishing_says_all_that_is_missing_and_changes_nothing(
    sopgit: Run, office: Path, case: str
) -> None:
    before = run_git(office, "rev-parse", "HEAD")
    answer = sopgit("--repo", office, "review", case, "--selesai", "--document", "surat_pendataan")
    assert answer.code == 1
    assert "[document-incomplete]" in answer.err
    assert run_git(office, "rev-parse", "HEAD") == before


def test_only_a_case_can_be_finished(sopgit: Run, office: Path) -> None:
    answer = sopgit("--repo", office, "review", "HEAD~1..HEAD", "--selesai")
    assert answer.code == 2


def test_on_a_terminal_the_official_is_asked(
    sopgit: Run, office: Path, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def answer(_said: str, **options: object) -> str:
        asked.append(options["type"])
        return "nanti"

    monkeypatch.setattr(command, "can_ask", lambda _session: True)
    monkeypatch.setattr(click, "prompt", answer)
    assert sopgit("--repo", office, "review", case).code == 0
    (choice,) = asked
    assert list(choice.choices) == ["selesai", "kembalikan", "nanti"]  # type: ignore[attr-defined]


def test_what_only_my_key_opens_stays_on_my_terminal(sopgit: Run, office: Path) -> None:
    opened = sopgit(
        "-q", "--repo", office, "open", "--restricted", "--title", "Rahasia", "--producer",
        "bps-rekaan", *NOTA_DINAS,
    )  # fmt: skip
    assert opened.code == 0, opened.err
    case = opened.out.strip()
    assert "Mohon data sektoral" in sopgit("--repo", office, "review", case).out
    for words in (["--markdown"], ["--comment"]):
        page = sopgit("--repo", office, "review", case, *words).out
        assert "sealed for the readers" in page
        assert "Mohon data sektoral" not in page


def test_a_gate_is_asked_of_a_range(sopgit: Run, office: Path, case: str) -> None:
    assert sopgit("--repo", office, "review", "--gate", case).code == 2
    assert sopgit("--repo", office, "review", "HEAD~1..HEAD").code == 0
    waiting = sopgit("--repo", office, "review", "--gate", "HEAD~1..HEAD")
    assert waiting.code == 1
    assert "\nwaiting for pengelola_ti: step 2\n" in waiting.out
