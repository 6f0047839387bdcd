"""The second reader of age files is held to pyrage: it opens what pyrage opens, and no more."""

from __future__ import annotations

import io
import random

import pytest

from sopgit.adapters import age
from sopgit.adapters.age.keys import encrypt_stream
from sopgit.adapters.streams import Reader, Writer
from sopgit.core.agefile import CHUNK, NONCE, TAG, parse_header

KEY = age.Identity(age.new_identity()[0])
OTHERS = [age.new_identity()[1] for _ in range(3)]
TURNS = 1500


def sealed(data: bytes, *recipients: str) -> bytes:
    target = io.BytesIO()
    encrypt_stream(Reader(io.BytesIO(data)), Writer(target), recipients or [KEY.public])
    return target.getvalue()


def opened(data: bytes, key: age.Identity = KEY) -> bytes | type[age.AgeError]:
    """What our own reader makes of it."""
    target = io.BytesIO()
    try:
        key.open(Reader(io.BytesIO(data)), Writer(target))
    except age.AgeError as error:
        return type(error)
    return target.getvalue()


def read_by_pyrage(data: bytes, key: age.Identity = KEY) -> bytes | type[age.AgeError]:
    try:
        return age.decrypt_bytes(data, key)
    except age.AgeError as error:
        return type(error)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 40 * CHUNK + 7])
def test_what_pyrage_writes_is_read(size: int) -> None:
    data = random.Random(size).randbytes(size)
    assert opened(sealed(data)) == data
    assert opened(sealed(data, *OTHERS, KEY.public)) == data
    assert opened(sealed(data, *OTHERS)) == age.WrongKeyError


def test_a_file_cut_at_any_chunk_or_byte_of_its_end_is_damaged() -> None:
    whole = sealed(bytes(3 * CHUNK + 5))
    start = parse_header(whole).length
    cuts = {start + NONCE + number * (CHUNK + TAG) + more for number in range(4) for more in (0, 9)}
    cuts |= {start, start + NONCE, *range(len(whole) - 40, len(whole))}
    for cut in sorted(cuts):
        assert opened(whole[:cut]) is age.DamagedError, cut


def test_chunks_out_of_order_repeated_or_added_are_damage() -> None:
    whole = sealed(bytes(3 * CHUNK))
    start = parse_header(whole).length + NONCE
    head, body = whole[:start], whole[start:]
    chunks = [body[at : at + CHUNK + TAG] for at in range(0, len(body), CHUNK + TAG)]
    assert opened(head + b"".join(chunks)) == bytes(3 * CHUNK)
    for order in ([1, 0, 2], [0, 2], [0, 1, 1, 2], [0, 1, 2, 2], [2], []):
        assert opened(head + b"".join(chunks[at] for at in order)) is age.DamagedError, order


def test_on_changed_bytes_it_agrees_with_pyrage() -> None:
    """Every outcome is pyrage's; where it reads less, the form is one that the engine refuses."""
    chance = random.Random(20261123)
    whole = sealed(b"isi " * 40, *OTHERS, KEY.public)
    assert opened(whole) == read_by_pyrage(whole) == b"isi " * 40
    for _ in range(TURNS):
        changed = bytearray(whole)
        at = chance.randrange(len(changed))
        turn = chance.randrange(3)
        if turn == 0:
            changed[at] ^= 1 << chance.randrange(8)
        elif turn == 1:
            del changed[at : at + chance.randrange(1, 40)]
        else:
            changed[at:at] = chance.choice([b"\n", b"=", b" ", b"-> X25519 AAAA\nAAAA\n"])
        ours, theirs = opened(bytes(changed)), read_by_pyrage(bytes(changed))
        assert isinstance(ours, type) == isinstance(theirs, type), bytes(changed)
        assert isinstance(ours, type) or ours == theirs
