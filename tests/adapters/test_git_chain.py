"""Chains of first parents: where two part, without reading what they share."""

from __future__ import annotations

from pathlib import Path

import pygit2
import pytest

from sopgit.adapters.git import Repository
from sopgit.adapters.git.chain import chain_beyond
from sopgit.adapters.git.objects import ObjectStore

WHO = pygit2.Signature("Contoh", "contoh@example.invalid", 1_800_000_000, 0)
SHARED = 40


class Counting(ObjectStore):
    """Counts the commits that are read."""

    read = 0

    def commit(self, oid: str) -> bytes:
        self.read += 1
        return super().commit(oid)


def grow(git: pygit2.Repository, parent: str | None, count: int, name: str) -> list[str]:
    """`count` commits on top of `parent`, the newest first."""
    tree, made = git.TreeBuilder().write(), [parent] if parent else []
    for number in range(count):
        oid = git.create_commit(None, WHO, WHO, f"{name} {number}", tree, made[:1])
        made.insert(0, str(oid))
    return made[: len(made) - bool(parent)]


@pytest.mark.parametrize(("ours", "others"), [(0, 0), (0, 3), (3, 0), (2, 5), (5, 2), (1, 1)])
def test_what_one_chain_has_beyond_another(tmp_path: Path, ours: int, others: int) -> None:
    git = pygit2.init_repository(tmp_path, bare=True)
    fork = grow(git, None, SHARED, "shared")[0]
    mine, theirs = grow(git, fork, ours, "mine"), grow(git, fork, others, "theirs")
    tips = [*mine, fork][0], [*theirs, fork][0]
    repo, objects = Repository.open(tmp_path), Counting(git.odb)
    assert repo.first_parents_beyond(*tips) == mine
    assert repo.first_parents_beyond(*tips) == [
        commit
        for commit in repo.first_parents(tips[0])
        if commit not in repo.first_parents(tips[1])
    ]
    assert repo.is_first_parent(*tips) == (ours == 0)
    chain_beyond(objects, *tips)
    assert objects.read <= 2 * max(ours, others)


def test_chains_that_never_meet(tmp_path: Path) -> None:
    git = pygit2.init_repository(tmp_path, bare=True)
    mine, theirs = grow(git, None, 4, "mine"), grow(git, None, 2, "theirs")
    repo = Repository.open(tmp_path)
    assert repo.first_parents_beyond(mine[0], theirs[0]) == mine
    assert repo.first_parents_beyond(theirs[0], mine[0]) == theirs
    assert not repo.is_first_parent(theirs[0], mine[0])
