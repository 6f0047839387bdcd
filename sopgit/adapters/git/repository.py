"""A repository on this machine: where it is, its refs, and ways through its history."""

from __future__ import annotations

import os
from collections.abc import Container, Iterable
from functools import cached_property
from pathlib import Path
from typing import cast

import pygit2
from pygit2.enums import RepositoryOpenFlag, SortMode

from sopgit.adapters.git import program
from sopgit.adapters.git.chain import chain_beyond, chain_to
from sopgit.adapters.git.door import NoRepositoryError, common_folder, not_opened, verify_whole
from sopgit.adapters.git.objects import ObjectStore
from sopgit.core.errors import SopgitError, UsageError
from sopgit.core.gitobjects import MalformedCommitError, TreeWalk, parse_commit
from sopgit.core.text import T


class Repository:
    """A clone or a bare repository. Ids are 40 hex digits, refs full names (`refs/heads/main`)."""

    def __init__(self, git: pygit2.Repository) -> None:
        """Use `open` or `open_for_hook`."""
        self._git = git
        self.gitdir = Path(git.path)
        self.commondir = common_folder(self.gitdir)
        self.workdir = Path(git.workdir) if git.workdir else None
        self.objects = ObjectStore(git.odb)
        verify_whole(git, self.commondir)

    @classmethod
    def open(cls, path: Path | str = ".") -> Repository:
        """The repository that `path` lies in. The environment does not steer it.

        Raises `NoRepositoryError` or `UnfitRepositoryError`.
        """
        try:
            found = pygit2.discover_repository(str(path))
            if found is None:
                raise NoRepositoryError(
                    T("{path} is in no Git repository", path=str(Path(path).absolute())),
                    T("go into the office's clone, or name it with --repo"),
                )
            return cls(pygit2.Repository(found))
        except (KeyError, ValueError, OSError, pygit2.GitError) as error:
            raise not_opened(path, error) from error

    @classmethod
    def open_for_hook(cls) -> Repository:
        """The repository of the Git hook that runs this, with the objects being pushed.

        Only here the environment steers: Git names in it the quarantine of a push.
        """
        path = os.environ.get("GIT_DIR", ".")
        try:
            return cls(pygit2.Repository(path, RepositoryOpenFlag.FROM_ENV))
        except (KeyError, ValueError, OSError, pygit2.GitError) as error:
            raise not_opened(path, error) from error

    @property
    def state_folder(self) -> Path:
        """Where sopgit keeps what belongs to this clone and not to its history."""
        return self.commondir / "sopgit"

    @property
    def worktree_name(self) -> str | None:
        """The name of a linked work tree; None in the main one."""
        return None if self.gitdir == self.commondir else self.gitdir.name

    @cached_property
    def walk(self) -> TreeWalk:
        """Trees of this repository, with the folders parsed so far."""
        return TreeWalk(self.objects)

    def tip(self, ref: str) -> str | None:
        """The commit that `ref` (or "HEAD") points at; None where there is none."""
        try:
            return str(self._git.references[ref].resolve().target)
        except KeyError:
            return None
        except (ValueError, OSError, pygit2.GitError) as error:
            raise SopgitError(
                T("{ref} cannot be read: {reason}", ref=ref, reason=str(error))
            ) from error

    def head_branch(self) -> str | None:
        """The full name of the branch checked out, born or not; None for a detached HEAD."""
        try:
            target = self._git.references["HEAD"].target
        except (KeyError, ValueError, OSError, pygit2.GitError) as error:
            raise NoRepositoryError(
                T("HEAD cannot be read: {reason}", reason=str(error))
            ) from error
        return target if isinstance(target, str) else None

    def resolve(self, rev: str) -> str:
        """The commit that `rev` means; raises `UsageError` when Git knows none."""
        try:
            return str(self._git.revparse_single(rev).peel(pygit2.Commit).id)
        except (KeyError, ValueError, OSError, pygit2.GitError) as error:
            hint = T("name a branch, a tag or a commit of this repository")
            raise UsageError(T("{rev} names no commit here", rev=rev), hint) from error

    def tree_of(self, commit: str) -> str:
        """The id of the tree of `commit`."""
        return parse_commit(self.objects.commit(commit)).tree

    def first_parents(self, tip: str, until: Container[str] = ()) -> list[str]:
        """`tip`, its first parent and so on, down to a commit of `until` or one without parents."""
        return chain_to(self.objects, tip, until)

    def first_parents_beyond(self, tip: str, other: str) -> list[str]:
        """The first parents from `tip` down, without those that are `other`'s too."""
        return chain_beyond(self.objects, tip, other)

    def is_first_parent(self, old: str, new: str) -> bool:
        """Whether `old` is `new` or one of its first parents."""
        return not chain_beyond(self.objects, old, new)

    def parents(self, commit: str) -> tuple[str, ...]:
        """The parents of `commit`; none when its headers are malformed."""
        try:
            return parse_commit(self.objects.commit(commit)).parents
        except MalformedCommitError:
            return ()

    def is_ancestor(self, old: str, new: str) -> bool:
        """Whether `old` is `new` or can be reached from it by parents."""
        try:
            return old == new or self._git.descendant_of(new, old)
        except (KeyError, ValueError, OSError, pygit2.GitError) as error:
            raise _unreadable(error) from error

    def merge_base(self, one: str, other: str) -> str | None:
        """The best common ancestor; None where there is none."""
        try:
            found = cast("pygit2.Oid | None", self._git.merge_base(one, other))
        except (KeyError, ValueError, OSError, pygit2.GitError) as error:
            raise _unreadable(error) from error
        return None if found is None else str(found)

    def new_commits(self, tip: str, excluding: Iterable[str]) -> list[str]:
        """Every commit reachable from `tip` and not from `excluding`, parents first.

        Commit dates that run backwards may add commits already known; they
        can never hide one.
        """
        known = set(excluding)
        if tip in known:
            return []
        parents = self.parents(tip)
        if parents and known.issuperset(parents):
            return [tip]
        try:
            walker = self._git.walk(tip, SortMode.TOPOLOGICAL | SortMode.REVERSE)
            for commit in known:
                walker.hide(commit)
            return [str(commit.id) for commit in walker]
        except (KeyError, ValueError, OSError, pygit2.GitError) as error:
            raise _unreadable(error) from error

    def config_get(self, key: str) -> str | None:
        """The value of `key` in this repository's own configuration, no user's or system's."""
        try:
            return self._local_config()[key]
        except KeyError:
            return None
        except (ValueError, OSError, pygit2.GitError) as error:
            raise UsageError(T("{key} is no configuration key", key=key)) from error

    def config_set(self, key: str, value: str) -> None:
        """Write `key` to this repository's own configuration."""
        try:
            self._local_config()[key] = value
        except (KeyError, ValueError, OSError, pygit2.GitError) as error:
            message = T("cannot write the configuration: {reason}", reason=str(error))
            raise SopgitError(message) from error

    def index_tree(self) -> str:
        """The id of the tree that committing the index would make.

        Inside a hook that is the index of the commit under way, which Git
        names in GIT_INDEX_FILE. Raises `GitFailedError` while a merge is unresolved.
        """
        index = os.environ.get("GIT_INDEX_FILE")
        extra = {"GIT_INDEX_FILE": str(Path(index).absolute())} if index else None
        return program.read(["write-tree"], self.workdir, extra=extra).decode().strip()

    def _local_config(self) -> pygit2.Config:
        return pygit2.Config(str(self.commondir / "config"))


def _unreadable(error: Exception) -> SopgitError:
    return SopgitError(
        T("the history cannot be read: {reason}", reason=str(error)),
        T("look closer with: git fsck"),
    )
