"""The frame of every governed file, held by JSON Schema (draft 2020-12).

Owner of `jsonschema`. The schemas come in as parsed documents; they reach no
network, for the only references allowed are local ones (`#/$defs/...`).

Before a schema is compiled, its references are put in place and every `allOf`
that only tells apart the values of one key (`act`, `kind`) becomes one lookup:
the same verdict by fewer steps, which a test compares. What fits is mostly seen
by `schema_fit` already. What a violation says, and the rules it breaks, stand in
`schema_words`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from sopgit.core.finding import Finding
from sopgit.core.schema_fit import DISPATCH, Fit, Unsure, fit_of
from sopgit.core.schema_words import PlaceOf, Violation, findings_of

PARTS = {"event": ("case", "event")}
"""A name that is a `$defs` of another schema, so that it is defined once."""

Schema = Any
"""A JSON Schema: a mapping, or true or false."""

Errors = Iterator[ValidationError]

_REF = "#/$defs/"
_NAMES = {
    str: ("string",),
    int: ("integer",),
    bool: ("boolean",),
    dict: ("object",),
    list: ("array",),
    type(None): ("null",),
}
_judge_type = Draft202012Validator.VALIDATORS["type"]
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
        self._compiled: dict[str, tuple[Any, Fit | None]] = {}

    def check(self, name: str, value: object, place_of: PlaceOf) -> list[Finding]:
        """Every violation of the schema `name` by `value`; none if it fits.

        `place_of` turns the way to a value (keys and 0-based indexes) into its
        place, and is asked only about what is wrong. An unknown name is a
        KeyError, a reference that leads nowhere a SchemaError.
        """
        validator, fit = self._compiled.get(name) or self._compile(name)
        if fit is not None and _is_fitting(fit, value):
            return []
        violations: dict[object, Violation] = {}
        for error in validator.iter_errors(value):
            violation = _violation(error)
            # `required` objects once for each missing key; one violation names them all
            violations.setdefault((violation.path, error.validator, id(error.schema)), violation)
        return [
            finding
            for violation in violations.values()
            for finding in findings_of(violation, place_of)
        ]

    def _compile(self, name: str) -> tuple[Any, Fit | None]:
        document, part = PARTS.get(name, (name, ""))
        schema = self._documents[document]
        defs = schema.get("$defs", {})
        ready = prepared(defs[part] if part else schema, defs)
        self._compiled[name] = _Validator(ready), fit_of(ready)
        return self._compiled[name]


def _is_fitting(fit: Fit, value: object) -> bool:
    """Whether `value` fits for certain; jsonschema judges all the rest."""
    try:
        return fit(value)
    except (Unsure, RecursionError):
        return False


def _violation(error: ValidationError) -> Violation:
    keyword = error.validator if isinstance(error.validator, str) else ""
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    path = tuple(error.absolute_path)
    return Violation(keyword, error.validator_value, schema, error.instance, path)


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


def _dispatch(
    validator: Any, table: tuple[str, Mapping[str, Schema]], instance: object, _schema: Schema
) -> Errors:
    """The keyword that stands for an `allOf` of questions about one key."""
    key, branches = table
    word = instance.get(key) if isinstance(instance, dict) else None
    if isinstance(word, str) and word in branches:
        yield from _errors_below(validator, instance, branches[word])


def _type(validator: Any, types: str | list[str], instance: object, schema: Schema) -> Errors:
    """Plain cases by one look-up; whatever that does not accept, jsonschema judges."""
    names = _NAMES.get(type(instance), ())
    if types in names if isinstance(types, str) else any(name in names for name in types):
        return iter(())
    return _judge_type(validator, types, instance, schema) or iter(())


def _properties(
    validator: Any, properties: Mapping[str, Schema], instance: object, _schema: Schema
) -> Errors:
    if isinstance(instance, dict):
        for key, subschema in properties.items():
            if key in instance and not _fits(validator, instance[key], subschema):
                yield from _objections(validator, instance[key], subschema, key)


def _pattern_properties(
    validator: Any, patterns: Mapping[str, Schema], instance: object, _schema: Schema
) -> Errors:
    if isinstance(instance, dict):
        for pattern, subschema in patterns.items():
            for key, value in instance.items():
                if re.search(pattern, key):
                    yield from _errors_below(validator, value, subschema, key)


def _items(validator: Any, items: Schema, instance: object, _schema: Schema) -> Errors:
    if isinstance(instance, list):
        for index, value in enumerate(instance):
            yield from _errors_below(validator, value, items, index)


def _errors_below(
    validator: Any, instance: object, schema: Schema, key: str | int | None = None
) -> Errors:
    """As `validator.descend`, which takes its time, but asked only when something is wrong."""
    if not _fits(validator, instance, schema):
        yield from _objections(validator, instance, schema, key)


def _objections(validator: Any, instance: object, schema: Schema, key: str | int | None) -> Errors:
    for error in validator.descend(instance, schema, path=key):
        if schema is False and key is not None:
            error.path.appendleft(key)  # jsonschema forgets the way to what may not be there
        yield error


def _fits(validator: Any, instance: object, schema: Schema) -> bool:
    """Whether no keyword of `schema` objects, by jsonschema's own judgement of each.

    A prepared schema has no references, so `validator` may stand for the one
    that `descend` would make anew for every subschema: half of the time.
    """
    if isinstance(schema, bool):
        return schema
    for keyword, value in schema.items():
        judge = validator.VALIDATORS.get(keyword)
        if judge is not None:
            for _ in judge(validator, value, instance, schema) or ():
                return False
    return True


_Validator: Any = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator,
    {
        DISPATCH: _dispatch,
        "items": _items,
        "patternProperties": _pattern_properties,
        "properties": _properties,
        "type": _type,
    },
)
