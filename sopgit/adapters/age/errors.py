"""What can go wrong with an age file or its key."""

from __future__ import annotations

from sopgit.core.errors import SopgitError
from sopgit.core.text import T


class AgeError(SopgitError):
    """Encryption or decryption failed."""


class WrongKeyError(AgeError):
    """The file is not encrypted to this key."""


class DamagedError(AgeError):
    """The bytes are not what was stored."""


def wrong_key() -> WrongKeyError:
    """What to raise where a key opens no stanza of a file."""
    hint = T("use the identity of another device, or let a reader run: sopgit data rekey")
    return WrongKeyError(T("this key does not open the file"), hint)
