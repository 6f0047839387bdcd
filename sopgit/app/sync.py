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

Rules enforced here: those of `memory` and the engine's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sopgit.adapters.git import fetch, move_ref, publish, push
from sopgit.app.laps import has_requests
from sopgit.app.ledger import History, outcome_of
from sopgit.app.memory import SEEN, check_memory, remember
from sopgit.app.office import MAIN, REMOTE_MAIN, Office
from sopgit.app.restoring import note_leaving, settle_leaving
from sopgit.app.sync_drafts import settle_drafts
from sopgit.app.sync_laps import Laps, Request, settle_laps
from sopgit.app.sync_statements import settle_statements
from sopgit.app.unsent import Overtaken, put_on_top, unsent_commits
from sopgit.app.workplace import ActRefused
from sopgit.core.errors import SopgitError, UsageError
from sopgit.core.finding import Finding, Refused
from sopgit.core.text import T
from sopgit.core.trusted import Trusted

_ASIDE = "refs/sopgit/aside/"
_TRIES = 3


class PushRefused(SopgitError):
    """The guarded server refused what was sent; it stays here, unsent."""

    def __init__(self, output: str) -> None:
        lines = [line.strip() for line in output.splitlines() if line.strip()]
        super().__init__(
            T("the server refused: {output}", output="; ".join(lines)),
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
        message = T("set aside and not sent: {count} of your acts", count=len(overtaken))
        super().__init__(Refused(tuple(findings)), message)


class LapRefused(ActRefused):
    """Acts on a branch that cannot land as they are; they stay, and all else was sent."""

    def __init__(self, refused: Sequence[Refused]) -> None:
        findings = tuple(finding for one in refused for finding in one.findings)
        message = T("{count} branches cannot land yet and were not sent", count=len(refused))
        super().__init__(Refused(findings), message)


@dataclass(frozen=True)
class Synced:
    """How many commits came in and went out; `requests` wait to be brought in."""

    received: int
    sent: int
    requests: tuple[Request, ...] = ()


def sync(office: Office, _now: datetime) -> Synced:
    """Fetch, put unsent acts on top, push.

    Raises `SetAside` (after all that fits was sent), `IncomingRefused`,
    `PushRefused`, or what the transport raises.
    """
    repo = office.repo
    if repo.config_get("remote.origin.url") is None:
        raise UsageError(T("this clone has no remote origin"), T("clone the office's server"))
    by_request = has_requests(office.trusted.policy)
    if repo.head_branch() != MAIN and not by_request:
        raise UsageError(T("sync works on main"), T("go there with: git switch main"))
    before = repo.tip(REMOTE_MAIN)
    aside: list[SetAside] = []
    laps, branches_sent = Laps(), 0
    for chance in range(_TRIES, 0, -1):
        theirs = _bring_in(office)
        if theirs is not None:
            aside += _settle(office, theirs)
            remember(repo, theirs)
        mine = repo.tip(MAIN)
        sent = len(unsent_commits(repo, mine, theirs)) if mine else 0
        if sent and not _send(office, f"{MAIN}:{MAIN}", None, last=chance == 1):
            continue
        if not by_request or theirs is None:
            break
        trusted = _verified(office, theirs)
        laps = settle_laps(office, trusted)
        settle_statements(office, trusted, laps)
        aside += [SetAside([act], ref) for act, ref in laps.overtaken]
        went = [_send(office, f"{r}:{r}", old, last=chance == 1) for r, old in laps.to_send]
        branches_sent += sum(went)
        if all(went):
            break
    drafts_sent, drafts_refused = settle_drafts(office)
    received = len(unsent_commits(repo, theirs, before)) if theirs else 0
    _verify_all_went(aside, laps, drafts_refused)
    return Synced(received, sent + branches_sent + drafts_sent, tuple(laps.requests))


def _verify_all_went(aside: Sequence[SetAside], laps: Laps, drafts_refused: str) -> None:
    """Raise for what stayed here, after everything else was sent."""
    if aside:
        raise aside[0]
    if laps.refused:
        raise LapRefused(laps.refused)
    if drafts_refused:
        raise PushRefused(drafts_refused)


def _verified(office: Office, theirs: str) -> Trusted:
    """The remote's mainline as it is now; raises where it does not stand."""
    history = office.history if office.history.tip == theirs else office.verify(theirs)
    _verify_standing(history)
    return history.trusted


def _bring_in(office: Office) -> str | None:
    """Fetch; the remote's mainline, verified. What was known of it stays known if it is refused."""
    repo = office.repo
    before = repo.tip(SEEN) or repo.tip(REMOTE_MAIN)
    if before is not None:
        remember(repo, before)
    fetch(repo, "origin")
    theirs = repo.tip(REMOTE_MAIN)
    broken = check_memory(repo, theirs)
    if before is not None and broken:
        move_ref(repo, REMOTE_MAIN, theirs, before)
        raise IncomingRefused(Refused(tuple(broken)))
    return theirs


def _settle(office: Office, theirs: str) -> list[SetAside]:
    """Move main to `theirs` with what was not sent on top; the acts that did not fit, if any."""
    repo = office.repo
    mine = repo.tip(MAIN)
    if mine is not None and repo.is_first_parent(theirs, mine):
        return []
    history = office.verify(theirs)
    _verify_standing(history)
    if mine is None or repo.is_first_parent(mine, theirs):
        publish(repo, MAIN, mine, theirs)
        return []
    top, overtaken = put_on_top(repo, history.trusted, unsent_commits(repo, mine, theirs))
    ref = f"{_ASIDE}{mine[:12]}"
    if overtaken and repo.tip(ref) is None:
        move_ref(repo, ref, None, mine)
    note_leaving(repo, office.schemas, overtaken, MAIN, mine)
    publish(repo, MAIN, mine, top)
    settle_leaving(repo)
    return [SetAside(overtaken, ref)] if overtaken else []


def _verify_standing(history: History) -> None:
    outcome = outcome_of(history)
    if not history.stands and isinstance(outcome, Refused):
        raise IncomingRefused(outcome)


def _send(office: Office, what: str, expected: str | None, *, last: bool) -> bool:
    """Push; false where somebody else was faster and there is another chance.

    `expected`: what the server's branch is replaced at, empty for a new one.
    """
    result = push(office.repo, "origin", what, expected=expected)
    if result.ok:
        fetch(office.repo, "origin")
        mine = office.repo.tip(MAIN)
        if mine is not None and mine == office.repo.tip(REMOTE_MAIN):
            remember(office.repo, mine)
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
