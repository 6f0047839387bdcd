"""Keeping branches with one statement on the mainline's tip, and sending them.

A statement that the mainline has taken in is done with, and its branch goes. One
that can no longer land, since another took its place, stays and is told.
"""

from __future__ import annotations

from dataclasses import replace

from sopgit.adapters.git import CommitTree, Repository, publish, refs_below
from sopgit.app.landings import landing_of_branch, trees_of
from sopgit.app.laps import BRANCH_FOREIGN
from sopgit.app.office import Office
from sopgit.app.statements import STATEMENT_BRANCHES, Waiting, waiting_at
from sopgit.app.sync_laps import Laps, leave, request_for
from sopgit.app.unsent import build_anew
from sopgit.core.finding import Finding, Place, Refused
from sopgit.core.mainline import Landing, admit
from sopgit.core.text import T
from sopgit.core.trusted import Trusted


def settle_statements(office: Office, trusted: Trusted, laps: Laps) -> None:
    """Bring every branch with a statement to where `trusted` and the server are; adds to `laps`."""
    for prefix in STATEMENT_BRANCHES:
        for ref, head in refs_below(office.repo, prefix).items():
            mine = waiting_at(office.repo, ref, head)
            if mine is not None:  # else something else lies there; its maker knows what for
                _settle(office, trusted, laps, ref, head, mine)


def _settle(
    office: Office, trusted: Trusted, laps: Laps, ref: str, head: str, mine: Waiting
) -> None:
    repo = office.repo
    landing = landing_of_branch(repo, trusted, head)
    if _has_landed(repo, trusted, landing, head, mine):
        leave(office, ref, head)
        return
    theirs = repo.tip(ref.replace("refs/heads/", "refs/remotes/origin/"))
    found = [*landing.findings, *_check_theirs(repo, ref, mine, theirs)]
    outcome = Refused(tuple(found)) if found else admit(landing, trusted)
    if isinstance(outcome, Refused):
        laps.refused.append(_told(outcome, ref))
        return
    renewed = head
    if repo.parents(head) != (trusted.tip,):
        renewed = build_anew(repo, trusted.tip, landing, head)
        publish(repo, ref, head, renewed)
    if renewed != theirs:
        laps.to_send.append((ref, theirs or ""))
    subject = ref.removeprefix("refs/heads/").replace("/", " ")
    laps.requests.append(request_for(office, trusted, subject, ref))


def _has_landed(
    repo: Repository, trusted: Trusted, landing: Landing, head: str, mine: Waiting
) -> bool:
    """Whether the mainline took in all that `head` holds, even if it has gone on since."""
    if landing.changes or not landing.findings:
        return not landing.changes
    fork = repo.merge_base(trusted.tip, head)
    since = repo.first_parents(trusted.tip, {fork} if fork else set())[:-1]
    trees = (CommitTree(repo, tree) for _, tree in trees_of(repo, since))
    return any(tree.get(mine.path) == mine.data for tree in trees)


def _check_theirs(repo: Repository, ref: str, mine: Waiting, theirs: str | None) -> list[Finding]:
    """A finding where the server holds another statement under this name."""
    if theirs is None or waiting_at(repo, ref, theirs) == mine:
        return []
    message = T("the server has another proposal on {branch}", branch=ref)
    hint = T("only one can land; agree which, and give up the other: git branch -D")
    return [BRANCH_FOREIGN.broken(Place(ref), message, hint)]


def _told(refused: Refused, ref: str) -> Refused:
    """What is signed does not change, so what has to be done is the same whatever is wrong."""
    name = ref.removeprefix("refs/heads/")
    hint = T("see how it stands now and do it anew; give this one up: git branch -D {branch}",
             branch=name)  # fmt: skip
    return Refused(
        tuple(
            finding
            if finding.severity != "error" or finding.code == BRANCH_FOREIGN.code
            else replace(finding, hint=hint)
            for finding in refused.findings
        )
    )
