"""A short way to "it fits": a prepared schema as nested functions.

`jsonschema` stays the authority on what a violation is and what it says. But
nearly every value fits, and to learn just that takes a tenth of the time here.
`fit_of` gives a predicate that is exact for the kinds of governed YAML (dict,
list, str, int, bool, None) and the keywords that our schemas use; for any other
kind it raises `Unsure`, for any other keyword there is no predicate. A test
holds it and jsonschema to one verdict.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import chain, combinations
from typing import Any

Schema = Any
Fit = Callable[[Any], bool]

DISPATCH = "x-dispatch"
"""The keyword of prepared schemas that stands for an `allOf` of questions about one key."""

_KINDS: Mapping[str, type] = {
    "string": str,
    "integer": int,
    "boolean": bool,
    "object": dict,
    "array": list,
    "null": type(None),
}
_WORDS = frozenset({"$schema", "$id", "title", "description"})
_SCALARS = (str, int, bool, type(None))


class Unsure(Exception):
    """The value is of a kind that governed YAML does not have."""


class _UnknownError(Exception):
    """The schema uses what is not known here."""


def fit_of(schema: Schema) -> Fit | None:
    """Whether a value fits the prepared `schema`; None where only jsonschema can tell."""
    try:
        return _compile(schema)
    except _UnknownError:
        return None


def _compile(schema: Schema) -> Fit:
    if isinstance(schema, bool):
        return _yes if schema else _no
    known = _WORDS | _BY_KIND.keys() | _BY_VALUE.keys() | {"type", "then", "else"}
    if not known.issuperset(schema):
        raise _UnknownError
    words = schema.get("type", list(_KINDS))
    allowed = {_kind(word) for word in ([words] if isinstance(words, str) else words)}
    anywhere = [make(schema[word], schema) for word, make in _BY_VALUE.items() if word in schema]
    table: dict[type, Fit] = {}
    for kind in _KINDS.values():
        own = [
            make(schema)
            for make in dict.fromkeys(
                make for word, (of, make) in _BY_KIND.items() if of is kind and word in schema
            )
        ]
        table[kind] = _all_of([*own, *anywhere]) if kind in allowed else _no
    return _by_kind(table)


def _kind(word: str) -> type:
    if word not in _KINDS:
        raise _UnknownError
    return _KINDS[word]


def _yes(_value: object) -> bool:
    return True


def _no(_value: object) -> bool:
    return False


def _all_of(fits: list[Fit]) -> Fit:
    if len(fits) <= 1:
        return fits[0] if fits else _yes

    def fits_all(value: object) -> bool:
        for fit in fits:  # noqa: SIM110 - a generator costs more than what it asks
            if not fit(value):
                return False
        return True

    return fits_all


def _by_kind(table: Mapping[type, Fit]) -> Fit:
    # Mostly one kind alone can fit, and is what comes.
    usual = next((kind for kind, judge in table.items() if judge is not _no), str)
    judge_usual = table[usual]

    def fits(value: object) -> bool:
        if type(value) is usual:
            return judge_usual(value)
        judge = table.get(type(value))
        if judge is None:
            raise Unsure
        return judge(value)

    return fits


def _text(schema: Schema) -> Fit:
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    search = re.compile(schema["pattern"]).search if "pattern" in schema else None

    def fits(value: str) -> bool:
        if search is not None and search(value) is None:
            return False
        return len(value) >= least and (most is None or len(value) <= most)

    return fits


def _number(schema: Schema) -> Fit:
    least, most = schema.get("minimum"), schema.get("maximum")
    return lambda value: (least is None or value >= least) and (most is None or value <= most)


def _list(schema: Schema) -> Fit:
    least, most = schema.get("minItems", 0), schema.get("maxItems")
    item = _compile(schema.get("items", True))
    unique = schema.get("uniqueItems", False)

    def fits(value: list[Any]) -> bool:
        if len(value) < least or (most is not None and len(value) > most):
            return False
        if unique and len(value) > 1 and not _are_unique(value):
            return False
        for each in value:  # noqa: SIM110
            if not item(each):
                return False
        return True

    return fits


def _are_unique(items: list[Any]) -> bool:
    if all(type(item) is str for item in items):
        return len(set(items)) == len(items)
    if any(one == other for one, other in combinations(items, 2)):
        raise Unsure  # 1 and true are equal to Python: whether they are is jsonschema's to say
    return True


def _mapping(schema: Schema) -> Fit:
    least, most = schema.get("minProperties", 0), schema.get("maxProperties")
    required = frozenset(schema.get("required", ()))
    own = {key: _compile(below) for key, below in schema.get("properties", {}).items()}
    patterns = [
        (re.compile(pattern).search, _compile(below))
        for pattern, below in schema.get("patternProperties", {}).items()
    ]
    other = _compile(schema.get("additionalProperties", True))
    others = [other]

    def fits_entry(key: str, item: object) -> bool:
        judges = [judge for search, judge in patterns if search(key)]
        if key in own:
            judges.append(own[key])
        for judge in judges or others:  # noqa: SIM110
            if not judge(item):
                return False
        return True

    def fits(value: dict[str, Any]) -> bool:
        if not required <= value.keys() or len(value) < least:
            return False
        if most is not None and len(value) > most:
            return False
        for key, item in value.items():
            if not (fits_entry(key, item) if patterns else own.get(key, other)(item)):
                return False
        return True

    return fits


def _const(wanted: object, _schema: Schema) -> Fit:
    return _enum([wanted], _schema)


def _enum(wanted: list[Any], _schema: Schema) -> Fit:
    if not all(type(word) in _SCALARS for word in wanted):
        raise _UnknownError
    # 1 and true are equal to Python and not to JSON.
    pairs = frozenset((type(word), word) for word in wanted)
    return lambda value: type(value) in _SCALARS and (type(value), value) in pairs


def _every(schemas: list[Schema], _schema: Schema) -> Fit:
    return _all_of([_compile(below) for below in schemas])


def _any(schemas: list[Schema], _schema: Schema) -> Fit:
    fits = [_compile(below) for below in schemas]
    return lambda value: any(fit(value) for fit in fits)


def _one(schemas: list[Schema], _schema: Schema) -> Fit:
    fits = [_compile(below) for below in schemas]
    return lambda value: sum(fit(value) for fit in fits) == 1


def _not(below: Schema, _schema: Schema) -> Fit:
    fits = _compile(below)
    return lambda value: not fits(value)


def _if(question: Schema, schema: Schema) -> Fit:
    asks = _compile(question)
    then, otherwise = _compile(schema.get("then", True)), _compile(schema.get("else", True))
    return lambda value: then(value) if asks(value) else otherwise(value)


def _dispatch(table: tuple[str, Mapping[str, Schema]], _schema: Schema) -> Fit:
    key, branches = table[0], {word: _compile(below) for word, below in table[1].items()}

    def fits(value: object) -> bool:
        word = value.get(key) if isinstance(value, dict) else None
        branch = branches.get(word) if isinstance(word, str) else None
        return branch is None or branch(value)

    return fits


_BY_KIND: Mapping[str, tuple[type, Callable[[Schema], Fit]]] = dict(
    chain(
        ((word, (str, _text)) for word in ("pattern", "minLength", "maxLength")),
        ((word, (int, _number)) for word in ("minimum", "maximum")),
        ((word, (list, _list)) for word in ("items", "minItems", "maxItems", "uniqueItems")),
        ((word, (dict, _mapping)) for word in ("properties", "patternProperties", "required")),
        ((word, (dict, _mapping)) for word in ("minProperties", "maxProperties")),
        ((word, (dict, _mapping)) for word in ("additionalProperties",)),
    )
)
_BY_VALUE: Mapping[str, Callable[[Any, Schema], Fit]] = {
    "const": _const,
    "enum": _enum,
    "allOf": _every,
    "anyOf": _any,
    "oneOf": _one,
    "not": _not,
    "if": _if,
    DISPATCH: _dispatch,
}
