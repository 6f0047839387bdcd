"""Public keys of SSH: which are accepted, how they are read, what they are called.

Accepted are `ssh-ed25519` and, made by a security key, `sk-ssh-ed25519@openssh.com`. Rules:

- `key-private`: a private key never stands where a public key belongs
- `key-algorithm`: a signing key is an Ed25519 key
- `key-malformed`: a public key is one line in its one spelling
- `key-weak-point`: the point of a key is a canonical point of the curve, not of small order

A key may carry a comment, which means nothing and is dropped.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from sopgit.core.errors import SopgitError
from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.sshwire import BadWire, Reader, decode_base64, encode_base64, string
from sopgit.core.text import T, Text

KEY_PRIVATE = Rule(
    "key-private",
    "a private key never stands where a public key belongs",
    why="whoever has read it can sign in the name of its owner",
)
KEY_ALGORITHM = Rule(
    "key-algorithm",
    "a signing key is an ssh-ed25519 or an sk-ssh-ed25519@openssh.com key",
    why="one strong algorithm, verified strictly, leaves no weaker one to choose",
)
KEY_MALFORMED = Rule(
    "key-malformed",
    "a public key is one line: algorithm, base64 and at most a comment",
    why="a key that two programs read differently has two owners",
)
KEY_WEAK_POINT = Rule(
    "key-weak-point",
    "the point of a key is a canonical point of the curve and not of small order",
    why="under a key of small order one signature fits nearly every text",
)

ED25519 = "ssh-ed25519"
HARDWARE_ED25519 = "sk-ssh-ed25519@openssh.com"
POINT_SIZE = 32

_MAKE_A_GOOD_KEY = T("make a good key with: {command}", command="ssh-keygen -t ed25519")
_GIVE_THE_LINE = T("give the one line of the file that ends in .pub, as ssh-keygen wrote it")
_REPLACE_IT = T("treat that key as stolen: make another one and give the line of its .pub file")

# What names an algorithm of OpenSSH, ours or not: ssh-rsa, ssh-dss, ecdsa-sha2-nistp256,
# ssh-ed25519-cert-v01@openssh.com, sk-ecdsa-sha2-nistp256@openssh.com, rsa-sha2-512, ...
_ALGORITHM = re.compile(r"(?:webauthn-)?(?:sk-)?(?:ssh|ecdsa|rsa)-[a-z0-9][a-z0-9@.-]{0,60}")
# A security key signs under the application that its key was made for; `ssh:` keeps the
# credentials of web sites out.
_APPLICATION = re.compile(r"ssh:[!-~]{0,200}")

# Curve25519 in its Edwards form (RFC 8032): -x² + y² = 1 + d·x²·y² over the integers modulo p.
_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P


class BadKey(SopgitError, ValueError):
    """No acceptable public key; `rule` is the one that it breaks."""

    def __init__(self, rule: Rule, message: Text, hint: Text) -> None:
        super().__init__(message, hint)
        self.rule = rule


@dataclass(frozen=True)
class PublicKey:
    """An accepted key. Made by `parse_public_key` and `key_from_blob`, which check it.

    `point` is the 32 bytes of the Ed25519 key; `application` is empty except for a
    security key, where it is `ssh:` and perhaps a name.
    """

    algorithm: str
    point: bytes
    application: str = ""

    @property
    def is_hardware(self) -> bool:
        """Whether a security key made it, which signs only when touched."""
        return self.algorithm == HARDWARE_ED25519

    @cached_property
    def blob(self) -> bytes:
        """The key in SSH's wire format."""
        tail = string(self.application.encode("ascii")) if self.is_hardware else b""
        return string(self.algorithm.encode("ascii")) + string(self.point) + tail

    @cached_property
    def line(self) -> str:
        """The key as one line of two words, without a comment."""
        return f"{self.algorithm} {encode_base64(self.blob)}"

    @cached_property
    def fingerprint(self) -> str:
        """`SHA256:...`, the name that `ssh-keygen -l` and `ssh-add -l` print."""
        digest = hashlib.sha256(self.blob).digest()
        return "SHA256:" + encode_base64(digest).rstrip("=")


@lru_cache(maxsize=4096)
def parse_public_key(line: str) -> PublicKey:
    """The key of one line `ALGORITHM BASE64 [COMMENT]`, without a line break.

    Raises `BadKey`.
    """
    if line.lstrip().startswith("-----BEGIN"):
        raise BadKey(KEY_PRIVATE, T("this is a private key or a certificate"), _REPLACE_IT)
    words = line.split(" ", 2)
    _require_algorithm(words[0])
    if len(words) < 2 or not line.isprintable() or line != line.rstrip():
        raise _malformed(T("the line is not the name of an algorithm, base64 and a comment"))
    try:
        key = key_from_blob(decode_base64(words[1]))
    except BadWire as error:
        raise _malformed(T("the second word of the key is not canonical base64")) from error
    if key.algorithm != words[0]:
        message = T(
            "the line says {outer}, the key says {inner}", outer=words[0], inner=key.algorithm
        )
        raise _malformed(message)
    return key


def key_from_blob(blob: bytes) -> PublicKey:
    """The key of its wire format; raises `BadKey`."""
    reader = Reader(blob)
    try:
        algorithm = reader.string().decode("ascii", "backslashreplace")
        _require_algorithm(algorithm)
        point = reader.string()
        application = reader.string().decode("ascii") if algorithm == HARDWARE_ED25519 else ""
        reader.end()
    except (BadWire, UnicodeDecodeError) as error:
        raise _malformed(T("the key is cut short or bytes are left over")) from error
    if len(point) != POINT_SIZE:
        raise _malformed(T("the key has {size} bytes instead of 32", size=len(point)))
    if algorithm == HARDWARE_ED25519 and not _APPLICATION.fullmatch(application):
        raise _malformed(T("the security key was not made for ssh: its application is not ssh:"))
    weakness = _weakness(point)
    if weakness is not None:
        raise BadKey(KEY_WEAK_POINT, weakness, _MAKE_A_GOOD_KEY)
    return PublicKey(algorithm, point, application)


def check_public_key(line: str, place: Place) -> list[Finding]:
    """What is wrong with the key on `line`: nothing, or the first rule that it breaks."""
    try:
        parse_public_key(line)
    except BadKey as bad:
        return [bad.rule.broken(place, bad.message, bad.hint)]
    return []


def _require_algorithm(algorithm: str) -> None:
    if not _ALGORITHM.fullmatch(algorithm):
        raise _malformed(T("the key does not begin with the name of an algorithm"))
    if algorithm not in {ED25519, HARDWARE_ED25519}:
        message = T("a key of kind {algorithm} is not accepted", algorithm=algorithm)
        raise BadKey(KEY_ALGORITHM, message, _MAKE_A_GOOD_KEY)


def _malformed(message: Text) -> BadKey:
    return BadKey(KEY_MALFORMED, message, _GIVE_THE_LINE)


def _weakness(point: bytes) -> Text | None:
    """Why no honest key can be this point; libraries accept all of these."""
    y = int.from_bytes(point, "little") & (2**255 - 1)
    if y >= _P:
        return T("the point of the key is not written canonically")
    # The doubles of the points of order 8 have y = 0, which leaves d·y⁴ + 2·y² = 1.
    if y in {0, 1, _P - 1} or (_D * y**4 + 2 * y * y - 1) % _P == 0:
        return T("the point of the key has small order, so a signature would fit nearly any text")
    x_squared_times_square = (y * y - 1) * (_D * y * y + 1)
    if pow(x_squared_times_square, (_P - 1) // 2, _P) != 1:
        return T("the point of the key is not on the curve")
    return None
