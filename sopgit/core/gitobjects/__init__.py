"""Git's own objects, read strictly from their raw bytes.

Two programs that read one object differently can be made to see two
histories. So what is judged here is never what a library made of an object
but the bytes under its id, and what those bytes must look like is narrow:

- `commit`: the headers of a commit;
- `tree`: the entries of one folder;
- `walk`: the difference of two trees, folder by folder.

Object ids are 40 lower-case hex digits everywhere.
"""

from __future__ import annotations

from sopgit.core.gitobjects.commit import (
    CommitObject,
    Ident,
    MalformedCommitError,
    check_commit,
    emit_commit,
    parse_commit,
)
from sopgit.core.gitobjects.tree import Entry, check_path, emit_tree, is_good_name, parse_tree
from sopgit.core.gitobjects.walk import Change, Objects, TreeWalk

__all__ = [
    "Change",
    "CommitObject",
    "Entry",
    "Ident",
    "MalformedCommitError",
    "Objects",
    "TreeWalk",
    "check_commit",
    "check_path",
    "emit_commit",
    "emit_tree",
    "is_good_name",
    "parse_commit",
    "parse_tree",
]
