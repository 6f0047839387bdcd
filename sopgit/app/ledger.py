"""The ledger as Git has it, turned into landings and judged.

History is read along the first parents of the mainline. After a refused
landing judgement goes on from the last allowed commit, so that the first
later commit whose difference from it is allowed restores the ledger. What was
refused stays reported until the roots list it in the policy as void.

Rules enforced here: `landing-void`.
"""

from __future__ import annotations

import gc
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from sopgit.adapters.git import Repository
from sopgit.app.landings import NoLedger, read_landing, read_step
from sopgit.app.read_ahead import default_processes, read_ahead
from sopgit.app.side_commits import check_side_commits
from sopgit.core.finding import Allowed, Finding, Place, Refused, Rule, Verdict
from sopgit.core.mainline import Landing, found, land
from sopgit.core.policy import Policy
from sopgit.core.policy_landing import read_policy
from sopgit.core.schema import Schemas
from sopgit.core.statement import policy_digest
from sopgit.core.text import T
from sopgit.core.trusted import Anchor, Trusted

LANDING_VOID = Rule(
    "landing-void",
    "a refused landing is past when a later one restored the ledger and the roots say so",
    why="what went wrong once must be seen until somebody answers for it",
)


_ALLOCATIONS = 100_000
"""So many objects are made before the collector looks for cycles among them."""


class GenesisRefused(NoLedger):
    """The first commit is not the office's that the anchor names, or founds nothing sound."""

    def __init__(self, refused: Verdict) -> None:
        if not isinstance(refused, Refused):
            raise TypeError("an allowed genesis founds an office")
        first = next(f for f in refused.findings if f.severity == "error")
        message = T("the ledger's first commit is refused: {reason}", reason=first.message)
        super().__init__(message, first.hint)
        self.refused = refused


class Settled(NamedTuple):
    """What was found up to the newest allowed landing; `judged` landings were judged for it."""

    refused: tuple[tuple[str, Refused], ...] = ()
    warnings: tuple[Finding, ...] = ()
    judged: int = 0


@dataclass
class History:
    """What verifying came to: what is trusted now, and what was refused on the way."""

    trusted: Trusted
    first_use: bool
    tip: str
    refused: list[tuple[str, Refused]] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    settled: Settled = field(default_factory=Settled)

    @property
    def findings(self) -> tuple[Finding, ...]:
        wrong = [f.at_commit(commit) for commit, refusal in self.refused for f in refusal.findings]
        return (*wrong, *self.warnings)

    @property
    def is_sound(self) -> bool:
        """Whether no landing was refused, but those that the roots have made void."""
        return not self.refused

    @property
    def stands(self) -> bool:
        """Whether the tip is allowed, so that work can go on from it."""
        return self.trusted.tip == self.tip


def verify_history(
    repo: Repository,
    tip: str,
    anchor: Anchor | None,
    schemas: Schemas,
    processes: int | None = None,
) -> History:
    """Judge every landing from genesis to `tip`.

    Without `anchor` the first commit is believed as it stands, and `first_use`
    says so. `processes` (as many as there are processors, if not said) changes
    how long it takes and nothing else. Raises `GenesisRefused`.
    """
    commits = repo.first_parents(tip)[::-1]
    landing, _ = read_landing(repo, None, commits[0])
    judged, trusted = found(landing, anchor or believed_anchor(landing, schemas), schemas)
    if trusted is None or isinstance(judged, Refused):
        raise GenesisRefused(judged)
    history = History(trusted, anchor is None, tip)
    _judge(repo, history, commits[1:], processes or default_processes())
    return history


def verify_since(repo: Repository, known: History, commits: Sequence[str]) -> History:
    """Judge `commits`, which follow the tip of `known`, on top of it; moves what `known` trusts."""
    history = replace(known, tip=commits[-1] if commits else known.tip)
    history.refused, history.warnings = list(known.settled.refused), list(known.settled.warnings)
    _judge(repo, history, commits, default_processes())
    return history


def _judge(repo: Repository, history: History, commits: Sequence[str], processes: int) -> None:
    """Land `commits`, oldest first, on what `history` trusts."""
    usual = gc.get_threshold()
    gc.set_threshold(_ALLOCATIONS)  # what is read holds no cycles, and much of it
    try:
        _land_all(repo, history, commits, processes)
    finally:
        gc.set_threshold(*usual)


def _land_all(repo: Repository, history: History, commits: Sequence[str], processes: int) -> None:
    trusted, past = history.trusted, len(history.refused)
    tree: str | None = repo.tree_of(trusted.tip)
    for commit, ahead in read_ahead(repo, trusted.tip, commits, trusted.schemas, processes):
        landing, new_tree, parents = read_step(repo, tree, commit, ahead)
        if len(parents) > 1:
            beside = check_side_commits(repo, commit, parents[:1], trusted.policy.free)
            landing = replace(landing, findings=(*landing.findings, *beside))
        outcome = land(landing, trusted)
        if isinstance(outcome, Allowed):
            tree, past = new_tree, len(history.refused)
            history.warnings += [finding.at_commit(commit) for finding in outcome.warnings]
        else:
            history.refused.append((commit, outcome))
    settled = tuple(history.refused[:past]), tuple(history.warnings)
    history.settled = Settled(*settled, len(commits))
    _take_out_void(history)


def _take_out_void(history: History) -> None:
    """What the policy in force lists as void only warns, once the ledger stands again."""
    void = set(history.trusted.policy.raw["void"]) if history.stands else set()
    for commit, _ in history.refused:
        if commit in void:
            message = T("this landing was refused, and the roots made it void")
            history.warnings.append(LANDING_VOID.doubted(Place(commit=commit), message))
    history.refused = [entry for entry in history.refused if entry[0] not in void]


def believed_anchor(landing: Landing, schemas: Schemas) -> Anchor:
    """The anchor that a first commit claims for itself."""
    policy, findings = read_policy(landing.after, schemas)
    if policy is None:
        raise NoLedger(
            T(
                "this repository does not begin with an office: {reason}",
                reason=findings[0].message,
            ),
            T("found one with: sopgit init DIR"),
        )
    return anchor_of(landing.id, policy)


def anchor_of(genesis: str, policy: Policy) -> Anchor:
    return Anchor(policy.repository, genesis, policy_digest(policy.raw))


def outcome_of(history: History) -> Verdict:
    """The verdict over a whole history."""
    if history.refused:
        return Refused(history.findings)
    return Allowed("history", tuple(history.warnings))
