"""`sopgit` alone: on a terminal the day, elsewhere the help."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.offices import run_git

pytest.importorskip("pty", reason="there are no pseudo-terminals here")
from tests.cli.test_prompts import talk

LETTER = [
    ("Document", "surat_pendataan"),
    ("Kepada", "Kepala Bagian Rekaan"),
    ("Hal", "Permintaan data"),
    ("Pembuka", "Dengan hormat kami mohon data."),
]


@pytest.fixture
def server(office: Path, tmp_path: Path) -> Path:
    """A bare repository that the office's clone sends to; no guard."""
    bare = tmp_path / "server.git"
    run_git(tmp_path, "init", "-q", "--bare", "-b", "main", str(bare))
    run_git(office, "remote", "add", "origin", str(bare))
    run_git(office, "push", "-q", "origin", "main")
    run_git(office, "fetch", "-q")
    return bare


def answers(tmp_path: Path, sign: str) -> list[tuple[str, str]]:
    table = tmp_path / "surat.csv"
    table.write_text("data,periode,format\nSekolah,2026,CSV\n")
    return [
        ("Which one", "7"),
        ("Which one", "1"),
        ("What do you decide", "selesai"),
        *LETTER,
        ("columns", str(table)),
        ("Batas", "2026-12-31"),
        ("Sign and send this", sign),
    ]


def test_a_case_is_chosen_its_paper_seen_signed_and_sent(
    sopgit: Run, office: Path, server: Path, case: str, tmp_path: Path
) -> None:
    steps = [*answers(tmp_path, "n"), *answers(tmp_path, "y")[1:]]
    steps += [("Which one", "9"), ("give one of the numbers on the left\nWhich one", "")]
    code, shown = talk(["--repo", str(office)], steps)
    assert code == 0, shown
    assert "Data sekolah" in shown
    left, signed = shown.split("not signed, and nothing was changed")
    for part in (left, signed):
        assert "  SURAT PENDATAAN · KONSEP · UJI COBA" in part
        assert "  Sekolah | 2026 | CSV" in part
    assert f"step 2 of case {case} is done" in signed
    assert "1 sent" in signed
    assert "next: sopgit sync" not in signed
    assert run_git(server, "rev-parse", "main") == run_git(office, "rev-parse", "main")
    assert sopgit("--repo", office, "verify").code == 0


def test_what_is_refused_is_told_and_the_day_goes_on(
    office: Path, case: str, tmp_path: Path
) -> None:
    before = run_git(office, "rev-parse", "HEAD")
    wrong = [
        (question, "Mohon cek 1810014101809999" if question == "Pembuka" else answer)
        for question, answer in answers(tmp_path, "y")
    ]
    code, shown = talk(["--repo", str(office)], [*wrong, ("Which one", "")])
    assert code == 0, shown
    assert "[personal-data-open]" in shown
    assert run_git(office, "rev-parse", "HEAD") == before


def test_elsewhere_than_on_a_terminal_or_in_an_office_it_is_the_help(
    sopgit: Run, office: Path, tmp_path: Path
) -> None:
    answer = sopgit("--repo", office)
    assert answer.code == 2
    assert answer.err.startswith("Usage: sopgit")
    code, shown = talk(["--repo", str(tmp_path)], [])
    assert code == 2
    assert "Usage: sopgit" in shown
