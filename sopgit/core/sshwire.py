"""The wire format of SSH (RFC 4251, section 5), as far as keys and signatures need it.

Strict both ways: what reads without `BadWire` is rendered to the very same bytes again, so
that no two spellings of one key or signature exist.
"""

from __future__ import annotations

import base64
import binascii


class BadWire(ValueError):
    """The bytes or the base64 text are not what the format promises."""


def string(value: bytes) -> bytes:
    """`value` behind its length in four bytes."""
    return len(value).to_bytes(4, "big") + value


def decode_base64(text: str) -> bytes:
    """The bytes of `text`; raises `BadWire` unless it is their one canonical spelling.

    Python's decoder leaves the unused bits of the last letter unread, even in strict mode.
    """
    try:
        value = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise BadWire("not base64") from error
    if encode_base64(value) != text:
        raise BadWire("not the canonical base64")
    return value


def encode_base64(value: bytes) -> str:
    """`value` as base64 with padding and without line breaks."""
    return base64.b64encode(value).decode("ascii")


class Reader:
    """Takes fields off the front of `data`; raises `BadWire` where one is cut short."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, size: int) -> bytes:
        """The next `size` bytes."""
        end = self._at + size
        if end > len(self._data):
            raise BadWire("cut short")
        taken, self._at = self._data[self._at : end], end
        return taken

    def string(self) -> bytes:
        """The next string, without its length."""
        return self.take(int.from_bytes(self.take(4), "big"))

    def rest(self) -> bytes:
        """Everything not yet taken."""
        return self.take(len(self._data) - self._at)

    def end(self) -> None:
        """Raise `BadWire` when bytes are left over."""
        if self._at != len(self._data):
            raise BadWire("bytes left over")
