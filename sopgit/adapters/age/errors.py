"""What can go wrong with an age file or its key."""

from __future__ import annotations

from sopgit.core.errors import SopgitError


class AgeError(SopgitError):
    """Encryption or decryption failed."""


class WrongKeyError(AgeError):
    """The file is not encrypted to this key."""


class DamagedError(AgeError):
    """The bytes are not what was stored."""
