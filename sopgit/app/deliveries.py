"""What is to be taken in by one command: `DATASET=FILE` words, and lists as CSV or YAML.

A list has a line for each file: `dataset` and `file` (beside the list, unless it is
a whole path), and as far as they are needed `description`, `reason` and what can
be said of a dataset in words. What a line does not say, the command's options do.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sopgit.adapters.files import file_errors
from sopgit.app.describing import WORDS, describe
from sopgit.app.office import Office
from sopgit.app.taking_in import Delivery
from sopgit.app.typed import clean, read_strict
from sopgit.app.workplace import Workplace
from sopgit.core.dialect import guess_dialect
from sopgit.core.encodings import readable_text
from sopgit.core.errors import UsageError
from sopgit.core.text import T, Text

COLUMNS = ("dataset", "file", "description", "reason", *WORDS)
_LISTED = "deliveries"


@dataclass(frozen=True)
class Line:
    """One file as it was named, with what was said of its dataset; `words` are of `WORDS`."""

    dataset: str
    file: Path
    description: Path | None = None
    reason: str | None = None
    words: Mapping[str, str] = field(default_factory=dict)


def read_words(given: Sequence[str]) -> list[Line]:
    """From `DATASET FILE`, or from one or more `DATASET=FILE`."""
    if len(given) == 2 and "=" not in given[0]:
        return [Line(given[0], Path(given[1]))]
    lines = []
    for text in given:
        dataset, equals, file = text.partition("=")
        if not equals or not file:
            hint = T("write DATASET FILE, or for several DATASET=FILE")
            raise UsageError(T("{text} names no dataset with its file", text=text), hint)
        lines.append(Line(dataset, Path(file)))
    return lines


def read_list(path: Path) -> list[Line]:
    """From a CSV file with a heading, or a YAML file with the key `deliveries`."""
    is_yaml = path.suffix.lower() in (".yaml", ".yml")
    rows = _yaml_rows(path) if is_yaml else _csv_rows(path)
    return [_line(row, path, number) for number, row in enumerate(rows, 1)]


def verify_lines(lines: Iterable[Line]) -> None:
    """Raise where a file is not there, or a dataset is named twice."""
    seen: set[str] = set()
    for line in lines:
        if not line.file.exists():
            raise UsageError(T("there is no file {path}", path=str(line.file)))
        if line.dataset in seen:
            hint = T("one version of a dataset at a time")
            raise UsageError(T("{name} is named twice", name=line.dataset), hint)
        seen.add(line.dataset)


def described_all(
    office: Office, lines: Sequence[Line], words: Mapping[str, str | None], reason: str | None
) -> list[Delivery]:
    """The deliveries that `lines` name; `words` and `reason` hold where a line says nothing."""
    place = Workplace.of(office)
    return [
        Delivery(
            line.file,
            describe(
                place, office.schemas, line.dataset, line.description, {**words, **line.words}
            ),
            line.reason or reason,
        )
        for line in lines
    ]


def _line(row: Mapping[str, Any], path: Path, number: int) -> Line:
    unknown = sorted(set(row) - set(COLUMNS))
    if unknown:
        raise UsageError(
            T("{path} has the unknown columns {names}", path=str(path), names=", ".join(unknown)),
            T("known here: {keys}", keys=", ".join(COLUMNS)),
        )
    said = {name: clean(str(text)) for name, text in row.items() if text not in (None, "")}
    if not said.get("dataset") or not said.get("file"):
        message = T("entry {number} of {path} lacks dataset or file", number=number, path=str(path))
        raise UsageError(message, T("each names a dataset and its file"))
    description = said.get("description")
    return Line(
        said["dataset"],
        path.parent / said["file"],
        path.parent / description if description else None,
        said.get("reason"),
        {word: said[word] for word in WORDS if word in said},
    )


def _yaml_rows(path: Path) -> list[Mapping[str, Any]]:
    value = read_strict(path)
    rows = value.get(_LISTED)
    is_list = set(value) == {_LISTED} and isinstance(rows, list)
    if not is_list or not all(isinstance(row, Mapping) for row in rows or ()):
        raise UsageError(T("{path} is no list of deliveries", path=str(path)), _write())
    return list(rows or ())


def _csv_rows(path: Path) -> list[Mapping[str, Any]]:
    with file_errors(path):
        text = readable_text(path.read_bytes())
    if text is None:
        raise UsageError(T("{path} is no text", path=str(path)), T("save it as CSV in UTF-8"))
    dialect = guess_dialect(text[:65536])
    heading, *rows = [
        [clean(cell) for cell in row]
        for row in csv.reader(io.StringIO(text[dialect.skip :]), delimiter=dialect.delimiter)
        if any(row)
    ] or [[]]
    if not heading:
        raise UsageError(T("{path} is empty", path=str(path)), _write())
    return [dict(zip(map(str.lower, heading), row, strict=False)) for row in rows]


def _write() -> Text:
    return T("write columns dataset and file, or in YAML: deliveries: [{...}]")
