"""The short way to "it fits" and jsonschema come to one verdict."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from sopgit.core.schema import PARTS, prepared
from sopgit.core.schema_fit import Unsure, fit_of
from tests.core.test_schema import ANY, BASES, DOCUMENTS, MUTATIONS, STOCK, changed, pointers


def fit(name: str) -> Any:
    document, part = PARTS.get(name, (name, ""))
    schema = DOCUMENTS[document]
    defs = schema.get("$defs", {})
    return fit_of(prepared(defs[part] if part else schema, defs))


FITS = {name: fit(name) for name in (*DOCUMENTS, *PARTS)}


@pytest.mark.parametrize("name", FITS)
def test_every_shipped_schema_has_the_short_way(name: str) -> None:
    assert FITS[name] is not None


@pytest.mark.parametrize("base", BASES)
def test_a_sound_file_never_needs_the_long_way(base: str) -> None:
    name, value = BASES[base]
    assert FITS[name](value)


@pytest.mark.parametrize(("base", "pointer", "change"), [row[:3] for row in MUTATIONS])
def test_no_mutation_fits(base: str, pointer: str, change: Any) -> None:
    name, value = BASES[base]
    assert not FITS[name](changed(value, pointer, change))


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_it_says_what_jsonschema_says_or_nothing(data: st.DataObject) -> None:
    name, value = BASES[data.draw(st.sampled_from(sorted(BASES)))]
    mutated = copy.deepcopy(value)
    way = data.draw(st.sampled_from(list(pointers(mutated))))
    parent: Any = mutated
    for part in way[:-1]:
        parent = parent[part]
    parent[way[-1]] = data.draw(ANY)
    try:
        said = FITS[name](mutated)
    except Unsure:
        return
    assert said == STOCK[name](mutated)


KEYWORDS = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["string", "integer", "boolean", "object", "array", "null"]),
        "const": st.sampled_from([1, True, 0, False, None, "a"]),
        "enum": st.lists(st.sampled_from([1, True, 0, False, None, "a", "b"]), min_size=1),
        "pattern": st.sampled_from(["^a", "b$", "^[0-9]+$"]),
        "minLength": st.integers(0, 2),
        "maxLength": st.integers(0, 2),
        "minimum": st.integers(-1, 2),
        "maximum": st.integers(-1, 2),
        "minItems": st.integers(0, 2),
        "maxItems": st.integers(0, 2),
        "uniqueItems": st.booleans(),
        "required": st.lists(st.sampled_from(["a", "b"]), unique=True),
        "minProperties": st.integers(0, 2),
        "maxProperties": st.integers(0, 2),
    },
)
SCHEMAS = st.recursive(
    st.booleans() | KEYWORDS,
    lambda inner: st.builds(
        lambda plain, more: {**plain, **more},
        KEYWORDS,
        st.fixed_dictionaries(
            {},
            optional={
                "properties": st.dictionaries(st.sampled_from(["a", "b"]), inner),
                "patternProperties": st.dictionaries(st.sampled_from(["^a", "b"]), inner),
                "additionalProperties": inner,
                "items": inner,
                "not": inner,
                "if": inner,
                "then": inner,
                "else": inner,
                "anyOf": st.lists(inner, min_size=1, max_size=3),
                "oneOf": st.lists(inner, min_size=1, max_size=3),
                "allOf": st.lists(inner, min_size=1, max_size=3),
            },
        ),
    ),
    max_leaves=5,
)
LEAVES = st.none() | st.booleans() | st.integers(-2, 3) | st.sampled_from(["", "a", "ab", "1"])
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", "ab", "c"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=500, deadline=None)
@given(schema=SCHEMAS, value=VALUES)
def test_any_schema_of_known_words_is_judged_alike(schema: Any, value: Any) -> None:
    fits = fit_of(schema)
    assert fits is not None
    try:
        said = fits(value)
    except Unsure:
        return
    assert said == Draft202012Validator(schema).is_valid(value)


@pytest.mark.parametrize("word", ["propertyNames", "contains", "$dynamicRef", "multipleOf"])
def test_an_unknown_word_is_left_to_jsonschema(word: str) -> None:
    assert fit_of({"type": "object", word: True}) is None


def test_a_kind_that_governed_yaml_does_not_have_is_left_to_jsonschema() -> None:
    fits = fit_of({"type": "integer"})
    assert fits is not None
    with pytest.raises(Unsure):
        fits(1.0)
