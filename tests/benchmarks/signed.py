"""Git's own way to prove who made a commit: SSH-signed commits and `git log --format=%G?`."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.maker import git, signer
from tests.benchmarks.timing import clock


def signed_commits(folder: Path, count: int) -> Callable[[], float]:
    """Make `count` signed commits in `folder` once; the seconds for one, each time it is asked."""
    if not (folder / "done").exists():
        _make(folder, count)
    command = ["log", "--format=%G?", "main"]

    def per_commit() -> float:
        assert git(folder, *command).split() == [b"G"] * count
        return clock(lambda: git(folder, *command)) / count

    return per_commit


def _make(folder: Path, count: int) -> None:
    folder.mkdir(parents=True)
    git(folder, "init", "-q", "-b", "main")
    signer("contoh").write_files(folder / "key")
    line = f"contoh@example.invalid {signer('contoh').public_line}\n"
    (folder / "allowed").write_text(line)
    settings = {
        "gpg.format": "ssh",
        "user.signingkey": str(folder / "key"),
        "gpg.ssh.allowedSignersFile": str(folder / "allowed"),
        "user.name": "Contoh",
        "user.email": "contoh@example.invalid",
    }
    for key, value in settings.items():
        git(folder, "config", key, value)
    tree = git(folder, "write-tree").decode().strip()
    parent: list[str] = []
    for number in range(count):
        made = git(folder, "commit-tree", "-S", *parent, "-m", f"act {number}", tree)
        parent = ["-p", made.decode().strip()]
    subprocess.run(["git", "update-ref", "refs/heads/main", parent[1]], cwd=folder, check=True)
    git(folder, "repack", "-a", "-d", "-q")
    (folder / "done").touch()
