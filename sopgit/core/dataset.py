"""A dataset's description: its name, its classification, and what follows from it.

`datasets/PRODUCER/NAME/dataset.yaml` classes a dataset on three axes, stored
apart. Whether it is restricted, so encrypted before anything is written,
follows by the policy's rule `encrypt`, and from nothing else. A missing class
refuses: what nobody has classed is never taken for open.

Rules enforced here: `class-missing`, `class-unknown`, `class-exclusion`, `dataset-name`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.pointer import RESTRICTED_NAME, SUFFIX, is_file_name
from sopgit.core.text import T

CLASS_MISSING = Rule(
    "class-missing",
    "a dataset is classed on all three axes",
    why="an unclassed dataset would be stored in the clear",
)
CLASS_UNKNOWN = Rule(
    "class-unknown",
    "each axis has one of its own classes",
    why="a class that no rule knows would never be encrypted",
)
CLASS_EXCLUSION = Rule(
    "class-exclusion",
    "the ground of exclusion stands there exactly when the data is dikecualikan",
    why="the law allows withholding data only on a tested ground",
)
DATASET_NAME = Rule(
    "dataset-name",
    "a dataset.yaml names the producer and the dataset of its own folder",
    why="two names for one dataset would give it two classes",
)

# On each axis from the lowest class to the highest.
AXES: Mapping[str, tuple[str, ...]] = {
    "public": ("terbuka", "dikecualikan"),
    "archive": ("biasa", "terbatas", "rahasia", "sangat_rahasia"),
    "personal": ("tidak_ada", "umum", "spesifik"),
}

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}/[a-z0-9][a-z0-9-]{0,39}")
_EXTENSION = re.compile(r"(\.tar)?\.[a-z][a-z0-9]{0,9}\Z")


@dataclass(frozen=True)
class Classification:
    """The class on each axis, and the ground of exclusion for `dikecualikan`."""

    public: str
    archive: str
    personal: str
    exclusion: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Dataset:
    """What `dataset.yaml` says; `columns` is empty where none are declared."""

    producer: str
    name: str
    title: str
    classification: Classification
    columns: tuple[Mapping[str, Any], ...] = ()

    @property
    def id(self) -> str:
        """`PRODUCER/NAME`."""
        return f"{self.producer}/{self.name}"

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> Dataset:
        """From a value that the schema and `check_classification` have passed."""
        classes = value["classification"]
        axes = {axis: str(classes[axis]) for axis in AXES}
        return cls(
            producer=str(value["producer"]),
            name=str(value["name"]),
            title=str(value["title"]),
            classification=Classification(**axes, exclusion=classes.get("exclusion")),
            columns=tuple(value.get("columns", ())),
        )


def check_classification(value: Mapping[str, Any], place: Place) -> list[Finding]:
    """What is missing or wrong in `value`, the mapping under `classification`."""
    return [*_check_axes(value, place), *_check_exclusion(value, place)]


def _check_axes(value: Mapping[str, Any], place: Place) -> Iterator[Finding]:
    for axis, classes in AXES.items():
        found = value.get(axis)
        hint = T("choose one of {classes}", classes=", ".join(classes))
        if found is None:
            yield CLASS_MISSING.broken(
                place, T("the class on axis {axis} is missing", axis=axis), hint
            )
        elif found not in classes:
            message = T("{found} is no class of axis {axis}", found=found, axis=axis)
            yield CLASS_UNKNOWN.broken(place, message, hint)


def _check_exclusion(value: Mapping[str, Any], place: Place) -> Iterator[Finding]:
    needed, given = value.get("public") == "dikecualikan", value.get("exclusion") is not None
    if needed and not given:
        hint = T("name article, letter and the consequence test")
        yield CLASS_EXCLUSION.broken(place, T("dikecualikan stands without its ground"), hint)
    if given and not needed:
        hint = T("remove exclusion, or class the data dikecualikan")
        yield CLASS_EXCLUSION.broken(place, T("a ground of exclusion for open data"), hint)


def check_dataset_name(dataset: Dataset, path: str) -> list[Finding]:
    """One finding when `path`, where the file stands, is not the dataset's own folder."""
    if path == dataset_path(dataset.id):
        return []
    message = T("{path} describes {dataset}", path=path, dataset=dataset.id)
    hint = T("a dataset keeps its name for life")
    return [DATASET_NAME.broken(Place(path), message, hint)]


def is_restricted(
    classification: Classification, encrypt_rule: Mapping[str, Sequence[str]]
) -> bool:
    """Whether the policy's rule `encrypt` (classes by axis) names any of the three classes.

    A class or an axis outside `AXES` is a ValueError: an unknown word must never mean open.
    """
    for axis, classes in encrypt_rule.items():
        if axis not in AXES or not set(classes) <= set(AXES[axis]):
            raise ValueError(f"encrypt rule: unknown axis or class under {axis}")
    found = {axis: getattr(classification, axis) for axis in AXES}
    for axis, value in found.items():
        if value not in AXES[axis]:
            raise ValueError(f"classification: unknown class on axis {axis}")
    return any(value in encrypt_rule.get(axis, ()) for axis, value in found.items())


def lowered_classes(was: Classification, now: Classification) -> list[tuple[str, str]]:
    """The classes before and after on each axis where the later one is the lower."""
    pairs = [(classes, getattr(was, axis), getattr(now, axis)) for axis, classes in AXES.items()]
    return [(old, new) for classes, old, new in pairs if classes.index(new) < classes.index(old)]


def is_dataset_id(dataset_id: str) -> bool:
    """Whether `dataset_id` is a well-formed `PRODUCER/NAME`."""
    return bool(_ID.fullmatch(dataset_id))


def dataset_folder(dataset_id: str) -> str:
    """The folder of `PRODUCER/NAME` in the repository; ValueError for another form."""
    if not is_dataset_id(dataset_id):
        raise ValueError(f"no dataset id: {dataset_id!r}")
    return f"datasets/{dataset_id}"


def dataset_path(dataset_id: str) -> str:
    """Where the dataset's description stands."""
    return f"{dataset_folder(dataset_id)}/dataset.yaml"


def manifest_path(dataset_id: str) -> str:
    """Where a restricted dataset's encrypted manifest stands."""
    return f"{dataset_folder(dataset_id)}/manifest.age"


def file_name(dataset: Dataset, source_name: str) -> str:
    """The name of an open dataset's file: the dataset's, with the source's extension.

    So every version has one name, whatever the delivery was called.
    """
    match = _EXTENSION.search(source_name.lower())
    name = dataset.name + (match.group() if match else ".bin")
    return name if is_file_name(name) else f"{dataset.name}.bin"


def pointer_name(restricted: bool, filename: str) -> str:
    """The pointer's file name; for a restricted dataset it tells nothing. ValueError: bad name."""
    if restricted:
        return RESTRICTED_NAME + SUFFIX
    if filename == RESTRICTED_NAME or not is_file_name(filename):
        raise ValueError(f"no file name for open data: {filename!r}")
    return filename + SUFFIX


def pointer_path(dataset_id: str, restricted: bool, filename: str) -> str:
    """Where the pointer of `PRODUCER/NAME` stands in the repository."""
    return f"{dataset_folder(dataset_id)}/{pointer_name(restricted, filename)}"
