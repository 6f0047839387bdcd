"""What a version of a dataset has against the one before it, as far as the reader may see.

Versions are compared row by row where this clone's cache holds both whole; of
restricted data only what the reader's own key opens is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from sopgit.adapters import age
from sopgit.app.data import office_storage
from sopgit.app.headers import wanted_version
from sopgit.app.office import Office
from sopgit.app.recovery import Wanted, open_manifest
from sopgit.app.review_versions import Seen, changes_between, seen_open, seen_sealed
from sopgit.app.storage import Storage
from sopgit.app.told import Line, Section
from sopgit.core.dataset import dataset_folder, manifest_path
from sopgit.core.errors import UsageError
from sopgit.core.lineage import sha256
from sopgit.core.losses import TableFacts
from sopgit.core.objects import StoredObject
from sopgit.core.pointer import RESTRICTED_NAME, SUFFIX
from sopgit.core.tablechange import TableChange
from sopgit.core.text import T, Text
from sopgit.core.trusted import Tree
from sopgit.core.words import PURPOSES
from sopgit.render.table_changes import SHOWN_ROWS, table_facts, tell_table

# A larger table is only counted: a review must not fill the memory.
COMPARED_BYTES = 32 * 1024 * 1024

Entry = Mapping[str, Any]
Objects = Mapping[int, Mapping[str, Any]]


class _Told(NamedTuple):
    """A version as an event tells it; `manifest` is the digest of its manifest, if it has one."""

    dataset: str
    version: int
    object: StoredObject
    manifest: str | None


@dataclass
class DataReader:
    """Tells of versions; `trees` are looked into for pointers and manifests, the newest first."""

    office: Office
    trees: tuple[Tree, ...]
    identity: age.Identity | None = None
    _stack: ExitStack = field(default_factory=ExitStack)
    _storage: Storage | None = None

    def close(self) -> None:
        """Let go of the storage."""
        self._stack.close()

    def tell(self, entry: Entry, known: Objects, listed: Mapping[str, Any]) -> Section:
        """One `datasets` entry; `known` are the dataset's versions, `listed` the event's files."""
        name, version = entry["dataset"], entry["version"]
        earlier = max((number for number in known if number < version), default=None)
        title = T("dataset {dataset}, version {version}", dataset=name, version=version)
        facts: dict[str, Any] = {
            "dataset": name,
            "version": version,
            "action": entry["action"],
            "size": entry["object"]["size"],
            "copies": list(entry["copies"]),
            "previous": earlier,
        }
        told = [
            Line(
                1,
                T(
                    "{action}, {size} bytes, copies: {copies}",
                    action=PURPOSES[entry["action"]],
                    size=entry["object"]["size"],
                    copies=", ".join(entry["copies"]) or "-",
                ),
            )
        ]
        if entry["action"] != "recover":
            stored = None if earlier is None else known[earlier]
            told += [Line(1, text) for text in self._tell_content(entry, stored, listed, facts)]
        return Section("dataset", f"{name}@{version}", title, tuple(told), facts)

    def _tell_content(
        self,
        entry: Entry,
        earlier: Mapping[str, Any] | None,
        listed: Mapping[str, Any],
        facts: dict[str, Any],
    ) -> Iterator[Text]:
        if earlier is None:
            yield T("it is the first version")
        path = manifest_path(entry["dataset"])
        digests = listed.get(path, {})
        after = self._seen(_told(entry, entry["object"], digests.get("new")), path in listed)
        if after is None:
            yield T("it is restricted: its content is told to its readers alone")
            return
        before = None
        if earlier is not None:
            was = {**entry, "version": facts["previous"]}
            before = self._seen(_told(was, earlier, digests.get("old")), path in listed)
        versions = [entry["object"], *([earlier] if earlier else [])]
        is_small = max(version["size"] for version in versions) <= COMPARED_BYTES
        is_known = earlier is None or before is not None
        changes = changes_between(before, after, SHOWN_ROWS) if is_small and is_known else None
        if changes:
            yield from _tell_changes(changes, facts, is_first=earlier is None)
            return
        if any(seen is not None and seen.read is None for seen in (before, after)):
            yield T("its content is not in this clone's cache, so it is not compared")
            if after.facts() == TableFacts():
                return
        yield from _tell_counts(before.facts() if before else None, after.facts(), facts)

    def _seen(self, version: _Told, has_manifest: bool) -> Seen | None:
        """A version as the reader may see it; None where only others may."""
        name = self._file_name(version.dataset)
        if name != RESTRICTED_NAME and not has_manifest:
            return seen_open(name, self._cached(version.object))
        wanted = self._wanted(version)
        try:
            manifest = open_manifest(wanted, self.identity) if wanted else None
        except (age.WrongKeyError, age.DamagedError):
            return None
        if wanted is None or manifest is None or self.identity is None:
            return None
        return seen_sealed(manifest, self._cached(version.object), self.identity, wanted.header)

    def _wanted(self, version: _Told) -> Wanted | None:
        """The version with its manifest: what lies there now, else what the history tells."""
        if version.manifest is None or self.identity is None:
            return None
        for tree in self.trees:
            sealed = tree.get(manifest_path(version.dataset))
            if sealed is not None and sha256(sealed) == version.manifest:
                return Wanted(version.dataset, version.version, version.object, sealed)
        try:
            return wanted_version(self.office, version, self.identity)
        except UsageError:
            return None

    def _file_name(self, dataset: str) -> str:
        """The name of the data file as its pointer has it."""
        for tree in self.trees:
            for path in tree.paths(dataset_folder(dataset) + "/"):
                if path.endswith(SUFFIX):
                    return path.rpartition("/")[2].removesuffix(SUFFIX)
        return ""

    def _cached(self, wanted: StoredObject) -> Path | None:
        """Where the cache holds the object, every byte as it should be."""
        if self.office.repo.workdir is None:
            return None
        if self._storage is None:
            self._storage = self._stack.enter_context(office_storage(self.office))
        if self._storage.store.look(wanted).state != "ok":
            return None
        return self._storage.store.object_path(wanted.md5)


def _told(entry: Entry, stored: Mapping[str, Any], manifest: str | None) -> _Told:
    return _Told(entry["dataset"], entry["version"], StoredObject.parse(stored), manifest)


def _tell_changes(
    changes: Sequence[tuple[str, TableChange]], facts: dict[str, Any], *, is_first: bool
) -> Iterator[Text]:
    """Sheet by sheet; the facts of a lone table stand with those of the version."""
    if len(changes) == 1:
        facts |= table_facts(changes[0][1])
    else:
        facts["sheets"] = {name: table_facts(change) for name, change in changes}
    for name, change in changes:
        if len(changes) > 1:
            yield T("sheet {name}:", name=name)
        yield from tell_table(change, is_first=is_first)


def _tell_counts(
    before: TableFacts | None, after: TableFacts, facts: dict[str, Any]
) -> Iterator[Text]:
    facts["rows"] = {"before": before.rows if before else None, "after": after.rows}
    if after.rows is None:
        yield T("it is no table, so no rows are compared")
        return
    if before is None or before.rows is None:
        yield T("{rows} rows in {count} columns", rows=after.rows, count=len(after.columns or ()))
        return
    yield T("{rows} rows, {before} before", rows=after.rows, before=before.rows)
    old, new = before.columns or (), after.columns or ()
    if old:
        yield from (T("column {name} is new", name=name) for name in new if name not in old)
        yield from (T("column {name} is gone", name=name) for name in old if name not in new)
