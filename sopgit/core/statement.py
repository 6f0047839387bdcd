"""Statements: what is signed, over which bytes, and what it is called by.

A statement is an event, a record or a version of the policy. It is signed over
the RFC 8785 canonical JSON of itself without its signatures, in the namespace
of its kind, so that a signature made for one kind fits no other.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from sopgit.core.canonical import canonical, canonical_pair, digest, digest_bytes, without
from sopgit.core.sshsig import PublicKey, decode_signature, is_signature_good

EVENT_NAMESPACE = "sopgit-event"
RECORD_NAMESPACE = "sopgit-record"
POLICY_NAMESPACE = "sopgit-policy"

Statement = Mapping[str, Any]

_ID_LENGTH = 10
_UNICODE = unicodedata.ucd_3_2_0
_SLUG_LENGTH = 60


def event_bytes(event: Statement) -> bytes:
    """The bytes under the signature of an event or a record."""
    return canonical(without(event, "sig"))


def policy_bytes(policy: Statement) -> bytes:
    """The bytes under the signatures of a version of the policy."""
    return canonical(without(policy, "signatures"))


def policy_digest(policy: Statement) -> str:
    """What the next version names as `previous`: SHA-256 without the signatures."""
    return hashlib.sha256(policy_bytes(policy)).hexdigest()


def chain_start(repository: str) -> str:
    """`prev` of the first event of every case: it binds the case to one repository."""
    return hashlib.sha256(repository.lower().encode("ascii")).hexdigest()


def chain_link(event: Statement) -> str:
    """`prev` of the event after `event`; the signature is part of it."""
    return digest(event)


def bytes_and_link(event: Statement) -> tuple[bytes, str]:
    """`event_bytes` and `chain_link` of a signed event, made in one go."""
    signed, whole = canonical_pair(event, "sig")
    return signed, digest_bytes(whole)


def statement_id(statement: Statement) -> str:
    """Ten base32 characters that name a case (by its first event) or a record."""
    raw = hashlib.sha256(event_bytes(statement)).digest()
    return base64.b32encode(raw).decode("ascii").lower()[:_ID_LENGTH]


def slug(title: str) -> str:
    """The ASCII letters and digits of a title, joined by single dashes; `case` if none."""
    # Tables of Unicode 3.2, so that a folder's name never depends on the Python that runs.
    known = "".join(char for char in title if _UNICODE.category(char) != "Cn")
    folded = _UNICODE.normalize("NFKD", known).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", folded)
    return "-".join(words)[:_SLUG_LENGTH].strip("-") or "case"


def case_folder(event: Statement) -> str:
    """`cases/YYYY/MM/ID-slug`, all of it derived from the first event."""
    at = str(event["at"])
    return f"cases/{at[:4]}/{at[5:7]}/{statement_id(event)}-{slug(event['case']['title'])}"


def record_path(record: Statement) -> str:
    """`records/YYYY/ID.yaml`."""
    return f"records/{str(record['at'])[:4]}/{statement_id(record)}.yaml"


def is_signed_by(statement: Statement, namespace: str, sig: str, keys: Iterable[PublicKey]) -> bool:
    """Whether one of `keys` made `sig` over `statement` in `namespace`."""
    return find_signer(statement, namespace, sig, keys) is not None


def find_signer(
    statement: Statement, namespace: str, sig: str, keys: Iterable[PublicKey]
) -> PublicKey | None:
    """The first of `keys` that made `sig` over `statement` in `namespace`."""
    is_policy = namespace == POLICY_NAMESPACE
    message = policy_bytes(statement) if is_policy else event_bytes(statement)
    return find_signer_of(message, namespace, sig, keys)


def find_signer_of(
    message: bytes, namespace: str, sig: str, keys: Iterable[PublicKey]
) -> PublicKey | None:
    """The first of `keys` that made `sig` over the bytes `message` in `namespace`."""
    try:
        raw = decode_signature(sig)
    except ValueError:
        return None
    return next((key for key in keys if is_signature_good(key, namespace, message, raw)), None)
