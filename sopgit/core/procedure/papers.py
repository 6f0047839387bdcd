"""A document held against its type: is everything in it, and nothing else?

Rules enforced here: `document-unknown`, `document-incomplete`,
`document-field-unknown`, `document-field-form`, `document-in-clear`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.procedure.model import DocumentType, Field, Procedure
from sopgit.core.text import T, Text

DOCUMENT_UNKNOWN = Rule(
    "document-unknown",
    "a document is of a type that the procedure declares",
    why="nobody could say what a paper of an unknown kind has to hold",
)
INCOMPLETE = Rule(
    "document-incomplete",
    "a document fills every field that its type requires",
    why="a paper with a gap is signed once and questioned for ever",
)
FIELD_UNKNOWN = Rule(
    "document-field-unknown",
    "a document fills only fields that its type declares",
    why="what no template prints would be signed but never read",
)
FIELD_FORM = Rule(
    "document-field-form",
    "a field holds what its kind says",
    why="a deadline of 31 February can never be met or missed",
)
IN_CLEAR = Rule(
    "document-in-clear",
    "in a restricted case a document's body is encrypted beside the case",
    why="every clone of the repository holds what stands in the case",
)


def check_document(
    document: Mapping[str, Any], procedure: Procedure, place: Place, *, sealed: bool = False
) -> list[Finding]:
    """What is wrong with `document`, whose frame the schema has passed.

    `sealed` is for a restricted case: the body lies in an age file, and
    `fields` may hold only what names another paper's revision.
    """
    kind = procedure.documents.get(document["type"])
    if kind is None:
        message = T("{type} is no document of this procedure", type=document["type"])
        known = T("known here: {types}", types=", ".join(procedure.documents))
        return [DOCUMENT_UNKNOWN.broken(place, message, known)]
    declared = kind.fields
    if sealed:
        declared = {name: field for name, field in declared.items() if field.kind == "revision"}
    filled = document["fields"]
    return [
        *_check_gaps(kind, declared, filled, place),
        *_check_surplus(kind, declared, filled, place),
        *_check_values(declared, filled, place),
    ]


def _check_gaps(
    kind: DocumentType, declared: Mapping[str, Field], filled: Mapping[str, Any], place: Place
) -> Iterator[Finding]:
    for name, field in declared.items():
        if field.required and name not in filled:
            message = T("{type} lacks {field}", type=kind.name, field=name)
            yield INCOMPLETE.broken(place, message, T("fill in: {label}", label=field.label))


def _check_surplus(
    kind: DocumentType, declared: Mapping[str, Field], filled: Mapping[str, Any], place: Place
) -> Iterator[Finding]:
    for name in filled:
        if name in declared:
            continue
        if name in kind.fields:
            message = T("{type} of a restricted case shows {field}", type=kind.name, field=name)
            hint = T("let the command encrypt it: sopgit complete")
            yield IN_CLEAR.broken(place, message, hint)
        else:
            message = T("{type} has no field {field}", type=kind.name, field=name)
            hint = T("known here: {fields}", fields=", ".join(kind.fields))
            yield FIELD_UNKNOWN.broken(place, message, hint)


def _check_values(
    declared: Mapping[str, Field], filled: Mapping[str, Any], place: Place
) -> Iterator[Finding]:
    for name, value in filled.items():
        field = declared.get(name)
        wrong = _FORMS[field.kind](value, field) if field else None
        if wrong is not None:
            yield FIELD_FORM.broken(place, T("{field}: {wrong}", field=name, wrong=wrong))


def _text(value: object, field: Field) -> Text | None:
    if not isinstance(value, str):
        return T("text is expected")
    if "\n" in value and not field.long:
        return T("one line is expected")
    return None


def _date(value: object, _field: Field) -> Text | None:
    wrong = T("{value} is no day like {example}", value=repr(value), example="2026-11-23")
    try:
        parsed = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return wrong
    return None if parsed is not None and parsed.isoformat() == value else wrong


def _integer(value: object, _field: Field) -> Text | None:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return None if is_number else T("a whole number is expected")


def _list(value: object, _field: Field) -> Text | None:
    lines = value if isinstance(value, list) else [None]
    is_list = all(isinstance(line, str) and "\n" not in line for line in lines)
    return None if is_list else T("a list of single lines is expected")


def _table(value: object, field: Field) -> Text | None:
    rows = value if isinstance(value, list) else [None]
    columns = field.columns or {}
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            return T("a list of rows is expected")
        unknown = [name for name in row if name not in columns]
        if unknown:
            names = ", ".join(unknown)
            return T("row {number} has no column {names}", number=number, names=names)
        if not all(isinstance(cell, str | int) and "\n" not in str(cell) for cell in row.values()):
            return T("row {number} must hold single lines", number=number)
    return None


def _revision(value: object, _field: Field) -> Text | None:
    is_seq = isinstance(value, int) and not isinstance(value, bool) and value >= 1
    return None if is_seq else T("the number of an event is expected")


_FORMS: Mapping[str, Callable[[object, Field], Text | None]] = {
    "text": _text,
    "date": _date,
    "integer": _integer,
    "list": _list,
    "table": _table,
    "revision": _revision,
}
