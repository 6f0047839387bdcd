"""Branches on which one statement waits, alone, to be brought in by a request.

A new policy waits on `policy/VERSION`, a record with what it lists on `record/ID`;
both are one commit on the mainline's tip.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sopgit.adapters.git import CommitTree, Repository, refs_below
from sopgit.app.landings import landing_of_branch
from sopgit.core.paths import POLICY
from sopgit.core.trusted import Trusted

POLICY_BRANCHES = "refs/heads/policy/"
RECORD_BRANCHES = "refs/heads/record/"
STATEMENT_BRANCHES = (POLICY_BRANCHES, RECORD_BRANCHES)


class Waiting(NamedTuple):
    """The file that holds a statement, and its bytes."""

    path: str
    data: bytes


def policy_ref(version: int) -> str:
    """The branch on which version `version` of the policy waits."""
    return f"{POLICY_BRANCHES}{version}"


def record_ref(path: str) -> str:
    """The branch on which the record that will stand at `path` waits."""
    return f"{RECORD_BRANCHES}{path.rpartition('/')[2].removesuffix('.yaml')}"


def waiting_at(repo: Repository, ref: str, commit: str) -> Waiting | None:
    """What waits on `ref`, as the files of `commit` have it; None where it is not there."""
    tree = CommitTree(repo, repo.tree_of(commit))
    paths: Iterable[str] = [POLICY]
    if ref.startswith(RECORD_BRANCHES):
        paths = (path for path in tree.paths("records/") if record_ref(path) == ref)
    path = next(iter(paths), "")
    data = tree.get(path) if path else None
    return None if data is None else Waiting(path, data)


def record_changing(repo: Repository, trusted: Trusted, paths: Iterable[str]) -> str | None:
    """The branch of a record that waits here and would change one of `paths` too, if any."""
    wanted = set(paths)
    heads = refs_below(repo, RECORD_BRANCHES).items() if wanted else ()
    for ref, head in heads:
        if wanted & landing_of_branch(repo, trusted, head).changes.keys():
            return ref
    return None
