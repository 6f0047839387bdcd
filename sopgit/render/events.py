"""Events one a line, and the proof of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from sopgit.core.text import T
from sopgit.render.i18n import _, translate


class Proof(Protocol):
    """What is needed to repeat the check of a signature."""

    @property
    def person(self) -> str: ...
    @property
    def namespace(self) -> str: ...
    @property
    def message(self) -> bytes: ...
    @property
    def signature(self) -> str: ...
    @property
    def allowed_signers(self) -> str: ...
    @property
    def command(self) -> str: ...


def event_headers() -> list[str]:
    """What stands above `event_rows`."""
    return [_("event"), _("at"), _("by"), _("role"), _("act"), _("step"), _("to"), _("what")]


def event_rows(events: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """One line for each event."""
    return [
        [
            str(event["seq"]),
            event["at"][:16].replace("T", " "),
            event["by"],
            event["role"],
            event["act"],
            str(event["step"]),
            "-" if event["to"] is None else str(event["to"]),
            _what(event),
        ]
        for event in events
    ]


def _what(event: Mapping[str, Any]) -> str:
    said = []
    if "document" in event:
        said.append(f"{event['document']['type']} {event['document']['number']}")
    said += [f"{entry['dataset']} v{entry['version']}" for entry in event.get("datasets", ())]
    if event.get("reason"):
        said.append(" ".join(event["reason"].split()))
    return "; ".join(said) or "-"


def proof_lines(proof: Proof) -> list[str]:
    """The signature, who may sign, the signed bytes, and the command that checks them."""
    return [
        f"# {translate(T('put these three into files and run:'))}",
        f"# {proof.command}",
        "",
        "# event.sig",
        *proof.signature.splitlines(),
        "",
        "# allowed_signers",
        proof.allowed_signers,
        "",
        f"# event.json {translate(T('(without a line break at its end)'))}",
        proof.message.decode("utf-8"),
    ]


def proof_object(proof: Proof) -> dict[str, Any]:
    """The proof for JSON."""
    return {
        "person": proof.person,
        "namespace": proof.namespace,
        "message": proof.message.decode("utf-8"),
        "signature": proof.signature,
        "allowed_signers": proof.allowed_signers,
        "command": proof.command,
    }
