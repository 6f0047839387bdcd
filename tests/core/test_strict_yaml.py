"""The strict loader: what it reads, what it refuses and where, and that nothing makes it raise."""

from __future__ import annotations

import inspect
import json
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sopgit.core import characters, screen, strict_yaml
from sopgit.core.finding import Rule
from sopgit.core.strict_yaml import load, locate

VECTORS = Path(__file__).parent.parent / "vectors" / "yaml"
VALID = sorted((VECTORS / "valid").glob("*.yaml"))
INVALID = sorted((VECTORS / "invalid").glob("*.yaml"))
CASE = (VECTORS / "valid" / "case.yaml").read_bytes()


def _codes(data: bytes) -> list[str]:
    return [finding.code for finding in load(data).findings]


def _places(data: bytes) -> list[tuple[str, int, int]]:
    return [(f.code, f.place.line, f.place.column) for f in load(data).findings]


def test_there_are_vectors() -> None:
    assert len(VALID) >= 5
    assert len(INVALID) >= 40


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_a_valid_vector_has_the_value_that_stands_beside_it(path: Path) -> None:
    loaded = load(path.read_bytes(), path.name)
    assert loaded.findings == ()
    assert loaded.value == json.loads(path.with_suffix(".json").read_bytes())


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_an_invalid_vector_is_refused_by_the_rule_that_names_it(path: Path) -> None:
    loaded = load(path.read_bytes(), path.name)
    assert loaded.value is None
    assert {finding.code for finding in loaded.findings} == {path.name.split(".")[0]}
    assert all(f.place.path == path.name and f.place.line > 0 for f in loaded.findings)
    assert all(str(f.message).isprintable() for f in loaded.findings)


def test_every_rule_has_an_invalid_vector_but_the_one_on_size() -> None:
    modules = (strict_yaml, screen, characters)
    rules = [v for m in modules for _, v in inspect.getmembers(m) if isinstance(v, Rule)]
    named = {path.name.split(".")[0] for path in INVALID}
    assert {rule.code for rule in rules} - named == {"yaml-too-large"}


@pytest.mark.parametrize(
    ("plain", "value"),
    [
        ("null", None),
        ("true", True),
        ("false", False),
        ("0", 0),
        ("-7", -7),
        ("999999999999999", 999999999999999),
        ("1000000000000000", "1000000000000000"),
        *[
            (text, text)
            for text in (
                "075", "18.10", "12:30", "no", "y", "On", "2024-07-23", "Null", "True", "~", "-0",
                "+1", "0x1F", "1_000", "1e3", ".5", ".inf", "=", "- a".replace(" ", ""),
            )
        ],
    ],
)  # fmt: skip
def test_a_plain_scalar_is_null_a_bool_a_canonical_integer_or_a_string(
    plain: str, value: object
) -> None:
    read = load(f"a: {plain}\n".encode()).value
    assert isinstance(read, dict)
    assert (read, type(read["a"])) == ({"a": value}, type(value))


@pytest.mark.parametrize("quoted", ['"12"', "'true'", '"null"', "|-\n  12", ">-\n  null"])
def test_what_is_not_plain_is_a_string(quoted: str) -> None:
    value = load(f"a: {quoted}\n".encode()).value
    assert isinstance(value, dict)
    assert isinstance(value["a"], str)


def test_comments_flow_style_and_a_document_marker_are_no_errors() -> None:
    data = b"--- # a comment\n{a: [b, 'c'], \"d\": {}}\n..."
    assert load(data).value == {"a": ["b", "c"], "d": {}}


def test_32_levels_are_read_and_33_refused() -> None:
    assert load(b"a: " + b"[" * 31 + b"]" * 31).findings == ()
    assert _places(b"a: " + b"[" * 32 + b"]" * 32) == [("yaml-too-deep", 1, 35)]


def test_one_mebibyte_is_read_and_a_byte_more_refused() -> None:
    data = b"a: " + b"b" * (1024 * 1024 - 3)
    assert load(data).findings == ()
    assert _codes(data + b"b") == ["yaml-too-large"]


@pytest.mark.parametrize("data", [b"[" * 2**20, b"{" * 2**20, b"- " * 2**19, b"? " * 2**19])
def test_nesting_without_end_is_refused_at_once(data: bytes) -> None:
    start = time.monotonic()
    assert "yaml-too-deep" in _codes(data)
    assert time.monotonic() - start < 2


def test_all_errors_of_a_file_are_reported_at_once_in_their_order() -> None:
    data = 'a: &x b\na: *x\n"c ":\nd: "\u202e"\n1: !!str "e\u0301"\n'.encode()
    assert _places(data) == [
        ("yaml-anchor", 1, 4),
        ("yaml-duplicate-key", 2, 1),
        ("yaml-alias", 2, 4),
        ("yaml-blank-ends", 3, 1),
        ("yaml-empty-scalar", 3, 6),
        ("yaml-character", 4, 5),
        ("yaml-key-not-string", 5, 1),
        ("yaml-not-normal", 5, 4),
        ("yaml-tag", 5, 4),
    ]


def test_errors_before_the_one_that_stops_the_parser_are_reported_too() -> None:
    assert _codes(b"a: &x b\nc: [\n") == ["yaml-anchor", "yaml-syntax"]


def test_bytes_that_are_not_utf_8_do_not_hide_what_else_is_wrong() -> None:
    assert _places(b"\xef\xbb\xbfa: b\xff\r\na:\n") == [
        ("yaml-byte-order-mark", 1, 1),
        ("yaml-character", 1, 6),
        ("yaml-not-utf-8", 1, 6),
        ("yaml-duplicate-key", 2, 1),
        ("yaml-empty-scalar", 2, 3),
    ]


def test_columns_count_characters_and_lines_count_from_the_offset() -> None:
    (finding,) = load("é: {“🙂”: *x}\n".encode(), "a.yaml", 40).findings
    assert str(finding.place) == "a.yaml:41:10"


def test_findings_end_after_a_hundred() -> None:
    assert len(load(b"-\n" * 5000).findings) == strict_yaml.MOST_FINDINGS


def test_a_bad_key_does_not_hide_or_invent_another() -> None:
    assert _codes(b"1: a\n? [b]\n: c\n2: d\n1: e\nf: 1\nf: 2\n") == [
        *["yaml-key-not-string"] * 4,
        "yaml-duplicate-key",
    ]


@pytest.mark.parametrize("text", ["\U00011099\U000110ba", "a\u0300\u1dc2\u0316"])
def test_characters_that_unicode_3_2_did_not_know_are_starters_for_ever(text: str) -> None:
    # Newer tables compose the first and reorder the second, whatever version Python has.
    assert unicodedata.normalize("NFC", text) != text
    expected = [] if text.startswith("\U00011099") else ["yaml-not-normal"]
    assert _codes(f'a: "{text}"\n'.encode()) == expected
    assert _codes('a: "\u00e0\u1dc2\u0316"\n'.encode()) == []


def test_locate_finds_values_and_else_the_nearest_ancestor() -> None:
    data = b"a:\n- b: c\n  d:\n    e: 1\n- [x, {y: z}]\n'0': f\n"
    assert locate(data, ()) == (1, 1)
    assert locate(data, ("a",)) == (2, 1)
    assert locate(data, ("a", 0)) == (2, 3)
    assert locate(data, ("a", 0, "d", "e")) == (4, 8)
    assert locate(data, ("a", 1, 1, "y")) == (5, 11)
    assert locate(data, ("0",)) == (6, 6)
    assert locate(data, ("a", 0, "d", "missing", 3)) == (4, 5)
    assert locate(data, ("a", 7)) == (2, 1)
    assert locate(data, ("a", "0")) == (2, 1)
    assert locate(b"", ("a",)) == (1, 1)
    assert locate(b"a: [", ("a", 5)) == (1, 4)


def _mutated(draw: st.DrawFn) -> bytes:
    data = bytearray(draw(st.sampled_from([path.read_bytes() for path in [*VALID, *INVALID]])))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        size = draw(st.integers(0, 4))
        token = st.sampled_from([b"- ", b": ", b"\n", b"  ", b"&a ", b"*a", b"!", b'"', b"|", b"["])
        data[at : at + size] = draw(token | st.binary(max_size=3))
    return bytes(data)


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=60) | st.composite(_mutated)(), st.data())
def test_no_bytes_make_it_raise_and_it_never_gives_value_and_findings(
    data: bytes, draw: st.DataObject
) -> None:
    loaded = load(data, "x.yaml", 3)
    if loaded.findings:
        assert loaded.value is None
        assert all(3 < f.place.line <= data.count(b"\n") + 5 for f in loaded.findings)
    step: st.SearchStrategy[str | int] = st.sampled_from(["events", "a", 0, 1])
    line, column = locate(data, tuple(draw.draw(st.lists(step, max_size=3))))
    assert line >= 1
    assert column >= 1
