"""New commits, made beside everything that is checked out.

`build_commit` only adds objects: no ref, index or file changes, so a commit
can be judged before anything points at it. `move_ref` moves a ref if it is
still where the caller saw it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import pygit2

from sopgit.adapters.git.repository import Repository
from sopgit.core.errors import SopgitError
from sopgit.core.finding import Finding
from sopgit.core.gitobjects import (
    CommitObject,
    Entry,
    Ident,
    check_commit,
    check_path,
    emit_commit,
    emit_tree,
    parse_tree,
)
from sopgit.core.gitobjects.tree import FILE, FOLDER
from sopgit.core.text import T

# Objects and refs are on the disk before they are relied on.
pygit2.option(pygit2.enums.Option.ENABLE_FSYNC_GITDIR, True)

_Change = bytes | None
_Branch = dict[str, "_Change | _Branch"]


class RefMovedError(SopgitError):
    """A ref is not where it was expected to be: somebody else moved it."""


class UnfitCommitError(SopgitError):
    """The commit asked for would be one that the rules of Git objects refuse."""


def build_commit(
    repo: Repository,
    parent: str | None,
    changes: Mapping[str, bytes | None],
    message: str,
    author: tuple[str, str],
    when: datetime,
) -> str:
    """Store a commit on `parent` that puts bytes at paths, or (None) removes them; its id.

    `author` is (name, e-mail), `when` has a zone. Folders left empty go.
    Raises `UnfitCommitError` for a name or a path that the rules refuse, or a path
    to remove that is not there.
    """
    base = repo.tree_of(parent) if parent else None
    tree = _write_folder(repo, base, _branches(changes), "") or repo.objects.write_tree(b"")
    ident = _ident(author, when)
    parents = (parent,) if parent else ()
    raw = emit_commit(CommitObject(tree, parents, ident, ident, message))
    _verify(check_commit(raw, ""))
    return repo.objects.write_commit(raw)


def move_ref(repo: Repository, ref: str, old: str | None, new: str) -> None:
    """Point `ref` at `new` if it still points at `old` (None: does not exist).

    Raises `RefMovedError` otherwise.
    """
    references = pygit2.Repository(str(repo.gitdir)).references
    try:
        found = references.get(ref)
        if (str(found.target) if found else None) != old:
            raise RefMovedError(T("{ref} was moved meanwhile", ref=ref), T("try again"))
        if found is None:
            references.create(ref, new)
        else:
            # libgit2 compares once more with what was looked up, under the ref's lock.
            found.set_target(new, "sopgit")
    except pygit2.AlreadyExistsError as error:
        raise RefMovedError(T("{ref} was made meanwhile", ref=ref), T("try again")) from error
    except (KeyError, ValueError, OSError, pygit2.GitError) as error:
        raise RefMovedError(
            T("{ref} cannot be moved: {reason}", ref=ref, reason=str(error)),
            T("try again; remove a stale lock file if no git command is running"),
        ) from error


def _branches(changes: Mapping[str, bytes | None]) -> _Branch:
    """The changes as folders within folders."""
    root: _Branch = {}
    for path, data in changes.items():
        _verify(check_path(path))
        *folders, name = path.split("/")
        branch = root
        for folder in folders:
            below = branch.setdefault(folder, {})
            if not isinstance(below, dict):
                raise _both(path)
            branch = below
        if name in branch:
            raise _both(path)
        branch[name] = data
    return root


def _both(path: str) -> UnfitCommitError:
    return UnfitCommitError(T("{path} cannot be a file and a folder at once", path=path))


def _write_folder(repo: Repository, base: str | None, branch: _Branch, path: str) -> str | None:
    """Store the folder `base` with the changes of `branch`; None when nothing is left in it."""
    entries: dict[str, Entry] = {}
    if base:
        read, findings = parse_tree(repo.objects.tree(base), path)
        _verify(findings)
        entries = {entry.name: entry for entry in read}
    for name, change in branch.items():
        below = f"{path}/{name}" if path else name
        old = entries.pop(name, None)
        if isinstance(change, dict):
            oid = _write_folder(repo, old.oid if old and old.is_folder else None, change, below)
            entry = Entry(name, FOLDER, oid) if oid else None
        elif change is None:
            entry = None
        else:
            entry = Entry(name, FILE, repo.objects.write_blob(change))
        _verify_kind(old, change, below)
        if entry:
            entries[name] = entry
    if not entries:
        return None
    raw = emit_tree(entries.values())
    _verify(parse_tree(raw, path)[1])
    return repo.objects.write_tree(raw)


def _verify_kind(old: Entry | None, change: _Change | _Branch, path: str) -> None:
    if old is None and change is None:
        raise UnfitCommitError(T("{path} cannot be removed, it is not there", path=path))
    if old is not None and old.is_folder != isinstance(change, dict):
        raise _both(path)


def _ident(author: tuple[str, str], when: datetime) -> Ident:
    offset = when.utcoffset()
    if offset is None:
        raise ValueError("a commit's time needs a zone")
    minutes = int(offset.total_seconds()) // 60
    sign = "-" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    return Ident(*author, int(when.timestamp()), f"{sign}{hours:02}{rest:02}")


def _verify(findings: list[Finding]) -> None:
    if findings:
        raise UnfitCommitError(findings[0].message, findings[0].hint)
