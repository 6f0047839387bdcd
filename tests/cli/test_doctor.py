"""`doctor` looks at everything, changes nothing, and says what to do."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.conftest import Answer, Run
from tests.offices import snapshot


@pytest.fixture
def office(sopgit: Run, tmp_path: Path) -> Path:
    """A trial office with a folder and two servers, none of which answers."""
    (tmp_path / "nas").mkdir()
    assert sopgit("key", "new", "--no-passphrase").code == 0
    founded = sopgit(
        "init", tmp_path / "kantor", "--trial", "--name", "Wati Rekaan", "--office", "Kantor",
        "--remote", f"nas={tmp_path}/nas",
        "--remote", "server=ssh://127.0.0.1:1/data",
        "--remote", "awan=s3://data/kantor",
    )  # fmt: skip
    assert founded.code == 0, founded.err
    local = "['remote \"awan\"']\n    endpointurl = http://127.0.0.1:1\n"
    keys = "    access_key_id = a\n    secret_access_key = b\n"
    (tmp_path / "kantor" / ".dvc" / "config.local").write_text(local + keys)
    return tmp_path / "kantor"


def states(answer: Answer) -> Mapping[str, str]:
    return {check["what"]: check["state"] for check in answer.json["checks"]}


def files(office: Path) -> dict[str, str]:
    """All but DVC's own notes, which Git ignores."""
    found = snapshot(office).items()
    return {path: digest for path, digest in found if not path.startswith(".dvc/tmp/")}


def test_each_thing_is_told_and_nothing_changed(
    sopgit: Run, office: Path, tmp_path: Path, own_home: Path
) -> None:
    before = files(office)
    told = sopgit("--lang", "en", "--format", "json", "--repo", office, "doctor")
    assert told.code == 3
    away = {"remote server (server)", "remote awan (awan)"}
    assert {what for what, state in states(told).items() if state == "fault"} == away
    assert files(office) == before
    reasons = {check["message"] for check in told.json["checks"] if check["what"] in away}
    assert reasons == {f"remote {name} failed: it does not answer" for name in ("server", "awan")}

    (own_home / ".config/sopgit/id_ed25519").rename(tmp_path / "gone")
    (tmp_path / "nas").rmdir()
    worse = sopgit("--lang", "en", "--format", "json", "--repo", office, "doctor")
    faults = {what for what, state in states(worse).items() if state == "fault"}
    assert faults == away | {"your signing key", "remote nas (nas)"}
    assert "sopgit key new" in sopgit("--lang", "en", "--repo", office, "doctor").out


def test_outside_an_office(sopgit: Run, tmp_path: Path) -> None:
    told = sopgit("--lang", "en", "--repo", tmp_path, "doctor")
    assert told.code == 3
    assert "--repo" in told.out


def test_a_part_that_is_not_installed_is_named(office: Path) -> None:
    """In a process of its own, where the parts cannot be imported."""
    program = (
        "import sys; sys.modules |= {'dvc_s3': None, 'sshfs': None}; from sopgit.cli import run; "
        f"sys.exit(run(['--lang', 'en', '--repo', {str(office)!r}, 'doctor']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 3, done.stderr
    for kind in ("ssh", "s3"):
        assert f"DVC's part for {kind} is not installed" in done.stdout
        assert f"pip install 'sopgit[{kind}]'" in done.stdout
