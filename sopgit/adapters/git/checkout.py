"""What is checked out: the files as they lie there, and the index beside them.

Only the paths asked about are read or written. A file is written under a
temporary name beside its own and renamed, byte for byte as Git stores it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path

from sopgit.adapters.files import file_errors, fsync_directory, settle, write_all
from sopgit.adapters.git import program
from sopgit.adapters.git.repository import Repository

_FEW = 200
_NO_OID = "0" * 40
_NO_FILE = "no plain file"


def check_clean(repo: Repository, paths: Iterable[str]) -> list[str]:
    """Which of `paths` are not, in index and files, just as HEAD has them."""
    if repo.workdir is None:
        return []
    wanted = sorted(paths)
    head = repo.tip("HEAD")
    tree = repo.tree_of(head) if head else None
    committed = {path: blob_at(repo, tree, path) for path in wanted}
    staged = indexed(repo, wanted)
    found = lying(repo.workdir, {path: (oid,) for path, oid in committed.items()})
    return [
        path for path, oid in committed.items() if staged.get(path) != oid or found[path] != oid
    ]


def blob_at(repo: Repository, tree: str | None, path: str) -> str | None:
    """The id of the file at `path` in `tree`, whatever its mode; None where there is none."""
    entry = repo.walk.find(tree, path) if tree else None
    return entry.oid if entry and not entry.is_folder else None


def indexed(repo: Repository, paths: list[str]) -> dict[str, str]:
    """The blob id of each path in the index; an unresolved merge is no blob id."""
    asked = paths if len(paths) <= _FEW else []
    arguments = ["--literal-pathspecs", "ls-files", "--stage", "-z", "--", *asked]
    found: dict[str, str] = {}
    for line in program.read(arguments, repo.workdir).split(b"\0"):
        facts, _, path = line.decode("utf-8", "surrogateescape").partition("\t")
        if path:
            mode, oid, level = facts.split(" ")
            found[path] = oid if (mode, level) == ("100644", "0") else facts
    return found


def lying(workdir: Path, expected: Mapping[str, Collection[str | None]]) -> dict[str, str | None]:
    """The blob id of each file as it lies there; None where nothing does.

    A file that is byte by byte none of the blobs `expected` at its path is
    asked about once more through Git, whose filters (line ends) may make it one.
    """
    found = {path: _digest(workdir, path) for path in expected}
    asked = [
        path
        for path, oid in found.items()
        if oid is not None and oid not in expected[path] and oid != _NO_FILE
    ]
    if asked:
        data = "".join(f"{path}\n" for path in asked).encode()
        answers = program.read(["hash-object", "--stdin-paths"], workdir, data).decode().split()
        found.update(zip(asked, answers, strict=True))
    return found


def _digest(workdir: Path, path: str) -> str | None:
    """The blob id of the bytes at `path`; None: nothing there; `_NO_FILE`: no plain file."""
    target = workdir / path
    if any((workdir / folder).is_symlink() for folder in Path(path).parents):
        return _NO_FILE  # writing there would leave the work tree
    if not os.path.lexists(target):
        return None
    if target.is_symlink() or not target.is_file():
        return _NO_FILE
    with file_errors(target):
        data = target.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def bring_files(
    repo: Repository, workdir: Path, files: Mapping[str, str | None], after: Callable[[str], None]
) -> None:
    """Put the blob (None: nothing) at each path; `after` is called between the steps."""
    # Removals first: a file may make room for a folder of its name.
    for path, oid in sorted(files.items(), key=lambda item: (item[1] is not None, item[0])):
        target = workdir / path
        with file_errors(target):
            if oid is None:
                _remove(workdir, target)
            else:
                _replace(target, temporary_name(target, oid), repo.objects.blob(oid), after)
        after(f"file {path}")


def temporary_name(target: Path, oid: str | None) -> Path:
    """A name that `heal` finds again."""
    return target.with_name(f".{target.name}.{(oid or _NO_OID)[:12]}.sopgit")


def _replace(target: Path, temporary: Path, data: bytes, after: Callable[[str], None]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with temporary.open("wb", buffering=0) as file:
        write_all(file, data)
        settle(file)
    after("temporary")
    temporary.replace(target)
    fsync_directory(target.parent)


def _remove(workdir: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    for folder in target.parents:
        if folder == workdir:
            return
        try:
            folder.rmdir()
        except OSError:  # not empty
            return


def bring_index(repo: Repository, entries: Mapping[str, str | None]) -> None:
    """Put the blob (None: nothing) at each path of the index; no other entry changes."""
    if not entries:
        return
    ordered = sorted(entries.items(), key=lambda item: (item[1] is not None, item[0]))
    lines = (f"{'100644' if oid else '0'} {oid or _NO_OID}\t{path}\0" for path, oid in ordered)
    program.read(["update-index", "-z", "--index-info"], repo.workdir, "".join(lines).encode())
