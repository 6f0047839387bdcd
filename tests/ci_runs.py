"""The jobs that `init` writes for a host, run here as the host would run them.

Left out are the install, and steps that are somebody else's action; what a
host gives a job by variables and files is given here.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from sopgit.adapters.resources import read_workflow
from sopgit.app.office import Office, anchor_bytes
from tests.hosts import TOKEN

REQUESTS = {"github": "refs/pull/7/head", "gitlab": "refs/merge-requests/7/head"}
REQUEST = "github.event_name == 'pull_request_target'"


@dataclass
class Ran:
    """What the steps of a job came to: exit code, log, summary, and outputs by name."""

    code: int
    said: str
    summary: str = ""
    outputs: dict[str, str] = field(default_factory=dict)


def environment(office: Office, **more: str) -> dict[str, str]:
    return {
        **os.environ,
        "CI": "true",
        "SOPGIT_ANCHOR": anchor_bytes(office.trusted.anchor).decode(),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        **more,
    }


def run_github(
    office: Office, tmp_path: Path, event: str = REQUEST, job: str = "verify", **more: str
) -> Ran:
    """Every shell step of a job but the install, on a checkout of main."""
    runner, clone = tmp_path / "runner", tmp_path / "checkout"
    for folder in (runner, clone):
        shutil.rmtree(folder, ignore_errors=True)
    runner.mkdir()
    subprocess.run(["git", "clone", "-q", str(office.repo.workdir), str(clone)], check=True)
    head = office.repo.tip(REQUESTS["github"]) or ""
    files = {"GITHUB_STEP_SUMMARY": runner / "summary.md", "GITHUB_OUTPUT": runner / "output"}
    given = {"REQUEST": "7", "HEAD": head, "RUNNER_TEMP": str(runner), **more}
    known = environment(office, **given, **{name: str(path) for name, path in files.items()})
    written = yaml.safe_load(read_workflow("github"))
    ran = Ran(0, "")
    for step in written["jobs"][job]["steps"]:
        is_install = "SOPGIT_PACKAGE" in step.get("run", "")
        if "run" not in step or is_install or step.get("if", event) != event:
            continue
        kind = ["-o", "pipefail"] if step.get("shell") == "bash" else []
        code, said = shell(["bash", "-e", *kind, "-c", step["run"]], clone, known)
        ran.code, ran.said = code, ran.said + said
        if code:
            break
    ran.summary, output = (p.read_text() if p.exists() else "" for p in files.values())
    ran.outputs = dict(re.findall(r"^(said)=(.*)$", output, re.MULTILINE))
    found = re.search(r"^comment<<([0-9a-f]{64})\n(.*)\n\1\n\Z", output, re.MULTILINE | re.DOTALL)
    ran.outputs |= {"comment": found[2]} if found else {}
    return ran


def shell(command: list[str], folder: Path, known: Mapping[str, str]) -> tuple[int, str]:
    ran = subprocess.run(
        command, cwd=folder, env=known, capture_output=True, text=True, check=False
    )
    return ran.returncode, ran.stdout + ran.stderr


def run_gitlab(office: Office, tmp_path: Path, job: str, **more: str) -> Ran:
    """A job's script for request 7 but the install, in one shell as a runner has it."""
    written = yaml.safe_load(read_workflow("gitlab"))
    lines = [
        line
        for line in written[job]["script"]
        if "SOPGIT_PACKAGE" not in line and "venv" not in line
    ]
    project = tmp_path / "project"
    project.mkdir(exist_ok=True)
    given = {
        "CI_PROJECT_DIR": str(project),
        "CI_REPOSITORY_URL": str(office.repo.workdir),
        "CI_MERGE_REQUEST_IID": "7",
        "CI_COMMIT_SHA": office.repo.tip(REQUESTS["gitlab"]) or "",
        "CI_PROJECT_ID": "3",
        "CI_PIPELINE_URL": "https://forge.contoh.example/p/1",
        "SOPGIT_TOKEN": TOKEN,
        **more,
    }
    command = ["bash", "-e", "-c", "\n".join(lines)]
    return Ran(*shell(command, project, environment(office, **given)))
