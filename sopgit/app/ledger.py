"""The ledger as Git has it, turned into landings and judged.

History is read along the first parents of the mainline. After a refused
landing judgement goes on from the last allowed commit, so that the first
later commit whose difference from it is allowed restores the ledger. What was
refused stays reported until the roots list it in the policy as void.

Rules enforced here: `changed-on-both-sides`, `landing-void`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from sopgit.adapters.git import CommitTree, Repository
from sopgit.app.blobs import read_changes
from sopgit.app.read_ahead import Ahead, StoredChange, default_processes, read_ahead
from sopgit.app.side_commits import check_side_commits
from sopgit.core.errors import SopgitError
from sopgit.core.finding import Allowed, Finding, Place, Refused, Rule, Verdict
from sopgit.core.gitobjects import MalformedCommitError, parse_commit
from sopgit.core.lineage import FileChange
from sopgit.core.mainline import Landing, found, land
from sopgit.core.paths import is_case_file
from sopgit.core.policy import Policy
from sopgit.core.policy_landing import read_policy
from sopgit.core.schema import Schemas
from sopgit.core.statement import policy_digest
from sopgit.core.text import T
from sopgit.core.trusted import Anchor, Tree, Trusted

BOTH_SIDES = Rule(
    "changed-on-both-sides",
    "a path does not change on the mainline and on a branch at once",
    why="nobody has seen, let alone signed, the mixture of the two",
)
LANDING_VOID = Rule(
    "landing-void",
    "a refused landing is past when a later one restored the ledger and the roots say so",
    why="what went wrong once must be seen until somebody answers for it",
)


class NoLedger(SopgitError):
    """The repository has no commit on the mainline, or none that founds an office."""


class GenesisRefused(NoLedger):
    """The first commit is not the office's that the anchor names, or founds nothing sound."""

    def __init__(self, refused: Verdict) -> None:
        if not isinstance(refused, Refused):
            raise TypeError("an allowed genesis founds an office")
        first = next(f for f in refused.findings if f.severity == "error")
        message = T("the ledger's first commit is refused: {reason}", reason=first.message)
        super().__init__(message, first.hint)
        self.refused = refused


@dataclass(frozen=True)
class OverlayTree:
    """The files of `below` with `changes` laid over them; None removes a path."""

    below: Tree
    changes: Mapping[str, bytes | None]

    def get(self, path: str) -> bytes | None:
        return self.changes[path] if path in self.changes else self.below.get(path)

    def paths(self, prefix: str) -> Iterator[str]:
        own = {path for path, data in self.changes.items() if data is not None}
        kept = (path for path in self.below.paths(prefix) if path not in self.changes)
        yield from sorted({*kept, *(path for path in own if path.startswith(prefix))})


class _NoFiles:
    """The files of nothing."""

    def get(self, path: str) -> bytes | None:
        return None

    def paths(self, prefix: str) -> Iterator[str]:
        return iter(())


_NOTHING = _NoFiles()


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
    settled: Settled = Settled()

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
    trusted, past = history.trusted, len(history.refused)
    tree: str | None = repo.tree_of(trusted.tip)
    for commit, ahead in read_ahead(repo, trusted.tip, commits, trusted.schemas, processes):
        landing, new_tree, parents = _read_step(repo, tree, commit, ahead)
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


def read_landing(repo: Repository, old_tree: str | None, commit: str) -> tuple[Landing, str | None]:
    """The landing of `commit` on `old_tree`, and the tree it brings.

    A commit whose headers are malformed brings nothing but its findings.
    """
    return _read_step(repo, old_tree, commit, None)[:2]


def _read_step(
    repo: Repository, old_tree: str | None, commit: str, ahead: Ahead | None
) -> tuple[Landing, str | None, tuple[str, ...]]:
    """The landing of `commit`, the tree it brings, and its parents."""
    if ahead is not None and ahead.old_tree == old_tree:
        changes = {path: StoredChange(repo, change) for path, change in ahead.changes.items()}
        after = CommitTree(repo, ahead.new_tree)
        landing = Landing(commit, changes, after, preread=ahead.preread)
        return landing, ahead.new_tree, ahead.parents
    try:
        read = parse_commit(repo.objects.commit(commit))
    except MalformedCommitError as error:
        findings = (error.finding.at_commit(commit),)
        return Landing(commit, {}, OverlayTree(_NOTHING, {}), findings), old_tree, ()
    return landing_of_trees(repo, old_tree, read.tree, commit), read.tree, read.parents


def landing_of_trees(repo: Repository, old_tree: str | None, new_tree: str, name: str) -> Landing:
    """What changes from one tree to another, read from the raw objects."""
    changed, findings = repo.walk.diff(old_tree, new_tree)
    changes, too_large = read_changes(repo, changed)
    return Landing(name, changes, CommitTree(repo, new_tree), (*findings, *too_large))


def landing_of_files(trusted: Trusted, files: Mapping[str, bytes | None], name: str) -> Landing:
    """The landing that would put `files` on the mainline as it is trusted."""
    changes = {
        path: FileChange(trusted.tree.get(path), data)
        for path, data in files.items()
        if trusted.tree.get(path) != data
    }
    return Landing(name, changes, OverlayTree(trusted.tree, files))


def landing_of_branch(
    repo: Repository, trusted: Trusted, head: str, tree: str | None = None
) -> Landing:
    """`head` (or `tree` built on it) as if it landed on the trusted tip now, path by path."""
    fork = repo.merge_base(trusted.tip, head)
    if fork is None:
        raise NoLedger(T("the branch has nothing in common with the mainline"))
    new_tree = tree or repo.tree_of(head)
    landing = landing_of_change(repo, trusted, repo.tree_of(fork), new_tree, head)
    found = check_side_commits(repo, head, [trusted.tip], trusted.policy.free)
    return replace(landing, findings=(*landing.findings, *found))


def landing_of_change(
    repo: Repository, trusted: Trusted, old_tree: str | None, new_tree: str, name: str
) -> Landing:
    """What changes from one tree to another, as if it landed on the trusted tip now.

    What changed on the mainline as well is a finding, except a case file of
    which one side holds the other's events and goes on.
    """
    theirs = landing_of_trees(repo, old_tree, new_tree, name)
    findings = list(theirs.findings)
    files: dict[str, bytes | None] = {}
    for path, change in theirs.changes.items():
        ours = trusted.tree.get(path)
        if ours == change.old:
            files[path] = change.new
        elif ours != change.new and not _extends(path, ours, change.new):
            message = T("{path} changed on the mainline too", path=path)
            hint = T("bring the mainline in with: sopgit sync")
            findings.append(BOTH_SIDES.broken(Place(path), message, hint))
        elif ours is not None and change.new is not None and change.new.startswith(ours):
            files[path] = change.new
    planned = landing_of_files(trusted, files, name)
    return Landing(name, planned.changes, planned.after, tuple(findings))


def _extends(path: str, ours: bytes | None, theirs: bytes | None) -> bool:
    if not is_case_file(path) or ours is None or theirs is None:
        return False
    return theirs.startswith(ours) or ours.startswith(theirs)


def outcome_of(history: History) -> Verdict:
    """The verdict over a whole history."""
    if history.refused:
        return Refused(history.findings)
    return Allowed("history", tuple(history.warnings))
