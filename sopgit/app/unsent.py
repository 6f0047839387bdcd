"""Commits of this clone that the server does not have yet, put on top of what it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

from sopgit.adapters.git import Repository, build_commit
from sopgit.app.landings import landing_of_change, landing_of_trees
from sopgit.core.finding import Allowed, Refused
from sopgit.core.gitobjects import parse_commit
from sopgit.core.lineage import FileChange
from sopgit.core.mainline import Landing, admit, land
from sopgit.core.trusted import Trusted


@dataclass(frozen=True)
class Overtaken:
    """A commit that no longer fits the mainline, what it changes, and why not."""

    commit: str
    changes: Mapping[str, FileChange]
    refused: Refused


def unsent_commits(repo: Repository, mine: str, theirs: str | None) -> list[str]:
    """The first parents from `mine` down to what `theirs` has, the oldest first."""
    new = repo.first_parents_beyond(mine, theirs) if theirs else repo.first_parents(mine)
    return new[::-1]


def put_on_top(
    repo: Repository, trusted: Trusted, commits: Sequence[str]
) -> tuple[str, list[Overtaken]]:
    """Build each commit anew on what was verified; the new tip, and what did not fit.

    Where one does not fit alone, all are tried as one landing: a letter whose
    number others used meanwhile may land with the amendment that follows it.
    """
    start = trusted.tip
    all_at_once = _landing(repo, trusted, commits[0], commits[-1])
    fits_at_once = isinstance(admit(all_at_once, trusted), Allowed)
    top, overtaken = start, []
    for commit in commits:
        landing = _landing(repo, trusted, commit, commit)
        if not landing.changes and not landing.findings:
            continue
        built = build_anew(repo, top, landing, commit)
        outcome = land(replace(landing, id=built), trusted)
        if isinstance(outcome, Refused):
            overtaken.append(Overtaken(commit, landing_alone(repo, commit), outcome))
        else:
            top = built
    if overtaken and fits_at_once:
        return build_anew(repo, start, all_at_once, commits[-1]), []
    return top, overtaken


def landing_alone(repo: Repository, commit: str) -> Mapping[str, FileChange]:
    """What `commit` changes against its own first parent."""
    return landing_of_trees(repo, _tree_before(repo, commit), repo.tree_of(commit), commit).changes


def _landing(repo: Repository, trusted: Trusted, first: str, last: str) -> Landing:
    """All that the commits from `first` to `last` change, as if it landed now."""
    before = _tree_before(repo, first)
    return landing_of_change(repo, trusted, before, repo.tree_of(last), last)


def _tree_before(repo: Repository, commit: str) -> str | None:
    parents = repo.parents(commit)
    return repo.tree_of(parents[0]) if parents else None


def build_anew(repo: Repository, parent: str, landing: Landing, model: str) -> str:
    """A commit of the landing on `parent`, with author, time and message of `model`."""
    old = parse_commit(repo.objects.commit(model))
    sign = -1 if old.author.zone.startswith("-") else 1
    hours, minutes = int(old.author.zone[1:3]), int(old.author.zone[3:])
    zone = timezone(sign * timedelta(hours=hours, minutes=minutes))
    when = datetime.fromtimestamp(old.author.at, zone)
    files = {path: change.new for path, change in landing.changes.items()}
    author = (old.author.name, old.author.email)
    return build_commit(repo, parent, files, old.message, author, when)
