"""T47 to T55: Git's own doors, the host, the verifier itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from sopgit.adapters.resources import read_schemas, read_workflow
from sopgit.app.draft import Draft
from sopgit.app.guards import ABSENT, RefUpdate, admit_range
from sopgit.app.ledger import outcome_of
from sopgit.app.office import MAIN
from sopgit.app.snapshot import snapshot_bytes
from sopgit.app.sync import IncomingRefused, sync
from sopgit.app.verified import verify_on
from sopgit.core.finding import Allowed
from sopgit.core.lineage import sha256
from sopgit.core.policy_landing import UnknownRules
from sopgit.core.schema import Schemas
from tests import acts
from tests.attacks.mounting import Attack, errors
from tests.attacks.policies import propose
from tests.attacks.raw import raw_entry, with_root
from tests.attacks.test_history import PAGE, SECRET, without_guard
from tests.offices import BUDI, KASI, SITI, Folders
from tests.simulator import Simulator, codes, sign_event


@pytest.mark.parametrize(
    ("mode", "target"),
    [("120000", b"/etc/passwd"), ("100755", b"#!/bin/sh\n"), ("40000", b""), ("160000", None)],
    ids=["a link", "a program", "a folder that is a file", "a submodule"],
)
def test_t47_the_entry_is_no_plain_file(
    attack: Attack, folders: Folders, mode: str, target: bytes | None
) -> None:
    repo = folders.office(KASI).repo
    honest = folders.commit(KASI, PAGE)
    oid = folders.tip(KASI) if target is None else repo.objects.write_blob(target)
    if mode == "40000":
        oid = repo.objects.write_tree(b"")
    wrong = with_root(repo, honest, raw_entry(mode, b"docs-x", oid))
    attack.history(folders, honest, wrong, "git-tree-mode", "git-tree-empty")


@pytest.mark.parametrize("name", [".gitattributes", ".gitignore", "CODEOWNERS", ".gitlab-ci.yml"])
def test_t47_a_filter_or_an_owner_is_slipped_in(
    attack: Attack, office: Simulator, name: str
) -> None:
    attack.landing(office, {"docs/page.md": b"x\n"}, {name: b"* filter=x\n"}, "protected-file")


def test_t48_a_request_changes_the_workflow_that_judges_it(
    attack: Attack, folders: Folders
) -> None:
    base = folders.perform(SITI, folders.cases["new"], acts.LETTER).commit
    wrong = folders.commit(SITI, {".github/workflows/sopgit.yml": b"on: push\n"}, base)
    office = folders.office(SITI)
    assert isinstance(admit_range(office, "origin/main", base, folders.now())[1], Allowed)
    outcome = admit_range(office, "origin/main", wrong, folders.now())[1]
    attack.verdict("request", outcome, "protected-file")


def test_t48_the_workflow_runs_what_is_asked(attack: Attack) -> None:
    """It runs as the base branch has it, may only read, and checks out nothing of the request."""
    text = read_workflow("github").decode()
    code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    assert "pull_request_target:" in code
    assert not re.search(r"^ *pull_request:", code, re.MULTILINE)
    assert set(re.findall(r"ref: (\S+)", code)) == {"main"}
    said = yaml.safe_load(text)
    assert said["permissions"] == {}
    for job in said["jobs"].values():
        if job["permissions"] != {"contents": "read"}:  # it may write a comment, and runs no code
            assert job["permissions"] == {"pull-requests": "write"}
            assert all("uses" not in step for step in job["steps"])
    with_secrets = [job for job in said["jobs"].values() if "secrets." in yaml.safe_dump(job)]
    assert all(job["if"] == "github.event_name == 'schedule'" for job in with_secrets)
    assert re.findall(r"uses: (\S+)", code)
    assert all(re.search(r"@[0-9a-f]{40}$", used) for used in re.findall(r"uses: (\S+)", code))
    assert not re.search(r"git (checkout|switch|merge)|head_ref|head\.ref", code)
    assert code.count("head.sha") == code.count("HEAD: ${{ github.event.pull_request.head.sha }}")
    attack.harmless("request", "it is read as objects")


def test_t49_an_administrator_switches_the_guard_off(attack: Attack, folders: Folders) -> None:
    sync(folders.office(BUDI), folders.now())
    wrong = folders.commit(KASI, SECRET)
    without_guard(folders, f"{wrong}:{MAIN}")
    with pytest.raises(IncomingRefused) as refused:
        sync(folders.office(BUDI), folders.now())
    attack.refuse("sync", errors(refused.value.refused.findings), "path-unknown")
    auditor = folders.guarded().history
    attack.verdict("verify", outcome_of(auditor), "path-unknown")
    assert [commit for commit, _ in auditor.refused] == [wrong]


def test_t50_a_robot_approves(attack: Attack, office: Simulator) -> None:
    path = acts.straight(office, 5)
    event = office.event("agus", path, acts.CHECK)
    wrong = sign_event({**event, "by": "github_actions"})
    files = office.files(event, path), office.files(wrong, path)
    attack.landing(office, *files, "role-held")


def test_t51_the_guard_breaks(attack: Attack, folders: Folders) -> None:
    honest = folders.perform(KASI, folders.cases["checked"], acts.CHECK).commit
    anchor = folders.server / "sopgit" / "anchor.json"
    kept = anchor.read_bytes()
    anchor.write_bytes(b"[]")
    refused = folders.push(KASI, f"{honest}:{MAIN}")
    assert refused.returncode != 0
    assert "pre-receive hook declined" in refused.stderr
    anchor.write_bytes(kept)
    assert folders.push(KASI, f"{honest}:{MAIN}").returncode == 0
    attack.refuse("push", {"SopgitError"}, "SopgitError")


def test_t52_the_push_goes_where_no_rule_looks(attack: Attack, folders: Folders) -> None:
    honest, ref = folders.commit(KASI, PAGE), "refs/replace/x"
    attack.push(folders, KASI, f"{honest}:{MAIN}", f"{honest}:{MAIN} {honest}:{ref}", "ref-allowed")


NEARLY = (
    "refs/notes/x", "refs/sopgit/x", "refs/heads/lain", "refs/heads/Main", "refs/tags/v1",
    "refs/heads/case", "refs/heads/drafts/x",
)  # fmt: skip


@pytest.mark.parametrize("ref", NEARLY)
def test_t52_a_name_is_nearly_one_that_is_taken(attack: Attack, folders: Folders, ref: str) -> None:
    tip = folders.tip(KASI)
    base = RefUpdate(ABSENT, tip, "refs/heads/case/x")
    attack.guard(folders.guarded(), base, RefUpdate(ABSENT, tip, ref), "ref-allowed")


def test_t53_somebody_else_writes_what_was_verified(
    attack: Attack, folders: Folders, tmp_path: Path
) -> None:
    """A cache counts only if nobody but its owner can write there."""
    repo, cache = folders.office(KASI).repo, tmp_path / "cache"
    schemas = Schemas(read_schemas())
    tip, wrong = folders.tip(KASI), folders.commit(KASI, SECRET)

    def judged(commit: str) -> set[str]:
        history = verify_on(cache, repo, commit, folders.anchor, schemas, every=1)
        return errors(history.findings)

    assert judged(tip) == set()
    (kept,) = (path for path in cache.rglob("*") if path.is_file())
    forged = folders.office(KASI).verify(tip)
    forged.trusted.tip = wrong
    forged.trusted.ids.add(wrong)
    data = snapshot_bytes(forged, kept.name.partition("-")[0])
    assert data is not None
    poisoned = kept.with_name(f"{kept.name.partition('-')[0]}-{wrong}")
    for content, file_mode, folder_mode in (
        (data, 0o644, 0o700),
        (data, 0o600, 0o777),
        (data[:-1], 0o600, 0o700),
    ):
        poisoned.write_bytes(content)
        poisoned.chmod(file_mode)
        poisoned.parent.chmod(folder_mode)
        attack.refuse("cache", judged(wrong), "path-unknown")


def test_t54_an_old_sopgit_judges_by_old_rules(attack: Attack, office: Simulator) -> None:
    assert codes(office.try_files(propose(office, grace=7))) == set()
    assert codes(office.try_files(propose(office, "agus", rules=2))) == {"policy-signatures"}
    attack.stops("landing", lambda: office.try_files(propose(office, rules=2)), UnknownRules)


def test_t55_a_file_is_exchanged_under_its_name(attack: Attack, office: Simulator) -> None:
    """What an act lists is named by SHA-256, whatever Git's own ids are."""
    path = acts.straight(office, 2)
    folder = path.rpartition("/")[0]
    listed = [{"path": "scan.pdf", "old": None, "new": sha256(b"one")}]
    event = office.event("budi", path, Draft("note", reason="scan"), files=listed)
    base: dict[str, bytes | None] = {**office.files(event, path), f"{folder}/scan.pdf": b"one"}
    attack.landing(office, base, {**base, f"{folder}/scan.pdf": b"two"}, "file-chain")
