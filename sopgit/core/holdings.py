"""What the office holds of a dataset, and in which form.

A version's object is named by its event, so no squash that swallows a pointer
loses a version; the pointer in the tree is that of the newest version. A
dataset's class stands in its `dataset.yaml` alone.

Rules enforced here: `version-order`, `pointer-stale`, `data-in-clear`,
`copies-missing`, `dataset-incomplete`; those of `class_change`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sopgit.core.agefile import check_age_file
from sopgit.core.class_change import check_class_change
from sopgit.core.dataset import (
    Dataset,
    check_classification,
    check_dataset_name,
    dataset_folder,
    is_restricted,
)
from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.lineage import FileChange
from sopgit.core.paths import header_version
from sopgit.core.pointer import check_pointer, parse_pointer
from sopgit.core.record import read_governed
from sopgit.core.text import T
from sopgit.core.trusted import Tree, Trusted

VERSION_ORDER = Rule(
    "version-order",
    "a new version takes the next number; an old one is named with its own object",
    why="a version that changes its content can never be recovered for certain",
)
POINTER_STALE = Rule(
    "pointer-stale",
    "the pointer in the tree is that of the newest version",
    why="stock DVC would bring another version than the ledger names",
)
DATA_IN_CLEAR = Rule(
    "data-in-clear",
    "restricted data reaches Git, the cache and a remote only as an age file",
    why="what once lay there in the clear has been given away",
)
COPIES_MISSING = Rule(
    "copies-missing",
    "a version is proved on as many remotes as its class requires",
    why="one copy is a loss waiting for its day",
)
DATASET_INCOMPLETE = Rule(
    "dataset-incomplete",
    "a dataset folder holds its description and one pointer",
    why="without description and pointer nobody knows its class or finds it",
)

_NEW_VERSION = ("store", "update", "reclass")


@dataclass(frozen=True)
class Entry:
    """A `datasets` entry of a new event, and the place of that event."""

    value: Mapping[str, Any]
    place: Place


def check_holdings(
    entries: Iterable[Entry],
    changes: Mapping[str, FileChange],
    after: Tree,
    trusted: Trusted,
    authors: Mapping[str, Collection[str]],
) -> list[Finding]:
    """Judge every dataset that the landing's events name or whose folder changes.

    `authors` are those whose statements list a path.
    """
    by_dataset: dict[str, list[Entry]] = {}
    for path in changes:
        if path.startswith("datasets/"):
            by_dataset.setdefault("/".join(path.split("/")[1:3]), [])
    for entry in entries:
        by_dataset.setdefault(entry.value["dataset"], []).append(entry)
    findings = []
    for dataset, named in by_dataset.items():
        versions, broken = _check_versions(dataset, named, trusted)
        findings += broken
        findings += _check_folder(dataset, named, versions, changes, after, trusted, authors)
    return findings


def _check_versions(
    dataset: str, named: list[Entry], trusted: Trusted
) -> tuple[dict[int, Mapping[str, Any]], list[Finding]]:
    versions = dict(trusted.versions.get(dataset, {}))
    findings = []
    for entry in sorted(named, key=lambda one: int(one.value["version"])):
        version, made = entry.value["version"], entry.value["object"]
        is_new = entry.value["action"] in _NEW_VERSION and version == len(versions) + 1
        if versions.get(version) == made or is_new:
            versions[version] = made
            continue
        message = T(
            "{dataset} has {count} versions; version {version} is not the next, nor one of them",
            dataset=dataset,
            count=len(versions),
            version=version,
        )
        findings.append(
            VERSION_ORDER.broken(
                entry.place, message, T("bring in others' work first: sopgit sync")
            )
        )
    return versions, findings


def _check_folder(
    dataset: str,
    named: list[Entry],
    versions: dict[int, Mapping[str, Any]],
    changes: Mapping[str, FileChange],
    after: Tree,
    trusted: Trusted,
    authors: Mapping[str, Collection[str]],
) -> list[Finding]:
    folder = dataset_folder(dataset)
    path = f"{folder}/dataset.yaml"
    data = after.get(path)
    pointers = [name for name in after.paths(folder + "/") if name.endswith(".dvc")]
    if data is None or len(pointers) != 1:
        message = T("{folder} needs dataset.yaml and one pointer", folder=folder)
        return [DATASET_INCOMPLETE.broken(Place(folder), message)]
    governed = read_governed(path, data, "dataset", trusted.schemas)
    if governed.value is None:
        return list(governed.findings)
    place = Place(path)
    broken = check_classification(governed.value["classification"], place)
    if broken:
        return broken
    description = Dataset.parse(governed.value)
    restricted = is_restricted(description.classification, trusted.policy.raw["encrypt"])
    return [
        *check_dataset_name(description, path),
        *_check_form(pointers[0], restricted, changes, after),
        *check_class_change(
            dataset,
            changes.get(path, FileChange(data, data)),
            after,
            trusted.policy,
            authors.get(path, ()),
            has_new_version=len(versions) > len(trusted.versions.get(dataset, {})),
            spent=trusted.spent,
        ),
        *_check_pointer(pointers[0], after, versions),
        *_check_copies(named, restricted, trusted),
        *_check_headers(folder, versions, changes),
    ]


def _check_form(
    pointer: str, restricted: bool, changes: Mapping[str, FileChange], after: Tree
) -> list[Finding]:
    folder = pointer.rpartition("/")[0]
    findings = []
    if restricted != pointer.endswith("/data.age.dvc"):
        message = T("{pointer} points at data in the clear", pointer=pointer)
        if not restricted:
            message = T("{pointer} hides open data", pointer=pointer)
        findings.append(
            DATA_IN_CLEAR.broken(Place(pointer), message, T("add it with: sopgit data add"))
        )
    if restricted and after.get(f"{folder}/manifest.age") is None:
        message = T("{folder} has no manifest.age", folder=folder)
        findings.append(DATASET_INCOMPLETE.broken(Place(folder), message))
    for path, change in changes.items():
        if path.startswith(folder + "/") and path.endswith(".age") and change.new is not None:
            findings += check_age_file(change.new, path)
    return findings


def _check_pointer(
    pointer: str, after: Tree, versions: dict[int, Mapping[str, Any]]
) -> list[Finding]:
    data = after.get(pointer) or b""
    broken = check_pointer(data, pointer)
    if broken or not versions:
        return broken or [
            POINTER_STALE.broken(
                Place(pointer), T("no event names what {pointer} points at", pointer=pointer)
            )
        ]
    newest, found = versions[max(versions)], parse_pointer(data)
    if (found.md5, found.size) == (newest["md5"], newest["size"]):
        return []
    message = T(
        "{pointer} is not the pointer of version {version}", pointer=pointer, version=max(versions)
    )
    return [
        POINTER_STALE.broken(
            Place(pointer), message, T("recover gives an older version without moving the pointer")
        )
    ]


def _check_copies(named: list[Entry], restricted: bool, trusted: Trusted) -> list[Finding]:
    needed = trusted.policy.raw["copies"]["restricted" if restricted else "open"]
    remotes = set(trusted.policy.raw["remotes"])
    findings = []
    for entry in named:
        proved = remotes & set(entry.value["copies"])
        if entry.value["action"] in _NEW_VERSION and len(proved) < needed:
            message = T(
                "{dataset} is proved on {count} of the {needed} remotes that it needs",
                dataset=entry.value["dataset"],
                count=len(proved),
                needed=needed,
            )
            findings.append(
                COPIES_MISSING.broken(entry.place, message, T("finish with: sopgit data push CASE"))
            )
    return findings


def _check_headers(
    folder: str, versions: Mapping[int, Mapping[str, Any]], changes: Mapping[str, FileChange]
) -> list[Finding]:
    return [
        VERSION_ORDER.broken(Place(path), T("there is no version that {path} opens", path=path))
        for path in changes
        if path.startswith(f"{folder}/headers/") and header_version(path) not in versions
    ]
