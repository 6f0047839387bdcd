"""Restricted cases: sealing what an act says, and opening it again for a reader.

The words of a document go into `body-SEQ.age` and every attachment becomes an
age file, encrypted to the readers that the policy names, before anything is
written. Whoever is no reader still sees that the act was done, by whom, and
under which number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sopgit.adapters import age
from sopgit.app.readers import readers
from sopgit.core.canonical import canonical, read_object
from sopgit.core.finding import Place, Refused, verdict
from sopgit.core.policy import Policy
from sopgit.core.procedure import Procedure, check_document
from sopgit.core.sealing import body_name, split_fields
from sopgit.core.trusted import Tree


def seal(
    event: dict[str, Any], attached: Mapping[str, bytes], procedure: Procedure, policy: Policy
) -> dict[str, bytes] | Refused:
    """Move the words of `event` and all attachments into age files, by name.

    `event` keeps the fields that name another paper. Refused: the document is
    not complete; nobody could see that once it is sealed.
    """
    keys = readers(policy, event["at"])
    sealed = {f"{name}.age": age.encrypt_bytes(data, keys) for name, data in attached.items()}
    document = event.get("document")
    if document is None or document["type"] not in procedure.documents:
        return sealed
    judged = verdict("document", check_document(document, procedure, Place()))
    if isinstance(judged, Refused):
        return judged
    kept, words = split_fields(document, procedure)
    event["document"] = {**document, "fields": kept}
    sealed[body_name(event["seq"])] = age.encrypt_bytes(canonical(words), keys)
    return sealed


def opened(
    events: Iterable[Mapping[str, Any]], tree: Tree, folder: str, identity: age.Identity | None
) -> list[Mapping[str, Any]]:
    """The events with the words that `identity` may read; the others stay as they are."""
    return [_opened(event, tree, folder, identity) for event in events]


def _opened(
    event: Mapping[str, Any], tree: Tree, folder: str, identity: age.Identity | None
) -> Mapping[str, Any]:
    document = event.get("document")
    body = tree.get(f"{folder}/{body_name(event['seq'])}") if document else None
    if body is None or identity is None or document is None:
        return event
    try:
        words = read_object(age.decrypt_bytes(body, identity))
    except (age.WrongKeyError, age.DamagedError, ValueError):
        return event
    # What the engine has judged stands, whatever else was sealed under its name.
    return {**event, "document": {**document, "fields": {**words, **document["fields"]}}}


def closed(
    events: Iterable[Mapping[str, Any]], tree: Tree, folder: str, identity: age.Identity | None
) -> list[int]:
    """The events whose words lie in an age file that `identity` does not open."""
    bodies = {event["seq"]: tree.get(f"{folder}/{body_name(event['seq'])}") for event in events}
    return [
        seq
        for seq, body in bodies.items()
        if body is not None and (identity is None or not identity.opens(body))
    ]
