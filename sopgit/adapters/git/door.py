"""What is refused at a repository's door.

Shallow and partial clones and grafted histories: in each of them a walk along
parents can end, or turn, where history does not. And what Git itself does not
open for this user.
"""

from __future__ import annotations

import os
from pathlib import Path

import pygit2

from sopgit.core.errors import SopgitError
from sopgit.core.text import T


class NoRepositoryError(SopgitError):
    """There is no Git repository, or Git does not open it for this user."""


class UnfitRepositoryError(SopgitError):
    """The repository does not hold the whole history, so nothing can be proved from it."""


def common_folder(gitdir: Path) -> Path:
    """The folder that all work trees of a repository share."""
    pointer = gitdir / "commondir"
    if not pointer.is_file():
        return gitdir
    return Path(os.path.normpath(gitdir / pointer.read_text(encoding="utf-8").strip()))


def verify_whole(git: pygit2.Repository, commondir: Path) -> None:
    """Raise for a repository whose history ends, or turns, where the office's does not."""
    if git.is_shallow or (commondir / "shallow").exists():
        raise UnfitRepositoryError(
            T("this is a shallow clone: its history ends where it does not"),
            T("complete it with: git fetch --unshallow"),
        )
    packs = commondir / "objects" / "pack"
    promised = "extensions.partialclone" in git.config or any(packs.glob("*.promisor"))
    if promised:
        raise UnfitRepositoryError(
            T("this is a partial clone: it lacks objects"),
            T("clone the whole repository, without --filter"),
        )
    grafts = commondir / "info" / "grafts"
    if grafts.exists() and grafts.read_bytes().strip():
        raise UnfitRepositoryError(
            T("this repository has grafts: its history is not the one its commits name"),
            T("remove the file {path}", path=str(grafts)),
        )


def not_opened(path: Path | str, error: Exception) -> NoRepositoryError:
    """What libgit2's `error` means to a person, and what to do."""
    if "not owned by current user" in str(error):
        return NoRepositoryError(
            T("the repository at {path} belongs to another user", path=str(path)),
            T(
                "if you trust it: git config --global --add safe.directory {path}",
                path=str(Path(path).absolute()),
            ),
        )
    return NoRepositoryError(
        T("cannot open the repository at {path}: {reason}", path=str(path), reason=str(error))
    )
