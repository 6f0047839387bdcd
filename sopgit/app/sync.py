"""Bringing in others' work and sending mine.

1. Fetch. What came in is verified from the anchor, and holds all that was seen
   before; else nothing here changes.
2. Acts that were not sent yet are put on top of it, commit by commit and path
   by path, each judged again; nothing is merged line by line, so nobody's act
   ends up in a mixture that nobody signed.
3. An act that no longer fits is set aside: it leaves main, stays under
   `refs/sopgit/aside/`, and the data that it told waits for the act that
   replaces it.
4. Push; if somebody was faster, once more from 1.

Rules enforced here: `mainline-rewritten`; the engine's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sopgit.adapters.git import fetch, move_ref, publish, push
from sopgit.app.acts import ActRefused
from sopgit.app.ledger import History, outcome_of
from sopgit.app.office import MAIN, REMOTE_MAIN, Office
from sopgit.app.unsent import Overtaken, put_on_top, restore_waiting, unsent_commits
from sopgit.core.errors import SopgitError, UsageError
from sopgit.core.finding import Finding, Place, Refused, Rule
from sopgit.core.text import T

REWRITTEN = Rule(
    "mainline-rewritten",
    "what was seen of the mainline once is on it for ever",
    why="a server that forgets an act takes it from everybody",
)
_ASIDE = "refs/sopgit/aside/"
_TRIES = 3


class PushRefused(SopgitError):
    """The guarded server refused what was sent; it stays here, unsent."""

    def __init__(self, output: str) -> None:
        super().__init__(
            T("the server refused: {output}", output=output.strip()),
            T("your work is still here: sopgit verify says what is wrong"),
        )


class IncomingRefused(SopgitError):
    """What the server has is refused; it was not brought in."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(T("what the server has is refused, and was not brought in"))
        self.refused = refused


class SetAside(ActRefused):
    """Acts that others overtook; they are kept, and everything else was brought in and sent."""

    def __init__(self, overtaken: Sequence[Overtaken], ref: str) -> None:
        findings = [finding for act in overtaken for finding in _told(act, ref)]
        message = T("{count} of your acts were set aside and not sent", count=len(overtaken))
        super().__init__(Refused(tuple(findings)), message)


@dataclass(frozen=True)
class Synced:
    """How many commits came in and went out."""

    received: int
    sent: int


def sync(office: Office, _now: datetime) -> Synced:
    """Fetch, put unsent acts on top, push.

    Raises `SetAside` (after all that fits was sent), `IncomingRefused`,
    `PushRefused`, or what the transport raises.
    """
    repo = office.repo
    if repo.config_get("remote.origin.url") is None:
        raise UsageError(T("this clone has no remote origin"), T("clone the office's server"))
    if repo.head_branch() != MAIN:
        raise UsageError(T("sync works on main"), T("go there with: git switch main"))
    before = repo.tip(REMOTE_MAIN)
    aside: list[SetAside] = []
    for chance in range(_TRIES, 0, -1):
        theirs = _bring_in(office)
        if theirs is not None:
            aside += _settle(office, theirs)
        mine = repo.tip(MAIN)
        sent = len(unsent_commits(repo, mine, theirs)) if mine else 0
        if not sent or _send(office, last=chance == 1):
            break
    received = len(unsent_commits(repo, theirs, before)) if theirs else 0
    if aside:
        raise aside[0]
    return Synced(received, sent)


def _bring_in(office: Office) -> str | None:
    """Fetch; the remote's mainline, verified. What was known of it stays known if it is refused."""
    repo = office.repo
    before = repo.tip(REMOTE_MAIN)
    fetch(repo, "origin")
    theirs = repo.tip(REMOTE_MAIN)
    if theirs == before:
        return theirs
    if before is not None and (theirs is None or before not in repo.first_parents(theirs)):
        move_ref(repo, REMOTE_MAIN, theirs, before)
        message = T("the server's mainline no longer holds {commit}", commit=before[:12])
        hint = T("nothing was brought in; ask whoever keeps the server, and keep this clone")
        raise IncomingRefused(Refused((REWRITTEN.broken(Place(commit=before), message, hint),)))
    return theirs


def _settle(office: Office, theirs: str) -> list[SetAside]:
    """Move main to `theirs` with what was not sent on top; the acts that did not fit, if any."""
    repo = office.repo
    mine = repo.tip(MAIN)
    if mine is not None and theirs in repo.first_parents(mine):
        return []
    history = office.verify(theirs)
    _verify_standing(history)
    if mine is None or mine in repo.first_parents(theirs):
        publish(repo, MAIN, mine, theirs)
        return []
    top, overtaken = put_on_top(repo, history.trusted, unsent_commits(repo, mine, theirs))
    ref = f"{_ASIDE}{mine[:12]}"
    if overtaken and repo.tip(ref) is None:
        move_ref(repo, ref, None, mine)
    publish(repo, MAIN, mine, top)
    for act in overtaken:
        restore_waiting(repo, act)
    return [SetAside(overtaken, ref)] if overtaken else []


def _verify_standing(history: History) -> None:
    outcome = outcome_of(history)
    if not history.stands and isinstance(outcome, Refused):
        raise IncomingRefused(outcome)


def _send(office: Office, *, last: bool) -> bool:
    """Push; false where somebody else was faster and there is another chance."""
    result = push(office.repo, "origin", f"{MAIN}:{MAIN}")
    if result.ok:
        fetch(office.repo, "origin")
        return True
    if result.moved and not last:
        return False
    raise PushRefused(result.output)


def _told(act: Overtaken, ref: str) -> list[Finding]:
    """Why an act was set aside, and what to do now."""
    hint = T("see how it stands now and do it again; what you signed is kept at {ref}", ref=ref)
    return [
        replace(finding, hint=hint) if finding.severity == "error" else finding
        for finding in act.refused.findings
    ]
