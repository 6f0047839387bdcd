"""To whom every encrypted file was ever opened, as the whole history tells it.

An age file does not say whose keys it opens to. But it was encrypted, or given
another header, in a landing, and the policy of the landing before named the
readers. Refused landings count too: what they brought was handed out. Of what
they say only what is well-formed is heard, and no policy that is unsound.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from sopgit.adapters.git import CommitTree
from sopgit.app.landings import landing_of_trees, trees_of
from sopgit.app.office import Office
from sopgit.core.admission import statements_of
from sopgit.core.dataset import dataset_folder, manifest_path
from sopgit.core.finding import Place
from sopgit.core.mainline import Landing
from sopgit.core.paths import POLICY, header_path, is_header
from sopgit.core.policy import Policy
from sopgit.core.policy_landing import read_policy
from sopgit.core.readers import reader_keys, reader_names
from sopgit.core.schema import Schemas
from sopgit.core.statement import Statement


@dataclass(frozen=True)
class Opening:
    """The persons and the keys that something was opened to in the landing `commit`."""

    commit: str
    people: frozenset[str]
    keys: frozenset[str]


@dataclass
class Openings:
    """All of them, the oldest first.

    `files` are those of restricted cases, by path; `versions` are the data and
    the manifests of datasets, by the path of the header that each has or would have.
    """

    files: dict[str, list[Opening]] = field(default_factory=dict)
    versions: dict[str, list[Opening]] = field(default_factory=dict)
    newest: dict[str, int] = field(default_factory=dict)

    def take_in(self, landing: Landing, opening: Opening, statements: Iterable[Statement]) -> None:
        """What `landing` encrypted or gave another header, opened as `opening` says."""
        changed = {path for path, change in landing.changes.items() if change.new is not None}
        for path in changed:
            if path.startswith("cases/") and path.endswith(".age"):
                self.files.setdefault(path, []).append(opening)
            elif is_header(path):
                self.versions.setdefault(path, []).append(opening)
        stored = dict(_new_versions(statements))
        for dataset, versions in stored.items():
            for version in versions:
                for kind in ("data", "manifest"):
                    path = header_path(dataset_folder(dataset), kind, version)
                    self.versions.setdefault(path, []).append(opening)
            self.newest[dataset] = max(versions)
        for dataset, version in self.newest.items():
            if dataset not in stored and manifest_path(dataset) in changed:
                path = header_path(dataset_folder(dataset), "manifest", version)
                self.versions[path].append(opening)


def read_openings(office: Office) -> Openings:
    """Walk the mainline once, from its first commit to its tip."""
    repo, found = office.repo, Openings()
    before, policy = None, office.trusted.policy
    for commit, tree in trees_of(repo, reversed(repo.first_parents(office.built_on.tip))):
        changed, broken = repo.walk.diff(before, tree)
        if before is not None and not broken and any(map(_is_encrypted, changed)):
            landing = landing_of_trees(repo, before, tree, commit)
            statements = list(_well_formed(landing, office.schemas))
            found.take_in(landing, _opening(landing, policy, statements), statements)
        if POLICY in changed:
            policy = read_policy(CommitTree(repo, tree), office.schemas)[0] or policy
        before = tree
    return found


def _well_formed(landing: Landing, schemas: Schemas) -> Iterator[Statement]:
    """The events and records of `landing` that fit their schema."""
    for _, statement in statements_of(landing):
        kind = "record" if "kind" in statement else "event"
        if not schemas.check(kind, statement, lambda _way: Place()):
            yield statement


def _is_encrypted(path: str) -> bool:
    return path.endswith((".age", ".age.dvc", ".hdr"))


def _opening(landing: Landing, policy: Policy, statements: Iterable[Statement]) -> Opening:
    day = _day(statements, policy)
    people, keys = reader_names(policy, day), reader_keys(policy, day)
    return Opening(landing.id, frozenset(people), frozenset(keys))


def _day(statements: Iterable[Statement], policy: Policy) -> date:
    """The office's day of the newest statement that a landing brings."""
    said = [datetime.fromisoformat(statement["at"]) for statement in statements]
    return policy.day(max(said)) if said else date.min


def _new_versions(statements: Iterable[Statement]) -> Iterable[tuple[str, list[int]]]:
    """The restricted versions that a landing's events name for the first time, by dataset."""
    found: dict[str, list[int]] = {}
    for statement in statements:
        for entry in statement.get("datasets", ()):
            if "action" in entry and entry["action"] != "recover":
                listed = {item["path"]: item["new"] for item in statement.get("files", ())}
                if listed.get(manifest_path(entry["dataset"])):
                    found.setdefault(entry["dataset"], []).append(entry["version"])
    return found.items()
