"""age's X25519 keys as text: Bech32 of 32 bytes (BIP 173; C2SP age.md)."""

from __future__ import annotations

RECIPIENT = "age"
IDENTITY = "age-secret-key-"

_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM = 6


def decode_key(text: str, prefix: str) -> bytes:
    """The 32 bytes of a key that begins with `prefix` and `1`; ValueError for anything else."""
    folded = text.lower()
    known, _, data = folded.rpartition("1")
    if text not in (folded, text.upper()) or known != prefix or not set(data) <= set(_LETTERS):
        raise ValueError("no age key")
    values = [_LETTERS.index(letter) for letter in data]
    if _polymod([*(ord(c) >> 5 for c in known), 0, *(ord(c) & 31 for c in known), *values]) != 1:
        raise ValueError("the checksum of the age key does not fit")
    number, bits = 0, 5 * (len(values) - _CHECKSUM)
    for value in values[:-_CHECKSUM]:
        number = number << 5 | value
    if bits != 260 or number & 0b1111:
        raise ValueError("no age key of 32 bytes")
    return (number >> 4).to_bytes(32, "big")


def _polymod(values: list[int]) -> int:
    checksum = 1
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATOR):
            checksum ^= generator if top >> bit & 1 else 0
    return checksum
