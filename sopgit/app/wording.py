"""Whether an event or a record can be written at all, asked before anything else is.

Rules enforced here: `event-unwritable`; the schema's and the characters' own.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Any

from sopgit.core.characters import find_faults
from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.schema import Schemas
from sopgit.core.text import T
from sopgit.core.writer import emit_item

EVENT_UNWRITABLE = Rule(
    "event-unwritable",
    "an event holds only what the canonical writer can spell",
    why="what cannot be written alike by everybody cannot be signed",
)

Way = tuple[str | int, ...]


def check_wording(
    statement: Mapping[str, Any], schemas: Schemas, schema: str = "event"
) -> list[Finding]:
    """Everything wrong with the form of a statement not signed yet; places name its keys."""
    signed = {**statement, "sig": base64.b64encode(bytes(64)).decode("ascii")}
    findings = schemas.check(schema, signed, _place)
    for way, text in _texts(signed, ()):
        findings += [rule.broken(_place(way), message) for rule, message in find_faults(text)]
    if findings:
        return findings
    try:
        emit_item(signed)
    except ValueError as error:
        return [EVENT_UNWRITABLE.broken(Place(), T("{reason}", reason=str(error)))]
    return []


def _place(way: Way) -> Place:
    return Place(".".join(map(str, way)))


def _texts(value: object, way: Way) -> Iterator[tuple[Way, str]]:
    if isinstance(value, str):
        yield way, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts(inner, (*way, key))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _texts(inner, (*way, index))
