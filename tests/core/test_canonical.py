"""Canonical JSON: RFC 8785 holds, and the short way gives the same bytes."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from sopgit.core.canonical import canonical, canonical_pair, digest, digest_bytes, without

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(texts, inner, max_size=4)
    ),
    max_leaves=15,
)


@settings(max_examples=200, deadline=None)
@given(values)
def test_it_is_what_the_reference_library_gives(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(texts, values, max_size=4), st.sampled_from(["", "sig", "\ue000"]), values)
def test_with_and_without_a_key_at_once(rest: dict[str, Any], key: str, value: Any) -> None:
    rest.pop(key, None)
    assert canonical_pair({**rest, key: value}, key) == (
        canonical(rest),
        canonical({**rest, key: value}),
    )


def test_keys_are_ordered_by_utf_16_units() -> None:
    value = {"\ufb33": 1, "\U0001f600": 2, "\u20ac": 3, "1": 4, "\r": 5}
    expected = '{"\\r":5,"1":4,"\u20ac":3,"\U0001f600":2,"\ufb33":1}'
    assert canonical(value) == expected.encode()


def test_numbers_controls_and_quotes_have_one_form() -> None:
    value = [1e21, 4.50, 2e-3, 1.0, '\x0f\n"\\/\x7f€', None, True]
    assert canonical(value) == '[1e+21,4.5,0.002,1,"\\u000f\\n\\"\\\\/\x7f€",null,true]'.encode()


def _endless() -> list[object]:
    value: list[object] = []
    value.append(value)
    return value


@pytest.mark.parametrize(
    "value",
    [
        2**53,
        -(2**53),
        float("nan"),
        float("inf"),
        "\ud800",
        {"\ud800": 1},
        {1: "a"},
        {None: "a"},
        {True: "a"},
        {"a": b"bytes"},
        [{1, 2}],
        _endless(),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_what_json_cannot_say_everywhere_alike_is_a_value_error(value: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        canonical(value)


def test_digests_are_lower_case_sha_256() -> None:
    assert digest({"b": 1, "a": [None]}) == digest_bytes(b'{"a":[null],"b":1}')
    assert digest_bytes(b"") == hashlib.sha256(b"").hexdigest()


def test_without_copies_and_forgives_absent_keys() -> None:
    event = {"seq": 1, "by": "agus", "sig": "x"}
    assert without(event, "sig", "by", "absent") == {"seq": 1}
    assert event == {"seq": 1, "by": "agus", "sig": "x"}
