"""The canonical writer: one spelling, read back by us and by ordinary readers alike."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sopgit.core.characters import find_faults
from sopgit.core.strict_yaml import load
from sopgit.core.writer import KEY_ORDER, check_canonical, emit, emit_item

VALID = sorted((Path(__file__).parent.parent / "vectors" / "yaml" / "valid").glob("*.yaml"))
CASE = (Path(__file__).parent.parent / "vectors" / "yaml" / "valid" / "case.yaml").read_bytes()
HEADER = b"schema: sopgit/case/v1\nevents:\n"

WORDS = [
    "y", "YES", "nO", "on", "Off", "TRUE", "false", "Null", "~", "=", "<<", ".nan", "-.INF", "075",
    "18.10", "12:30:59", "2024-07-23", "0x1F", "0b1", "1_000", "1e3", "+1", "-", "?", "a: b",
    "a #b", "---", "...", "%a", "a\nb", "a\n\nb", "a\n b", "\U0001f642", "\u0301", "\\", '"',
    "'", "kasi",
]  # fmt: skip

texts = (st.sampled_from(WORDS) | st.text(max_size=12)).filter(lambda t: not any(find_faults(t)))
scalars = st.none() | st.booleans() | st.integers(-(10**15) + 1, 10**15 - 1) | texts
keys = st.sampled_from(KEY_ORDER) | texts
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=12,
)
documents = st.dictionaries(keys, values, max_size=5)


@settings(max_examples=120, deadline=None)
@given(documents)
def test_what_is_written_reads_back_and_has_one_spelling(document: dict[str, Any]) -> None:
    data = emit(document)
    loaded = load(data)
    assert loaded.findings == ()
    assert loaded.value == document
    assert emit(loaded.value) == data
    assert check_canonical(data, loaded.value) == []


@settings(max_examples=120, deadline=None)
@given(documents)
def test_ordinary_yaml_1_1_readers_read_the_same(document: dict[str, Any]) -> None:
    data = emit(document)
    assert yaml.safe_load(data) == document
    assert yaml.load(data, yaml.CSafeLoader) == document
    assert yaml.safe_load(data.decode()) == document


@settings(max_examples=60, deadline=None)
@given(st.lists(values, min_size=1, max_size=4))
def test_the_writer_is_concatenative(events: list[Any]) -> None:
    items = [emit_item(event) for event in events]
    document = {"schema": "sopgit/case/v1", "events": events}
    assert HEADER + b"".join(items) == emit(document)
    assert load(items[-1]).value == events[-1:]
    assert check_canonical(b"".join(items), events) == []


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_the_golden_vectors_are_written_byte_by_byte(path: Path) -> None:
    data = path.read_bytes()
    value = load(data).value
    assert isinstance(value, dict)
    assert emit(value) == data
    assert yaml.safe_load(data) == value


def test_keys_stand_in_the_fixed_order_and_then_by_code_point() -> None:
    document = {"\U0001f642": 1, "\ufffd": 2, "b": 3, "B": 4, "sig": 5, "seq": 6, "schema": 7}
    lines = emit(document).decode().splitlines()
    expected = ["schema", "seq", "sig", "B", "b", '"\ufffd"', '"\U0001f642"']
    assert [line.split(":")[0] for line in lines] == expected


def test_the_order_names_each_key_once_and_events_begin_as_the_format_says() -> None:
    assert len(set(KEY_ORDER)) == len(KEY_ORDER)
    event = [
        "seq", "prev", "base", "at", "by", "role", "acting", "act", "step", "to", "procedure",
        "case", "document", "of", "files", "datasets", "received", "drafted_by", "reason",
        "findings", "sig",
    ]  # fmt: skip
    assert sorted(event, key=KEY_ORDER.index) == event


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("Kepala Seksi", "Kepala Seksi"),
        ("a@b.c/d+e_f-g", "a@b.c/d+e_f-g"),
        ("no", '"no"'),
        ("2024-07-23", '"2024-07-23"'),
        ("", '""'),
        ('say "a\\b"', '"say \\"a\\\\b\\""'),
        ("tahap – II", '"tahap – II"'),
        ("\U0001f642", '"\U0001f642"'),
        ("a\nb", "|-\n  a\n  b"),
        ("a\n\nb", '"a\\n\\nb"'),
        ("a\n\u00a0b", '"a\\n\u00a0b"'),
    ],
)
def test_a_string_is_plain_a_block_or_in_json_quotes(text: str, spelling: str) -> None:
    assert emit({"a": text}).decode() == f"a: {spelling}\n"


def test_a_list_stands_at_the_indent_of_its_key() -> None:
    value = {"a": {"b": [{"d": 1, "c": ["x", []]}, [["z"], {}]]}}
    assert emit(value) == b"a:\n  b:\n  - c:\n    - x\n    - []\n    d: 1\n  - - - z\n    - {}\n"


class _Word(enum.StrEnum):
    SEQ = "seq"


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        float("nan"),
        b"bytes",
        10**15,
        {1},
        _Word.SEQ,
        "e\u0301",
        " a",
        "a ",
        "a\n",
        "a\u00a0",
        "a\tb",
        "a\rb",
        "\x7f",
        "\x85",
        "a\u2028b",
        "\u202e",
        "\ufeff",
        "\ud800",
        "\uffff",
        {1: "a"},
        {None: "a"},
        {"a ": "b"},
        {"k" * 501: "a"},
        {"\u202e": "a"},
    ],
    ids=lambda value: repr(value)[:20],
)
def test_what_governed_yaml_cannot_say_is_not_written(value: object) -> None:
    assert emit({"a": "fine"})
    with pytest.raises(ValueError, match=r"."):
        emit({"a": value})
    with pytest.raises(ValueError, match=r"."):
        emit_item([value])


def test_the_longest_key_is_read_by_ordinary_readers() -> None:
    for character in ("k", '"', "\n", "\U0001f642"):
        document = {"a" + character * 498 + "b": 1}
        assert load(emit(document)).value == yaml.safe_load(emit(document)) == document


@pytest.mark.parametrize("last", [[], {}])
def test_the_writer_stops_at_the_level_at_which_the_loader_does(last: object) -> None:
    def nested(levels: int) -> object:
        return last if levels == 1 else [nested(levels - 1)]

    deepest = {"a": nested(31)}
    assert load(emit(deepest)).value == deepest
    with pytest.raises(ValueError, match="32 levels"):
        emit({"a": nested(32)})
    assert load(HEADER + emit_item(nested(30))).findings == ()
    with pytest.raises(ValueError, match="32 levels"):
        emit_item(nested(31))


def test_more_than_a_mebibyte_is_not_written() -> None:
    with pytest.raises(ValueError, match="more than a governed file may hold"):
        emit({"a": "b" * 2**20})


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        (b"schema: sopgit", b"# note\nschema: sopgit", 1),
        (b"act: complete", b'act: "complete"', 9),
        (b"  step: 1\n  to: 2\n", b"  to: 2\n  step: 1\n", 10),
        (b"  nip", b"   nip", None),
    ],
)
def test_another_spelling_of_the_same_value_is_found_at_its_first_line(
    before: bytes, after: bytes, line: int | None
) -> None:
    assert check_canonical(CASE, load(CASE).value, "case.yaml") == []
    data = CASE.replace(before, after, 1)
    loaded = load(data)
    if line is None:
        assert loaded.findings
        return
    assert loaded.value == load(CASE).value
    (finding,) = check_canonical(data, loaded.value, "case.yaml")
    assert (finding.code, finding.place.line) == ("yaml-not-canonical", line)


@pytest.mark.parametrize("data", [b"a: b", b"a: b\n\n", b"a: b\n# end\n", b"a: b\n...\n"])
def test_the_end_of_a_file_is_part_of_its_spelling(data: bytes) -> None:
    assert [f.code for f in check_canonical(data, load(data).value)] == ["yaml-not-canonical"]


def test_a_value_that_cannot_be_written_is_a_finding_and_no_exception() -> None:
    assert [f.code for f in check_canonical(b"", {"a": 1.5}, "x")] == ["yaml-not-canonical"]
    assert [f.code for f in check_canonical(b"null\n", None, "x")] == ["yaml-not-canonical"]


def test_items_are_judged_at_their_lines_in_the_whole_file() -> None:
    data = b"- seq: 1\n  by: 'agus'\n"
    (finding,) = check_canonical(data, load(data).value, "case.yaml", 40)
    assert str(finding.place) == "case.yaml:42:1"
