"""The guards: what a hostile or clumsy colleague pushes past sopgit, with git alone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sopgit.app.demo import samples
from sopgit.app.draft import Draft
from sopgit.app.guards import RefUpdate, admit_index, admit_range, read_updates
from sopgit.app.hooks import install_client
from sopgit.core.errors import SopgitError
from sopgit.core.finding import Allowed, Refused
from tests import acts
from tests.offices import BUDI, KASI, SITI, Folders, codes, run_git

SECRET = b"nama,nik\nWarga Rekaan,1810010101900000\n"
EMPTY = "0" * 40


def check(folders: Folders) -> str:
    """An honest act in the kasi's clone: a new commit of main there, not sent."""
    return folders.perform(KASI, folders.cases["checked"], acts.CHECK).commit


def branch(folders: Folders, draft: Draft = acts.LETTER) -> str:
    """An honest act of another person on a side branch of the kasi's clone; main stays."""
    folders.git(KASI, "switch", "-q", "-c", "case/samping")
    folders.sit_down(KASI, SITI)
    commit = folders.perform(KASI, folders.cases["new"], draft).commit
    folders.sit_down(KASI, KASI)
    folders.git(KASI, "switch", "-q", "main")
    return commit


def push_of(folders: Folders, commit: str) -> list[str]:
    return [f"{commit}:refs/heads/main"]


def smuggled(folders: Folders) -> list[str]:
    return push_of(folders, folders.commit(KASI, {"rahasia.csv": SECRET}))


def edited(folders: Folders) -> list[str]:
    path = next(p for p in folders.office(KASI).trusted.cases if folders.cases["closed"] in p)
    data = folders.office(KASI).trusted.tree.get(path) or b""
    return push_of(folders, folders.commit(KASI, {path: data.replace(b"Biasa", b"Rahasia", 1)}))


def dropped_case(folders: Folders) -> list[str]:
    path = next(p for p in folders.office(KASI).trusted.cases if folders.cases["closed"] in p)
    return push_of(folders, folders.commit(KASI, {path: None}))


def policy(folders: Folders) -> list[str]:
    data = folders.office(KASI).trusted.tree.get(".sopgit/policy.yaml") or b""
    files: dict[str, bytes | None] = {".sopgit/policy.yaml": data.replace(b"- budi", b"- siti")}
    return push_of(folders, folders.commit(KASI, files))


def workflow(folders: Folders) -> list[str]:
    return push_of(folders, folders.commit(KASI, {".github/workflows/x.yml": b"on: push\n"}))


def change_then_revert(folders: Folders) -> list[str]:
    wrong = folders.commit(KASI, {"rahasia.csv": SECRET})
    return push_of(folders, folders.commit(KASI, {"rahasia.csv": None}, wrong))


def foxtrot(folders: Folders) -> list[str]:
    tip = folders.tip(KASI)
    side = branch(folders)
    return push_of(folders, folders.merge(KASI, side, f"{tip}~1", side))


def swapped_parents(folders: Folders) -> list[str]:
    tip = folders.tip(KASI)
    side = branch(folders)
    folders.land(BUDI, folders.cases["new"], Draft("note", reason="dari budi"))
    folders.git(KASI, "fetch", "-q")
    theirs = folders.git(KASI, "rev-parse", "origin/main").strip()
    assert theirs != tip
    return push_of(folders, folders.merge(KASI, theirs, side, theirs))


def evil_merge(folders: Folders) -> list[str]:
    """A merge of an honest branch with one file more than both sides have."""
    side = branch(folders)
    more = folders.commit(KASI, {"rahasia.csv": SECRET}, side)
    return push_of(folders, folders.merge(KASI, more, folders.tip(KASI), side))


def dropping_merge(folders: Folders) -> list[str]:
    """A merge that keeps the branch's tree and so undoes what main did meanwhile."""
    side = branch(folders)
    check(folders)
    return push_of(folders, folders.merge(KASI, side, folders.tip(KASI), side))


def dirty_side(folders: Folders) -> list[str]:
    """A branch that shows data in the clear and takes it away again before it is merged."""
    side = branch(folders)
    wrong = folders.commit(KASI, {"docs/rahasia.csv": SECRET}, side)
    clean = folders.commit(KASI, {"docs/rahasia.csv": None}, wrong)
    return push_of(folders, folders.merge(KASI, clean, folders.tip(KASI), clean))


def evil_octopus(folders: Folders) -> list[str]:
    side = branch(folders)
    other = folders.commit(KASI, {"README.md": b"# Halaman\n"})
    more = folders.commit(KASI, {"README.md": b"# Halaman\n", "jahat.sh": b"#!/bin/sh\n"}, side)
    return push_of(folders, folders.merge(KASI, more, folders.tip(KASI), side, other))


def two_refs(folders: Folders) -> list[str]:
    return [f"{check(folders)}:refs/heads/main", "HEAD:refs/heads/lain"]


def reset(folders: Folders) -> list[str]:
    return ["+HEAD~1:refs/heads/main"]


def unrelated(folders: Folders) -> list[str]:
    tree = folders.git(KASI, "rev-parse", "HEAD^{tree}").strip()
    root = folders.git(KASI, "commit-tree", tree, "-m", "another beginning").strip()
    return [f"+{root}:refs/heads/main"]


Wrong = tuple[Callable[[Folders], list[str]], str]
# What is pushed, and what the server (or the guard's code) says to it.
WRONGS: dict[str, Wrong] = {
    "a file of no class": (smuggled, "[path-unknown]"),
    "an old event edited": (edited, "[case-grows]"),
    "a case removed": (dropped_case, "[case-deleted]"),
    "a role for myself": (policy, "[policy-"),
    "a workflow of my own": (workflow, "[protected-file]"),
    "a change and its revert": (change_then_revert, "[path-unknown]"),
    "a foxtrot merge": (foxtrot, "[forward-only]"),
    "a merge with main as its second parent": (swapped_parents, "[forward-only]"),
    "a merge that smuggles a file": (evil_merge, "[path-unknown]"),
    "a merge that undoes main": (dropping_merge, "[case-grows]"),
    "a side branch that showed data": (dirty_side, "[free-file]"),
    "an octopus that smuggles a file": (evil_octopus, "[path-unknown]"),
    "two refs, one of them bad": (two_refs, "[ref-allowed]"),
    "a reset by force": (reset, "[forward-only]"),
    "another history by force": (unrelated, "[forward-only]"),
    "the mainline deleted": (lambda _f: [":refs/heads/main"], "[forward-only]"),
}


@pytest.mark.parametrize("name", WRONGS)
def test_a_wrong_push_is_refused_and_nothing_of_it_lands(folders: Folders, name: str) -> None:
    make, said = WRONGS[name]
    pushed = make(folders)
    before = run_git(folders.server, "for-each-ref")
    done = folders.push(KASI, *pushed)
    assert done.returncode != 0
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert run_git(folders.server, "for-each-ref") == before


OTHER_NAMES = ("refs/heads/lain", "refs/tags/v1", "refs/notes/x", "refs/replace/x")


def test_only_names_that_somebody_judges_are_taken(folders: Folders) -> None:
    before = run_git(folders.server, "for-each-ref")
    done = folders.push(KASI, *(f"HEAD:{name}" for name in OTHER_NAMES))
    assert done.returncode != 0
    for name in OTHER_NAMES:
        assert f"{name}: error" in done.stderr
    assert done.stderr.count("[ref-allowed]") == len(OTHER_NAMES)
    assert run_git(folders.server, "for-each-ref") == before


def honest_merge(folders: Folders) -> list[str]:
    side = branch(folders)
    check(folders)
    named = ("-c", "user.name=Contoh", "-c", "user.email=contoh@example.invalid")
    folders.git(KASI, *named, "merge", "-q", "--no-ff", "--no-edit", side)
    return ["HEAD:refs/heads/main"]


def honest_octopus(folders: Folders) -> list[str]:
    side = branch(folders)
    other = folders.commit(KASI, {"README.md": b"# Halaman\n"})
    check(folders)
    folders.git(KASI, "merge", "-q", "--no-ff", "--no-edit", side, other)
    return ["HEAD:refs/heads/main"]


def squash(folders: Folders) -> list[str]:
    """Two acts of two people on one case, and the data between, as one commit."""
    tip = folders.tip(SITI)
    folders.perform(SITI, folders.cases["new"], acts.LETTER)
    folders.sit_down(SITI, BUDI)
    folders.take_in(SITI, folders.cases["new"], samples.districts(5))
    last = folders.perform(SITI, folders.cases["new"], acts.RECEIPT).commit
    folders.sit_down(SITI, SITI)
    squashed = folders.commit(SITI, folders.changed(SITI, tip, last), tip)
    return push_of(folders, squashed)


def free_page(folders: Folders) -> list[str]:
    return push_of(folders, folders.commit(KASI, {"docs/panduan.md": b"# Panduan\n"}))


def case_branch(folders: Folders) -> list[str]:
    return [f"{branch(folders)}:refs/heads/case/samping"]


HONEST: dict[str, tuple[str, Callable[[Folders], list[str]]]] = {
    "an act": (KASI, lambda f: push_of(f, check(f))),
    "a merge of a side branch": (KASI, honest_merge),
    "an octopus": (KASI, honest_octopus),
    "a squash": (SITI, squash),
    "a free page": (KASI, free_page),
    "a branch for a case": (KASI, case_branch),
}


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_push_lands(folders: Folders, name: str) -> None:
    desk, make = HONEST[name]
    before = run_git(folders.server, "for-each-ref")
    done = folders.push(desk, *make(folders))
    assert done.returncode == 0, done.stderr
    assert run_git(folders.server, "for-each-ref") != before
    assert folders.guarded().history.is_sound


def broken_stub(folders: Folders) -> None:
    stub = folders.server / "hooks" / "pre-receive"
    lines = stub.read_text().splitlines(keepends=True)
    kept = ["python=/nowhere/python\n" if x.startswith("python=") else x for x in lines]
    stub.write_text("".join(kept))


def absent_sopgit(folders: Folders) -> None:
    """A stub that names no Python, on a server whose PATH has no sopgit."""
    stub = folders.server / "hooks" / "pre-receive"
    lines = stub.read_text().splitlines(keepends=True)
    kept = ["python=\nPATH=/usr/bin:/bin\n" if x.startswith("python=") else x for x in lines]
    stub.write_text("".join(kept))


def no_anchor(folders: Folders) -> None:
    (folders.server / "sopgit" / "anchor.json").unlink()


def broken_anchor(folders: Folders) -> None:
    (folders.server / "sopgit" / "anchor.json").write_bytes(b"{\xff")


def other_anchor(folders: Folders) -> None:
    path = folders.server / "sopgit" / "anchor.json"
    path.write_text(path.read_text().replace(folders.anchor.policy, "0" * 64))


def unreadable_anchor(folders: Folders) -> None:
    no_anchor(folders)
    (folders.server / "sopgit" / "anchor.json").mkdir()


def shallow(folders: Folders) -> None:
    (folders.server / "shallow").write_text(f"{folders.tip(KASI)}\n")


BROKEN: dict[str, tuple[Callable[[Folders], None], str]] = {
    "its Python is gone": (broken_stub, "/nowhere/python"),
    "sopgit is gone": (absent_sopgit, "sopgit is not installed here"),
    "its anchor is gone": (no_anchor, "this server has no anchor"),
    "its anchor is damaged": (broken_anchor, "is not an anchor"),
    "its anchor is another office's": (other_anchor, "[genesis-anchor]"),
    "its anchor cannot be read": (unreadable_anchor, "anchor.json"),
    "its history is cut off": (shallow, "shallow"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_guard_that_is_broken_refuses(folders: Folders, name: str) -> None:
    harm, said = BROKEN[name]
    commit = check(folders)
    harm(folders)
    before = run_git(folders.server, "for-each-ref")
    done = folders.push(KASI, f"{commit}:refs/heads/main")
    assert done.returncode != 0
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert run_git(folders.server, "for-each-ref") == before


@pytest.mark.parametrize(
    "line", ["", "main", f"{EMPTY} {EMPTY}", "x y refs/heads/main", f"{EMPTY} {EMPTY} a b"]
)
def test_what_git_would_never_say_is_no_leave_to_land(line: str) -> None:
    assert read_updates([f"{EMPTY} {EMPTY} refs/heads/main\n"]) == [
        RefUpdate(EMPTY, EMPTY, "refs/heads/main")
    ]
    with pytest.raises(SopgitError, match="git told pre-receive"):
        read_updates([f"{line}\n"])


# Before a commit.


def commit_with_hook(folders: Folders, *arguments: str) -> subprocess.CompletedProcess[str]:
    named = ("-c", "user.name=Contoh", "-c", "user.email=contoh@example.invalid")
    command = ["git", *named, "commit", "-q", "-m", "dengan tangan", *arguments]
    return subprocess.run(
        command, cwd=folders.clone(KASI), capture_output=True, text=True, check=False
    )


def written(folders: Folders, files: dict[str, bytes | None]) -> None:
    for path, data in files.items():
        target = folders.clone(KASI) / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data or b"")
        folders.git(KASI, "add", "--", path)


def test_pre_commit_refuses_a_hand_edited_case_and_allows_an_act(folders: Folders) -> None:
    install_client(folders.office(KASI), Path(sys.executable))
    tip = folders.tip(KASI)
    act = folders.changed(KASI, tip, check(folders))
    folders.git(KASI, "reset", "-q", "--hard", tip)
    path, data = next(iter(act.items()))
    written(folders, {path: (data or b"").replace(b"agus", b"budi")})
    refused = commit_with_hook(folders)
    assert refused.returncode != 0
    assert "[case-grows]" in refused.stderr
    assert folders.tip(KASI) == tip
    written(folders, {path: data})
    allowed = commit_with_hook(folders)
    assert allowed.returncode == 0, allowed.stderr
    assert folders.office(KASI).history.is_sound


def test_the_index_is_judged_on_top_of_what_is_not_sent_yet(folders: Folders) -> None:
    assert isinstance(admit_index(folders.office(KASI)), Allowed)
    check(folders)
    assert isinstance(admit_index(folders.office(KASI)), Allowed)
    written(folders, {"catatan.txt": b"x\n"})
    outcome = admit_index(folders.office(KASI))
    assert isinstance(outcome, Refused)
    assert codes(outcome.findings) == {"path-unknown"}


def test_the_index_of_a_branch_is_judged_with_the_branch(folders: Folders) -> None:
    folders.git(KASI, "switch", "-q", "-c", "case/lain")
    check(folders)
    assert isinstance(admit_index(folders.office(KASI)), Allowed)
    written(folders, {"docs/catatan.md": b"x\n"})
    assert isinstance(admit_index(folders.office(KASI)), Allowed)
    written(folders, {"docs/catatan.sh": b"x\n"})
    outcome = admit_index(folders.office(KASI))
    assert isinstance(outcome, Refused)
    assert codes(outcome.findings) == {"free-file"}


# A range.


def test_a_range_is_judged_as_if_it_landed_now(folders: Folders) -> None:
    side = branch(folders)
    check(folders)
    office = folders.office(KASI)
    assert isinstance(admit_range(office, "main", side, folders.now())[1], Allowed)
    assert isinstance(admit_range(office, "main", "main", folders.now())[1], Allowed)
    wrong = folders.commit(KASI, {"rahasia.csv": SECRET}, side)
    outcome = admit_range(office, "main", wrong, folders.now())[1]
    assert isinstance(outcome, Refused)
    assert codes(outcome.findings) == {"path-unknown"}


def test_a_range_is_refused_for_what_it_showed_on_the_way(folders: Folders) -> None:
    side = branch(folders)
    wrong = folders.commit(KASI, {"rahasia.csv": SECRET}, side)
    clean = folders.commit(KASI, {"rahasia.csv": None}, wrong)
    outcome = admit_range(folders.office(KASI), "main", clean, folders.now())[1]
    assert isinstance(outcome, Refused)
    assert {(f.code, f.place.commit) for f in outcome.findings} == {("path-unknown", wrong)}


def test_a_case_changed_on_both_sides_is_no_range_that_may_land(folders: Folders) -> None:
    side = branch(folders)
    folders.perform(KASI, folders.cases["new"], Draft("note", reason="dari kasi"))
    outcome = admit_range(folders.office(KASI), "main", side, folders.now())[1]
    assert isinstance(outcome, Refused)
    assert codes(outcome.findings) == {"changed-on-both-sides"}
