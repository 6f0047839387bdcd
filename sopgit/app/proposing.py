"""Proposing a change of the policy: judged at once, and written as one file.

1. The change is made to the policy in force, or to the proposal that lies at
   the same place already; signatures on that one no longer count and go.
2. Whoever and whatever key the new version no longer names is retired in it.
3. The engine judges it as if it landed now, but for the signatures that it has
   not got; then what people have under way, and what open cases would come to.
4. Only then the file is written.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sopgit.adapters.files import file_errors, write_atomic
from sopgit.app.landings import landing_of_files
from sopgit.app.office import Office
from sopgit.app.on_the_way import check_on_the_way
from sopgit.app.policy_edits import Edited
from sopgit.app.workplace import Workplace
from sopgit.core.canonical import without
from sopgit.core.errors import SopgitError, UsageError
from sopgit.core.finding import Finding, Place, Refused
from sopgit.core.mainline import admit
from sopgit.core.paths import POLICY
from sopgit.core.policy import Policy
from sopgit.core.policy_change import SIGNATURES
from sopgit.core.policy_outlook import check_outlook
from sopgit.core.proposal import Proposal, parse_proposal, proposal_bytes
from sopgit.core.statement import policy_digest
from sopgit.core.text import T
from sopgit.core.writer import emit

MANAGED = ("schema", "rules", "version", "previous", "base", "repository", "signatures")
"""What the tool writes into a version by itself."""

Change = Callable[[Edited], object]


class ProposalRefused(SopgitError):
    """The proposal is unsound, or would strand somebody's work; nothing was written."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(T("the policy cannot change so, and nothing was changed"))
        self.refused = Refused(findings)


@dataclass(frozen=True)
class Proposed:
    """A proposal, where it lies, what to think of, and how many signatures it lost."""

    path: Path
    proposal: Proposal
    warnings: tuple[Finding, ...]
    dropped: int


def proposed_policy(office: Office, target: Path | None = None) -> Policy:
    """What a further change is made to: the proposal at `target`, else the policy in force."""
    kept = _kept(office, target or proposal_path(office))
    return kept.new if kept else office.trusted.policy


def proposal_path(office: Office) -> Path:
    """Beside the clone, where no commit can pick it up by accident."""
    folder = office.repo.workdir or office.repo.gitdir
    return folder.parent / f"{folder.name}.policy-{office.trusted.policy.version + 1}.yaml"


def propose(
    office: Office, change: Change, note: str, target: Path | None = None, *, abandon: bool = False
) -> Proposed:
    """Write the proposal that `change` makes; `note` says in a word what was asked for.

    Raises `ProposalRefused`, `BadProposal` for another file at `target`, `UsageError`.
    """
    path, trusted = target or proposal_path(office), office.trusted
    if not office.history.stands:
        raise ProposalRefused(office.history.findings)
    before = Proposal(trusted.policy, trusted.policy)
    kept = _kept(office, path) or before
    edited = Edited(copy.deepcopy(dict(kept.new.raw)), dict(kept.files))
    change(edited)
    raw = next_version(trusted.policy, edited.raw, office.base())
    broken = office.schemas.check("policy", raw, _place_of)
    if broken:
        raise ProposalRefused(tuple(broken))
    files = _carried(trusted.policy, Policy.parse(raw), edited.files)
    if _content(raw) == _content(kept.new.raw) and files == kept.files:
        raise UsageError(T("this changes nothing"), T("see: sopgit policy show"))
    notes, given_up = (*kept.notes, note), abandon or kept.abandon
    proposal = Proposal(trusted.policy, Policy.parse(raw), files, notes, given_up)
    warnings = check(office, proposal)
    write_proposal(path, proposal)
    dropped = 0 if kept is before else len(kept.new.raw["signatures"])
    return Proposed(path, proposal, warnings, dropped)


def _place_of(way: tuple[str | int, ...]) -> Place:
    return Place(".".join([POLICY, *map(str, way)]))


def _carried(
    old: Policy, new: Policy, files: Mapping[str, bytes | None]
) -> dict[str, bytes | None]:
    """The files whose digests change; what the new version no longer names goes."""
    before, after = old.protected, new.protected
    changed = {path for path in {*before, *after} if before.get(path) != after.get(path)}
    gone = dict.fromkeys(sorted(path for path in changed if path not in after))
    return {**gone, **{path: data for path, data in files.items() if path in changed}}


def write_proposal(path: Path, proposal: Proposal) -> None:
    """Write the file; raises `UsageError` where its files are too large for one."""
    try:
        data = proposal_bytes(proposal)
    except ValueError as error:
        raise UsageError(
            T("the proposal cannot be written: {reason}", reason=str(error))
        ) from error
    write_atomic(path, data)


def _kept(office: Office, path: Path) -> Proposal | None:
    """The proposal at `path` on the policy in force, if there is a file."""
    if not path.exists():
        return None
    with file_errors(path):
        data = path.read_bytes()
    kept = parse_proposal(data, str(path), office.schemas)
    if policy_digest(kept.old.raw) != policy_digest(office.trusted.policy.raw):
        raise UsageError(
            T("{path} is a proposal on another version of the policy", path=str(path)),
            T("remove it, or name another file with --output"),
        )
    return kept


def _content(raw: Mapping[str, Any]) -> dict[str, Any]:
    return without(raw, *MANAGED)


def next_version(old: Policy, content: Mapping[str, Any], base: str) -> dict[str, Any]:
    """The version after `old` that says `content`; what it no longer names is retired."""
    managed = {key: old.raw[key] for key in MANAGED}
    raw = {**_content(content), **managed, "version": old.version + 1, "signatures": []}
    raw |= {"previous": policy_digest(old.raw), "base": base}
    people = raw.get("people")
    if isinstance(people, dict) and isinstance(raw.get("retired"), dict):
        raw["retired"] = _retired(old, people, raw["retired"])
    return raw


def _retired(
    old: Policy, people: Mapping[str, Any], retired: Mapping[str, list[str]]
) -> dict[str, list[str]]:
    def keys(named: Mapping[str, Any]) -> list[str]:
        entries = (facts for facts in named.values() if isinstance(facts, dict))
        return [line for facts in entries for line in facts.get("keys", ())]

    gone = {
        "people": [person for person in old.people if person not in people],
        "keys": [line for line in keys(old.people) if line not in keys(people)],
    }
    return {
        kind: list(dict.fromkeys([*retired.get(kind, ()), *names])) for kind, names in gone.items()
    }


def check(office: Office, proposal: Proposal, *, signed: bool = False) -> tuple[Finding, ...]:
    """The warnings about `proposal`; raises `ProposalRefused` with every error.

    Before it is `signed` the signatures are left out of the engine's judgement.
    """
    trusted = office.trusted
    try:
        files: dict[str, bytes | None] = {POLICY: emit(proposal.new.raw), **proposal.files}
    except ValueError as error:
        raise UsageError(T("the policy cannot say this: {reason}", reason=str(error))) from error
    judged = admit(landing_of_files(trusted, files, "proposal"), trusted)
    found = judged.findings if isinstance(judged, Refused) else judged.warnings
    findings = [f for f in found if signed or f.code != SIGNATURES.code]
    if all(finding.severity == "warning" for finding in findings):
        old, new, place = trusted.policy, proposal.new, Workplace(trusted, {}, trusted.tree)
        findings += check_on_the_way(office, old, new, abandon=proposal.abandon)
        findings += check_outlook(old, new, map(place.state, place.cases()), trusted.procedure)
    if any(finding.severity == "error" for finding in findings):
        raise ProposalRefused(tuple(findings))
    return tuple(findings)
