"""Branches `case/ID`: the acts of one case that a request will bring in, beside the mainline.

A branch of another clone is read only when its acts could land, or would but
for a letter number that was used meanwhile: what anybody can push must not
hide what the mainline says.

Rules enforced here: `branch-foreign`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sopgit.adapters.git import CommitTree, Repository, refs_below
from sopgit.app.landings import landing_of_branch
from sopgit.core.errors import SopgitError
from sopgit.core.finding import Finding, Place, Refused, Rule
from sopgit.core.gitobjects import MalformedCommitError
from sopgit.core.mainline import Landing, admit
from sopgit.core.paths import is_case_file
from sopgit.core.policy import Policy
from sopgit.core.text import T
from sopgit.core.trusted import Trusted
from sopgit.core.twins import NUMBER_TWIN

BRANCH_FOREIGN = Rule(
    "branch-foreign",
    "the branch of a case holds that case and what goes with it",
    why="each act renews the branch as one commit, and what else lay there would be lost",
)

CASE_BRANCHES = "refs/heads/case/"
REMOTE_CASES = "refs/remotes/origin/case/"
_ID = re.compile(r"[a-z2-7]{10}")


@dataclass(frozen=True)
class Lap:
    """What the branch of `case` would bring to the mainline, as if it landed now."""

    case: str
    head: str
    path: str
    landing: Landing

    @property
    def files(self) -> dict[str, bytes | None]:
        """The files as they would be; None for one that goes."""
        return {path: change.new for path, change in self.landing.changes.items()}

    @property
    def data(self) -> bytes:
        """The case file."""
        return self.landing.changes[self.path].new or b""


def has_requests(policy: Policy) -> bool:
    """Whether acts travel on branches of their own, to be brought in by requests."""
    return bool(policy.raw["flow"] == "review")


def case_ref(case: str) -> str:
    """The branch on which acts of `case` are done."""
    return CASE_BRANCHES + case


def branches(repo: Repository, prefix: str) -> dict[str, str]:
    """The commit by the case's ID, of all branches below `prefix` that are named as they must."""
    found = {ref.removeprefix(prefix): head for ref, head in refs_below(repo, prefix).items()}
    return {case: head for case, head in found.items() if _ID.fullmatch(case)}


def has_landed(repo: Repository, trusted: Trusted, case: str, head: str) -> bool:
    """Whether the mainline holds all that `head` holds, by whatever button it came.

    Data that the mainline has newer versions of meanwhile has landed too.
    """
    folder = trusted.folders.get(case)
    landing = _landing(repo, trusted, head)
    if folder is None or landing is None or landing.changes:
        return False
    path = f"{folder}/case.yaml"
    theirs = CommitTree(repo, repo.tree_of(head)).get(path) or b""
    return (trusted.tree.get(path) or b"").startswith(theirs)


def read_lap(repo: Repository, trusted: Trusted, case: str, head: str) -> Lap | None:
    """What `head` would bring; None where that is not one case and what goes with it."""
    landing = _landing(repo, trusted, head)
    if landing is None:
        return None
    paths = [path for path in landing.changes if is_case_file(path)]
    if len(paths) != 1 or not paths[0].split("/")[3].startswith(f"{case}-"):
        return None
    return Lap(case, head, paths[0], landing)


def _landing(repo: Repository, trusted: Trusted, head: str) -> Landing | None:
    """`head` as if it landed; None for what cannot be read, since anybody may push a branch."""
    try:
        return landing_of_branch(repo, trusted, head)
    except (SopgitError, MalformedCommitError):
        return None


def read_laps(repo: Repository, trusted: Trusted) -> dict[str, Mapping[str, bytes | None]]:
    """The files of every branch for a case, by the case's ID; mine, or others' that go further."""
    found: dict[str, Lap] = {}
    for prefix in (CASE_BRANCHES, REMOTE_CASES):
        for case, head in branches(repo, prefix).items():
            lap = read_lap(repo, trusted, case, head)
            if lap is None or check_landing(lap.landing, trusted):
                continue
            mine = found.get(case)
            if mine is None or (mine.path == lap.path and lap.data.startswith(mine.data)):
                found[case] = lap
    return {case: lap.files for case, lap in found.items()}


def check_landing(landing: Landing, trusted: Trusted) -> tuple[Finding, ...]:
    """Why nobody can go on from `landing`; a number that is used twice can still be amended."""
    if landing.findings:
        return tuple(landing.findings)
    outcome = admit(landing, trusted)
    if not isinstance(outcome, Refused):
        return ()
    errors = {finding.code for finding in outcome.findings if finding.severity == "error"}
    return () if errors == {NUMBER_TWIN.code} else outcome.findings


def check_own_branch(repo: Repository, trusted: Trusted, case: str) -> tuple[Finding, ...]:
    """Why the branch of this clone for `case` cannot be built on; nothing where there is none."""
    ref = case_ref(case)
    head = repo.tip(ref)
    if head is None or has_landed(repo, trusted, case, head):
        return ()
    lap = read_lap(repo, trusted, case, head)
    if lap is not None:
        return check_landing(lap.landing, trusted)
    landing = _landing(repo, trusted, head)
    if landing is not None and not landing.changes and not landing.findings:
        return ()
    message = T("{branch} holds something else than acts on this case", branch=ref)
    hint = T("keep it under another name: git branch -m case/{case} NAME", case=case)
    return (BRANCH_FOREIGN.broken(Place(ref), message, hint),)
