"""Landings as Git has them: what one commit, a branch or a set of files would change.

Rules enforced here: `changed-on-both-sides`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from sopgit.adapters.git import CommitTree, Repository
from sopgit.app.blobs import read_changes
from sopgit.app.read_ahead import Ahead, StoredChange
from sopgit.app.side_commits import check_side_commits
from sopgit.core.errors import SopgitError
from sopgit.core.finding import Place, Rule
from sopgit.core.gitobjects import MalformedCommitError, parse_commit
from sopgit.core.lineage import FileChange
from sopgit.core.mainline import Landing
from sopgit.core.paths import is_case_file
from sopgit.core.text import T
from sopgit.core.trusted import Tree, Trusted

BOTH_SIDES = Rule(
    "changed-on-both-sides",
    "a path does not change on the mainline and on a branch at once",
    why="nobody has seen, let alone signed, the mixture of the two",
)


class NoLedger(SopgitError):
    """The repository has no commit on the mainline, or none that founds an office."""


@dataclass(frozen=True)
class OverlayTree:
    """The files of `below` with `changes` laid over them; None removes a path."""

    below: Tree
    changes: Mapping[str, bytes | None]

    def get(self, path: str) -> bytes | None:
        return self.changes[path] if path in self.changes else self.below.get(path)

    def paths(self, prefix: str) -> Iterator[str]:
        own = {path for path, data in self.changes.items() if data is not None}
        kept = (path for path in self.below.paths(prefix) if path not in self.changes)
        yield from sorted({*kept, *(path for path in own if path.startswith(prefix))})


class _NoFiles:
    """The files of nothing."""

    def get(self, path: str) -> bytes | None:
        return None

    def paths(self, prefix: str) -> Iterator[str]:
        return iter(())


_NOTHING = _NoFiles()


def read_landing(repo: Repository, old_tree: str | None, commit: str) -> tuple[Landing, str | None]:
    """The landing of `commit` on `old_tree`, and the tree it brings.

    A commit whose headers are malformed brings nothing but its findings.
    """
    return read_step(repo, old_tree, commit, None)[:2]


def read_step(
    repo: Repository, old_tree: str | None, commit: str, ahead: Ahead | None
) -> tuple[Landing, str | None, tuple[str, ...]]:
    """The landing of `commit`, the tree it brings, and its parents."""
    if ahead is not None and ahead.old_tree == old_tree:
        changes = {path: StoredChange(repo, change) for path, change in ahead.changes.items()}
        after = CommitTree(repo, ahead.new_tree)
        landing = Landing(commit, changes, after, preread=ahead.preread)
        return landing, ahead.new_tree, ahead.parents
    try:
        read = parse_commit(repo.objects.commit(commit))
    except MalformedCommitError as error:
        findings = (error.finding.at_commit(commit),)
        return Landing(commit, {}, OverlayTree(_NOTHING, {}), findings), old_tree, ()
    return landing_of_trees(repo, old_tree, read.tree, commit), read.tree, read.parents


def trees_of(repo: Repository, commits: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The tree of each of `commits`, without those that are malformed: history may hold some."""
    for commit in commits:
        with suppress(MalformedCommitError):
            yield commit, repo.tree_of(commit)


def landing_of_trees(repo: Repository, old_tree: str | None, new_tree: str, name: str) -> Landing:
    """What changes from one tree to another, read from the raw objects."""
    changed, findings = repo.walk.diff(old_tree, new_tree)
    # A submodule has no bytes here; what the tree shows already refuses.
    changes, too_large = read_changes(repo, {} if findings else changed)
    return Landing(name, changes, CommitTree(repo, new_tree), (*findings, *too_large))


def landing_of_files(trusted: Trusted, files: Mapping[str, bytes | None], name: str) -> Landing:
    """The landing that would put `files` on the mainline as it is trusted."""
    changes = {
        path: FileChange(trusted.tree.get(path), data)
        for path, data in files.items()
        if trusted.tree.get(path) != data
    }
    return Landing(name, changes, OverlayTree(trusted.tree, files))


def landing_of_branch(
    repo: Repository, trusted: Trusted, head: str, tree: str | None = None
) -> Landing:
    """`head` (or `tree` built on it) as if it landed on the trusted tip now, path by path."""
    fork = repo.merge_base(trusted.tip, head)
    if fork is None:
        raise NoLedger(T("the branch has nothing in common with the mainline"))
    new_tree = tree or repo.tree_of(head)
    landing = landing_of_change(repo, trusted, repo.tree_of(fork), new_tree, head)
    found = check_side_commits(repo, head, [trusted.tip], trusted.policy.free)
    return replace(landing, findings=(*landing.findings, *found))


def landing_of_change(
    repo: Repository, trusted: Trusted, old_tree: str | None, new_tree: str, name: str
) -> Landing:
    """What changes from one tree to another, as if it landed on the trusted tip now.

    What changed on the mainline as well is a finding, except a case file of
    which one side holds the other's events and goes on.
    """
    theirs = landing_of_trees(repo, old_tree, new_tree, name)
    findings = list(theirs.findings)
    files: dict[str, bytes | None] = {}
    for path, change in theirs.changes.items():
        ours = trusted.tree.get(path)
        if ours == change.old:
            files[path] = change.new
        elif ours != change.new and not _extends(path, ours, change.new):
            message = T("{path} changed on the mainline too", path=path)
            hint = T("bring the mainline in with: sopgit sync")
            findings.append(BOTH_SIDES.broken(Place(path), message, hint))
        elif ours is not None and change.new is not None and change.new.startswith(ours):
            files[path] = change.new
    planned = landing_of_files(trusted, files, name)
    return Landing(name, planned.changes, planned.after, tuple(findings))


def _extends(path: str, ours: bytes | None, theirs: bytes | None) -> bool:
    if not is_case_file(path) or ours is None or theirs is None:
        return False
    return theirs.startswith(ours) or ours.startswith(theirs)
