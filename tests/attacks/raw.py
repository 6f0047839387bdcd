"""Hand-made Git objects: what no Git program would write and a hostile server can send."""

from __future__ import annotations

from collections.abc import Callable

from sopgit.adapters.git import Repository
from sopgit.core.gitobjects import Entry, parse_tree

Bend = Callable[[bytes], bytes]


def bent_commit(repo: Repository, commit: str, bend: Bend) -> str:
    """The commit again, its raw bytes bent."""
    return repo.objects.write_commit(bend(repo.objects.commit(commit)))


def with_tree(repo: Repository, commit: str, tree: str) -> str:
    """The commit again with another tree, so that it is well formed itself."""
    old = repo.tree_of(commit).encode()
    return bent_commit(repo, commit, lambda raw: raw.replace(old, tree.encode(), 1))


def with_root(repo: Repository, commit: str, *entries: bytes) -> str:
    """The commit again with raw `entries` more in its root tree, sorted in as Git would."""
    raw = repo.objects.tree(repo.tree_of(commit))
    return with_tree(repo, commit, repo.objects.write_tree(_woven(raw, *entries)))


def _woven(raw: bytes, *entries: bytes) -> bytes:
    """The raw tree `raw` with raw `entries` at their places in Git's order."""
    woven: list[bytes] = [spelled(entry) for entry in parse_tree(raw)[0]]
    woven += entries
    woven.sort(key=_order)
    return b"".join(woven)


def spelled(entry: Entry) -> bytes:
    """The raw bytes of an entry."""
    return raw_entry(entry.mode, entry.name.encode(), entry.oid)


def raw_entry(mode: str, name: bytes, oid: str) -> bytes:
    return mode.encode() + b" " + name + b"\0" + bytes.fromhex(oid)


def _order(entry: bytes) -> bytes:
    mode, _, rest = entry.partition(b" ")
    name = rest.partition(b"\0")[0]
    return name + b"/" if mode in (b"40000", b"040000") else name
