"""Statements made by hand: people sign whatever they like with their own keys, without sopgit."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_ssh_private_key

from sopgit.app.draft import Draft, Ground, compose
from sopgit.app.office import Office
from sopgit.core.growth import HEADER
from sopgit.core.paths import POLICY
from sopgit.core.replay import apply
from sopgit.core.sshsig import signed_data
from sopgit.core.statement import (
    EVENT_NAMESPACE,
    POLICY_NAMESPACE,
    case_folder,
    event_bytes,
    policy_bytes,
    policy_digest,
)
from sopgit.core.trusted import Trusted
from sopgit.core.writer import emit, emit_item
from tests.offices import KASI, Folders

Event = dict[str, Any]
Files = dict[str, bytes | None]


@dataclass
class Hand:
    """Writes what would come next on main as the kasi's clone had it when first asked."""

    folders: Folders

    @cached_property
    def office(self) -> Office:
        return self.folders.office(KASI)

    @property
    def trusted(self) -> Trusted:
        return self.office.trusted

    @property
    def policy(self) -> Mapping[str, Any]:
        return self.trusted.policy.raw

    def old(self, path: str) -> bytes:
        """The file on main; empty if there is none."""
        return self.trusted.tree.get(path) or b""

    def path(self, name: str) -> str:
        """The file of one of the office's cases, by its name in `Folders.cases`."""
        case = self.folders.cases[name]
        return next(path for path in self.trusted.cases if case in path)

    def event(
        self,
        person: str,
        name: str | None,
        draft: Draft,
        after: Event | None = None,
        **changes: Any,
    ) -> Event:
        """The signed event that `person` makes; `changes` are put in before signing.

        With `after` it follows that event, which is not on main.
        """
        trusted = self.trusted
        state = trusted.case(self.path(name)) if name else None
        state = apply(state, after) if after else state
        reference = state.procedure if state else next(iter(self.policy["procedures"]))
        procedure = trusted.procedure(reference)
        assert procedure is not None
        base, at = self.office.base(), self.folders.now()
        ground = Ground(trusted, state, reference, procedure, person, base, at)
        return self.signed({**compose(draft, ground), **changes}, person)

    def signed(self, event: Mapping[str, Any], person: str) -> Event:
        """The event with a signature by the key of `person`, whoever it says it is by."""
        bare = {key: value for key, value in event.items() if key != "sig"}
        return {**bare, "sig": self._sign(person, EVENT_NAMESPACE, event_bytes(bare))}

    def files(self, event: Event, name: str | None = None) -> Files:
        """The case's file with the event appended."""
        path = self.path(name) if name else f"{case_folder(event)}/case.yaml"
        return {path: (self.old(path) or HEADER) + emit_item(event)}

    def act(self, person: str, name: str | None, draft: Draft, **changes: Any) -> Files:
        """The files of `event`."""
        return self.files(self.event(person, name, draft, **changes), name)

    def next_policy(self, *roots: str, **changes: Any) -> Files:
        """The next version of the policy with `changes`, signed by `roots`."""
        old = self.policy
        new = {
            **old,
            "version": old["version"] + 1,
            "previous": policy_digest(old),
            "base": self.office.base(),
            **changes,
            "signatures": [],
        }
        said = policy_bytes(new)
        new["signatures"] = [
            {"by": root, "sig": self._sign(root, POLICY_NAMESPACE, said)} for root in roots
        ]
        return {POLICY: emit(new)}

    def _sign(self, person: str, namespace: str, message: bytes) -> str:
        file = self.folders.root / "keys" / person / "id_ed25519"
        key = load_ssh_private_key(file.read_bytes(), None)
        assert isinstance(key, Ed25519PrivateKey)
        return base64.b64encode(key.sign(signed_data(namespace, message))).decode("ascii")
