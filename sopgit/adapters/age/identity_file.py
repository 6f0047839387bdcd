"""The file of a person's age key: plain, or itself an age file under a passphrase.

Stock age reads both. The one under a passphrase is opened when the key is
first needed, and once in a process; beside it lies `age.pub`, so that nobody
is asked for a passphrase to show a public key. The passphrase is asked for on
the terminal, or taken from `SOPGIT_AGE_PASSPHRASE` where nobody sits.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
from functools import lru_cache
from pathlib import Path

import pyrage

from sopgit.adapters.age.errors import AgeError
from sopgit.adapters.age.keys import Identity, Secret, parse_secret
from sopgit.adapters.asking import ask_secret, can_be_asked
from sopgit.adapters.files import FileError, file_errors
from sopgit.core.agefile import VERSION_LINE, parse_header
from sopgit.core.agekeys import RECIPIENT, decode_key
from sopgit.core.text import T, Text

PASSPHRASE = "SOPGIT_AGE_PASSPHRASE"  # noqa: S105  the name of the variable
HARDEST = 22
"""The highest work factor that is tried, as in stock age: 4 GiB and half a minute."""

_SECRET = re.compile(r"AGE-SECRET-KEY-1[A-Z0-9]{58}")
_ARMOR = b"-----BEGIN AGE ENCRYPTED FILE-----\n"
_ARMOR_END = b"-----END AGE ENCRYPTED FILE-----"


class PassphraseError(AgeError):
    """There is no passphrase, or it does not open the identity."""


class LockedIdentity(Identity):
    """An identity under a passphrase, which is asked for when the key is first needed."""

    def __init__(self, path: Path, data: bytes) -> None:
        self._path, self._data = path, data

    def _open(self) -> Secret:
        return _unlock(self._path, self._data)

    @property
    def public(self) -> str:
        """The recipient, from `age.pub` beside the file if that is there."""
        return _read_public(self._path.with_suffix(".pub")) or super().public


def read_identity(path: Path) -> Identity:
    """The one identity in the file at `path`; blank lines and `#` comments are skipped."""
    with file_errors(path):
        data = path.read_bytes()
    if data.startswith((_ARMOR, VERSION_LINE)):
        return LockedIdentity(path, data)
    return Identity(_only_key(data, path))


def lock_identity(text: bytes, passphrase: str) -> bytes:
    """What an identity file holds, under a passphrase and in age's armour, as it fits on paper."""
    if not passphrase:
        raise PassphraseError(T("the passphrase is empty"), T("--no-passphrase leaves a key open"))
    return bytes(pyrage.passphrase.encrypt(text, passphrase, armored=True))


def new_passphrase(path: Path) -> str:
    """The passphrase for the new key at `path`: from the environment, else asked for twice."""
    given = os.environ.get(PASSPHRASE)
    if given is not None:
        return given
    question = T("new passphrase of the age key {path}", path=path)
    asked = _ask(path, question, T("--no-passphrase leaves a key open"))
    if _ask(path, T("the same passphrase again")) != asked:
        raise PassphraseError(T("the two passphrases differ"), T("try again"))
    return asked


def _ask(path: Path, question: Text, hint: Text | None = None) -> str:
    if not can_be_asked():
        raise PassphraseError(
            T("the passphrase of {path} is needed, and nobody can be asked", path=path),
            hint or T("set {name} for this one command", name=PASSPHRASE),
        )
    return ask_secret(question)


@lru_cache(maxsize=8)
def _unlock(path: Path, data: bytes) -> Secret:
    if _work_factor(data, path) > HARDEST:
        raise FileError(
            T("{path} asks for more work than {most} allows", path=path, most=HARDEST),
            T("make the key anew with: sopgit key new"),
        )
    given = os.environ.get(PASSPHRASE)
    question = T("passphrase of the age key {path}", path=path)
    passphrase = _ask(path, question) if given is None else given
    try:
        text = bytes(pyrage.passphrase.decrypt(data, passphrase))
    except pyrage.DecryptError as error:
        message = T("the passphrase does not open {path}", path=path)
        raise PassphraseError(message, T("nothing was changed; try again")) from error
    return parse_secret(_only_key(text, path))


def _work_factor(data: bytes, path: Path) -> int:
    """The logarithm of scrypt's cost that the file asks for; FileError if it has no such form."""
    try:
        if data.startswith(_ARMOR):
            data = base64.b64decode(data.removeprefix(_ARMOR).partition(_ARMOR_END)[0])
        (stanza,) = parse_header(data).stanzas
        kind, (_salt, cost) = stanza.kind, stanza.arguments
        if kind == "scrypt" and cost.isdecimal():
            return int(cost)
    except (ValueError, binascii.Error):
        pass
    raise _no_identity(path)


def _only_key(data: bytes, path: Path) -> str:
    lines = [line.strip() for line in data.decode("utf-8", "replace").splitlines()]
    keys = [line for line in lines if line and not line.startswith("#")]
    if len(keys) != 1 or not _SECRET.fullmatch(keys[0]):
        raise _no_identity(path)
    return keys[0]


def _no_identity(path: Path) -> FileError:
    hint = T("an identity file holds one line AGE-SECRET-KEY-1..., as age-keygen writes it")
    return FileError(T("{path} is no age identity file", path=path), hint)


def _read_public(path: Path) -> str | None:
    try:
        text = path.read_text("ascii").strip()
        decode_key(text, RECIPIENT)
    except (OSError, ValueError):
        return None
    return text
