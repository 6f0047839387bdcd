"""The short way to read the writer's spelling: it says what the loader says, or nothing."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sopgit.core.growth import HEADER, split_events
from sopgit.core.screen import MAX_BYTES
from sopgit.core.spelled import read_items, read_mapping
from sopgit.core.strict_yaml import load
from sopgit.core.writer import emit, emit_item
from tests.core.test_writer import CASE, VALID, documents

ITEMS = CASE[len(HEADER) :]
ODD = [b"-", b" ", b"\n", b'"', b":", b"#", b"&a ", b"|", b"0", b"[]", b"~", b"\\", b"\xc3", b"\r"]


@settings(max_examples=60, deadline=None)
@given(st.lists(documents, min_size=1, max_size=3))
def test_what_the_writer_renders_is_read(events: list[dict[str, Any]]) -> None:
    spelt = [emit_item(event) for event in events]
    read = read_items(b"".join(spelt))
    if all(events):
        assert read == (events, spelt)
        assert read_mapping(emit(events[0])) == events[0]


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_the_golden_vectors_are_read(path: Path) -> None:
    assert read_mapping(path.read_bytes()) == load(path.read_bytes()).value


@pytest.mark.parametrize("seed", range(3))
def test_whatever_it_reads_the_loader_reads_alike(seed: int) -> None:
    rng, read_at_all = random.Random(seed), 0
    for _ in range(1000):
        data = ITEMS
        for _ in range(rng.randint(1, 2)):
            at = rng.randrange(len(data))
            data = data[:at] + rng.choice(ODD) + data[at + rng.randrange(4) :]
        read_at_all += _is_read_alike(data)
    assert read_at_all


def _is_read_alike(data: bytes) -> bool:
    read = read_items(data)
    if read is not None:
        assert load(data).findings == ()
        assert load(data).value == read[0]
        assert b"".join(map(emit_item, read[0])) == data
    return read is not None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"- 1\n",
        b"- a: 1",
        b"- a: 1\n\n",
        b"- a: 1\n  a: 1\n",
        b"- a: 1 # b\n",
        b"- a: &x 1\n",
        b"- a: 01\n",
        b"- a: 'b'\n",
        b"-  a: 1\n",
        b"- b: 1\n  a: 1\n",
        b"- a: \xff\n",
        b"- a: " + b"9" * 5000 + b"\n",
        b"- a: " + b"[" * 5000 + b"\n",
    ],
)
def test_all_else_is_left_to_the_loader(data: bytes) -> None:
    assert read_items(b"- a: 1\n") is not None
    assert read_items(data) is None


@pytest.mark.parametrize(
    "line", [b"a", b"- ", b"- a: |-\n", b'"', b'- "\\', b"a: \n", b"\n", b"  ", b"- a:\n  - b:\n"]
)
def test_hostile_bytes_do_not_take_long(line: bytes) -> None:
    data = line * (MAX_BYTES // len(line) // 16) + b"\n"
    start = time.process_time()
    assert read_items(data) is None
    assert time.process_time() - start < 2


def test_a_case_is_read_by_either_way_alike() -> None:
    events = split_events(CASE).events
    assert list(events) == load(CASE).value["events"]  # type: ignore[index]
