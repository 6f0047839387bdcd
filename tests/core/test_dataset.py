"""The class of a dataset on three axes, and what follows from it."""

from __future__ import annotations

from typing import Any

import pytest

from sopgit.core.dataset import (
    Classification,
    Dataset,
    check_classification,
    check_dataset_name,
    dataset_folder,
    file_name,
    is_restricted,
    pointer_name,
    pointer_path,
)
from sopgit.core.finding import NOWHERE

RULE = {
    "public": ["dikecualikan"],
    "archive": ["terbatas", "rahasia", "sangat_rahasia"],
    "personal": ["spesifik"],
}
OPEN: dict[str, Any] = {"public": "terbuka", "archive": "biasa", "personal": "tidak_ada"}
EXCLUDED = OPEN | {"public": "dikecualikan", "exclusion": {"article": "17", "letter": "h"}}


def dataset(name: str = "kecamatan", classes: dict[str, Any] | None = None) -> Dataset:
    value = {"producer": "diskominfo", "name": name, "title": "Kecamatan"}
    return Dataset.parse(value | {"classification": classes or OPEN})


def test_open_and_excluded_data_are_well_classed() -> None:
    assert check_classification(OPEN, NOWHERE) == []
    assert check_classification(EXCLUDED, NOWHERE) == []


@pytest.mark.parametrize("axis", list(OPEN))
def test_a_missing_class_refuses(axis: str) -> None:
    value = {name: found for name, found in OPEN.items() if name != axis}
    assert [finding.code for finding in check_classification(value, NOWHERE)] == ["class-missing"]


def test_an_unknown_class_refuses() -> None:
    found = check_classification(OPEN | {"archive": "terbuka"}, NOWHERE)
    assert [finding.code for finding in found] == ["class-unknown"]


def test_the_ground_stands_exactly_with_dikecualikan() -> None:
    without = {name: found for name, found in EXCLUDED.items() if name != "exclusion"}
    unasked = EXCLUDED | {"public": "terbuka"}
    for value in (without, unasked):
        assert [f.code for f in check_classification(value, NOWHERE)] == ["class-exclusion"]


@pytest.mark.parametrize(
    ("public", "archive", "personal", "expected"),
    [
        ("terbuka", "biasa", "tidak_ada", False),
        ("terbuka", "biasa", "umum", False),
        ("dikecualikan", "biasa", "tidak_ada", True),
        ("terbuka", "terbatas", "tidak_ada", True),
        ("terbuka", "biasa", "spesifik", True),
    ],
)
def test_any_axis_may_require_encryption(
    public: str, archive: str, personal: str, expected: bool
) -> None:
    assert is_restricted(Classification(public, archive, personal), RULE) is expected


def test_an_unknown_word_never_means_open() -> None:
    with pytest.raises(ValueError, match="class"):
        is_restricted(Classification("terbuka", "", "umum"), RULE)
    with pytest.raises(ValueError, match="rule"):
        is_restricted(Classification("terbuka", "biasa", "umum"), {"archives": ["terbatas"]})


def test_a_description_stands_in_its_own_folder() -> None:
    assert check_dataset_name(dataset(), "datasets/diskominfo/kecamatan/dataset.yaml") == []
    found = check_dataset_name(dataset(), "datasets/diskominfo/desa/dataset.yaml")
    assert [finding.code for finding in found] == ["dataset-name"]


@pytest.mark.parametrize(
    ("source", "stored"),
    [
        ("Data Kecamatan (final) ñ.CSV", "kecamatan.csv"),
        ("release.tar.gz", "kecamatan.tar.gz"),
        ("no extension", "kecamatan.bin"),
        ("evil.dvc", "kecamatan.bin"),
        ("dataset.yaml", "kecamatan.bin"),
        (".hidden", "kecamatan.hidden"),
    ],
)
def test_every_version_has_the_datasets_name(source: str, stored: str) -> None:
    assert file_name(dataset(), source) == stored


def test_a_restricted_pointer_tells_no_file_name() -> None:
    assert pointer_name(True, "anything secret.csv") == "data.age.dvc"
    assert pointer_path("diskominfo/kecamatan", False, "kecamatan.csv") == (
        "datasets/diskominfo/kecamatan/kecamatan.csv.dvc"
    )
    with pytest.raises(ValueError, match="file name"):
        pointer_name(False, "data.age")


@pytest.mark.parametrize("name", ["a", "../x/y", "a/b/c", "A/b", "a/-b", "a/b\n", "a/" + "b" * 41])
def test_no_path_is_built_from_a_bad_id(name: str) -> None:
    with pytest.raises(ValueError, match="dataset id"):
        dataset_folder(name)
