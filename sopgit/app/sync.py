"""Bringing in others' work and sending mine.

What was not pushed is put on top of what came in, commit by commit and path
by path, each judged again; nothing is merged line by line, so nobody's act
ends up in a mixture that nobody signed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sopgit.adapters.git import build_commit, fetch, publish, push
from sopgit.app.acts import ActRefused
from sopgit.app.ledger import landing_of_branch
from sopgit.app.office import MAIN, REMOTE_MAIN, Office
from sopgit.core.errors import SopgitError, UsageError
from sopgit.core.finding import Refused
from sopgit.core.mainline import admit
from sopgit.core.text import T


class PushRefused(SopgitError):
    """The guarded server refused what was sent; it stays here, unsent."""

    def __init__(self, output: str) -> None:
        super().__init__(
            T("the server refused: {output}", output=output.strip()),
            T("your work is still here: sopgit verify says what is wrong"),
        )


@dataclass(frozen=True)
class Synced:
    """How many commits came in and went out."""

    received: int
    sent: int


def sync(office: Office, now: datetime) -> Synced:
    """Fetch, put unsent acts on top, push. Raises `ActRefused` where an act no longer fits."""
    repo = office.repo
    if repo.config_get("remote.origin.url") is None:
        raise UsageError(T("this clone has no remote origin"), T("clone the office's server"))
    if repo.head_branch() != MAIN:
        raise UsageError(T("sync works on main"), T("go there with: git switch main"))
    before = repo.tip(REMOTE_MAIN)
    fetch(repo, "origin")
    theirs, mine = repo.tip(REMOTE_MAIN), repo.tip(MAIN)
    received = _count(office, theirs, before)
    if theirs is not None and mine is not None and not repo.is_ancestor(theirs, mine):
        _put_on_top(office, mine, theirs, now)
    tip = repo.tip(MAIN)
    sent = _count(office, tip, theirs)
    if sent:
        result = push(repo, "origin", f"{MAIN}:{MAIN}")
        if not result.ok:
            raise PushRefused(result.output)
        fetch(repo, "origin")
    return Synced(received, sent)


def _count(office: Office, tip: str | None, known: str | None) -> int:
    if tip is None:
        return 0
    ids = office.repo.first_parents(tip)
    return ids.index(known) if known in ids else len(ids)


def _put_on_top(office: Office, mine: str, theirs: str, now: datetime) -> None:
    """Move main to `theirs`, with the unsent difference as one landing on top of it."""
    repo = office.repo
    fork = repo.merge_base(mine, theirs)
    if fork is None:
        raise SopgitError(T("this clone and the server share no history"))
    if fork == mine:
        publish(repo, MAIN, mine, theirs)
        return
    trusted = office.verify(theirs).trusted
    landing = landing_of_branch(repo, trusted, mine)
    outcome = admit(landing, trusted)
    if isinstance(outcome, Refused):
        raise ActRefused(outcome)
    person = office.me.person
    author = (trusted.policy.people[person]["name"], f"{person}@sopgit.invalid")
    files = {path: change.new for path, change in landing.changes.items()}
    message = "Acts put on top of the mainline\n"
    commit = build_commit(repo, theirs, files, message, author, now)
    publish(repo, MAIN, mine, commit)
