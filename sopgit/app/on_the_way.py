"""Signed acts that are not on the mainline yet, and that a new policy would refuse.

Authority is asked at the landing. Whoever loses a role or a key loses with it
what they have signed and nobody has landed yet: on the server's branches for
cases, on branches of this clone, in commits of main that were not sent. That
must be somebody's decision, so those acts are landed first or given up
knowingly. What lies in a clone elsewhere is not seen here.

Rules enforced here: `act-on-the-way`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sopgit.adapters.git import refs_below
from sopgit.app.landings import landing_of_trees
from sopgit.app.office import MAIN, REMOTE_MAIN, Office
from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.growth import read_growth, split_events
from sopgit.core.lineage import FileChange
from sopgit.core.paths import PathClass, is_case_file, path_class
from sopgit.core.policy import Policy
from sopgit.core.record import read_governed
from sopgit.core.statement import (
    EVENT_NAMESPACE,
    RECORD_NAMESPACE,
    chain_link,
    is_signed_by,
)
from sopgit.core.text import T
from sopgit.core.trusted import Trusted

ON_THE_WAY = Rule(
    "act-on-the-way",
    "what somebody signed lands before the policy takes their right, or is given up knowingly",
    why="an act is judged when it lands, and honest work would be lost without a word",
)
_BRANCHES = ("refs/heads/", "refs/remotes/origin/case/")


@dataclass(frozen=True)
class OnTheWay:
    """A statement that waits on `branch`: `subject` is its case and event, or its record."""

    branch: str
    subject: str
    statement: Mapping[str, Any]


def check_on_the_way(office: Office, old: Policy, new: Policy, *, abandon: bool) -> list[Finding]:
    """A finding for each waiting act that `old` takes and `new` would not; else warnings."""
    findings = []
    for act in waiting_acts(office):
        said, newest = act.statement, office.trusted.newest
        if not _is_taken(said, old, newest) or _is_taken(said, new, newest):
            continue
        message = T(
            "{branch} holds what {person} signed as {role}: {subject}",
            branch=act.branch,
            person=said["by"],
            role=said["role"],
            subject=act.subject,
        )
        hint = T("land it first: sopgit sync; or give it up with --abandon")
        make = ON_THE_WAY.doubted if abandon else ON_THE_WAY.broken
        findings.append(make(Place(act.branch), message, hint))
    return findings


def waiting_acts(office: Office) -> list[OnTheWay]:
    """Every signed event and record that a branch has and the server's mainline has not."""
    repo = office.repo
    remote = repo.tip(REMOTE_MAIN)
    landed = office.trusted if remote is None else office.verify(remote).trusted
    found: dict[str, OnTheWay] = {}
    for branch, tip in refs_below(repo, *_BRANCHES).items():
        if branch == MAIN and remote is None:
            continue
        fork = repo.merge_base(landed.tip, tip)
        if fork is None or tip == fork:
            continue
        changes = landing_of_trees(repo, repo.tree_of(fork), repo.tree_of(tip), tip).changes
        for act in _acts(branch, changes, landed):
            found.setdefault(chain_link(act.statement), act)
    return list(found.values())


def _acts(branch: str, changes: Mapping[str, FileChange], landed: Trusted) -> Iterator[OnTheWay]:
    name = branch.removeprefix("refs/heads/").removeprefix("refs/remotes/")
    for path, change in changes.items():
        if is_case_file(path):
            case = path.split("/")[3].partition("-")[0]
            known = set(_links(landed.tree.get(path), path))
            growth = read_growth(path, change.old, change.new, landed.schemas)
            for event in () if growth.findings else growth.events:
                if chain_link(event) not in known:
                    yield OnTheWay(name, f"{case}:{event['seq']}", event)
        elif path_class(path, ()) is PathClass.RECORD and landed.tree.get(path) is None:
            record = read_governed(path, change.new or b"", "record", landed.schemas).value
            if record is not None:
                yield OnTheWay(name, path, record)


def _links(data: bytes | None, path: str) -> Iterable[str]:
    return map(chain_link, split_events(data, path).events) if data else ()


def _is_taken(statement: Mapping[str, Any], policy: Policy, newest: str) -> bool:
    """Whether `policy` knows the key and gives the role, and keeps the procedure."""
    person, kind = statement["by"], statement.get("kind")
    namespace = RECORD_NAMESPACE if kind else EVENT_NAMESPACE
    keys, letter = policy.keys(person), statement.get("acting")
    if kind and statement["role"] not in policy.raw["records"].get(kind, ()):
        return False
    opens = statement.get("procedure")
    if opens and policy.procedure_state(opens) != "open":
        return False
    return is_signed_by(statement, namespace, statement["sig"], keys) and policy.has_role(
        person, statement["role"], letter, statement["at"], newest
    )
