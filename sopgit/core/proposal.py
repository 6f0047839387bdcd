"""A proposed change of the policy as one file, to be carried to the roots by mail or by hand.

The file is no part of any repository. It holds the policy in force, the one
that is proposed and the bytes of the protected files that change with it, so
that a root can judge and sign it on a machine that has no clone. Nothing in it
is believed: a signature covers the new policy alone, which names the digest of
the old one as `previous`. Who is shown a false old policy signs for an office
that does not exist, and the mainline refuses it.

Rules enforced here: `proposal-form`, `proposal-files`.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sopgit.core.errors import SopgitError
from sopgit.core.finding import Finding, Place, Refused, Rule
from sopgit.core.lineage import sha256
from sopgit.core.policy import Policy, procedure_path
from sopgit.core.policy_change import check_successor
from sopgit.core.policy_soundness import check_policy
from sopgit.core.procedure import check_procedure
from sopgit.core.record import read_governed
from sopgit.core.schema import Schemas
from sopgit.core.strict_yaml import load
from sopgit.core.text import T
from sopgit.core.writer import emit

PROPOSAL_FORM = Rule(
    "proposal-form",
    "a proposal holds the old policy, the new one and the files that change with it",
    why="who signs must see all that the signature brings about",
)
PROPOSAL_FILES = Rule(
    "proposal-files",
    "a proposal carries exactly the protected files whose digests change",
    why="a digest alone tells nobody what they would allow",
)
SCHEMA = "sopgit/proposal/v1"
_KEYS = {"schema": str, "old": dict, "new": dict, "files": dict, "notes": list, "abandon": bool}


class BadProposal(SopgitError):
    """A proposal that cannot be used; `refused` says everything that is wrong with it."""

    def __init__(self, path: str, refused: Refused) -> None:
        super().__init__(T("{path} is no sound proposal, and nothing was changed", path=path))
        self.refused = refused


@dataclass(frozen=True)
class Proposal:
    """The policy in force, the proposed one, and the bytes of protected files by path.

    A file is None where it goes. `notes` are the proposer's words; with
    `abandon` acts that the new policy would refuse are given up knowingly.
    """

    old: Policy
    new: Policy
    files: Mapping[str, bytes | None] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    abandon: bool = False


def is_proposal(data: bytes) -> bool:
    """Whether `data` says of itself that it is a proposal."""
    value = load(data).value
    return isinstance(value, dict) and value.get("schema") == SCHEMA


def proposal_bytes(proposal: Proposal) -> bytes:
    """The file of `proposal`; raises `ValueError` where it would hold more than 1 MiB."""
    files = {path: data and base64.b64encode(data).decode() for path, data in _sorted(proposal)}
    value = {"schema": SCHEMA, "old": proposal.old.raw, "new": proposal.new.raw, "files": files}
    return emit({**value, "notes": list(proposal.notes), "abandon": proposal.abandon})


def _sorted(proposal: Proposal) -> list[tuple[str, bytes | None]]:
    return sorted(proposal.files.items())


def parse_proposal(data: bytes, path: str, schemas: Schemas) -> Proposal:
    """The proposal in `data`, whose policies are sound and follow each other.

    Signatures are not asked for. Raises `BadProposal` with all reasons.
    """
    loaded = load(data, path)
    findings = list(loaded.findings) or _check_form(loaded.value, Place(path))
    if findings or not isinstance(loaded.value, dict):
        raise BadProposal(path, Refused(tuple(findings)))
    value = loaded.value
    for name in ("old", "new"):
        findings += _check_sound(value[name], f"{path}#{name}", schemas)
    files, broken = _decode(value["files"], Place(path))
    findings += broken
    if not findings:
        old, new = Policy.parse(value["old"]), Policy.parse(value["new"])
        proposal = Proposal(old, new, files, tuple(map(str, value["notes"])), value["abandon"])
        findings = check_proposal(proposal, path, schemas)
    if findings:
        raise BadProposal(path, Refused(tuple(findings)))
    return proposal


def _check_form(value: object, place: Place) -> list[Finding]:
    if (
        isinstance(value, dict)
        and value.keys() == _KEYS.keys()
        and all(isinstance(value[key], kind) for key, kind in _KEYS.items())
        and value["schema"] == SCHEMA
    ):
        return []
    message = T("a proposal has the keys {keys}", keys=", ".join(_KEYS))
    return [PROPOSAL_FORM.broken(place, message, T("have it sent anew"))]


def _check_sound(value: Mapping[str, Any], path: str, schemas: Schemas) -> list[Finding]:
    def place_of(way: tuple[str | int, ...]) -> Place:
        return Place(".".join([path, *map(str, way)]))

    return schemas.check("policy", value, place_of) or check_policy(value, path)


def _decode(
    files: Mapping[str, Any], place: Place
) -> tuple[dict[str, bytes | None], list[Finding]]:
    decoded: dict[str, bytes | None] = {}
    findings = []
    for path, text in files.items():
        try:
            decoded[path] = None if text is None else base64.b64decode(text, validate=True)
        except (TypeError, ValueError, binascii.Error):
            message = T("the bytes of {path} are no base64", path=path)
            findings.append(PROPOSAL_FORM.broken(place, message, T("have it sent anew")))
    return decoded, findings


def check_proposal(proposal: Proposal, path: str, schemas: Schemas) -> list[Finding]:
    """Whether the new policy could follow the old one, with the files that it needs."""
    return [
        *check_successor(proposal.old, proposal.new, path),
        *_check_files(proposal, Place(path)),
        *_check_procedures(proposal, schemas),
    ]


def _check_files(proposal: Proposal, place: Place) -> list[Finding]:
    before, after = proposal.old.protected, proposal.new.protected
    wanted = {
        path: after.get(path)
        for path in sorted({*before, *after})
        if before.get(path) != after.get(path)
    }
    findings = []
    for path in sorted({*wanted, *proposal.files}):
        carried = path in proposal.files
        if carried and path in wanted and sha256(proposal.files[path]) == wanted[path]:
            continue
        message = T("{path} is carried and does not change", path=path)
        if path in wanted:
            message = T("{path} is not carried as the new policy names it", path=path)
        hint = T("propose it with: sopgit policy protect {path}", path=path)
        findings.append(PROPOSAL_FILES.broken(place, message, hint))
    return findings


def _check_procedures(proposal: Proposal, schemas: Schemas) -> list[Finding]:
    findings: list[Finding] = []
    for reference in proposal.new.raw["procedures"]:
        path = procedure_path(reference)
        data = proposal.files.get(path)
        if data is not None:
            governed = read_governed(path, data, "procedure", schemas)
            findings += governed.findings
            if governed.value is not None:
                findings += check_procedure(governed.value, path)
    return findings
