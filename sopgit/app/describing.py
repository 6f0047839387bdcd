"""What a dataset is: its dataset.yaml, from the ledger, from a file, or from a few words."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sopgit.app.typed import BadFile, clean, day_text, read_strict
from sopgit.app.workplace import Workplace
from sopgit.core.dataset import AXES, dataset_path, is_dataset_id
from sopgit.core.errors import UsageError
from sopgit.core.finding import Place, Refused
from sopgit.core.schema import Schemas
from sopgit.core.strict_yaml import mapping_of
from sopgit.core.text import T

# The legal ground of what is dikecualikan: the law's article and letter, and the consequence test.
GROUND = ("article", "article_letter", "test_number", "test_date", "test_reason", "test_period")
# What can be said of a dataset in words; each is an option and a column of a list.
WORDS = ("title", *AXES, *GROUND)
_CLOSED = "dikecualikan"
_TEST = "test_"
_LAW = {"article": "article", "article_letter": "letter"}


def describe(
    place: Workplace,
    schemas: Schemas,
    dataset: str,
    file: Path | None,
    words: Mapping[str, str | None],
) -> dict[str, Any]:
    """The description of `dataset` (`PRODUCER/NAME`), as the schema has it.

    `words` are some of `WORDS`. What is not said is as the ledger knows it; for
    a new dataset all must be said: a missing class is never guessed, and data
    is withheld only on a tested ground. Raises `UsageError` or `BadFile`.
    """
    value = _with_words(_start(place, dataset, file), words)
    missing = _missing(value)
    if missing:
        options = ", ".join("--" + word.replace("_", "-") for word in missing)
        raise UsageError(
            T("{name} still needs {options}", name=dataset, options=options),
            T("or give its whole description with --description FILE"),
        )
    named = f"{value.get('producer')}/{value.get('name')}"
    if named != dataset:
        raise UsageError(T("the description is that of {name}", name=named))
    path = file or Path(dataset_path(dataset))
    findings = schemas.check("dataset", value, lambda _way: Place(str(path)))
    if findings:
        raise BadFile(path, Refused(tuple(findings)))
    return value


def missing_words(
    place: Workplace, dataset: str, file: Path | None, words: Mapping[str, str | None]
) -> tuple[str, ...]:
    """Which of `WORDS` are still to be said before `dataset` is described."""
    return _missing(_with_words(_start(place, dataset, file), words))


def _start(place: Workplace, dataset: str, file: Path | None) -> dict[str, Any]:
    if not is_dataset_id(dataset):
        hint = T("write it like {example}", example="tapem/kecamatan")
        raise UsageError(T("{name} names no dataset", name=dataset), hint)
    if file is not None:
        return read_strict(file)
    producer, _slash, name = dataset.partition("/")
    new = {"schema": "sopgit/dataset/v1", "name": name, "producer": producer}
    return description_of(place, dataset) or new


def description_of(place: Workplace, dataset: str) -> dict[str, Any] | None:
    """The dataset.yaml of a dataset that is known already."""
    data = place.tree.get(dataset_path(dataset))
    return mapping_of(data) if data is not None else None


def _with_words(start: Mapping[str, Any], words: Mapping[str, str | None]) -> dict[str, Any]:
    said = {key: clean(word) for key, word in words.items() if word}
    if "test_date" in said:
        said["test_date"] = day_text(said["test_date"])
    value = dict(start)
    if "title" in said:
        value["title"] = said["title"]
    known = value.get("classification", {})
    classes = {**known, **{axis: said[axis] for axis in AXES if axis in said}}
    ground = _with_ground(classes.pop("exclusion", {}), said)
    if ground and (classes.get("public") == _CLOSED or "public" not in said):
        classes["exclusion"] = ground  # else it goes, with the class that it was the ground of
    value["classification"] = classes
    return value


def _with_ground(known: Mapping[str, Any], said: Mapping[str, str]) -> dict[str, Any]:
    ground = {**known, **{key: said[word] for word, key in _LAW.items() if word in said}}
    test = {word.removeprefix(_TEST): said[word] for word in GROUND[2:] if word in said}
    return {**ground, "test": {**known.get("test", {}), **test}} if ground or test else {}


def _missing(value: Mapping[str, Any]) -> tuple[str, ...]:
    classes = value["classification"]
    missing = [] if "title" in value else ["title"]
    missing += [axis for axis in AXES if axis not in classes]
    if classes.get("public") == _CLOSED:
        ground = classes.get("exclusion", {})
        known = {f"{_TEST}{word}" for word in ground.get("test", {})}
        known |= {word for word, key in _LAW.items() if key in ground}
        missing += [word for word in GROUND if word not in known]
    return tuple(missing)
