"""A new header for an age file: its one file key, wrapped for other readers; the payload stays.

So somebody who joins can read what was stored before, and nothing is encrypted
or uploaded again. It takes nothing away: whoever could read the file with its
old header still can. C2SP age.md allows it: the payload is not changed, and the
file key serves no second file. A file key is shown and kept nowhere.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sopgit.core.agefile import VERSION_LINE, Stanza, decode_base64, parse_header

_WRAP = b"age-encryption.org/v1/X25519"
_MAC = b"header"
_NONCE = bytes(12)
_END = b"---"
_END_LENGTH = 48  # "--- ", 43 characters of MAC, a line end
_FILE_KEY = 16


class NotAReader(ValueError):
    """No stanza of the header is for the key."""


def new_header(
    head: bytes, secret: bytes, recipients: Sequence[bytes], ephemerals: Sequence[bytes]
) -> bytes:
    """The header that opens the file beginning with `head` to `recipients`, and to no other.

    `secret` is a reader's X25519 key, `recipients` are public ones, `ephemerals`
    as many fresh random secrets; 32 bytes each. NotAReader, or ValueError for a
    header that is malformed or whose MAC does not fit.
    """
    file_key = find_file_key(head, secret)
    wrapped = [
        _stanza(file_key, recipient, ephemeral)
        for recipient, ephemeral in zip(recipients, ephemerals, strict=True)
    ]
    begun = VERSION_LINE + b"".join(wrapped) + _END
    return begun + b" " + _encode(_mac(file_key, begun)) + b"\n"


def opens(head: bytes, secret: bytes) -> bool:
    """Whether the reader with `secret` can open the file that begins with `head`."""
    try:
        return bool(find_file_key(head, secret))
    except ValueError:
        return False


def find_file_key(head: bytes, secret: bytes) -> bytes:
    """The file's own key (16 bytes), once the header's MAC is proved; raises as `new_header`."""
    header = parse_header(head)
    key = next(filter(None, (_unwrap(stanza, secret) for stanza in header.stanzas)), None)
    if key is None:
        raise NotAReader("the key opens no stanza")
    begun = head[: header.length - _END_LENGTH + len(_END)]
    if not hmac.compare_digest(_mac(key, begun), header.mac):
        raise ValueError("the MAC of the age header does not fit")
    return key


def _unwrap(stanza: Stanza, secret: bytes) -> bytes | None:
    if stanza.kind != "X25519" or len(stanza.arguments) != 1 or len(stanza.body) != _FILE_KEY + 16:
        return None
    share = decode_base64(stanza.arguments[0])
    if share is None or len(share) != 32:
        return None
    mine = X25519PrivateKey.from_private_bytes(secret)
    own = mine.public_key().public_bytes_raw()
    try:
        shared = mine.exchange(X25519PublicKey.from_public_bytes(share))
        return ChaCha20Poly1305(derive(shared, share + own, _WRAP)).decrypt(
            _NONCE, stanza.body, None
        )
    except (InvalidTag, ValueError):  # another's stanza; a share of small order
        return None


def _stanza(file_key: bytes, recipient: bytes, ephemeral: bytes) -> bytes:
    own = X25519PrivateKey.from_private_bytes(ephemeral)
    share = own.public_key().public_bytes_raw()
    shared = own.exchange(X25519PublicKey.from_public_bytes(recipient))
    key = derive(shared, share + recipient, _WRAP)
    body = ChaCha20Poly1305(key).encrypt(_NONCE, file_key, None)
    return b"-> X25519 " + _encode(share) + b"\n" + _encode(body) + b"\n"


def _mac(file_key: bytes, begun: bytes) -> bytes:
    return hmac.digest(derive(file_key, b"", _MAC), begun, "sha256")


def derive(secret: bytes, salt: bytes, info: bytes) -> bytes:
    """32 bytes for one use, `info`, from a shared secret: HKDF with SHA-256 (RFC 5869)."""
    return HKDF(SHA256(), 32, salt, info).derive(secret)


def _encode(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def header_of(data: bytes) -> bytes:
    """The header that an age file begins with; ValueError where there is none."""
    return data[: parse_header(data).length]


def payload_of(data: bytes) -> bytes:
    """What follows the header; ValueError where there is none."""
    return data[parse_header(data).length :]
