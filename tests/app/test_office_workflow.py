"""The rules that `init` writes for an office with requests, their steps run as a host would."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml

from sopgit.adapters import ssh
from sopgit.adapters.git import build_commit, move_ref
from sopgit.adapters.resources import read_schemas, read_workflow
from sopgit.app.acts import perform
from sopgit.app.demo import samples
from sopgit.app.draft import Draft
from sopgit.app.found import commit_genesis, commit_settings, open_founded, plan, sign
from sopgit.app.founding import unasked_by_host
from sopgit.app.identity import SIGNING_KEY
from sopgit.app.office import Office
from sopgit.core.objects import object_name
from sopgit.core.schema import Schemas
from sopgit.render.reviews import MARK
from tests import acts
from tests.ci_runs import REQUESTS, Ran, run_github, run_gitlab
from tests.hosts import STRANGER, Host, serving
from tests.offices import KASI, Folders
from tests.simulator import signer

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=timezone(timedelta(hours=7)))
FILE = ".github/workflows/sopgit.yml"
CANCEL = Draft("cancel", reason="tidak jadi")


@pytest.fixture(scope="module", params=["github"])
def at_host(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A repository at a host, where request 7 opens a case; nobody acts in it."""
    return hosted(tmp_path_factory.mktemp("hosted"), request.param)


@pytest.fixture
def office(at_host: Path, tmp_path: Path) -> Office:
    """The same for one test."""
    shutil.copytree(at_host, tmp_path / "home")
    return Office.open(tmp_path / "home" / "hosted", tmp_path / "home")


def hosted(root: Path, host: str) -> Path:
    people: dict[str, Any] = {}
    for person, facts in samples.PEOPLE.items():
        key = ssh.new_key(root / person, person, "")
        people[person] = {**facts, "keys": [key.line], "recipients": []}
    founding = plan(description(people, host), Schemas(read_schemas()))
    for person in ("dewi", "agus"):
        founding = sign(founding, root / person)
    repo = commit_genesis(root / "hosted", founding, NOW)
    repo.config_set(SIGNING_KEY, str(root / "agus"))
    office = open_founded(repo, root)
    commit_settings(office, founding, range(2026, 2027), {}, NOW)
    done = perform(Office.open(root / "hosted", root), None, acts.OPEN, NOW)
    move_ref(repo, REQUESTS[host], None, done.commit)
    subprocess.run(["git", "switch", "-q", "main"], cwd=root / "hosted", check=True)
    return root


def description(people: Mapping[str, Any], host: str) -> dict[str, Any]:
    return {
        "office": {**samples.OFFICE, "language": "en"},
        "people": people,
        "roles": {role: [person] for role, person in samples.CLONES.items()},
        "roots": {"threshold": 2, "people": ["dewi", "agus"]},
        "wali_data": {"name": "Wali Data", "recipients": []},
        "agencies": samples.AGENCIES,
        "flow": "review",
        "host": host,
        "accounts": {"agus": "agus-rekaan", "dewi": "kantor/kepala"},
    }


def cancelled(office: Office, host: str = "github") -> None:
    """The official ends the case on the branch of the request: nobody need act any more."""
    (case,) = (ref for ref in heads(office) if ref.startswith("refs/heads/case/"))
    old = office.repo.tip(case)
    done = perform(office, case.rpartition("/")[2], CANCEL, NOW)
    move_ref(office.repo, REQUESTS[host], old, done.commit)
    subprocess.run(["git", "switch", "-q", "main"], cwd=office.repo.workdir, check=True)


def heads(office: Office) -> list[str]:
    said = subprocess.run(
        ["git", "for-each-ref", "--format=%(refname)"],
        cwd=office.repo.workdir, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return said.stdout.split()


def spoiled(office: Office, files: Mapping[str, bytes | None], host: str = "github") -> None:
    """The request holds `files` as well."""
    old = office.repo.tip(REQUESTS[host])
    author = ("Contoh", "contoh@example.invalid")
    move_ref(office.repo, REQUESTS[host], old, build_commit(office.repo, old, files, "x\n", author,
                                                            NOW))  # fmt: skip


class TestGitHub:
    def test_it_is_protected_by_the_policy(self, office: Office) -> None:
        assert FILE in office.trusted.policy.protected
        assert office.trusted.tree.get(FILE) == read_workflow("github")

    def test_who_is_asked_to_read_a_request_is_protected_as_well(self, office: Office) -> None:
        assert "CODEOWNERS" in office.trusted.policy.protected
        lines = (office.trusted.tree.get("CODEOWNERS") or b"").decode().splitlines()
        assert lines[1:] == ["* @agus-rekaan", "/.sopgit/ @agus-rekaan @kantor/kepala"]

    def test_without_an_account_there_is_no_such_file_and_that_is_said(self) -> None:
        people: dict[str, Any] = {
            person: {**facts, "keys": [signer(person).public_line], "recipients": []}
            for person, facts in samples.PEOPLE.items()
        }
        given = {**description(people, "github"), "accounts": {"dewi": "kepala"}}
        assert "CODEOWNERS" not in plan(given, Schemas(read_schemas())).files
        assert unasked_by_host(given) == [samples.PEOPLE["agus"]["name"]]
        assert unasked_by_host({**given, "flow": "direct"}) == []
        assert unasked_by_host(description(people, "github")) == []

    def test_it_waits_for_the_official_and_passes_once_he_has_acted(
        self, office: Office, tmp_path: Path
    ) -> None:
        waiting = run_github(office, tmp_path)
        assert waiting.code == 1, waiting.said
        assert "::error file=cases/" in waiting.said
        assert "title=lap-unfinished::waiting for pengelola_ti: step 2" in waiting.said
        assert waiting.outputs["said"] == "waiting for pengelola_ti: step 2"
        assert "Nota Dinas" in waiting.summary
        cancelled(office)
        open_now = run_github(office, tmp_path)
        assert open_now.code == 0, open_now.said
        assert open_now.outputs["said"] == "nothing stands against it"
        assert open_now.outputs["comment"].startswith(f"{MARK}\n## nothing stands against it\n")
        assert "Nota Dinas" in open_now.summary

    def test_the_mainline_is_verified_after_a_push(self, office: Office, tmp_path: Path) -> None:
        ran = run_github(office, tmp_path, "github.event_name != 'pull_request_target'")
        assert ran.code == 0, ran.said
        assert "allowed: 2 landings" in ran.said

    def test_a_request_that_changes_the_workflow_is_refused(
        self, office: Office, tmp_path: Path
    ) -> None:
        cancelled(office)
        spoiled(office, {FILE: b"name: easy\n"})
        ran = run_github(office, tmp_path)
        assert ran.code == 1, ran.said
        assert "protected-file" in ran.said
        assert ran.outputs["said"].startswith("refused: ")

    def test_only_the_commit_of_the_run_is_judged(self, office: Office, tmp_path: Path) -> None:
        cancelled(office)
        ran = run_github(office, tmp_path, HEAD=office.repo.tip("refs/heads/main") or "")
        assert ran.code == 1, ran.said
        assert "the request has changed since" in ran.said

    def test_without_an_anchor_it_fails(self, office: Office, tmp_path: Path) -> None:
        ran = run_github(office, tmp_path, "no request", SOPGIT_ANCHOR="")
        assert ran.code != 0
        assert "set this variable" in ran.said

    def test_every_action_is_pinned_and_one_job_alone_may_write(self) -> None:
        written = yaml.safe_load(read_workflow("github"))
        jobs = written["jobs"]
        used = [step["uses"] for job in jobs.values() for step in job["steps"] if "uses" in step]
        assert used
        assert all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", action) for action in used)
        assert written["permissions"] == {}
        rights = {name: job["permissions"] for name, job in jobs.items()}
        assert rights.pop("tell") == {"pull-requests": "write"}
        assert all(right == {"contents": "read"} for right in rights.values())
        (step,) = jobs["tell"]["steps"]
        assert "uses" not in step
        assert not any(word in step["run"] for word in ("subprocess", "system", "exec", "eval"))


@pytest.mark.parametrize("host", ["github", "gitlab"])
class TestCopies:
    """Once a week every stored byte is read back, in an office with two remotes."""

    def run(self, folders: Folders, tmp_path: Path, host: str, remotes: str = "") -> Ran:
        office = folders.office(KASI)
        if host == "github":
            ran = run_github(office, tmp_path, job="copies", REMOTES=remotes)
            return replace(ran, said=ran.said + ran.summary)
        return run_gitlab(office, tmp_path, "copies", SOPGIT_REMOTES=remotes)

    def test_a_damaged_one_fails_where_the_job_looks(
        self, folders: Folders, tmp_path: Path, host: str
    ) -> None:
        office = folders.office(KASI)
        remote = Path(office.repo.workdir or "") / ".dvc" / "config"
        (place,) = re.findall(r"url = (.*/one)\n", remote.read_text())
        versions = next(iter(office.trusted.versions.values()))
        victim = Path(place) / object_name(versions[1]["md5"])
        content = victim.read_bytes()
        victim.chmod(0o644)
        try:
            victim.write_bytes(content[:-1] + b"?")
            ran = self.run(folders, tmp_path, host)
            assert ran.code == 1, ran.said
            assert "copy on one: damaged" in ran.said
            assert "two: 2 good, 0 missing" in ran.said
            elsewhere = self.run(folders, tmp_path, host, "two")
            assert elsewhere.code == 0, elsewhere.said
            assert "one:" not in elsewhere.said
        finally:
            victim.write_bytes(content)
            victim.chmod(0o444)


@pytest.mark.parametrize("at_host", ["gitlab"], indirect=True)
class TestGitLab:
    def run(self, office: Office, tmp_path: Path, job: str = "sopgit", **more: str) -> Ran:
        return run_gitlab(office, tmp_path, job, **more)

    def test_the_description_says_which_host(self, office: Office) -> None:
        assert ".gitlab-ci.yml" in office.trusted.policy.protected
        assert office.trusted.tree.get(".gitlab-ci.yml") == read_workflow("gitlab")
        assert FILE not in office.trusted.policy.protected

    def test_it_waits_for_the_official_and_the_review_is_one_note(
        self, office: Office, tmp_path: Path
    ) -> None:
        review = tmp_path / "project" / "review.md"
        with serving(Host("gitlab")) as host:
            host.write(f"{MARK}\npalsu", STRANGER)
            waiting = self.run(office, tmp_path)
            assert waiting.code == 1, waiting.said
            assert "## waiting for pengelola" in waiting.said
            assert "Nota Dinas" in review.read_text()
            told = self.run(office, tmp_path, "tell", CI_API_V4_URL=host.address)
            assert told.code == 0, told.said
            cancelled(office, "gitlab")
            open_now = self.run(office, tmp_path)
            assert open_now.code == 0, open_now.said
            assert self.run(office, tmp_path, "tell", CI_API_V4_URL=host.address).code == 0
            assert [c["body"] for c in host.comments] == [f"{MARK}\npalsu", review.read_text()]
            assert "## nothing stands against it" in host.comments[1]["body"]

    def test_without_a_review_the_note_says_that(self, office: Office, tmp_path: Path) -> None:
        with serving(Host("gitlab")) as host:
            assert self.run(office, tmp_path, "tell", CI_API_V4_URL=host.address).code == 0
            assert "could not judge" in host.comments[0]["body"]

    def test_the_mainline_is_verified_after_a_push(self, office: Office, tmp_path: Path) -> None:
        ran = self.run(office, tmp_path, CI_MERGE_REQUEST_IID="")
        assert ran.code == 0, ran.said

    def test_a_request_that_changes_the_rules_is_refused(
        self, office: Office, tmp_path: Path
    ) -> None:
        cancelled(office, "gitlab")
        spoiled(office, {".gitlab-ci.yml": b"easy: {script: [true]}\n"}, "gitlab")
        ran = self.run(office, tmp_path)
        assert ran.code == 1, ran.said
        assert "protected-file" in ran.said

    def test_only_the_commit_of_the_pipeline_is_judged(
        self, office: Office, tmp_path: Path
    ) -> None:
        ran = self.run(office, tmp_path, CI_COMMIT_SHA=office.repo.tip("refs/heads/main") or "")
        assert ran.code == 1
        assert "the request has changed since" in ran.said
