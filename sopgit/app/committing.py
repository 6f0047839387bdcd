"""Making a judged change a commit of the branch that is checked out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sopgit.adapters.git import build_commit, check_clean, publish, switch
from sopgit.app.office import MAIN, Office
from sopgit.core.errors import SopgitError, UsageError
from sopgit.core.text import T


class FilesUnfinished(SopgitError):
    """The commit is made and stands, but the files that lie there are not all renewed."""


def build_files(
    office: Office,
    parent: str | None,
    files: Mapping[str, bytes | None],
    message: str,
    now: datetime,
) -> str:
    """A commit of `files` on `parent`, on which they were judged; nothing points at it yet.

    Raises `UsageError` if a file has changes that are in no commit.
    """
    repo = office.repo
    dirty = check_clean(repo, list(files))
    if dirty:
        raise UsageError(
            T("{path} has changes that were not committed", path=dirty[0]),
            T(
                "governed files are never edited by hand; undo with: git checkout HEAD -- {path}",
                path=dirty[0],
            ),
        )
    person = office.me.person
    name = office.trusted.policy.people[person]["name"]
    return build_commit(repo, parent, files, message, (name, f"{person}@sopgit.invalid"), now)


def build_lap(
    office: Office, tip: str, files: Mapping[str, bytes | None], message: str, now: datetime
) -> str:
    """A commit of `files` on the mainline's `tip`, in place of what a case's branch held."""
    person = office.me.person
    name = office.trusted.policy.people[person]["name"]
    return build_commit(office.repo, tip, files, message, (name, f"{person}@sopgit.invalid"), now)


def publish_commit(
    office: Office, commit: str, branch: str | None = None, seen: str | None = None
) -> None:
    """Move the branch that is checked out to `commit`, its child, and bring the files along.

    With `branch` that one is moved instead, from where it was `seen`, and checked out.
    """
    repo = office.repo
    ref = branch or repo.head_branch() or MAIN
    parents = repo.parents(commit)
    try:
        if branch is not None:
            switch(repo, branch, seen, commit)
        else:
            publish(repo, ref, parents[0] if parents else None, commit)
    except SopgitError as error:
        if repo.tip(ref) != commit:
            raise
        raise FilesUnfinished(
            T("it is done and committed, but files are still missing: {why}", why=error.message),
            T("do not do it again: mend that, and the next sopgit command puts the files there"),
        ) from error


def commit_files(
    office: Office,
    parent: str | None,
    files: Mapping[str, bytes | None],
    message: str,
    now: datetime,
) -> str:
    """Build and publish in one."""
    commit = build_files(office, parent, files, message, now)
    publish_commit(office, commit)
    return commit
