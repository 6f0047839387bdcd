"""The guards: what a hostile or clumsy colleague pushes past sopgit, with git alone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sopgit.app.draft import Draft
from sopgit.app.guards import RefUpdate, admit_index, admit_range, read_updates
from sopgit.app.hooks import install_client
from sopgit.core.errors import SopgitError
from sopgit.core.finding import Allowed, Refused
from tests import acts
from tests.offices import KASI, SITI, Folders, codes, run_git
from tests.pushes import HONEST, SECRET, WRONGS, branch, check

EMPTY = "0" * 40


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


def two_acts(folders: Folders) -> str:
    """Two landings, of which the second's act names the first as its base."""
    first = folders.act(SITI, folders.cases["new"], acts.LETTER).commit
    second = folders.act(KASI, folders.cases["checked"], acts.CHECK)
    assert second.event["base"] == first
    return first


def test_a_range_of_the_mainline_is_judged_landing_by_landing(folders: Folders) -> None:
    base = folders.tip(KASI)
    two_acts(folders)
    office = folders.office(KASI)
    history, outcome = admit_range(office, base, "main", folders.now())
    assert isinstance(outcome, Allowed)
    assert history.tip == folders.tip(KASI)
    wrong = folders.commit(KASI, {"rahasia.csv": SECRET})
    folders.git(KASI, "reset", "-q", "--hard", folders.commit(KASI, {"rahasia.csv": None}, wrong))
    outcome = admit_range(folders.office(KASI), base, "main", folders.now())[1]
    assert isinstance(outcome, Refused)
    assert {(f.code, f.place.commit) for f in outcome.findings} == {("path-unknown", wrong)}


def test_a_range_that_did_not_land_must_be_right_as_one_landing_too(
    folders: Folders,
) -> None:
    """A merge would put both acts on a mainline that the first one's commit is not on."""
    base = folders.tip(KASI)
    first = two_acts(folders)
    both = folders.tip(KASI)
    folders.git(KASI, "branch", "-q", "case/dua", both)
    folders.git(KASI, "reset", "-q", "--hard", base)
    folders.git(KASI, "update-ref", "refs/remotes/origin/main", base)
    office = folders.office(KASI)
    assert isinstance(admit_range(office, base, first, folders.now())[1], Allowed)
    outcome = admit_range(office, base, both, folders.now())[1]
    assert isinstance(outcome, Refused)
    assert codes(outcome.findings) == {"event-base"}


def test_a_range_from_a_ledger_gone_wrong_may_restore_it(folders: Folders) -> None:
    wrong = folders.commit(KASI, {"rahasia.csv": SECRET})
    page = folders.commit(KASI, {"README.md": b"# Baru\n"}, wrong)
    restored = folders.commit(KASI, {"rahasia.csv": None}, wrong)
    office = folders.office(KASI)
    assert isinstance(admit_range(office, wrong, restored, folders.now())[1], Allowed)
    assert isinstance(admit_range(office, wrong, page, folders.now())[1], Refused)
    assert isinstance(admit_range(office, wrong, wrong, folders.now())[1], Refused)
    folders.git(KASI, "reset", "-q", "--hard", restored)
    assert isinstance(admit_range(folders.office(KASI), wrong, "main", folders.now())[1], Allowed)


def test_a_range_that_did_not_land_must_be_right_as_it_stands_too(folders: Folders) -> None:
    """Squashed, the merge that undoes the check would be an honest act of somebody else."""
    base = folders.tip(KASI)
    merged = WRONGS["a merge that undoes main"][0](folders)[0].partition(":")[0]
    outcome = admit_range(folders.office(KASI), base, merged, folders.now())[1]
    assert isinstance(outcome, Refused)
    assert codes(outcome.findings) == {"case-grows"}
