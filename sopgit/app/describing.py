"""What a dataset is: its dataset.yaml, from the ledger, from a file, or from a few words."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sopgit.adapters.resources import read_schemas
from sopgit.app.data import description_of
from sopgit.app.typed import BadFile, clean, read_strict
from sopgit.app.workplace import Workplace
from sopgit.core.dataset import AXES, is_dataset_id
from sopgit.core.errors import UsageError
from sopgit.core.finding import Place, Refused
from sopgit.core.schema import Schemas
from sopgit.core.text import T


def describe(
    place: Workplace, dataset: str, file: Path | None, words: Mapping[str, str | None]
) -> dict[str, Any]:
    """The description of `dataset` (`PRODUCER/NAME`), as the schema has it.

    `words` are `title` and the three classes. What is not said is as the
    ledger knows it; for a new dataset all four must be said: a missing class
    is never guessed. Raises `UsageError` or `BadFile`.
    """
    if not is_dataset_id(dataset):
        hint = T("write it like {example}", example="tapem/kecamatan")
        raise UsageError(T("{name} names no dataset", name=dataset), hint)
    value = read_strict(file) if file else description_of(place, dataset) or _empty(dataset)
    said = {key: clean(word) for key, word in words.items() if word}
    title = said.pop("title", None)
    if title:
        value["title"] = title
    value["classification"] = {**value.get("classification", {}), **said}
    _verify_whole(value, dataset)
    named = f"{value.get('producer')}/{value.get('name')}"
    if named != dataset:
        raise UsageError(T("the description is that of {name}", name=named))
    findings = Schemas(read_schemas()).check("dataset", value, _place_in(file, dataset))
    if findings:
        raise BadFile(file or Path(f"datasets/{dataset}/dataset.yaml"), Refused(tuple(findings)))
    return value


def _empty(dataset: str) -> dict[str, Any]:
    producer, _slash, name = dataset.partition("/")
    return {"schema": "sopgit/dataset/v1", "name": name, "producer": producer}


def _verify_whole(value: Mapping[str, Any], dataset: str) -> None:
    options = [] if "title" in value else ["--title"]
    options += [f"--{axis}" for axis in AXES if axis not in value["classification"]]
    if options:
        raise UsageError(
            T("{name} is new here and needs {options}", name=dataset, options=", ".join(options)),
            T("or give its whole description with --description FILE"),
        )


def _place_in(file: Path | None, dataset: str) -> Any:
    path = str(file or f"datasets/{dataset}/dataset.yaml")
    return lambda _way: Place(path)
