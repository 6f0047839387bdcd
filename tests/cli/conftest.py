"""A one-person office with a case, founded by the command line itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sopgit.cli import run

NOTA_DINAS = [
    "--field", "kepada=Pengelola TI", "--field", "dari=Kasi", "--field", "hal=Pendataan",
    "--field", "isi=Mohon data sektoral.",
]  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Answer]


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A HOME for each test, where the commands put keys; no office lies around it."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.delenv("CI", raising=False)
    return folder


@pytest.fixture
def sopgit(capsys: pytest.CaptureFixture[str], language: None) -> Run:
    """Runs a command in this process."""

    def call(*words: str | Path) -> Answer:
        capsys.readouterr()
        code = int(run([str(word) for word in words]))
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    return call


@pytest.fixture
def office(sopgit: Run, tmp_path: Path) -> Path:
    """A trial office whose one person has the keys in HOME."""
    assert sopgit("key", "new", "--no-passphrase").code == 0
    folder = tmp_path / "office"
    founded = sopgit(
        "init", folder, "--trial", "--name", "Wati Rekaan", "--office", "Kantor Rekaan",
        "--agency", "bps-rekaan=BPS Rekaan",
    )  # fmt: skip
    assert founded.code == 0, founded.err
    return folder


@pytest.fixture
def case(sopgit: Run, office: Path) -> str:
    """The ID of a case that stands at step 2."""
    opened = sopgit(
        "-q", "--repo", office, "open", "--title", "Data sekolah", "--producer", "bps-rekaan",
        *NOTA_DINAS,
    )  # fmt: skip
    assert opened.code == 0, opened.err
    return opened.out.strip()
