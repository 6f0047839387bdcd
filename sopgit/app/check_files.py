"""Judging files as files: an office's folder or single files, with no history claimed.

A folder that holds `.sopgit/policy.yaml` is judged by the engine as one
landing of everything in it, under the policy that lies beside: strict YAML,
schema, the one spelling, chains, signatures, every act, every listed digest.
What only a history can tell (the base of an act, an earlier policy, who
signed the policy before) is not claimed. A file elsewhere is judged by itself.

Rules enforced here: `file-not-plain`, `schema-unknown`; the engine's.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import takewhile
from pathlib import Path

from sopgit.adapters.files import file_errors
from sopgit.adapters.resources import read_schemas
from sopgit.app.opened import check_opened
from sopgit.core.case import CaseState
from sopgit.core.chain import check_link
from sopgit.core.errors import UsageError
from sopgit.core.finding import Finding, Place, Refused, Rule, Verdict, verdict
from sopgit.core.growth import read_growth
from sopgit.core.legality import check_beginning
from sopgit.core.lineage import FileChange
from sopgit.core.mainline import Landing, admit
from sopgit.core.paths import AGENCIES, CALENDAR, POLICY, PathClass, path_class
from sopgit.core.policy_change import check_first
from sopgit.core.policy_landing import check_procedures, read_policy
from sopgit.core.record import read_governed
from sopgit.core.rekey import REKEY_ALONE, REKEY_READERS
from sopgit.core.replay import apply
from sopgit.core.schema import Schemas
from sopgit.core.statement import policy_digest
from sopgit.core.strict_yaml import load
from sopgit.core.text import T
from sopgit.core.trusted import Anchor, Trusted

FILE_NOT_PLAIN = Rule(
    "file-not-plain",
    "a governed file is an ordinary file",
    why="a link can lead anywhere, and elsewhere tomorrow",
)
SCHEMA_UNKNOWN = Rule(
    "schema-unknown",
    "a governed file names its schema in its first key",
    why="a file of an unknown kind is held to no rule",
)

_GOVERNED = (".sopgit", "cases", "datasets", "records")
_NO_COMMIT = "0" * 40


@dataclass(frozen=True)
class FolderTree:
    """The governed files below `root`."""

    root: Path

    def get(self, path: str) -> bytes | None:
        file = self.root / path
        if not file.is_file() or file.is_symlink():
            return None
        with file_errors(file):
            return file.read_bytes()

    def paths(self, prefix: str) -> Iterator[str]:
        start = bisect_left(self.all, prefix)
        yield from takewhile(lambda path: path.startswith(prefix), self.all[start:])

    @cached_property
    def all(self) -> list[str]:
        """Every governed path, sorted; listed once, since a question may come for each dataset."""
        return governed_paths(self.root)


class _AnyCommit(set[str]):
    """No history is claimed, so every base is taken as it stands."""

    def __contains__(self, _commit: object) -> bool:
        return True


def check_paths(paths: Sequence[Path]) -> Verdict:
    """Judge files and folders; the places of the findings are as the caller named the paths."""
    schemas = Schemas(read_schemas())
    findings: list[Finding] = []
    for path in paths:
        if not path.exists():
            raise UsageError(T("there is no {path}", path=str(path)))
        root = _office_root(path)
        if root is not None:
            findings += _check_within(root, path, schemas)
        elif path.is_file():
            findings += check_file(path, schemas)
        else:
            hint = T("name files, or a folder with {policy}", policy=POLICY)
            raise UsageError(T("{path} is no office's folder", path=str(path)), hint)
    known = {(f.place, f.code, str(f.message)): f for f in findings}
    return verdict("files", known.values())


def _office_root(path: Path) -> Path | None:
    """The nearest folder around `path` that holds a policy."""
    start = path.absolute()
    folders = [start, *start.parents] if path.is_dir() else list(start.parents)
    return next((folder for folder in folders if (folder / POLICY).is_file()), None)


def _check_within(root: Path, path: Path, schemas: Schemas) -> list[Finding]:
    """What is wrong in the office's folder `root`, as far as it is at or below `path`."""
    inside = path.absolute().relative_to(root).as_posix()
    shown = path if path.is_dir() else path.parent
    upwards = os.path.relpath(root, shown.absolute())
    prefix = os.path.normpath(shown / upwards)
    findings = []
    for finding in check_folder(root, schemas):
        place = finding.place.path
        if inside in (".", place) or place.startswith(f"{inside}/") or not place:
            named = os.path.normpath(Path(prefix) / place) if place else place
            findings.append(replace(finding, place=replace(finding.place, path=named)))
    return findings


def check_folder(root: Path, schemas: Schemas) -> list[Finding]:
    """Everything that is wrong with the office's files below `root`; places are from there."""
    tree = FolderTree(root)
    policy, findings = read_policy(tree, schemas)
    if policy is None:
        return findings
    if policy.version == 1:
        findings += check_first(policy, POLICY)
    findings += check_procedures(policy, tree, schemas)
    findings += _check_settings(tree, schemas)
    anchor = Anchor(policy.repository, _NO_COMMIT, policy_digest(policy.raw))
    trusted = Trusted(schemas, anchor, _NO_COMMIT, tree, policy, _AnyCommit())
    changes, odd = _changes(tree)
    landing = Landing("files", changes, tree, tuple(odd))
    outcome = admit(landing, trusted)
    findings += outcome.findings if isinstance(outcome, Refused) else outcome.warnings
    findings += check_opened(landing)
    unseen = {REKEY_ALONE.code, REKEY_READERS.code}  # what stood there before, and who read then
    return [finding for finding in findings if finding.code not in unseen]


def _check_settings(tree: FolderTree, schemas: Schemas) -> list[Finding]:
    """Calendar and agencies, which the engine judges only where a record lists them."""
    findings: list[Finding] = []
    for path in (CALENDAR, AGENCIES):
        data = tree.get(path)
        if data is not None and not any(tree.paths("records/")):
            name = Path(path).stem
            findings += read_governed(path, data, name, schemas).findings
    return findings


def _changes(tree: FolderTree) -> tuple[dict[str, FileChange], list[Finding]]:
    """All files but the policy's own, as if they were new; settings only if a record lists them."""
    changes: dict[str, FileChange] = {}
    findings = []
    has_records = any(tree.paths("records/"))
    for path in tree.all:
        kind = path_class(path, ())
        if kind in (PathClass.POLICY, PathClass.PROTECTED):
            continue
        if kind is PathClass.SETTINGS and not has_records:
            continue
        data = tree.get(path)
        if data is None:
            findings.append(FILE_NOT_PLAIN.broken(Place(path), T("{path} is a link", path=path)))
        else:
            changes[path] = FileChange(None, data)
    return changes, findings


def governed_paths(root: Path) -> list[str]:
    """The governed files below `root`, sorted; data that a pointer stands for is not one."""
    found = []
    for top in _GOVERNED:
        for folder, folders, names in os.walk(root / top):
            base = Path(folder).relative_to(root)
            linked = [name for name in folders if (root / base / name).is_symlink()]
            found += [(base / name).as_posix() for name in linked]
            found += [
                (base / name).as_posix()
                for name in names
                if top != "datasets" or f"{name}.dvc" not in names
            ]
    return sorted(found)


def check_file(path: Path, schemas: Schemas) -> list[Finding]:
    """One governed file by itself: form, schema and spelling; a case's chain too."""
    with file_errors(path):
        data = path.read_bytes()
    loaded = load(data, str(path))
    if loaded.findings:
        return list(loaded.findings)
    value = loaded.value if isinstance(loaded.value, dict) else {}
    named = str(value.get("schema", "")).split("/")
    if len(named) != 3 or named[0] != "sopgit" or named[1] not in read_schemas():
        message = T("{path} names no schema of sopgit", path=path.name)
        return [SCHEMA_UNKNOWN.broken(Place(str(path), 1, 1), message, T("see schemas/README.md"))]
    if named[1] == "case":
        return _check_case(path, data, schemas)
    return list(read_governed(str(path), data, named[1], schemas).findings)


def _check_case(path: Path, data: bytes, schemas: Schemas) -> list[Finding]:
    growth = read_growth(str(path), None, data, schemas)
    if growth.findings:
        return list(growth.findings)
    state: CaseState | None = None
    for event, line in zip(growth.events, growth.lines, strict=True):
        place = Place(str(path), line, 1)
        findings = check_link(state, event, None, place) or check_beginning(state, event, place)
        if findings:
            return findings
        state = apply(state, event)
    return []
