"""The worked example that the project carries: a whole case, judged as files."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

GOVERNED = (".sopgit", "cases", "datasets", "records")


def check(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sopgit", "check", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def example(project: Path, tmp_path: Path) -> Path:
    for name in GOVERNED:
        shutil.copytree(project / name, tmp_path / name)
    assert check(tmp_path).returncode == 0
    return tmp_path


def test_it_is_sound_where_it_stands(project: Path) -> None:
    result = check(project)
    assert result.returncode == 0, result.stdout + result.stderr


def test_one_changed_word_is_found(example: Path) -> None:
    (case,) = example.glob("cases/*/*/*/case.yaml")
    case.write_bytes(case.read_bytes().replace(b"belum lengkap", b"sudah lengkap", 1))
    result = check(example)
    assert result.returncode == 1
    assert "event-signature" in result.stdout + result.stderr


def test_it_holds_no_private_key(project: Path) -> None:
    for name in GOVERNED:
        for path in (project / name).rglob("*"):
            if path.is_file():
                assert b"PRIVATE KEY" not in path.read_bytes()
                assert b"AGE-SECRET-KEY" not in path.read_bytes()


def test_a_linked_folder_is_found(example: Path, tmp_path: Path) -> None:
    (example / "cases" / "2030").symlink_to(example / "datasets", target_is_directory=True)
    result = check(example)
    assert result.returncode == 1
    assert "file-not-plain" in result.stdout + result.stderr
