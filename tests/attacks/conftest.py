"""The fixture that mounts attacks, and the offices that they are mounted on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.attacks.in_git import GitSimulator
from tests.attacks.mounting import Attack
from tests.simulator import Simulator

NAME = re.compile(r"test_(?P<number>[tx][0-9]{2})_(?P<words>\w+)")


@pytest.fixture
def attack(
    request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> Iterator[Attack]:
    """Mounts the attack whose number stands in the test's name, and writes it into the table."""
    named = NAME.match(request.node.name)
    assert named is not None, "the name of the test begins with the number of the attack"
    words = named["words"].replace("_", " ")
    case = request.node.name.partition("[")[2].rstrip("]")
    shown = f"{words}: {case}" if case else words

    def record(way_in: str, refused: str) -> None:
        record_property("attack", "|".join((named["number"].upper(), shown, way_in, refused)))

    mounted = Attack(record)
    yield mounted
    assert mounted.mounted, "the test mounted nothing"


@pytest.fixture
def office(tmp_path: Path) -> Simulator:
    """The nine steps as they ship, in memory and in Git."""
    return GitSimulator(tmp_path / "in-memory.git")
