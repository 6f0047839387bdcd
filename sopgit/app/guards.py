"""The guards: what git's hooks and CI ask, answered by the same engine.

Anything but `Allowed` is a refusal, an exception included. Each guard judges
what it can see: the index, a push, a range. What comes in anew is also held
to the clock (a push, a range; see `sopgit.core.admission`) and to the scan for
persons (see `sopgit.app.opened`).

Rules enforced here: `ref-allowed`, `forward-only`, `history-unproved`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sopgit.app.landings import landing_of_branch, landing_of_trees
from sopgit.app.laps import CASE_BRANCHES
from sopgit.app.ledger import History, outcome_of
from sopgit.app.office import MAIN, REMOTE_MAIN, Office
from sopgit.app.opened import check_opened_commits, with_opened
from sopgit.app.side_commits import check_commits, check_draft_branch
from sopgit.app.statements import STATEMENT_BRANCHES
from sopgit.core.admission import check_admission, with_clock
from sopgit.core.errors import SopgitError
from sopgit.core.finding import Allowed, Finding, Place, Refused, Rule, Verdict, verdict
from sopgit.core.mainline import admit
from sopgit.core.policy_landing import GENESIS_ANCHOR
from sopgit.core.text import T

REF_ALLOWED = Rule(
    "ref-allowed",
    "only the mainline and branches for cases, drafts, policies and records are taken",
    why="what lies under another name is seen by no rule",
)
FORWARD_ONLY = Rule(
    "forward-only",
    "the mainline only goes forward along its first parents",
    why="a rewritten ledger would drop acts that were done",
)
UNPROVED = Rule(
    "history-unproved",
    "what is taken as a base is itself verified",
    why="what stands on sand proves nothing",
)
ABSENT = "0" * 40
_DRAFTS = "refs/heads/draft/"
_BRANCHES = (CASE_BRANCHES, _DRAFTS, *STATEMENT_BRANCHES)
_OID = re.compile(r"[0-9a-f]{40}")
_WORDS = ("old", "new", "ref")


@dataclass(frozen=True)
class RefUpdate:
    """One line of what git tells pre-receive; `ABSENT` stands for no commit."""

    old: str
    new: str
    ref: str


def read_updates(lines: Iterable[str]) -> list[RefUpdate]:
    """What git writes to pre-receive: `OLD NEW REF` a line; raises for anything else."""
    updates = []
    for line in lines:
        words = line.split()
        if len(words) != len(_WORDS) or not all(map(_OID.fullmatch, words[:2])):
            raise SopgitError(T("git told pre-receive {line}", line=line.strip()))
        updates.append(RefUpdate(*words))
    return updates


def admit_push(office: Office, updates: list[RefUpdate], now: datetime) -> Verdict:
    """Judge a whole push at the moment `now`; one refused update refuses all."""
    findings: list[Finding] = []
    for update in updates:
        if update.ref == MAIN:
            findings += _judge_mainline(office, update, now)
        elif update.ref.startswith(_BRANCHES):
            findings += _judge_branch(office, update)
        else:
            message = T("{ref} is not a name that this server takes", ref=update.ref)
            findings.append(REF_ALLOWED.broken(Place(update.ref), message, T("push to main")))
    return verdict("push", findings)


def _judge_mainline(office: Office, update: RefUpdate, now: datetime) -> list[Finding]:
    if update.new == ABSENT:
        return [FORWARD_ONLY.broken(Place(update.ref), T("the mainline is never deleted"))]
    chain = office.repo.first_parents(update.new, {update.old})
    if update.old != ABSENT and update.old not in chain:
        message = T("the push drops commits of the mainline")
        return [
            FORWARD_ONLY.broken(Place(update.ref), message, T("bring them in with: sopgit sync"))
        ]
    history = office.verify(update.new)
    if history.first_use:
        return [_unproved(update)]
    # A ledger that went wrong elsewhere must still take what restores it.
    return _judge_since(office, history, chain, update.old, now)


def _judge_branch(office: Office, update: RefUpdate) -> list[Finding]:
    """What lies on a branch is handed out to everybody, whether it ever lands or not."""
    if update.new == ABSENT:
        return []
    if office.history.first_use:
        return [_unproved(update)]
    if update.ref.startswith(_DRAFTS):
        found = check_draft_branch(office.repo, update.new, office.tip(), update.ref)
        return found or check_opened_commits(office.repo, [update.new])
    known = {office.tip(), update.old} - {ABSENT}
    new = office.repo.new_commits(update.new, known)
    found = check_commits(office.repo, new, office.trusted.policy.free)
    return found or check_opened_commits(office.repo, new)


def _unproved(update: RefUpdate) -> Finding:
    hint = T("set it up with: sopgit hook install --server")
    return UNPROVED.broken(Place(update.ref), T("this server has no anchor"), hint)


def _found_since(history: History, chain: list[str], old: str) -> list[Finding]:
    """What was found of the landings of `chain`, newest first, that follow `old`."""
    since = len(chain) if old == ABSENT else chain.index(old)
    new = set(chain[:since])
    # A policy that comes along may make nothing void of what comes in with it.
    refused = history.settled.refused if history.stands else history.refused
    return list(
        replace(
            history,
            refused=[entry for entry in refused if entry[0] in new],
            warnings=[doubt for doubt in history.warnings if doubt.place.commit in new],
        ).findings
    )


def _judge_since(
    office: Office, history: History, chain: list[str], old: str, now: datetime
) -> list[Finding]:
    """What `_found_since` tells; where it refuses nothing, also what the clock and the scan say."""
    found = _found_since(history, chain, old)
    if isinstance(verdict("", found), Refused):
        return found
    repo, new = office.repo, chain[0]
    before = None if old == ABSENT else repo.tree_of(old)
    brought = landing_of_trees(repo, before, repo.tree_of(new), new)
    return [*found, *check_admission(brought, now), *_check_opened(office, old, new)]


def _check_opened(office: Office, old: str, new: str) -> list[Finding]:
    """What the scan says to each new commit; what has landed is never asked again."""
    if _has_landed(office, new):
        return []
    return check_opened_commits(office.repo, office.repo.new_commits(new, {old} - {ABSENT}))


def admit_index(office: Office) -> Verdict:
    """Judge what is about to be committed, as if it landed on what HEAD builds on."""
    history = office.history
    if not history.stands:
        return outcome_of(history)
    trusted = history.trusted
    head = office.repo.tip(office.repo.head_branch() or MAIN)
    index = office.repo.index_tree()
    if head is None or head == trusted.tip:
        old = office.repo.tree_of(trusted.tip)
        landing = landing_of_trees(office.repo, old, index, "index")
    else:
        landing = landing_of_branch(office.repo, trusted, head, index)
    return with_opened(admit(landing, trusted), landing)


def admit_range(office: Office, base: str, head: str, now: datetime) -> tuple[History, Verdict]:
    """Judge `head` as if it landed on `base` now; `base` itself is verified first.

    What has landed is judged landing by landing, as a push of it. What has not
    must be right in whatever way it lands: as it stands, if it follows `base`,
    and as the one landing that a merge or a squash makes of it.
    """
    old, new = office.repo.resolve(base), office.repo.resolve(head)
    chain = office.repo.first_parents(new, {old})
    outcome: Verdict | None = None
    if old != new and chain[-1] == old:
        history = office.verify(new)
        outcome = verdict("range", _judge_since(office, history, chain, old, now))
        if isinstance(outcome, Refused) or _has_landed(office, new):
            return history, outcome
    history = office.verify(old)
    if not history.stands:  # then what follows it may restore it
        return history, outcome or outcome_of(history)
    genesis = history.trusted.anchor.genesis
    if chain[-1] not in (old, genesis):
        message = T("{commit} does not build on {genesis}", commit=new[:12], genesis=genesis[:12])
        return history, Refused((GENESIS_ANCHOR.broken(Place(commit=new), message),))
    landing = landing_of_branch(office.repo, history.trusted, new)
    if not landing.changes and not landing.findings:
        return history, Allowed("range")
    outcome = with_clock(admit(landing, history.trusted), landing, now)
    if isinstance(outcome, Refused):
        return history, outcome
    return history, verdict("range", [*outcome.warnings, *_check_opened(office, old, new)])


def _has_landed(office: Office, commit: str) -> bool:
    """Whether `commit` is one of the mainline, as this clone or its remote has it."""
    tips = filter(None, map(office.repo.tip, (MAIN, REMOTE_MAIN)))
    return any(office.repo.is_first_parent(commit, tip) for tip in tips)
