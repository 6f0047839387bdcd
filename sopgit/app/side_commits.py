"""Commits that come in beside the mainline, by a merge or as a branch's steps.

Only landings are judged whole. But everybody fetches the other commits too, so
each is held to what can be told without any statement: sound objects, paths of
a known class, their extensions and sizes, the form of pointers and age files. A
file that was added and taken away again before the merge has still been handed out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sopgit.adapters.git import Repository
from sopgit.app.blobs import read_changes
from sopgit.core.agefile import check_age_file, check_age_header
from sopgit.core.beside import check_attachment
from sopgit.core.drafts import DRAFT_FORM, check_draft_files
from sopgit.core.finding import Finding, Place
from sopgit.core.gitobjects import Change, check_commit, parse_commit
from sopgit.core.paths import (
    PathClass,
    check_free_file,
    check_path,
    is_case_file,
    is_header,
    path_class,
)
from sopgit.core.pointer import SUFFIX, check_pointer
from sopgit.core.text import T


def check_side_commits(
    repo: Repository, tip: str, known: Iterable[str], free: Iterable[str]
) -> list[Finding]:
    """What is wrong with the commits below `tip` that cannot be reached from `known`.

    `free` are the policy's free files. `tip` itself is judged as the landing that it is.
    """
    new = [commit for commit in repo.new_commits(tip, known) if commit != tip]
    return check_commits(repo, new, free)


def check_commits(repo: Repository, commits: Iterable[str], free: Iterable[str]) -> list[Finding]:
    """What is wrong with each of `commits`, parents before children, by itself."""
    findings: list[Finding] = []
    trees: dict[str, str | None] = {}
    for commit in commits:
        raw = repo.objects.commit(commit)
        broken = check_commit(raw, commit)
        trees[commit] = None if broken else parse_commit(raw).tree
        if not broken:
            broken = list(_check_step(repo, commit, trees, tuple(free)))
        findings += [finding.at_commit(commit) for finding in broken]
    return findings


def _check_step(
    repo: Repository, commit: str, trees: dict[str, str | None], free: tuple[str, ...]
) -> Iterator[Finding]:
    """Judge what `commit` changes against its first parent."""
    parents = repo.parents(commit)
    before = None
    if parents:
        before = trees[parents[0]] if parents[0] in trees else repo.tree_of(parents[0])
    changed, findings = repo.walk.diff(before, trees[commit])
    yield from findings
    if findings:
        return
    added = {path: Change(None, change.new) for path, change in changed.items()}
    changes, too_large = read_changes(repo, added)
    yield from too_large
    for path, change in changes.items():
        if change.new is not None:
            yield from check_path(path, free)
            yield from _check_content(path, change.new, free)


def _check_content(path: str, data: bytes, free: tuple[str, ...]) -> list[Finding]:
    kind = path_class(path, free)
    if kind is PathClass.FREE:
        return check_free_file(path, data)
    if kind is PathClass.CASE and not is_case_file(path):
        return check_attachment(path, data, restricted=False)
    if path.endswith(SUFFIX):
        return check_pointer(data, path)
    if is_header(path):
        return check_age_header(data, path)
    return check_age_file(data, path) if path.endswith(".age") else []


def check_draft_branch(repo: Repository, tip: str, main: str, ref: str) -> list[Finding]:
    """What is wrong with a branch for a draft: one sound commit on the mainline, with one file."""
    new = repo.new_commits(tip, [main])
    parents = repo.parents(tip)
    if new != [tip] or len(parents) != 1:
        message = T("{branch} is more than one commit on the mainline", branch=ref)
        return [DRAFT_FORM.broken(Place(ref), message, T("bring the mainline in: sopgit sync"))]
    raw = repo.objects.commit(tip)
    broken = check_commit(raw, tip)
    if broken:
        return broken
    changed, findings = repo.walk.diff(repo.tree_of(parents[0]), parse_commit(raw).tree)
    if findings:
        return list(findings)
    changes, too_large = read_changes(repo, changed)
    files = {path: change.new for path, change in changes.items()}
    return [*too_large, *check_draft_files(files, ref)]
