"""X01 to X03: what a suffix of a case file can say that no event says."""

from __future__ import annotations

import pytest

from tests import acts
from tests.attacks.mounting import Attack
from tests.simulator import Simulator

SUFFIXES = {
    "X01": {
        "the signature goes on": b"    AAAA\n",
        "the signature goes on after a blank line": b"\n    AAAA\n",
    },
    "X02": {
        "a key": b"  drafted_by: agus\n",
        "a key in quotes": b'  "reason": x\n',
        "a key of the file": b"note: x\n",
        "a merge key": b"  <<: {reason: x}\n",
    },
    "X03": {
        "a comment": b"# dibaca\n",
        "a comment without an end": b"#",
        "an end of the document": b"...\n",
        "a second document": b"---\n- x\n",
        "an empty line": b"\n",
        "a blank": b" ",
        "an item that nobody signed": b"- x\n",
        "an empty item": b"- {}\n",
        "a list in a list": b"- - x\n",
        "a flow": b"- {seq: 2}\n",
        "an open quote": b'- "',
        "a NUL": b"\0",
        "half a character": b"\xc3",
    },
}


FORM = (
    "case-grows", "yaml-syntax", "yaml-one-document", "yaml-merge-key", "yaml-character",
    "yaml-not-utf-8", "schema-missing-key", "schema-unknown-key",
)  # fmt: skip


def suffixed(number: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("suffix", SUFFIXES[number].values(), ids=SUFFIXES[number])


def mount_suffix(attack: Attack, office: Simulator, suffix: bytes) -> None:
    """Alone, and after a good act; the act alone still lands."""
    path = acts.straight(office, 1)
    old = office.trusted.tree.get(path) or b""
    base = office.files(office.event("siti", path, acts.LETTER), path)
    for wrong in (old + suffix, (base[path] or b"") + suffix):
        attack.landing(office, base, {path: wrong}, *FORM)


@suffixed("X01")
def test_x01_a_suffix_extends_the_old_signature(
    attack: Attack, office: Simulator, suffix: bytes
) -> None:
    mount_suffix(attack, office, suffix)


@suffixed("X02")
def test_x02_a_suffix_adds_a_key_to_the_last_event(
    attack: Attack, office: Simulator, suffix: bytes
) -> None:
    mount_suffix(attack, office, suffix)


@suffixed("X03")
def test_x03_a_suffix_bricks_the_next_append(
    attack: Attack, office: Simulator, suffix: bytes
) -> None:
    mount_suffix(attack, office, suffix)
