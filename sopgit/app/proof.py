"""Everything that anybody needs to repeat the check of a signature without sopgit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sopgit.adapters.files import file_errors, write_atomic
from sopgit.app.views import CaseView
from sopgit.core.errors import SopgitError, UsageError
from sopgit.core.policy import Policy
from sopgit.core.sshsig import allowed_signers_line, armour, decode_signature, is_signature_good
from sopgit.core.statement import EVENT_NAMESPACE, event_bytes
from sopgit.core.text import T


@dataclass(frozen=True)
class Proof:
    """The signer, the signed bytes, the signature as ssh-keygen has it, who may sign."""

    person: str
    namespace: str
    message: bytes
    signature: str
    allowed_signers: str

    @property
    def command(self) -> str:
        """What to type where `write_proof` has put the files."""
        return (
            f"ssh-keygen -Y verify -f allowed_signers -I {self.person} "
            f"-n {self.namespace} -s event.sig < event.json"
        )


def proof_of(view: CaseView, seq: int, policy: Policy) -> Proof:
    """The proof of event `seq`, by the keys that the policy in force gives its author."""
    event = next((event for event in view.events if event["seq"] == seq), None)
    if event is None:
        raise UsageError(
            T("case {id} has no event {seq}", id=view.state.id, seq=seq),
            T("its events are 1 to {last}", last=view.state.seq),
        )
    return prove(event, policy)


def prove(event: Mapping[str, Any], policy: Policy) -> Proof:
    """The proof of one event; raises when no key in force made its signature."""
    message, raw, person = event_bytes(event), decode_signature(event["sig"]), event["by"]
    for key in policy.keys(person):
        if is_signature_good(key, EVENT_NAMESPACE, message, raw):
            line = allowed_signers_line(person, key, EVENT_NAMESPACE)
            return Proof(person, EVENT_NAMESPACE, message, armour(key, EVENT_NAMESPACE, raw), line)
    raise SopgitError(
        T("no key that {person} has today made this signature", person=person),
        T("it was judged by the policy of its time: sopgit verify"),
    )


def write_proof(proof: Proof, folder: Path) -> list[Path]:
    """Write `event.json`, `event.sig` and `allowed_signers` into `folder`."""
    with file_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    files = {
        "event.json": proof.message,
        "event.sig": proof.signature.encode("ascii"),
        "allowed_signers": f"{proof.allowed_signers}\n".encode("ascii"),
    }
    for name, data in files.items():
        write_atomic(folder / name, data)
    return [folder / name for name in files]
