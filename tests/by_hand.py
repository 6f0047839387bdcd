"""Statements made by hand: people sign whatever they like with their own keys, without sopgit."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_ssh_private_key

from sopgit.app.draft import Draft, Ground, compose
from sopgit.core.growth import HEADER
from sopgit.core.paths import POLICY
from sopgit.core.sshsig import signed_data
from sopgit.core.statement import (
    EVENT_NAMESPACE,
    POLICY_NAMESPACE,
    case_folder,
    event_bytes,
    policy_bytes,
    policy_digest,
)
from sopgit.core.writer import emit, emit_item
from tests.offices import KASI, Folders

Event = dict[str, Any]
Files = dict[str, bytes | None]


def sign(folders: Folders, person: str, namespace: str, message: bytes) -> str:
    """What stands in `sig` when `person` signs `message`."""
    key = load_ssh_private_key((folders.root / "keys" / person / "id_ed25519").read_bytes(), None)
    assert isinstance(key, Ed25519PrivateKey)
    return base64.b64encode(key.sign(signed_data(namespace, message))).decode("ascii")


def case_path(folders: Folders, case: str) -> str:
    """The path of the file of a case."""
    return next(path for path in folders.office(KASI).trusted.cases if case in path)


def event_of(
    folders: Folders, person: str, case: str | None, draft: Draft, **changes: Any
) -> Event:
    """The signed event that `person` makes on main; `changes` are put in before signing."""
    office = folders.office(KASI)
    trusted = office.trusted
    state = trusted.case(case_path(folders, case)) if case else None
    reference = state.procedure if state else next(iter(trusted.policy.raw["procedures"]))
    procedure = trusted.procedure(reference)
    assert procedure is not None
    ground = Ground(trusted, state, reference, procedure, person, office.base(), folders.now())
    return signed(folders, {**compose(draft, ground), **changes}, person)


def signed(folders: Folders, event: Mapping[str, Any], person: str) -> Event:
    """The event with a signature by the key of `person`, whoever it says it is by."""
    bare = {key: value for key, value in event.items() if key != "sig"}
    return {**bare, "sig": sign(folders, person, EVENT_NAMESPACE, event_bytes(bare))}


def files_of(folders: Folders, event: Event, case: str | None = None) -> Files:
    """The case's file with the event appended."""
    path = case_path(folders, case) if case else f"{case_folder(event)}/case.yaml"
    return {path: (folders.office(KASI).trusted.tree.get(path) or HEADER) + emit_item(event)}


def policy_of(folders: Folders, *roots: str, **changes: Any) -> Files:
    """The next version of the policy with `changes`, signed by `roots`."""
    office = folders.office(KASI)
    old = office.trusted.policy.raw
    new = {
        **old,
        "version": old["version"] + 1,
        "previous": policy_digest(old),
        "base": office.base(),
        **changes,
        "signatures": [],
    }
    message = policy_bytes(new)
    new["signatures"] = [
        {"by": root, "sig": sign(folders, root, POLICY_NAMESPACE, message)} for root in roots
    ]
    return {POLICY: emit(new)}
