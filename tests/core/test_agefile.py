"""What can be told of an age file without a key."""

from __future__ import annotations

import base64

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sopgit.core.agefile import (
    check_age_file,
    ciphertext_size,
    parse_header,
    plaintext_size,
)

KEYS = [pyrage.x25519.Identity.generate().to_public() for _ in range(2)]
BASE = bytes(pyrage.encrypt(b"x" * 100, KEYS))


def codes(data: bytes) -> list[str]:
    return [finding.code for finding in check_age_file(data, "manifest.age")]


def test_the_base_passes_and_counts_its_readers() -> None:
    assert codes(BASE) == []
    header = parse_header(BASE)
    assert header.recipients == 2
    assert BASE[: header.length].endswith(base64.b64encode(header.mac).rstrip(b"=") + b"\n")


@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 65537, 3 * 65536])
def test_the_size_formula_fits_real_files(size: int) -> None:
    data = bytes(pyrage.encrypt(b"x" * size, KEYS))
    length = parse_header(data).length
    assert len(data) == ciphertext_size(length, size)
    assert plaintext_size(length, len(data)) == size
    assert codes(data) == []


@given(st.integers(0, 10**13), st.integers(100, 5000))
def test_the_two_formulas_are_inverse(size: int, header: int) -> None:
    assert plaintext_size(header, ciphertext_size(header, size)) == size


def test_random_filling_is_no_reader() -> None:
    for _ in range(50):
        data = bytes(pyrage.encrypt(b"", KEYS[:1]))
        assert codes(data) == []
        assert parse_header(data).recipients == 1


LINES = BASE.split(b"\n")


@pytest.mark.parametrize(
    ("mutated", "code"),
    [
        (b"", "age-form"),
        (b"a,b\n1,2\n", "age-form"),
        (BASE.replace(b"v1\n", b"v2\n", 1), "age-form"),
        (BASE.replace(b"v1\n", b"v1\r\n", 1), "age-form"),
        (b"-----BEGIN AGE ENCRYPTED FILE-----\n", "age-form"),
        (BASE[:150], "age-form"),
        (BASE.replace(b"-> X25519 ", b"->X25519 ", 1), "age-form"),
        (BASE.replace(b"-> X25519 ", b"-> X25519  ", 1), "age-form"),
        (BASE.replace(LINES[2], LINES[2] + b"=", 1), "age-form"),
        (BASE.replace(LINES[2], LINES[2][:-1] + b"!", 1), "age-form"),
        (BASE.replace(LINES[2], LINES[2] + b"A" * 30, 1), "age-form"),
        (BASE.replace(b"\n--- ", b"\n---- ", 1), "age-form"),
        (BASE.replace(b"-> X25519 ", b"-> scrypt ", 1), "age-recipient"),
        (BASE.replace(b"-> X25519 ", b"-> ssh-rsa ", 1), "age-recipient"),
        (BASE.replace(b"-> X25519 ", b"-> X25519 extra ", 1), "age-recipient"),
        (BASE.replace(LINES[2], LINES[2][:-3], 1), "age-recipient"),
        (BASE[: parse_header(BASE).length], "age-length"),
        (BASE[: parse_header(BASE).length + 31], "age-length"),
        (bytes(pyrage.encrypt(b"x" * 65536, KEYS)) + b"y" * 16, "age-length"),
    ],
)
def test_one_mutation_is_refused(mutated: bytes, code: str) -> None:
    assert codes(mutated) == [code]


def test_a_passphrase_is_nobodys_key() -> None:
    assert codes(bytes(pyrage.passphrase.encrypt(b"x", "throwaway"))) == ["age-recipient"]


@given(st.binary(max_size=300))
def test_any_bytes_are_judged_without_an_exception(data: bytes) -> None:
    check_age_file(data, "x")
    check_age_file(b"age-encryption.org/v1\n-> " + data, "x")
    check_age_file(BASE[:40] + data, "x")
