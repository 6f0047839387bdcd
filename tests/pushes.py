"""What people push with git alone: sixteen pushes that are wrong and six that are honest.

Each is made in one clone of an office; what is returned are the refspecs to push.
"""

from __future__ import annotations

from collections.abc import Callable

from sopgit.app.demo import samples
from sopgit.app.draft import Draft
from tests import acts
from tests.offices import BUDI, KASI, SITI, Folders

SECRET = b"nama,nik\nWarga Rekaan,1810010101900000\n"


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
