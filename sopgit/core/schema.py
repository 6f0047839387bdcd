"""The frame of every governed file, held by JSON Schema (draft 2020-12).

The schemas come in as parsed documents; they reach no network, for the only
references allowed are local ones (`#/$defs/...`).

Before a schema is compiled, its references are put in place and every `allOf`
that only tells apart the values of one key (`act`, `kind`) becomes one lookup:
the same verdict by fewer steps, which a test compares. What fits is mostly seen
by `schema_fit` already; `schema_judge` asks jsonschema about all the rest. What a
violation says, and the rules it breaks, stand in `schema_words`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sopgit.core.finding import Finding
from sopgit.core.schema_fit import DISPATCH, Fit, Unsure, fit_of
from sopgit.core.schema_words import PlaceOf, findings_of

PARTS = {"event": ("case", "event")}
"""A name that is a `$defs` of another schema, so that it is defined once."""

Schema = Any
"""A JSON Schema: a mapping, or true or false."""

_REF = "#/$defs/"
_HOLD_SCHEMA = {"additionalProperties", "else", "if", "items", "not", "then"}
_HOLD_LIST = {"allOf", "anyOf", "oneOf"}
_HOLD_MAPPING = {"patternProperties", "properties"}


class SchemaError(ValueError):
    """A schema that cannot be used: a bug of whoever wrote it."""


class Schemas:
    """The schemas by name, each compiled when first used.

    `documents` holds each parsed schema under its file's name without
    `.schema.json`; that they are sound schemas is the tests' to see.
    """

    def __init__(self, documents: Mapping[str, Mapping[str, Any]]) -> None:
        self._documents = documents
        self._fits: dict[str, Fit | None] = {}
        self._validators: dict[str, Any] = {}

    def check(self, name: str, value: object, place_of: PlaceOf) -> list[Finding]:
        """Every violation of the schema `name` by `value`; none if it fits.

        `place_of` turns the way to a value (keys and 0-based indexes) into its
        place, and is asked only about what is wrong. An unknown name is a
        KeyError, a reference that leads nowhere a SchemaError.
        """
        if name not in self._fits:
            self._fits[name] = fit_of(self._prepared(name))
        fit = self._fits[name]
        if fit is not None and _is_fitting(fit, value):
            return []
        # Loading jsonschema costs as much as a third of a hook, which mostly needs no more.
        from sopgit.core.schema_judge import validator_of, violations_of  # noqa: PLC0415

        if name not in self._validators:
            self._validators[name] = validator_of(self._prepared(name))
        violations = violations_of(self._validators[name], value)
        return [finding for each in violations for finding in findings_of(each, place_of)]

    def _prepared(self, name: str) -> Schema:
        document, part = PARTS.get(name, (name, ""))
        schema = self._documents[document]
        defs = schema.get("$defs", {})
        return prepared(defs[part] if part else schema, defs)


def _is_fitting(fit: Fit, value: object) -> bool:
    """Whether `value` fits for certain; jsonschema judges all the rest."""
    try:
        return fit(value)
    except (Unsure, RecursionError):
        return False


def prepared(schema: Schema, defs: Mapping[str, Schema], inside: tuple[str, ...] = ()) -> Schema:
    """`schema` with its references in place and its dispatches recognised.

    `inside` names the references being followed: a schema may not hold itself.
    """
    if not isinstance(schema, Mapping):
        return schema
    if "$ref" in schema:
        name = _name_of(schema, defs, inside)
        return prepared(defs[name], defs, (*inside, name))
    result: dict[str, Any] = {}
    for keyword, value in schema.items():
        table = _dispatch_table(value) if keyword == "allOf" else None
        if table is not None:
            key, branches = table
            branches = {word: prepared(then, defs, inside) for word, then in branches.items()}
            result[DISPATCH] = (key, branches)
        elif keyword in _HOLD_SCHEMA:
            result[keyword] = prepared(value, defs, inside)
        elif keyword in _HOLD_LIST:
            result[keyword] = [prepared(item, defs, inside) for item in value]
        elif keyword in _HOLD_MAPPING:
            result[keyword] = {key: prepared(item, defs, inside) for key, item in value.items()}
        elif keyword != "$defs":
            result[keyword] = value
    return result


def _name_of(schema: Mapping[str, Any], defs: Mapping[str, Schema], inside: tuple[str, ...]) -> str:
    reference = schema["$ref"]
    name = str(reference).removeprefix(_REF)
    if len(schema) > 1 or name == reference or name not in defs or name in inside:
        raise SchemaError(f"a reference stands alone and names a $defs of its file: {schema}")
    return name


def _dispatch_table(branches: list[Schema]) -> tuple[str, dict[str, Schema]] | None:
    """The key and its branches, when all of `branches` only ask what one key is."""
    table: dict[str, Schema] = {}
    keys = set()
    for branch in branches:
        question = branch.get("if", {})
        asked = question.get("properties", {})
        if set(branch) != {"if", "then"} or len(asked) != 1:
            return None
        ((key, answer),) = asked.items()
        word = answer.get("const") if set(answer) == {"const"} else None
        if question != {"required": [key], "properties": asked} or not isinstance(word, str):
            return None
        keys.add(key)
        table[word] = branch["then"]
    return (keys.pop(), table) if len(keys) == 1 and len(table) == len(branches) else None
