"""Landing a signed proposal: the policy with the protected files that it names, nothing else.

In an office with requests it goes to the branch `policy/VERSION`, on the mainline's tip.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sopgit.app.committing import build_lap, commit_files, publish_commit
from sopgit.app.laps import has_requests
from sopgit.app.office import Office
from sopgit.app.policy_sign import read_paper
from sopgit.app.proposing import check
from sopgit.app.statements import policy_ref, waiting_at
from sopgit.app.workplace import Workplace
from sopgit.core.errors import UsageError
from sopgit.core.finding import Finding
from sopgit.core.paths import POLICY
from sopgit.core.proposal import Proposal
from sopgit.core.statement import policy_digest
from sopgit.core.text import T
from sopgit.core.writer import emit


@dataclass(frozen=True)
class Landed:
    """A policy that is in force from `commit` on; on a `branch` it waits to be brought in."""

    version: int
    commit: str
    warnings: tuple[Finding, ...]
    branch: str | None = None


def land_policy(office: Office, path: Path, now: datetime, *, abandon: bool = False) -> Landed:
    """Commit the proposal in the file at `path`: on the mainline, or on a branch for a request.

    With `abandon` what people have under way and the new policy would refuse
    is given up. Raises `BadProposal`, `ProposalRefused`, `ActRefused`, `UsageError`.
    """
    paper = read_paper(path)
    if paper.proposal is None:
        raise UsageError(
            T("{path} founds an office and changes no policy", path=str(path)),
            T("found the office with: sopgit init DIR"),
        )
    proposal = replace(paper.proposal, abandon=abandon or paper.proposal.abandon)
    place = Workplace.of(office)
    by_request = has_requests(place.trusted.policy)
    if place.branch and not by_request:
        hint = T("go to the mainline with: git switch main")
        raise UsageError(T("the branch holds other changes; a policy lands alone"), hint)
    in_force = place.trusted.policy
    if policy_digest(proposal.old.raw) != policy_digest(in_force.raw):
        raise UsageError(
            T(
                "the policy in force is version {version} and not the one of this proposal",
                version=in_force.version,
            ),
            T("propose the change anew, and let the roots sign that"),
        )
    warnings = check(office, proposal, signed=True)
    files: dict[str, bytes | None] = {POLICY: emit(proposal.new.raw), **proposal.files}
    if not by_request:
        commit = commit_files(office, place.head, files, _message(proposal), now)
        return Landed(proposal.new.version, commit, warnings)
    ref = policy_ref(proposal.new.version)
    seen = _own_branch(office, ref, files[POLICY])
    commit = build_lap(office, place.trusted.tip, files, _message(proposal), now)
    publish_commit(office, commit, ref, seen)
    return Landed(proposal.new.version, commit, warnings, ref.removeprefix("refs/heads/"))


def _own_branch(office: Office, ref: str, policy: bytes | None) -> str | None:
    """Where `ref` is; raises where another proposal waits there."""
    tip = office.repo.tip(ref)
    waiting = waiting_at(office.repo, ref, tip) if tip else None
    if waiting is not None and waiting.data != policy:
        name = ref.removeprefix("refs/heads/")
        raise UsageError(
            T("another proposal waits on the branch {branch}", branch=name),
            T("give that up first: git branch -D {branch}", branch=name),
        )
    return tip


def _message(proposal: Proposal) -> str:
    signed = dict.fromkeys(entry["by"] for entry in proposal.new.raw["signatures"])
    asked = "".join(f"- {' '.join(note.split())}\n" for note in proposal.notes)
    subject = f"Change the policy to version {proposal.new.version}"
    return f"{subject}\n\n{asked}signed by {', '.join(signed)}\n"
