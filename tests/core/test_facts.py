"""A fact behaves as a frozen dataclass of the standard library does."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, asdict, dataclass, field, replace
from typing import Any

import pytest

from sopgit.core.facts import fact


def _classes(decorate: Callable[[Any], Any]) -> tuple[Any, Any]:
    class Point:
        """A place."""

        x: int
        y: int = 2
        names: list[str] = field(default_factory=list)

        def __post_init__(self) -> None:
            if self.x < 0:
                raise ValueError(self.x)

    class Other:
        """Nothing in it."""

    Point.__qualname__, Other.__qualname__ = "Point", "Other"
    return decorate(Point), decorate(Other)


BOTH = [_classes(fact), _classes(dataclass(frozen=True))]


@fact
class Kept:
    """What a worker sends home."""

    name: str


@pytest.mark.parametrize(("point", "other"), BOTH, ids=["fact", "dataclass"])
def test_it_is_made_compared_shown_and_replaced_alike(point: Any, other: Any) -> None:
    made = point(1)
    assert (made.x, made.y, made.names) == (1, 2, [])
    assert made.names is not point(1).names
    assert made == point(1, 2, [])
    assert made != point(1, 3)
    assert made != other()
    assert other() == other()
    assert repr(made) == "Point(x=1, y=2, names=[])"
    assert replace(made, x=4) == point(x=4)
    assert asdict(made) == {"x": 1, "y": 2, "names": []}
    match made:
        case point(x, y):
            assert (x, y) == (1, 2)


@pytest.mark.parametrize(("point", "other"), BOTH, ids=["fact", "dataclass"])
def test_it_refuses_alike(point: Any, other: Any) -> None:
    made = point(1)
    with pytest.raises(FrozenInstanceError):
        made.x = 2
    with pytest.raises(FrozenInstanceError):
        del made.x
    with pytest.raises(FrozenInstanceError):
        made.z = 2
    with pytest.raises(TypeError, match="unhashable"):
        hash(made)
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'x'"):
        point()
    with pytest.raises(ValueError, match="-1"):
        point(-1)
    with pytest.raises(TypeError):
        other(1)
    assert made == point(1)


def test_equal_facts_have_one_hash_and_survive_a_pickle() -> None:
    assert hash(Kept("a")) == hash(Kept("a"))
    assert len({Kept("a"), Kept("a"), Kept("b")}) == 2
    assert pickle.loads(pickle.dumps(Kept("a"))) == Kept("a")  # noqa: S301 - our own bytes


def test_a_field_that_the_constructor_does_not_take_is_refused() -> None:
    class Wrong:
        """Not all fields are given."""

        made: int = field(init=False)

    with pytest.raises(TypeError, match="all its fields"):
        fact(Wrong)
