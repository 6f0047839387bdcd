"""When a dataset's class becomes a lower one: only as a `declassify` record says, by somebody else.

The record names the dataset and the digests of its `dataset.yaml` before and
after; the change itself is an act of another person, in the same landing or
later. It counts once, and as long as the policy knows the key that signed it.
It opens no stored version: data that becomes open is a new version.

Rules enforced here: `class-lowered`, `declassify-alone`.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Mapping
from typing import Any, cast

from sopgit.core.chain import check_signature
from sopgit.core.dataset import (
    Dataset,
    check_classification,
    dataset_path,
    is_restricted,
    lowered_classes,
)
from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.lineage import FileChange, sha256
from sopgit.core.policy import Policy
from sopgit.core.strict_yaml import load
from sopgit.core.text import T
from sopgit.core.trusted import Tree

CLASS_LOWERED = Rule(
    "class-lowered",
    "the class of a restricted dataset is lowered only by a declassify record, for a new version",
    why="the versions stored so far were promised to stay closed",
)
DECLASSIFY_ALONE = Rule(
    "declassify-alone",
    "who lowers a class is not who signed that it may be lowered",
    why="what is opened by mistake can never be closed again",
)


def check_class_change(
    dataset: str,
    change: FileChange,
    records: Tree,
    policy: Policy,
    authors: Collection[str],
    *,
    has_new_version: bool,
    spent: Container[str] = (),
) -> list[Finding]:
    """Judge the change of a dataset's description by `authors`; both sides fit the schema.

    `records` are the files as they will be, the landing's own among them; those
    at paths in `spent` have let a class be lowered before.
    """
    place = Place(dataset_path(dataset))
    if change.old is None or change.new is None or change.old == change.new:
        return []
    was, now = _read(change.old), _read(change.new)
    if was is None or now is None:
        message = T("what {path} was classed as before cannot be read", path=place.path)
        return [CLASS_LOWERED.broken(place, message)]
    lowered = _lowered(was, now, policy)
    if not lowered:
        return []
    signers = {
        str(record["by"])
        for path, record in _declassifying(records, dataset, change)
        if path not in spent and not check_signature(record, policy, place)
    }
    if not signers:
        hint = T("somebody else signs first: sopgit data declassify {dataset}", dataset=dataset)
        return [
            CLASS_LOWERED.broken(
                place, T("{dataset} was {old} and would be {new}", dataset=dataset, old=o, new=n),
                hint,
            )
            for o, n in lowered
        ]  # fmt: skip
    findings = []
    if not _is_closed(now, policy) and not has_new_version:
        message = T("{dataset} would be open with no new version of it", dataset=dataset)
        hint = T("stored versions stay closed; take the data in again: sopgit data add")
        findings.append(CLASS_LOWERED.broken(place, message, hint))
    if signers <= set(authors):
        message = T("{person} signed that the class may be lowered", person=min(signers))
        hint = T("another person does the act that lowers it")
        say = DECLASSIFY_ALONE.doubted if policy.trial else DECLASSIFY_ALONE.broken
        findings.append(say(place, message, hint))
    return findings


def spent_records(
    changes: Mapping[str, FileChange], records: Tree, policy: Policy
) -> Iterator[str]:
    """The paths of the records by which the allowed `changes` lowered a class."""
    for path, change in changes.items():
        dataset = path.removeprefix("datasets/").removesuffix("/dataset.yaml")
        if path == f"datasets/{dataset}/dataset.yaml" and may_be_lowered(change, policy):
            yield from (found for found, _ in _declassifying(records, dataset, change))


def may_be_lowered(change: FileChange, policy: Policy) -> bool:
    """Whether the change lowers a class of restricted data, so that a record is needed for it."""
    was, now = (_read(data or b"") for data in (change.old, change.new))
    return was is not None and now is not None and bool(_lowered(was, now, policy))


def _lowered(was: Dataset, now: Dataset, policy: Policy) -> list[tuple[str, str]]:
    if not _is_closed(was, policy):
        return []
    return lowered_classes(was.classification, now.classification)


def _is_closed(dataset: Dataset, policy: Policy) -> bool:
    return is_restricted(dataset.classification, policy.raw["encrypt"])


def _read(data: bytes) -> Dataset | None:
    value = load(data).value
    try:
        if not isinstance(value, dict) or check_classification(value["classification"], Place()):
            return None
        return Dataset.parse(value)
    except (KeyError, TypeError, AttributeError):
        return None


def _declassifying(
    tree: Tree, dataset: str, change: FileChange
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The records that allow this change of `dataset`; all were judged when they came in."""
    wanted = ("declassify", dataset, sha256(change.old), sha256(change.new))
    for path in tree.paths("records/"):
        data = tree.get(path) or b""
        if b"declassify" not in data:
            continue
        record = load(data, path).value
        if not isinstance(record, dict):
            continue
        if tuple(map(record.get, ("kind", "dataset", "old", "new"))) == wanted:
            yield path, cast("Mapping[str, Any]", record)
