"""A new header opens the same payload to other readers; pyrage and the age program agree."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pyrage
import pytest

from sopgit.adapters import age
from sopgit.core.agefile import check_age_file, parse_header
from sopgit.core.agekeys import IDENTITY, RECIPIENT, decode_key
from sopgit.core.rewrap import header_of, payload_of

OLD, JOINER, STRANGER = (age.new_identity() for _ in range(3))
PLAIN = bytes(range(256)) * 600
FILE = age.encrypt_bytes(PLAIN, [OLD[1]])


def identity(pair: tuple[str, str]) -> age.Identity:
    return age.Identity(pair[0])


def rewrapped(data: bytes, by: tuple[str, str], *readers: tuple[str, str]) -> bytes:
    return identity(by).rewrap(data, [public for _, public in readers]) + payload_of(data)


def test_a_joiner_reads_it_and_the_payload_is_the_same() -> None:
    data = rewrapped(FILE, OLD, OLD, JOINER)
    assert payload_of(data) == payload_of(FILE)
    assert header_of(data) != header_of(FILE)
    assert parse_header(data).recipients == 2
    assert check_age_file(data, "x") == []
    for reader in (OLD, JOINER):
        assert age.decrypt_bytes(data, identity(reader)) == PLAIN
    with pytest.raises(age.WrongKeyError):
        age.decrypt_bytes(data, identity(STRANGER))
    again = rewrapped(data, JOINER, STRANGER)
    assert age.decrypt_bytes(again, identity(STRANGER)) == PLAIN
    with pytest.raises(age.WrongKeyError):
        age.decrypt_bytes(again, identity(OLD))


@pytest.mark.needs_program("age")
def test_the_age_program_reads_our_header_and_we_read_its(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text(JOINER[0] + "\n")
    theirs = subprocess.run(
        ["age", "-r", OLD[1], "-r", STRANGER[1]], input=PLAIN, capture_output=True, check=True
    ).stdout
    data = rewrapped(theirs, OLD, JOINER)
    opened = subprocess.run(["age", "-d", "-i", key], input=data, capture_output=True, check=True)
    assert opened.stdout == PLAIN


def test_random_filling_is_left_out_and_does_not_disturb() -> None:
    for _ in range(20):  # pyrage fills at random
        data = bytes(pyrage.encrypt(b"x", [pyrage.x25519.Recipient.from_str(OLD[1])]))
        made = parse_header(rewrapped(data, OLD, JOINER))
        assert [stanza.kind for stanza in made.stanzas] == ["X25519"]


def test_whoever_cannot_read_it_opens_it_to_nobody() -> None:
    with pytest.raises(age.WrongKeyError):
        rewrapped(FILE, STRANGER, STRANGER)


def _with_another_stanza(data: bytes) -> bytes:
    other = age.encrypt_bytes(b"", [STRANGER[1]])
    begin, end = data.index(b"\n") + 1, other.index(b"--- ")
    return data[:begin] + other[other.index(b"\n") + 1 : end] + data[begin:]


def test_a_header_that_somebody_changed_is_not_taken_up() -> None:
    with pytest.raises(age.DamagedError, match="MAC"):
        rewrapped(_with_another_stanza(FILE), OLD, JOINER)


@pytest.mark.parametrize("kept", [0, 30, 100])
def test_a_header_cut_short_is_damaged(kept: int) -> None:
    with pytest.raises(age.DamagedError):
        identity(OLD).rewrap(FILE[:kept], [JOINER[1]])


def test_keys_are_read_as_pyrage_reads_them() -> None:
    for secret, public in (OLD, JOINER, STRANGER):
        assert len(decode_key(secret, IDENTITY)) == len(decode_key(public, RECIPIENT)) == 32
        data = age.encrypt_bytes(b"x", [public])
        assert age.decrypt_bytes(rewrapped(data, (secret, public), OLD), identity(OLD)) == b"x"


PUBLIC = OLD[1]


MISTYPED = {
    "nothing": "",
    "no data": "age1",
    "a letter less": PUBLIC[:-1],
    "another letter": PUBLIC[:-1] + ("q" if PUBLIC[-1] != "q" else "p"),
    "two cases": PUBLIC[:10].upper() + PUBLIC[10:],
    "another prefix": "x" + PUBLIC,
    "no letter of Bech32": PUBLIC.replace("age1", "age1b", 1),
    "a secret key": OLD[0],
}


@pytest.mark.parametrize("how", MISTYPED)
def test_a_mistyped_key_is_no_key(how: str) -> None:
    with pytest.raises(ValueError, match="age key"):
        decode_key(MISTYPED[how], RECIPIENT)


def test_a_stream_is_decrypted_under_its_new_header(tmp_path: Path) -> None:
    header = identity(OLD).rewrap(FILE, [JOINER[1]])
    source = age.under_header(header, io.BytesIO(FILE))
    assert age.decrypt(source, tmp_path / "plain", identity(JOINER), None).size == len(PLAIN)
    assert (tmp_path / "plain").read_bytes() == PLAIN
    with pytest.raises(age.DamagedError):
        age.under_header(header, io.BytesIO(b"no age file"))
