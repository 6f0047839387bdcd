"""To whom every encrypted file was ever opened, as the whole history tells it.

An age file does not say whose keys it opens to. But it was encrypted, or given
another header, in a landing, and the policy of the landing before named the
readers. Refused landings count too: what they brought was handed out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from sopgit.adapters.git import CommitTree
from sopgit.app.landings import landing_of_trees
from sopgit.app.office import Office
from sopgit.core.admission import statements_of
from sopgit.core.dataset import dataset_folder, manifest_path
from sopgit.core.mainline import Landing
from sopgit.core.paths import POLICY, header_path, is_header
from sopgit.core.policy import Policy
from sopgit.core.readers import reader_keys, reader_names
from sopgit.core.strict_yaml import mapping_of


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

    def take_in(self, landing: Landing, opening: Opening) -> None:
        """What `landing` encrypted or gave another header, opened as `opening` says."""
        changed = {path for path, change in landing.changes.items() if change.new is not None}
        for path in changed:
            if path.startswith("cases/") and path.endswith(".age"):
                self.files.setdefault(path, []).append(opening)
            elif is_header(path):
                self.versions.setdefault(path, []).append(opening)
        stored = dict(_new_versions(landing))
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
    before: str | None = None
    for commit in reversed(repo.first_parents(office.built_on.tip)):
        tree = repo.tree_of(commit)
        changed, broken = repo.walk.diff(before, tree)
        if before is not None and not broken and any(map(_is_encrypted, changed)):
            landing = landing_of_trees(repo, before, tree, commit)
            policy = Policy.parse(mapping_of(CommitTree(repo, before)[POLICY]))
            found.take_in(landing, _opening(landing, policy))
        before = tree
    return found


def _is_encrypted(path: str) -> bool:
    return path.endswith((".age", ".age.dvc", ".hdr"))


def _opening(landing: Landing, policy: Policy) -> Opening:
    day = _day(landing, policy)
    people, keys = reader_names(policy, day), reader_keys(policy, day)
    return Opening(landing.id, frozenset(people), frozenset(keys))


def _day(landing: Landing, policy: Policy) -> date:
    """The office's day of the newest statement that the landing brings."""
    said = [datetime.fromisoformat(str(s["at"])) for _, s in statements_of(landing) if "at" in s]
    return policy.day(max(said)) if said else date.min


def _new_versions(landing: Landing) -> Iterable[tuple[str, list[int]]]:
    """The restricted versions that the landing's events name for the first time, by dataset."""
    found: dict[str, list[int]] = {}
    for _, statement in statements_of(landing):
        for entry in statement.get("datasets", ()):
            if "action" in entry and entry["action"] != "recover":
                listed = {item["path"]: item["new"] for item in statement.get("files", ())}
                if listed.get(manifest_path(entry["dataset"])):
                    found.setdefault(entry["dataset"], []).append(entry["version"])
    return found.items()
