"""Which cases are open, kept so that nobody reads ten thousand closed ones to show twenty.

What is kept lies in the user's own cache (see `adapters.private`), under the
anchor and the code at hand: the tree of a verified mainline, and its open
cases. From there only the cases that changed since are read. It saves reading
and is no proof: no verdict asks here, and whatever does not fit is made anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from sopgit.adapters.git import Repository
from sopgit.adapters.private import read_own, write_own
from sopgit.app.office import Office
from sopgit.app.verified import engine_name, folder_of
from sopgit.core.errors import SopgitError
from sopgit.core.growth import HEADER, read_growth
from sopgit.core.paths import is_case_file
from sopgit.core.trusted import Trusted

SCHEMA = "sopgit/open-cases/v1"
_BEGINNING = b"\n- seq: "  # of an event; within one no line begins like this


def open_cases(office: Office, trusted: Trusted) -> list[str]:
    """The paths of the case files of `trusted` whose cases have not ended, sorted."""
    repo, tree = office.repo, office.repo.tree_of(trusted.tip)
    kept = None
    if office.cache is not None and office.anchor is not None:
        kept = folder_of(office.cache, "open", office.anchor) / engine_name()
    before = _read(kept) if kept else None
    if before is not None and before[0] == tree:
        return sorted(before[1])
    found = _since(repo, *before, tree) if before else None
    if found is None:
        found = _open_among(repo, repo.walk.list_tree(tree, "cases"))
    if kept:
        value = {"schema": SCHEMA, "tree": tree, "open": sorted(found)}
        write_own(kept, json.dumps(value).encode("ascii"))
    return sorted(found)


def _read(kept: Path) -> tuple[str, set[str]] | None:
    """What was kept: a tree and its open cases; None where it is not what is written here."""
    try:
        value = json.loads(read_own(kept) or b"null")
        paths = set(value["open"])
        is_ours = value["schema"] == SCHEMA and all(map(is_case_file, paths))
        return (value["tree"], paths) if is_ours and type(value["tree"]) is str else None
    except (ValueError, LookupError, TypeError):
        return None


def _since(repo: Repository, old_tree: str, paths: set[str], tree: str) -> set[str] | None:
    """The open cases of `tree`, from those of `old_tree`; None where the two cannot be compared."""
    try:
        changed, findings = repo.walk.diff(old_tree, tree)
    except SopgitError:  # what another clone has brought in is not here
        return None
    now = [(path, change.new) for path, change in changed.items() if change.new is not None]
    return None if findings else (paths - changed.keys()) | _open_among(repo, now)


def _open_among(repo: Repository, files: Iterable[tuple[str, str]]) -> set[str]:
    return {
        path
        for path, blob in files
        if is_case_file(path) and not has_ended(repo.objects.blob(blob), path)
    }


def has_ended(data: bytes, path: str) -> bool:
    """Whether the verified case file `data` stands at no step: its last event says where."""
    at = max(data.rfind(_BEGINNING) + 1, len(HEADER))
    return read_growth(path, data[:at], data, None).events[-1]["to"] is None
