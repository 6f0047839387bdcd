"""Chains of first parents, read from raw commits and no further than the question needs."""

from __future__ import annotations

from collections.abc import Container, Iterator
from itertools import takewhile, zip_longest

from sopgit.adapters.git.objects import ObjectStore


def chain_to(objects: ObjectStore, tip: str, until: Container[str]) -> list[str]:
    """`tip`, its first parent, that one's, and so on to a commit without parents.

    Ends early at a commit of `until`, and at one whose headers do not begin as
    they must, so that a chain through it never reaches the anchor.
    """
    chain = []
    for commit in _walk(objects, tip):
        chain.append(commit)
        if commit in until:
            break
    return chain


def chain_beyond(objects: ObjectStore, tip: str, other: str) -> list[str]:
    """The chain from `tip` down to where that of `other` meets it, without what they share.

    Both are followed step by step, so that it costs as much as they are apart.
    """
    mine: dict[str, None] = {}
    theirs: set[str] = set()
    for one, another in zip_longest(_walk(objects, tip), _walk(objects, other)):
        if one is not None:
            mine[one] = None
        if another is not None:
            theirs.add(another)
        if one in theirs or another in mine:
            break
    return list(takewhile(lambda commit: commit not in theirs, mine))


def _walk(objects: ObjectStore, tip: str) -> Iterator[str]:
    yield tip
    while (raw := objects.commit(tip))[45:53] == b"\nparent ":
        tip = raw[53:93].decode("ascii", "replace")
        yield tip
