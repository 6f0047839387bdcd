"""Which branches there are."""

from __future__ import annotations

from sopgit.adapters.git.program import read
from sopgit.adapters.git.repository import Repository


def refs_below(repo: Repository, *prefixes: str) -> dict[str, str]:
    """The commit by the full name of every ref that begins with one of `prefixes`, sorted.

    A prefix ends in a slash. Symbolic refs and refs of other objects are left out.
    """
    pattern = "--format=%(objecttype) %(symref) %(objectname) %(refname)"
    out = read(["for-each-ref", pattern, *prefixes], repo.gitdir)
    found = {}
    for line in out.decode("utf-8", "replace").splitlines():
        kind, symbolic, commit, name = line.split(" ", 3)
        if kind == "commit" and not symbolic:
            found[name] = commit
    return found


def delete_ref(repo: Repository, ref: str, old: str) -> None:
    """Take `ref` away if it still points at `old`; raises `GitFailedError` otherwise."""
    read(["update-ref", "-d", ref, old], repo.gitdir)
