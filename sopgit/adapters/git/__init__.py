"""Git, for the rest of sopgit: the only importer of pygit2, the only caller of `git`.

Objects are read and written in process through libgit2, which never looks at
replacement objects; what touches an index, the network or hooks is left to
the `git` program, called with an environment of our own making.
"""

from __future__ import annotations

from sopgit.adapters.git.checkout import check_clean
from sopgit.adapters.git.door import NoRepositoryError, UnfitRepositoryError
from sopgit.adapters.git.objects import MissingObjectError, ObjectStore
from sopgit.adapters.git.program import GitFailedError
from sopgit.adapters.git.publish import (
    Healed,
    UncommittedChangesError,
    heal,
    publish,
    switch,
)
from sopgit.adapters.git.refs import delete_ref, refs_below
from sopgit.adapters.git.repository import Repository
from sopgit.adapters.git.transport import (
    PushResult,
    RemoteAwayError,
    clone,
    fetch,
    init,
    init_bare,
    push,
)
from sopgit.adapters.git.tree import CommitTree
from sopgit.adapters.git.write import RefMovedError, UnfitCommitError, build_commit, move_ref

__all__ = [
    "CommitTree",
    "GitFailedError",
    "Healed",
    "MissingObjectError",
    "NoRepositoryError",
    "ObjectStore",
    "PushResult",
    "RefMovedError",
    "RemoteAwayError",
    "Repository",
    "UncommittedChangesError",
    "UnfitCommitError",
    "UnfitRepositoryError",
    "build_commit",
    "check_clean",
    "clone",
    "delete_ref",
    "fetch",
    "heal",
    "init",
    "init_bare",
    "move_ref",
    "publish",
    "push",
    "refs_below",
    "switch",
]
