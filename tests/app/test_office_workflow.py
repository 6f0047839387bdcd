"""The workflow that `init` writes for an office with requests, its steps run as a host would."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml

from sopgit.adapters import ssh
from sopgit.adapters.git import build_commit, move_ref
from sopgit.adapters.resources import read_schemas
from sopgit.app.acts import perform
from sopgit.app.demo import samples
from sopgit.app.found import commit_genesis, commit_settings, open_founded, plan, sign
from sopgit.app.identity import SIGNING_KEY
from sopgit.app.office import Office, anchor_bytes
from sopgit.core.schema import Schemas
from tests import acts

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=timezone(timedelta(hours=7)))
FILE = ".github/workflows/sopgit.yml"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A repository at a host, where request 7 holds one honest act."""
    return hosted(tmp_path, "refs/pull/7/head")


def hosted(tmp_path: Path, request: str, **more: Any) -> Office:
    """The same with `request` as the host's name for it; `more` describes the office."""
    people: dict[str, Any] = {}
    for person, facts in samples.PEOPLE.items():
        key = ssh.new_key(tmp_path / person, person, "")
        people[person] = {**facts, "keys": [key.line], "recipients": []}
    description = {
        "office": samples.OFFICE,
        "people": people,
        "roles": {role: [person] for role, person in samples.CLONES.items()},
        "roots": {"threshold": 2, "people": ["dewi", "agus"]},
        "wali_data": {"name": "Wali Data", "recipients": []},
        "agencies": samples.AGENCIES,
        "flow": "review",
        **more,
    }
    founding = plan(description, Schemas(read_schemas()))
    for root in ("dewi", "agus"):
        founding = sign(founding, tmp_path / root)
    repo = commit_genesis(tmp_path / "hosted", founding, NOW)
    repo.config_set(SIGNING_KEY, str(tmp_path / "agus"))
    office = open_founded(repo, tmp_path)
    commit_settings(office, founding, range(2026, 2027), {}, NOW)
    done = perform(Office.open(tmp_path / "hosted", tmp_path), None, acts.OPEN, NOW)
    move_ref(repo, request, None, done.commit)
    subprocess.run(["git", "switch", "-q", "main"], cwd=tmp_path / "hosted", check=True)
    return Office.open(tmp_path / "hosted", tmp_path)


def steps(office: Office) -> list[Mapping[str, Any]]:
    written = yaml.safe_load(office.trusted.tree.get(FILE) or b"")
    return list(written["jobs"]["verify"]["steps"])


def run_request(office: Office, tmp_path: Path) -> tuple[int, str, str]:
    """Every shell step for request 7 but the install; exit code, annotations, summary."""
    runner = tmp_path / "runner"
    runner.mkdir()
    clone = tmp_path / "checkout"
    subprocess.run(["git", "clone", "-q", str(office.repo.workdir), str(clone)], check=True)
    summary = runner / "summary.md"
    environment = {
        **os.environ,
        "CI": "true",
        "SOPGIT_ANCHOR": anchor_bytes(office.trusted.anchor).decode(),
        "REQUEST": "7",
        "RUNNER_TEMP": str(runner),
        "GITHUB_STEP_SUMMARY": str(summary),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    said, code = "", 0
    for step in steps(office):
        is_install = "SOPGIT_PACKAGE" in step.get("run", "")
        if "run" not in step or is_install or step.get("if") == "github.event_name == 'push'":
            continue
        command = ["bash", "-e", "-c", step["run"]]
        ran = subprocess.run(
            command, cwd=clone, env=environment, capture_output=True, text=True, check=False
        )
        said, code = said + ran.stdout + ran.stderr, ran.returncode
        if code:
            break
    return code, said, summary.read_text() if summary.exists() else ""


def test_it_is_protected_by_the_policy(office: Office) -> None:
    assert FILE in office.trusted.policy.protected


def test_an_honest_request_may_land_and_is_told(office: Office, tmp_path: Path) -> None:
    code, said, summary = run_request(office, tmp_path)
    assert code == 0, said
    assert "Nota Dinas" in summary


def test_a_request_that_changes_the_workflow_is_refused(office: Office, tmp_path: Path) -> None:
    repo = office.repo
    old = repo.tip("refs/pull/7/head")
    author = ("Contoh", "contoh@example.invalid")
    bad = build_commit(repo, old, {FILE: b"name: easy\n"}, "Make it easy\n", author, NOW)
    move_ref(repo, "refs/pull/7/head", old, bad)
    code, said, _ = run_request(office, tmp_path)
    assert code == 1, said
    assert "::error" in said
    assert "protected-file" in said


def test_without_an_anchor_it_fails(office: Office, tmp_path: Path) -> None:
    clone = tmp_path / "checkout"
    subprocess.run(["git", "clone", "-q", str(office.repo.workdir), str(clone)], check=True)
    command = [sys.executable, "-m", "sopgit", "verify"]
    ran = subprocess.run(command, cwd=clone, env={**os.environ, "CI": "true"}, check=False)
    assert ran.returncode == 1


class TestGitLab:
    REQUEST = "refs/merge-requests/7/head"

    def run(self, office: Office, tmp_path: Path, **more: str) -> tuple[int, str]:
        """The job's script for request 7 but the install; exit code and what it printed."""
        written = yaml.safe_load(office.trusted.tree.get(".gitlab-ci.yml") or b"")
        lines = [line for line in written["sopgit"]["script"] if "SOPGIT_PACKAGE" not in line]
        project = tmp_path / "project"
        project.mkdir()
        environment = {
            **os.environ,
            "CI": "true",
            "CI_PROJECT_DIR": str(project),
            "CI_REPOSITORY_URL": str(office.repo.workdir),
            "CI_MERGE_REQUEST_IID": "7",
            "SOPGIT_ANCHOR": anchor_bytes(office.trusted.anchor).decode(),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            **more,
        }
        command = ["bash", "-e", "-c", "\n".join(lines)]
        ran = subprocess.run(
            command, cwd=project, env=environment, capture_output=True, text=True, check=False
        )
        return ran.returncode, ran.stdout + ran.stderr

    @pytest.fixture
    def office(self, tmp_path: Path) -> Office:
        return hosted(tmp_path, self.REQUEST, host="gitlab")

    def test_the_description_says_which_host(self, office: Office) -> None:
        assert ".gitlab-ci.yml" in office.trusted.policy.protected
        assert FILE not in office.trusted.policy.protected

    def test_an_honest_request_may_land_and_is_told(self, office: Office, tmp_path: Path) -> None:
        code, said = self.run(office, tmp_path)
        assert code == 0, said
        assert "Nota Dinas" in (tmp_path / "project" / "review.md").read_text()

    def test_the_mainline_is_verified_after_a_push(self, office: Office, tmp_path: Path) -> None:
        code, said = self.run(office, tmp_path, CI_MERGE_REQUEST_IID="")
        assert code == 0, said

    def test_a_request_that_changes_the_rules_is_refused(
        self, office: Office, tmp_path: Path
    ) -> None:
        repo = office.repo
        old = repo.tip(self.REQUEST)
        author = ("Contoh", "contoh@example.invalid")
        files: dict[str, bytes | None] = {".gitlab-ci.yml": b"easy: {script: [true]}\n"}
        bad = build_commit(repo, old, files, "Make it easy\n", author, NOW)
        move_ref(repo, self.REQUEST, old, bad)
        code, said = self.run(office, tmp_path)
        assert code == 1, said
        assert "protected-file" in said
