"""What jsonschema says of a value that does not fit: owner of `jsonschema`.

Prepared schemas (see `schema`) are judged by its draft 2020-12 with a few of the
keywords answered on a shorter way, all to the same verdict. Loading the library
takes longer than judging a landing, so `schema` loads this module only when
`schema_fit` could not say that all is well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from sopgit.core.schema_fit import DISPATCH
from sopgit.core.schema_words import Violation

Schema = Any
Errors = Iterator[ValidationError]

_NAMES = {
    str: ("string",),
    int: ("integer",),
    bool: ("boolean",),
    dict: ("object",),
    list: ("array",),
    type(None): ("null",),
}
_judge_type = Draft202012Validator.VALIDATORS["type"]


def validator_of(schema: Schema) -> Any:
    """The validator of a prepared schema."""
    return _Validator(schema)


def violations_of(validator: Any, value: object) -> list[Violation]:
    """Every violation by `value`; `required` objects once for each key, and one names them all."""
    violations: dict[object, Violation] = {}
    for error in validator.iter_errors(value):
        violation = _violation(error)
        violations.setdefault((violation.path, error.validator, id(error.schema)), violation)
    return list(violations.values())


def _violation(error: ValidationError) -> Violation:
    keyword = error.validator if isinstance(error.validator, str) else ""
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    path = tuple(error.absolute_path)
    return Violation(keyword, error.validator_value, schema, error.instance, path)


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
