"""The fields of a document, from words on a command line to the values that are signed.

`NAME=VALUE` may stand again for the next line of a list; `NAME=@FILE` reads a
file: the text itself, a list's lines, or a table's rows as CSV or YAML.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sopgit.adapters.files import file_errors
from sopgit.app.typed import BadFile, clean
from sopgit.core.errors import UsageError
from sopgit.core.finding import Refused
from sopgit.core.procedure import Field
from sopgit.core.strict_yaml import load
from sopgit.core.text import T


def read_fields(given: Iterable[tuple[str, str]], declared: Mapping[str, Field]) -> dict[str, Any]:
    """The values of the fields named in `given`; what is not declared stays text."""
    by_name: dict[str, list[str]] = {}
    for name, text in given:
        by_name.setdefault(name, []).append(text)
    return {name: _value(name, texts, declared.get(name)) for name, texts in by_name.items()}


def _value(name: str, texts: list[str], field: Field | None) -> Any:
    kind = field.kind if field else "text"
    if kind == "list":
        return [line for text in texts for line in _lines(text)]
    if len(texts) > 1:
        raise UsageError(T("the field {name} is given twice", name=name))
    if field is not None and kind == "table":
        return _rows(name, texts[0], field)
    text = _text(texts[0])
    if kind not in ("integer", "revision"):
        return text
    try:
        return int(text)
    except ValueError as error:
        raise UsageError(
            T("{name} takes a whole number, not {text}", name=name, text=text)
        ) from error


def _text(text: str) -> str:
    """The text itself, or that of the file which `@FILE` names; `@@` stands for one `@`."""
    if text.startswith("@@"):
        return clean(text[1:])
    return clean(_read(Path(text[1:]))) if text.startswith("@") else clean(text)


def _lines(text: str) -> list[str]:
    is_file = text.startswith("@") and not text.startswith("@@")
    lines = _text(text).split("\n") if is_file else [_text(text)]
    return [line.strip() for line in lines if line.strip()]


def _read(path: Path) -> str:
    if not path.is_file():
        raise UsageError(T("there is no file {path}", path=str(path)))
    with file_errors(path):
        data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(
            T("{path} is not UTF-8 text", path=str(path)), T("save it as UTF-8")
        ) from error


def _rows(name: str, text: str, field: Field) -> list[dict[str, Any]]:
    if not text.startswith("@"):
        raise UsageError(
            T("{name} is a table", name=name),
            T("give its rows in a file: --field {name}=@rows.csv", name=name),
        )
    path = Path(text[1:])
    content = _read(path)
    if path.suffix.lower() in (".yaml", ".yml"):
        return _yaml_rows(path, content)
    return csv_rows(content, field.columns or {}, path)


def _yaml_rows(path: Path, content: str) -> list[dict[str, Any]]:
    loaded = load(content.encode(), str(path))
    if loaded.findings:
        raise BadFile(path, Refused(loaded.findings))
    rows = loaded.value
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UsageError(T("{path} is no list of rows", path=str(path)))
    return rows


def csv_rows(content: str, columns: Mapping[str, str], path: Path) -> list[dict[str, Any]]:
    """Rows of a CSV whose heading has the columns' names or labels; empty cells are left out."""
    known = {name.casefold(): name for name in columns}
    known |= {label.casefold(): name for name, label in columns.items()}
    delimiter = ";" if content.partition("\n")[0].count(";") else ","
    table = [row for row in csv.reader(io.StringIO(content), delimiter=delimiter) if any(row)]
    if len(table) < 2:
        raise UsageError(T("{path} holds no rows below its heading", path=str(path)))
    heading = [known.get(clean(cell).casefold(), "") for cell in table[0]]
    if "" in heading:
        wrong = table[0][heading.index("")]
        raise UsageError(
            T("{path} has the unknown column {name}", path=str(path), name=wrong),
            T("known here: {columns}", columns=", ".join(columns)),
        )
    rows = [dict(zip(heading, map(clean, row), strict=False)) for row in table[1:]]
    return [{name: cell for name, cell in row.items() if cell} for row in rows]
