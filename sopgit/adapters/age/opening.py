"""Large age files opened without pyrage, from the format's description (age-encryption.org/v1).

pyrage writes every file; this second reader, over `cryptography`, proves it
before it is kept, so two implementations that share nothing agree on every
object. It is also several times faster than the first. Only what
`sopgit.core.agefile` allows is read: X25519 recipients, whole chunks.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from sopgit.adapters.age.errors import DamagedError, wrong_key
from sopgit.adapters.streams import Reader, Writer
from sopgit.core.agefile import CHUNK, HEADER_LIMIT, NONCE, TAG, parse_header
from sopgit.core.rewrap import NotAReader, derive, find_file_key
from sopgit.core.text import T


def open_stream(reader: Reader, writer: Writer, secret: bytes) -> None:
    """Decrypt all of `reader` with the X25519 key `secret`.

    Raises WrongKeyError, DamagedError, or what the streams met; what has been
    written then is not to be used.
    """
    head = reader.read_exactly(HEADER_LIMIT)
    with header_errors():
        file_key = find_file_key(head, secret)
    reader.give_back(head[parse_header(head).length :])
    nonce = reader.read_exactly(NONCE)
    for plain in _opened(reader, derive(file_key, nonce, b"payload")):
        writer.write(plain)


@contextmanager
def header_errors() -> Iterator[None]:
    """Turn what `sopgit.core.rewrap` raises into WrongKeyError and DamagedError."""
    try:
        yield
    except NotAReader as error:
        raise wrong_key() from error
    except ValueError as error:
        _damaged(str(error), error)


def _opened(reader: Reader, key: bytes) -> Iterator[bytes]:
    """The plaintext, chunk by chunk, each authenticated; the last one says that it is the last."""
    cipher = ChaCha20Poly1305(key)
    chunk = reader.read_exactly(CHUNK + TAG)
    for number in itertools.count():
        following = reader.read_exactly(CHUNK + TAG)
        try:
            plain = cipher.decrypt(number.to_bytes(11) + bytes([not following]), chunk, None)
        except (InvalidTag, ValueError) as error:
            _damaged(f"chunk {number}", error)
        if number and not plain:
            _damaged(f"chunk {number}")
        yield plain
        if not following:
            return
        chunk = following


def _damaged(reason: str, cause: Exception | None = None) -> NoReturn:
    message = T("the encrypted file is damaged: {reason}", reason=reason)
    raise DamagedError(message) from cause
