"""Keeping branches `policy/VERSION` on the mainline's tip, and sending them.

A version that the mainline has taken in is done with, and its branch goes. One
that can no longer land, since another took its number, stays and is told.
"""

from __future__ import annotations

from sopgit.adapters.git import CommitTree, Repository, publish, refs_below
from sopgit.app.landings import landing_of_branch
from sopgit.app.laps import BRANCH_FOREIGN, POLICY_BRANCHES
from sopgit.app.office import Office
from sopgit.app.sync_laps import Laps, leave, request_for
from sopgit.app.unsent import build_anew
from sopgit.core.finding import Finding, Place, Refused
from sopgit.core.mainline import Landing, admit
from sopgit.core.paths import POLICY
from sopgit.core.text import T
from sopgit.core.trusted import Trusted


def policy_at(repo: Repository, commit: str) -> bytes | None:
    """The policy as the files of `commit` have it."""
    return CommitTree(repo, repo.tree_of(commit)).get(POLICY)


def settle_policies(office: Office, trusted: Trusted, laps: Laps) -> None:
    """Bring every branch for a policy to where `trusted` and the server are; adds to `laps`."""
    repo = office.repo
    for ref, head in refs_below(repo, POLICY_BRANCHES).items():
        landing = landing_of_branch(repo, trusted, head)
        if _has_landed(repo, trusted, landing, head):
            leave(office, ref, head)
            continue
        theirs = repo.tip(ref.replace("refs/heads/", "refs/remotes/origin/"))
        found = [*landing.findings, *_check_theirs(repo, ref, head, theirs)]
        outcome = Refused(tuple(found)) if found else admit(landing, trusted)
        if isinstance(outcome, Refused):
            laps.refused.append(outcome)
            continue
        renewed = head
        if repo.parents(head) != (trusted.tip,):
            renewed = build_anew(repo, trusted.tip, landing, head)
            publish(repo, ref, head, renewed)
        if renewed != theirs:
            laps.to_send.append((ref, theirs or ""))
        subject = f"policy {ref.removeprefix(POLICY_BRANCHES)}"
        laps.requests.append(request_for(office, trusted, subject, ref))


def _has_landed(repo: Repository, trusted: Trusted, landing: Landing, head: str) -> bool:
    """Whether the mainline took in all that `head` holds, even if it has gone on since."""
    if landing.changes or not landing.findings:
        return not landing.changes
    fork, mine = repo.merge_base(trusted.tip, head), policy_at(repo, head)
    since = repo.first_parents(trusted.tip, {fork} if fork else set())[:-1]
    return any(policy_at(repo, commit) == mine for commit in since)


def _check_theirs(repo: Repository, ref: str, head: str, theirs: str | None) -> list[Finding]:
    """A finding where the server holds another proposal for the same version."""
    if theirs is None or policy_at(repo, theirs) == policy_at(repo, head):
        return []
    message = T("the server has another proposal on {branch}", branch=ref)
    hint = T("only one can land; agree which, and give up the other: git branch -D")
    return [BRANCH_FOREIGN.broken(Place(ref), message, hint)]
