"""The files of one tree, read when asked for."""

from __future__ import annotations

from collections.abc import Iterator

from sopgit.adapters.git.repository import Repository
from sopgit.core.gitobjects.tree import FILE


class CommitTree:
    """A read-only mapping from path to bytes; only plain files are in it."""

    def __init__(self, repo: Repository, tree: str) -> None:
        """`tree` is the id of a tree, not of a commit."""
        self._repo = repo
        self.id = tree

    def get(self, path: str) -> bytes | None:
        """The bytes of the file at `path`; None when there is no plain file."""
        oid = self.oid(path)
        return None if oid is None else self._repo.objects.blob(oid)

    def oid(self, path: str) -> str | None:
        """The blob id of the file at `path`; None when there is no plain file."""
        entry = self._repo.walk.find(self.id, path)
        return entry.oid if entry is not None and entry.mode == FILE else None

    def paths(self, prefix: str = "") -> Iterator[str]:
        """Every path that begins with `prefix`, in Git's order."""
        for path, _ in self.blobs(prefix):
            yield path

    def blobs(self, prefix: str = "") -> Iterator[tuple[str, str]]:
        """(path, blob id) of every path that begins with `prefix`."""
        folder = prefix.rpartition("/")[0]
        for path, oid in self._repo.walk.list_tree(self.id, folder):
            if path.startswith(prefix):
                yield path, oid

    def __getitem__(self, path: str) -> bytes:
        found = self.get(path)
        if found is None:
            raise KeyError(path)
        return found

    def __contains__(self, path: object) -> bool:
        return isinstance(path, str) and self.oid(path) is not None

    def __iter__(self) -> Iterator[str]:
        return self.paths()
