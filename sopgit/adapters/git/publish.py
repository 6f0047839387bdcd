"""A commit becomes what is checked out: ref, index and files, whole or healed.

1. The journal names the ref, both commits and the paths, and is on the disk.
2. The ref moves, if it still is where it was. From here the act is done.
3. Each file is written under a temporary name beside it and renamed.
4. The index takes exactly these paths.
5. The journal goes.

A process killed before 2 leaves a journal that asks for nothing; killed
later, `heal` does 3 to 5 again. It touches a file or an index entry only
when that is just as one of the two commits has it, so what a person wrote
meanwhile stays.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from sopgit.adapters.files import file_errors, fsync_directory, write_atomic
from sopgit.adapters.git import program
from sopgit.adapters.git.checkout import (
    blob_at,
    bring_files,
    bring_index,
    check_clean,
    indexed,
    lying,
    temporary_name,
)
from sopgit.adapters.git.repository import Repository
from sopgit.adapters.git.write import move_ref
from sopgit.adapters.lock import exclusive
from sopgit.core.errors import SopgitError
from sopgit.core.gitobjects import Change
from sopgit.core.text import T


class UncommittedChangesError(SopgitError):
    """Files that are to be written hold work that is in no commit."""


@dataclass(frozen=True)
class Healed:
    """What `heal` found: whether a journal was there, and paths left as a person changed them."""

    found: bool
    kept: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Journal:
    ref: str
    old: str | None
    new: str
    paths: list[str]


def _go_on(_step: str) -> None:
    """Nothing happens between two steps."""


def publish(
    repo: Repository,
    ref: str,
    old: str | None,
    new: str,
    *,
    after: Callable[[str], None] = _go_on,
) -> None:
    """Move `ref` from `old` to `new` and bring the files and the index along.

    Files and index follow only where `ref` is checked out. `after` is called
    with the name of each step done: the place where a test pulls the plug.
    Raises `UncommittedChangesError` or `RefMovedError` before anything has changed.
    """
    with exclusive(repo.state_folder):
        _heal(repo)
        if repo.workdir is None or repo.head_branch() != ref:
            move_ref(repo, ref, old, new)
            return
        changes = _changes(repo, old, new)
        dirty = check_clean(repo, changes)
        if dirty:
            raise UncommittedChangesError(
                T("{path} has changes that were not committed", path=dirty[0]),
                T("commit or undo them first: git status shows them"),
            )
        journal = _journal_path(repo)
        _write_journal(journal, _Journal(ref, old, new, sorted(changes)))
        after("journal")
        try:
            move_ref(repo, ref, old, new)
        except SopgitError:
            _drop(journal)
            raise
        after("ref")
        target = {path: change.new for path, change in changes.items()}
        bring_files(repo, repo.workdir, target, after)
        bring_index(repo, target)
        after("index")
        _drop(journal)
        after("done")


def switch(
    repo: Repository,
    ref: str,
    old: str | None,
    new: str,
    *,
    after: Callable[[str], None] = _go_on,
) -> None:
    """Move `ref` from `old` to `new` and check it out, whatever is checked out now.

    Only the files in which the two differ are looked at or written; all other
    work stays as it lies. Killed midway, `heal` leaves whichever branch HEAD
    names whole. Raises `UncommittedChangesError` or `RefMovedError` before
    anything has changed.
    """
    if repo.workdir is None or repo.head_branch() == ref:
        publish(repo, ref, old, new, after=after)
        return
    with exclusive(repo.state_folder):
        _heal(repo)
        changes = _changes(repo, repo.tip("HEAD"), new)
        dirty = check_clean(repo, changes)
        if dirty:
            raise UncommittedChangesError(
                T("{path} has changes that were not committed", path=dirty[0]),
                T("commit or undo them first: git status shows them"),
            )
        journal = _journal_path(repo)
        _write_journal(journal, _Journal(ref, repo.tip("HEAD"), new, sorted(changes)))
        after("journal")
        try:
            if old != new:
                move_ref(repo, ref, old, new)
            after("ref")
            program.read(["symbolic-ref", "HEAD", ref], repo.workdir)
        except SopgitError:
            _drop(journal)
            raise
        after("head")
        target = {path: change.new for path, change in changes.items()}
        bring_files(repo, repo.workdir, target, after)
        bring_index(repo, target)
        after("index")
        _drop(journal)
        after("done")


def heal(repo: Repository) -> Healed:
    """Finish, or drop, what a killed `publish` left; cheap when there is nothing."""
    if not _journal_path(repo).exists():
        return Healed(found=False)
    with exclusive(repo.state_folder):
        return _heal(repo)


def _heal(repo: Repository) -> Healed:
    path = _journal_path(repo)
    journal = _read_journal(path)
    if journal is None:
        return Healed(found=False)
    kept: list[str] = []
    if repo.workdir is not None:
        kept = _heal_files(repo, repo.workdir, journal)
    _drop(path)
    return Healed(True, tuple(kept))


def _heal_files(repo: Repository, workdir: Path, journal: _Journal) -> list[str]:
    """Bring every journaled path that holds one of both versions to what HEAD has there."""
    head = repo.tip("HEAD")
    tree = repo.tree_of(head) if head else None
    changes = _changes(repo, journal.old, journal.new)
    target = {path: blob_at(repo, tree, path) for path in changes}
    for path, change in changes.items():
        for oid in change:
            with suppress(OSError):
                temporary_name(workdir / path, oid).unlink()
    staged = indexed(repo, sorted(changes))
    found = lying(workdir, changes)
    files = {path: oid for path, oid in target.items() if found[path] in changes[path]}
    entries = {path: oid for path, oid in target.items() if staged.get(path) in changes[path]}
    bring_files(repo, workdir, {p: o for p, o in files.items() if found[p] != o}, _go_on)
    bring_index(repo, {p: o for p, o in entries.items() if staged.get(p) != o})
    return [path for path in changes if path not in files]


def _changes(repo: Repository, old: str | None, new: str) -> dict[str, Change]:
    changes, findings = repo.walk.diff(repo.tree_of(old) if old else None, repo.tree_of(new))
    if findings:
        raise SopgitError(findings[0].message, findings[0].hint)
    return changes


def _journal_path(repo: Repository) -> Path:
    """Each work tree has its own: it must be healed where its files are."""
    name = f"journal-{repo.worktree_name}.json" if repo.worktree_name else "journal.json"
    return repo.state_folder / name


def _write_journal(path: Path, journal: _Journal) -> None:
    value = {"schema": "sopgit/journal/v1", **asdict(journal)}
    write_atomic(path, (json.dumps(value, indent=1) + "\n").encode("ascii"), 0o644)


def _read_journal(path: Path) -> _Journal | None:
    try:
        value = json.loads(path.read_bytes())
        return _Journal(value["ref"], value["old"], value["new"], list(value["paths"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SopgitError(
            T("{path} is no journal of sopgit", path=str(path)),
            T("compare with git status, then remove it"),
        ) from error


def _drop(path: Path) -> None:
    with file_errors(path):
        path.unlink(missing_ok=True)
        fsync_directory(path.parent)
