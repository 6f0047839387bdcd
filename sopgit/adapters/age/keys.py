"""age keys, and pyrage under our own streams.

pyrage renames what a stream raises, a Ctrl-C too (measured), so whatever a
stream met is raised again here as it was.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pyrage

from sopgit.adapters.age.errors import AgeError, DamagedError, wrong_key
from sopgit.adapters.age.opening import header_errors, open_stream
from sopgit.adapters.files import file_error
from sopgit.adapters.streams import Reader, Writer
from sopgit.core.agekeys import IDENTITY, RECIPIENT, decode_key
from sopgit.core.rewrap import new_header, opens
from sopgit.core.text import T

_SOURCE = Path("the source")


class Secret(NamedTuple):
    """One secret key, for pyrage and for our own reader (32 bytes)."""

    key: pyrage.x25519.Identity
    raw: bytes


class Identity:
    """A person's secret age key; never shown by `repr`."""

    def __init__(self, secret: str) -> None:
        self._secret = parse_secret(secret)

    def _open(self) -> Secret:
        return self._secret

    @property
    def public(self) -> str:
        """The recipient `age1...` that belongs to it."""
        return str(self._open().key.to_public())

    def decrypt(self, reader: Reader, writer: Writer) -> None:
        """Decrypt from stream to stream; what the streams met is raised as it was."""
        key = self._open().key
        try:
            pyrage.decrypt_io(reader, writer, [key])
        except (pyrage.DecryptError, OSError) as error:  # OSError: pyrage's word for a bad chunk
            _raise_kept(reader, writer, error)
            if "No matching keys" in str(error):
                raise wrong_key() from error
            message = T("the encrypted file is damaged: {reason}", reason=str(error))
            raise DamagedError(message) from error
        _raise_kept(reader, writer)

    def open(self, reader: Reader, writer: Writer) -> None:
        """The same for a large file, by a reader that is not pyrage's and faster."""
        open_stream(reader, writer, self._open().raw)

    def opens(self, head: bytes) -> bool:
        """Whether this key opens the file that begins with `head`."""
        return opens(head, self._open().raw)

    def rewrap(self, head: bytes, recipients: Sequence[str]) -> bytes:
        """A header that opens the file beginning with `head` to `recipients` alone.

        Raises WrongKeyError where this key does not open it, DamagedError.
        """
        keys = [decode_key(key, RECIPIENT) for key in dict.fromkeys(recipients)]
        with header_errors():
            return new_header(head, self._open().raw, keys, [os.urandom(32) for _ in keys])


def parse_secret(text: str) -> Secret:
    """The key `AGE-SECRET-KEY-1...`; raises AgeError for anything else."""
    _dump_no_core()
    try:
        return Secret(pyrage.x25519.Identity.from_str(text), decode_key(text, IDENTITY))
    except (pyrage.IdentityError, ValueError) as error:
        raise AgeError(T("this is no age secret key")) from error


def _dump_no_core() -> None:
    """Let no crash write the memory, with keys and plaintext, into the work folder."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - Windows has none

        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def new_identity() -> tuple[str, str]:
    """A fresh key pair: (secret `AGE-SECRET-KEY-1...`, public `age1...`)."""
    key = pyrage.x25519.Identity.generate()
    return str(key), str(key.to_public())


def encrypt_stream(reader: Reader, writer: Writer, recipients: Sequence[str]) -> None:
    """Encrypt from stream to stream to every distinct key `age1...` in `recipients`."""
    keys = [_recipient(key) for key in dict.fromkeys(recipients)]
    if not keys:
        hint = T("name at least one reader")
        raise AgeError(T("nobody could read what is encrypted to no key"), hint)
    try:
        pyrage.encrypt_io(reader, writer, keys)
    except (pyrage.EncryptError, OSError) as error:
        _raise_kept(reader, writer, error)
        raise AgeError(T("encryption failed: {reason}", reason=str(error))) from error
    _raise_kept(reader, writer)


def _recipient(key: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(key)
    except pyrage.RecipientError as error:
        hint = T("an age recipient begins with age1; sopgit key show prints it")
        raise AgeError(T("{key} is no age recipient", key=key), hint) from error


def _raise_kept(reader: Reader, writer: Writer, error: Exception | None = None) -> None:
    """Raise what a stream met, if it met anything.

    A Ctrl-C between two calls of a stream was met by none, and `error` alone tells of it.
    """
    if isinstance(reader.error, OSError):
        raise file_error(reader.error, _SOURCE) from reader.error
    kept = reader.error or writer.error
    if kept is not None:
        raise kept
    if error is not None and str(error).startswith("KeyboardInterrupt"):
        raise KeyboardInterrupt from error
