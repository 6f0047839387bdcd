"""Large age files opened without pyrage, from the format's description (age-encryption.org/v1).

pyrage writes every file; this second reader, over `cryptography`, proves it
before it is kept, so two implementations that share nothing agree on every
object. It is also several times faster than the first. Only what
`sopgit.core.agefile` allows is read: X25519 recipients, whole chunks.
"""

from __future__ import annotations

import base64
import hmac
import itertools
from collections.abc import Iterator
from typing import NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sopgit.adapters.age.errors import DamagedError, WrongKeyError
from sopgit.adapters.streams import Reader, Writer
from sopgit.core.agefile import CHUNK, HEADER_LIMIT, NONCE, TAG, Header, Stanza, parse_header
from sopgit.core.text import T

_BECH32 = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"
_LABEL = b"age-encryption.org/v1/X25519"
_MAC_LENGTH = 43 + 1  # unpadded base64 of 32 bytes, and the line's end
_FILE_KEY = 16


def private_key(secret: str) -> X25519PrivateKey:
    """The key in a sound `AGE-SECRET-KEY-1...`: Bech32, whose checksum pyrage has checked."""
    value = 0
    for letter in secret.removeprefix("AGE-SECRET-KEY-1")[:-6]:
        value = value << 5 | _BECH32.index(letter)
    return X25519PrivateKey.from_private_bytes((value >> 4).to_bytes(32))


def open_stream(reader: Reader, writer: Writer, key: X25519PrivateKey) -> None:
    """Decrypt all of `reader`. Raises WrongKeyError, DamagedError, or what the streams met.

    What has been written when it raises is not to be used.
    """
    head = reader.read_exactly(HEADER_LIMIT)
    try:
        header = parse_header(head)
    except ValueError as error:
        _damaged(str(error), error)
    file_key = unwrap(header, head, key)
    reader.give_back(head[header.length :])
    nonce = reader.read_exactly(NONCE)
    for plain in _opened(reader, _derive(file_key, nonce, b"payload")):
        writer.write(plain)


def unwrap(header: Header, head: bytes, key: X25519PrivateKey) -> bytes:
    """The file's own key (16 bytes), once the header's MAC is proved; `head` begins with it."""
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    for stanza in header.stanzas:
        file_key = _unwrap_stanza(stanza, key, public)
        if file_key is not None:
            signed = head[: header.length - _MAC_LENGTH - 1]  # up to and with the three dashes
            expected = hmac.digest(_derive(file_key, b"", b"header"), signed, "sha256")
            if not hmac.compare_digest(expected, header.mac):
                _damaged("header MAC")
            return file_key
    hint = T("ask one of its readers, or use the identity of another device")
    raise WrongKeyError(T("this key does not open the file"), hint)


def _unwrap_stanza(stanza: Stanza, key: X25519PrivateKey, public: bytes) -> bytes | None:
    if (stanza.kind, len(stanza.arguments), len(stanza.body)) != ("X25519", 1, _FILE_KEY + TAG):
        return None
    try:
        share = base64.b64decode(stanza.arguments[0] + "=")
        secret = key.exchange(X25519PublicKey.from_public_bytes(share))
        wrapping = _derive(secret, share + public, _LABEL)
        return ChaCha20Poly1305(wrapping).decrypt(bytes(12), stanza.body, None)
    except (InvalidTag, ValueError):  # another's stanza; a share of small order
        return None


def _derive(secret: bytes, salt: bytes, label: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt or None, label).derive(secret)


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
