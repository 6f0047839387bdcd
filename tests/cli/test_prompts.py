"""On a terminal what is missing is asked for; elsewhere never."""

from __future__ import annotations

import os
import re
import select
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run

pty = pytest.importorskip("pty", reason="there are no pseudo-terminals here")


def talk(words: list[str], answers: list[tuple[str, str]]) -> tuple[int, str]:
    """Run sopgit on a terminal and answer each question once it is shown."""
    process, terminal = pty.fork()
    if process == 0:
        os.execv(sys.executable, [sys.executable, "-m", "sopgit", *words])  # noqa: S606 - no shell
    shown = ""
    for question, answer in [*answers, ("", "")]:
        seen = len(shown)
        while question not in shown[seen:] or not question:
            block = _read(terminal)
            if not block:
                break
            shown += block
        if question:
            os.write(terminal, f"{answer}\n".encode())
    _pid, status = os.waitpid(process, 0)
    os.close(terminal)
    return os.waitstatus_to_exitcode(status), re.sub(r"\r", "", shown)


def _read(terminal: int) -> str:
    if not select.select([terminal], [], [], 20)[0]:
        return ""
    try:
        return os.read(terminal, 4096).decode("utf-8", "replace")
    except OSError:
        return ""


def test_each_required_thing_is_asked_for_by_its_label(sopgit: Run, office: Path) -> None:
    answers = [
        ("Title of the case", "Data sekolah"),
        ("Agencies that the data comes from (bps-rekaan)", "bps-rekan"),
        ("bps-rekan is no agency of this office\nAgencies", "bps-rekaan"),
        ("Kepada", "Pengelola TI"),
        ("Dari", "@Kasi"),
        ("Hal", "Pendataan"),
        ("Isi", "Mohon data."),
    ]
    code, shown = talk(["--repo", str(office), "open"], answers)
    assert code == 0, shown
    assert "is open; step 1 is done with it" in shown
    events = sopgit("--repo", office, "--format", "json", "log", "data-sekolah").json["events"]
    assert events[0]["document"]["fields"]["dari"] == "@Kasi"
    assert events[0]["case"]["producers"] == ["bps-rekaan"]


def test_nothing_is_asked_when_all_is_given_by_options(office: Path, case: str) -> None:
    words = ["--repo", str(office), "note", case, "--reason", "telepon"]
    code, shown = talk(words, [])
    assert code == 0, shown
    assert shown.startswith("a note was added")


def test_with_json_nothing_is_asked_even_on_a_terminal(office: Path) -> None:
    code, shown = talk(["--repo", str(office), "--format", "json", "open"], [])
    assert code == 2
    assert "Title" not in shown
