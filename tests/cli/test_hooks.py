"""The hooks as git runs them: installed stubs, a real push, and what they do without sopgit."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run

STUBS = ("pre-commit", "pre-receive", "commit-msg", "pre-push")
# What no guard may pay for when all is well; each was measured to be dear at the start.
DEAR = {
    "dvc",
    "holidays",
    "importlib.resources",
    "jinja2",
    "jsonschema",
    "multiprocessing",
    "pyrage",
    "rich",
    "sopgit.adapters.age",
    "sopgit.adapters.xlsx",
    "sopgit.app.identity",
    "sopgit.app.restoring",
    "zipfile",
}


def _git(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    identity = ["-c", "user.name=Wati Rekaan", "-c", "user.email=wati@sopgit.invalid"]
    return subprocess.run(
        ["git", *identity, *words], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture
def server(sopgit: Run, office: Path, tmp_path: Path) -> Path:
    """The guarded repository of the office, which holds all that was done so far."""
    folder = tmp_path / "server.git"
    _git(tmp_path, "init", "--bare", "--initial-branch=main", str(folder))
    anchor = tmp_path / "anchor.json"
    anchor.write_text(sopgit("--repo", office, "--format", "json", "trust", "show").out)
    installed = sopgit("--repo", folder, "hook", "install", "--server", "--anchor", anchor)
    assert installed.code == 0, installed.err
    _git(office, "remote", "add", "origin", str(folder))
    pushed = _git(office, "push", "origin", "main")
    assert pushed.returncode == 0, pushed.stderr
    return folder


@pytest.mark.parametrize("name", STUBS)
def test_a_stub_is_short_and_refuses_where_sopgit_is_missing(
    name: str, project: Path, tmp_path: Path
) -> None:
    stub = project / "hooks" / name
    lines = stub.read_text().splitlines()
    assert len(lines) <= 10
    assert f'hook {name} "$@"' in stub.read_text()
    shell = shutil.which("sh")
    assert shell is not None
    bare = {"PATH": str(tmp_path)}
    done = subprocess.run([shell, stub], env=bare, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "nothing is accepted" in done.stderr
    gone = tmp_path / name
    gone.write_text(stub.read_text().replace("python=\n", "python=/nowhere/python\n"))
    assert subprocess.run([shell, gone], env=bare, capture_output=True, check=False).returncode != 0


@pytest.mark.parametrize("words", [("pre-receive",), ("pre-commit",), ("commit-msg", "message")])
def test_a_guard_that_finds_nothing_loads_nothing_dear(
    words: tuple[str, ...], office: Path
) -> None:
    (office / ".git" / "message").write_text("a message\n")
    arguments = [str(office / ".git" / word) if word == "message" else word for word in words]
    tip = _git(office, "rev-parse", "main").stdout.strip()
    program = (
        "import sys; from sopgit.cli import run; code = run(sys.argv[1:]); "
        "print(*sys.modules, sep='\\n'); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "hook", *arguments],
        cwd=office / ".git" if words == ("pre-receive",) else office,
        input=f"{'0' * 40} {tip} refs/heads/main\n",
        capture_output=True,
        text=True,
        check=False,
    )
    loaded = set(done.stdout.split())
    assert (done.returncode, done.stderr) == (0, "")
    assert "sopgit.core.mainline" in loaded
    assert loaded & DEAR == set()


def test_the_server_takes_an_act_and_keeps_git_from_going_back(
    sopgit: Run, office: Path, server: Path, case: str
) -> None:
    synced = sopgit("--repo", office, "--format", "json", "sync")
    assert synced.code == 0, synced.err
    assert synced.json["sent"] == 1
    assert _git(server, "config", "receive.fsckObjects").stdout == "true\n"
    _git(office, "commit", "--no-verify", "--allow-empty", "-m", "x")
    _git(office, "reset", "--hard", "HEAD~2")
    pushed = _git(office, "push", "--no-verify", "--force", "origin", "main")
    assert pushed.returncode != 0
    assert "[forward-only]" in pushed.stderr


def test_the_server_refuses_what_no_rule_explains_and_says_why(office: Path, server: Path) -> None:
    before = _git(server, "rev-parse", "main").stdout
    (office / "program.py").write_text("print()\n")
    _git(office, "add", "-f", "program.py")
    assert _git(office, "commit", "--no-verify", "-m", "x").returncode == 0
    pushed = _git(office, "push", "--no-verify", "origin", "main")
    assert pushed.returncode != 0
    assert "[path-unknown]" in pushed.stderr
    assert _git(server, "rev-parse", "main").stdout == before


def test_the_server_refuses_everything_while_its_guard_is_broken(
    sopgit: Run, office: Path, server: Path, case: str
) -> None:
    (server / "sopgit" / "anchor.json").write_text("broken")
    answer = sopgit("--repo", office, "sync")
    assert answer.code == 3
    assert "is not an anchor" in answer.err


def test_a_server_without_an_anchor_is_not_set_up(sopgit: Run, tmp_path: Path) -> None:
    _git(tmp_path, "init", "--bare", "bare.git")
    answer = sopgit("--repo", tmp_path / "bare.git", "hook", "install", "--server")
    assert answer.code == 2
    assert not (tmp_path / "bare.git" / "hooks" / "pre-receive").exists()


def test_a_clone_judges_its_commits_and_messages(sopgit: Run, office: Path, case: str) -> None:
    assert sopgit("--repo", office, "hook", "install").code == 0
    (path,) = office.glob("cases/*/*/*/case.yaml")
    path.write_text(path.read_text().replace("Mohon data", "Mohon surat"))
    refused = _git(office, "commit", "-am", "x")
    assert refused.returncode == 1
    assert "[case-grows]" in refused.stderr
    _git(office, "checkout", "--", ".")
    (office / "README.md").write_text("Halaman.\n")
    _git(office, "add", "README.md")
    assert "[commit-message]" in _git(office, "commit", "-m", "x\x1b[2J").stderr
    allowed = _git(office, "commit", "-m", "Say where we are")
    assert allowed.returncode == 0, allowed.stderr


def test_another_programs_hook_is_left_alone(sopgit: Run, office: Path) -> None:
    hook = office / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 0\n")
    answer = sopgit("--repo", office, "hook", "install")
    assert answer.code == 2
    assert hook.read_text() == "#!/bin/sh\nexit 0\n"
    assert not (office / ".git" / "hooks" / "commit-msg").exists()
    hook.unlink()
    assert sopgit("--repo", office, "hook", "install").code == 0
    assert sopgit("--repo", office, "hook", "install").code == 0
    assert os.access(hook, os.X_OK)


def test_a_push_is_judged_before_it_leaves(office: Path, server: Path, sopgit: Run) -> None:
    assert sopgit("--repo", office, "hook", "install").code == 0
    (office / "program.py").write_text("print()\n")
    _git(office, "add", "-f", "program.py")
    _git(office, "commit", "--no-verify", "-m", "x")
    pushed = _git(office, "push", "origin", "main")
    assert pushed.returncode != 0
    assert "[path-unknown]" in pushed.stderr
    assert "remote:" not in pushed.stderr
