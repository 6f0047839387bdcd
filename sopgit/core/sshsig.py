"""Signatures of SSH over statements: the signed bytes, strict verification, the armour.

A statement stores only the raw signature: 64 bytes of Ed25519, and for a security key five
more, its flags and its counter. All else of OpenSSH's SSHSIG format (PROTOCOL.sshsig) is fixed
here, so nothing else can be tampered with: version 1, SHA-512, an empty reserved field, and the
namespace, which keeps a signature made for one purpose from fitting another.

`verify_signature` is stricter than a library: exact lengths, a second half below the group's
order, a touched security key; the key itself was checked by `sopgit.core.sshkey`. Anybody can
repeat it with `ssh-keygen -Y verify`, `armour` and `allowed_signers_line`.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sopgit.core.errors import SopgitError
from sopgit.core.sshkey import (
    BadKey,
    PublicKey,
    check_public_key,
    key_from_blob,
    parse_public_key,
)
from sopgit.core.sshwire import BadWire, Reader, decode_base64, encode_base64, string
from sopgit.core.text import T

__all__ = [
    "BadKey",
    "BadSignature",
    "PublicKey",
    "allowed_signers_line",
    "armour",
    "check_public_key",
    "dearmour",
    "decode_signature",
    "encode_signature",
    "is_signature_good",
    "parse_public_key",
    "signed_data",
    "verify_signature",
]

SIGNATURE_SIZE = 64
HARDWARE_SIGNATURE_SIZE = 69
USER_PRESENT = 0x01

_MAGIC = b"SSHSIG"
_VERSION = (1).to_bytes(4, "big")
_RESERVED = b""
_HASH = b"sha512"
_ORDER = 2**252 + 27742317777372353535851937790883648493

_BEGIN = "-----BEGIN SSH SIGNATURE-----"
_END = "-----END SSH SIGNATURE-----"
_COLUMNS = 70  # where ssh-keygen breaks the lines

# Neither a name nor a namespace may hold what allowed signers give a meaning: blanks, quotes,
# commas, `*`, `?`, `!`.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]*")


class BadSignature(SopgitError, ValueError):
    """No signature, or not one of this key over this text in this namespace."""


def signed_data(namespace: str, message: bytes) -> bytes:
    """What an SSH key signs to sign `message` in `namespace`."""
    _require_name(namespace)
    digest = hashlib.sha512(message).digest()
    fields = (namespace.encode("ascii"), _RESERVED, _HASH, digest)
    return _MAGIC + b"".join(map(string, fields))


def decode_signature(text: str) -> bytes:
    """The raw signature, 64 or 69 bytes, of its base64; raises `BadSignature`."""
    try:
        raw = decode_base64(text)
    except BadWire as error:
        raise BadSignature(T("the signature is not canonical base64")) from error
    if len(raw) not in {SIGNATURE_SIZE, HARDWARE_SIGNATURE_SIZE}:
        raise BadSignature(T("the signature has {size} bytes, not 64 or 69", size=len(raw)))
    return raw


def encode_signature(raw: bytes) -> str:
    """The base64 that `decode_signature` reads."""
    return encode_base64(raw)


def verify_signature(key: PublicKey, namespace: str, message: bytes, raw: bytes) -> None:
    """Raise `BadSignature` unless `key` made `raw` over `message` in `namespace`."""
    signature, tail = _split(key, raw)
    # Adding the order to the second half would give the signature another spelling.
    if int.from_bytes(signature[32:], "little") >= _ORDER:
        raise BadSignature(T("the signature is not written canonically"))
    signed = signed_data(namespace, message)
    if key.is_hardware:
        if not tail[0] & USER_PRESENT:
            raise BadSignature(T("the security key was not touched when it signed"))
        application = hashlib.sha256(key.application.encode("ascii")).digest()
        signed = application + tail + hashlib.sha256(signed).digest()
    try:
        _verifier(key.point).verify(signature, signed)
    except InvalidSignature as error:
        message_text = T("the signature does not fit the text, the purpose and the key")
        raise BadSignature(message_text) from error


def is_signature_good(key: PublicKey, namespace: str, message: bytes, raw: bytes) -> bool:
    """Whether `key` made `raw` over `message` in `namespace`."""
    try:
        verify_signature(key, namespace, message, raw)
    except BadSignature:
        return False
    return True


def armour(key: PublicKey, namespace: str, raw: bytes) -> str:
    """The signature file that `ssh-keygen -Y sign` would have written."""
    _require_name(namespace)
    signature, tail = _split(key, raw)
    signed_by = string(key.algorithm.encode("ascii")) + string(signature) + tail
    fields = (key.blob, namespace.encode("ascii"), _RESERVED, _HASH, signed_by)
    text = encode_base64(_MAGIC + _VERSION + b"".join(map(string, fields)))
    lines = [text[start : start + _COLUMNS] for start in range(0, len(text), _COLUMNS)]
    return "\n".join([_BEGIN, *lines, _END, ""])


def dearmour(text: str) -> tuple[PublicKey, str, bytes]:
    """Key, namespace and raw signature of a signature file.

    Accepts exactly what `armour` writes, and verifies nothing. Raises `BadSignature`, or
    `BadKey` for a well-formed signature of a key that is not accepted.
    """
    lines = text.split("\n")
    try:
        key, namespace, raw = _read_fields(decode_base64("".join(lines[1:-2])))
    except (BadWire, UnicodeDecodeError) as error:
        raise BadSignature(T("this is no SSH signature file")) from error
    if not _NAME.fullmatch(namespace) or armour(key, namespace, raw) != text:
        raise BadSignature(T("the signature file is not as ssh-keygen writes it"))
    return key, namespace, raw


def allowed_signers_line(principal: str, key: PublicKey, namespace: str) -> str:
    """The line, without its break, that lets `principal` sign with `key` in `namespace`."""
    _require_name(principal)
    _require_name(namespace)
    return f'{principal} namespaces="{namespace}" {key.line}'


def _read_fields(blob: bytes) -> tuple[PublicKey, str, bytes]:
    """What `armour` put into its bytes; the caller compares the rest by rendering again."""
    reader = Reader(blob)
    reader.take(len(_MAGIC) + len(_VERSION))
    key = key_from_blob(reader.string())
    namespace = reader.string().decode("ascii")
    for _ in (_RESERVED, _HASH):
        reader.string()
    signature = Reader(reader.string())
    signature.string()
    return key, namespace, signature.string() + signature.rest()


def _split(key: PublicKey, raw: bytes) -> tuple[bytes, bytes]:
    """The Ed25519 signature, and for a security key its flags and counter."""
    right = HARDWARE_SIGNATURE_SIZE if key.is_hardware else SIGNATURE_SIZE
    if len(raw) != right:
        message = T(
            "the signature has {size} bytes, but a key of kind {algorithm} makes {right}",
            size=len(raw),
            algorithm=key.algorithm,
            right=right,
        )
        raise BadSignature(message)
    return raw[:SIGNATURE_SIZE], raw[SIGNATURE_SIZE:]


def _require_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise ValueError(f"no name for a signer or a namespace: {name!r}")


@lru_cache(maxsize=4096)
def _verifier(point: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(point)
