"""The outside of an age file: its header and its length, read without any key.

Stricter than the format allows: binary only, X25519 recipients only (and the
random stanza that Rust's age adds, whose kind ends in `-grease`), canonical
base64, a length that encrypted chunks can have. A file that passes may still
be undecryptable; only a trial decryption tells.

Rules enforced here: `age-form`, `age-recipient`, `age-length`.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.text import T, Text

AGE_FORM = Rule(
    "age-form",
    "restricted content is a binary age file",
    why="anything else may be readable by everybody",
)
AGE_RECIPIENT = Rule(
    "age-recipient",
    "an age file is encrypted to X25519 keys alone",
    why="a passphrase or another kind of key is held by nobody whom the policy names",
)
AGE_LENGTH = Rule(
    "age-length",
    "an age file ends where its last chunk ends",
    why="a file cut short cannot be decrypted",
)

VERSION_LINE = b"age-encryption.org/v1\n"
HEADER_LIMIT = 64 * 1024
CHUNK = 64 * 1024
TAG = 16
NONCE = 16

_LINE = re.compile(r"[\x21-\x7e]+( [\x21-\x7e]+)*")
_BODY = re.compile(r"[A-Za-z0-9+/]*")


@dataclass(frozen=True)
class Stanza:
    """One recipient's line: its kind, its arguments and its decoded body."""

    kind: str
    arguments: tuple[str, ...]
    body: bytes

    @property
    def is_grease(self) -> bool:
        """Whether the stanza is random filling that no reader uses."""
        return self.kind.endswith("-grease")


@dataclass(frozen=True)
class Header:
    """The stanzas, the MAC (32 bytes) and the header's length in bytes."""

    stanzas: tuple[Stanza, ...]
    mac: bytes
    length: int

    @property
    def recipients(self) -> int:
        """How many keys can open the file."""
        return sum(not stanza.is_grease for stanza in self.stanzas)


def ciphertext_size(header_length: int, plaintext_size: int) -> int:
    """The length of a whole age file, in bytes."""
    chunks = max(1, -(-plaintext_size // CHUNK))
    return header_length + NONCE + plaintext_size + TAG * chunks


def plaintext_size(header_length: int, size: int) -> int | None:
    """The length of the plaintext in an age file of `size` bytes; None: no file is so long."""
    payload = size - header_length - NONCE
    full, rest = divmod(payload, CHUNK + TAG)
    if payload < TAG or 0 < rest < TAG or (rest == TAG and full):
        return None
    return payload - TAG * (full + (rest > 0))


def parse_header(data: bytes) -> Header:
    """The header that `data` begins with; ValueError for what `check_age_file` refuses."""
    header = _read(data)
    if isinstance(header, Text):
        raise ValueError(str(header))
    return header


def check_age_file(data: bytes, path: str) -> list[Finding]:
    """What is wrong with the whole age file `data`."""
    return check_age_head(data[:HEADER_LIMIT], len(data), path)


def check_age_head(head: bytes, size: int, path: str) -> list[Finding]:
    """The same for a file of `size` bytes of which `head` holds the first `HEADER_LIMIT`."""
    place = Place(path)
    header = _read(head)
    if isinstance(header, Text):
        hint = T("restricted content is written with sopgit, which encrypts it")
        return [AGE_FORM.broken(place, header, hint)]
    hint = T("encrypt it again with sopgit")
    foreign = [stanza.kind for stanza in header.stanzas if not _is_known(stanza)]
    if foreign or not header.recipients:
        message = T("the age file has no recipient")
        if foreign:
            message = T("the age file has a recipient of kind {kind}", kind=foreign[0])
        return [AGE_RECIPIENT.broken(place, message, hint)]
    if plaintext_size(header.length, size) is None:
        message = T("no age file with this header has {size} bytes", size=size)
        return [AGE_LENGTH.broken(place, message, hint)]
    return []


def check_age_header(data: bytes, path: str) -> list[Finding]:
    """What is wrong with `data`, which is to be a header and nothing after it."""
    header = _read(data)
    if isinstance(header, Header) and header.length != len(data):
        header = T("something follows the age header")
    if isinstance(header, Text):
        return [AGE_FORM.broken(Place(path), header, T("make it with: sopgit data rekey"))]
    return check_age_head(data, ciphertext_size(header.length, 0), path)


def _is_known(stanza: Stanza) -> bool:
    if stanza.is_grease:
        return True
    if stanza.kind != "X25519" or len(stanza.arguments) != 1 or len(stanza.body) != 32:
        return False
    share = decode_base64(stanza.arguments[0])
    return share is not None and len(share) == 32


def _read(data: bytes) -> Header | Text:
    """The header, or what is wrong with its form."""
    if not data.startswith(VERSION_LINE):
        return T("this is no age file")
    lines = data[:HEADER_LIMIT].split(b"\n")[1:-1]
    stanzas: list[Stanza] = []
    length, number = len(VERSION_LINE), 0
    while number < len(lines):
        text = lines[number].decode("latin-1")
        if text.startswith("---"):
            return _end(text, tuple(stanzas), length + len(text) + 1)
        parsed = _stanza(lines, number)
        if isinstance(parsed, Text):
            return parsed
        stanza, following = parsed
        length += sum(len(line) + 1 for line in lines[number:following])
        stanzas.append(stanza)
        number = following
    return T("the age header has no end")


def _stanza(lines: list[bytes], start: int) -> tuple[Stanza, int] | Text:
    """The stanza at line `start` and the number of the line after it."""
    text = lines[start].decode("latin-1")
    if not text.startswith("-> ") or not _LINE.fullmatch(text[3:]):
        return T("the age header has a line that is no stanza")
    encoded = ""
    for number in range(start + 1, len(lines)):
        line = lines[number].decode("latin-1")
        if len(line) > 64:
            break
        encoded += line
        if len(line) < 64:
            body = decode_base64(encoded)
            if body is None:
                break
            kind, *arguments = text[3:].split(" ")
            return Stanza(kind, tuple(arguments), body), number + 1
    return T("the age header has a stanza with a broken body")


def _end(text: str, stanzas: tuple[Stanza, ...], length: int) -> Header | Text:
    mac = decode_base64(text[4:]) if text.startswith("--- ") else None
    if mac is None or len(mac) != 32:
        return T("the age header has no valid end")
    return Header(stanzas, mac, length)


def decode_base64(text: str) -> bytes | None:
    """Unpadded standard base64 in its one canonical spelling."""
    if not _BODY.fullmatch(text):
        return None
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        return None
    return data if base64.b64encode(data).rstrip(b"=") == text.encode() else None
