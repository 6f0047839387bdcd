"""A change's files, taken out of the object store only when they are small enough to be judged.

Git packs a file of zeros of any length into a few bytes. So a blob's length is
asked before it is read: no rule allows a file as large as `BLOB_LIMIT`, and a
guard must not be made to fill the memory.

Rules enforced here: `file-size`.
"""

from __future__ import annotations

from collections.abc import Mapping

from sopgit.adapters.git import Repository
from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.gitobjects import Change
from sopgit.core.lineage import FileChange
from sopgit.core.paths import ATTACHMENT_LIMIT
from sopgit.core.text import T

FILE_SIZE = Rule(
    "file-size",
    "no file in the repository is larger than 10 MiB",
    why="what a reader cannot hold in memory stops every reader",
)
BLOB_LIMIT = ATTACHMENT_LIMIT


def read_changes(
    repo: Repository, changes: Mapping[str, Change]
) -> tuple[dict[str, FileChange], list[Finding]]:
    """The bytes of each change, and a finding for each file that is too large to be read."""
    findings = check_sizes(repo, changes)
    large = {finding.place.path for finding in findings}
    return {
        path: FileChange(_read(repo, change.old), _read(repo, change.new))
        for path, change in changes.items()
        if path not in large
    }, findings


def check_sizes(repo: Repository, changes: Mapping[str, Change]) -> list[Finding]:
    """A finding for each new file that is too large to be read."""
    findings = []
    for path, change in changes.items():
        size = 0 if change.new is None else repo.objects.size(change.new)
        if size > BLOB_LIMIT:
            hint = T("data goes in with: sopgit data add")
            message = T("{path} holds {size} bytes", path=path, size=size)
            findings.append(FILE_SIZE.broken(Place(path), message, hint))
    return findings


def _read(repo: Repository, oid: str | None) -> bytes | None:
    return None if oid is None else repo.objects.blob(oid)
