"""What a version of a dataset has against the one before it, as far as the reader may see.

Open data is compared row by row where this clone's cache holds both versions
whole; of restricted data only what the reader's own key opens is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sopgit.adapters import age
from sopgit.adapters.files import file_errors
from sopgit.adapters.streams import BLOCK
from sopgit.app.data import office_storage
from sopgit.app.office import Office
from sopgit.app.scan import TABLES, read_facts
from sopgit.app.storage import Storage
from sopgit.app.told import Line, Section
from sopgit.core.dataset import dataset_folder, manifest_path
from sopgit.core.delimited import Delimited
from sopgit.core.lineage import sha256
from sopgit.core.losses import TableFacts
from sopgit.core.manifest import parse_manifest
from sopgit.core.objects import StoredObject
from sopgit.core.pointer import RESTRICTED_NAME, SUFFIX
from sopgit.core.tablechange import compare
from sopgit.core.tablerows import Table
from sopgit.core.text import T, Text
from sopgit.core.trusted import Tree
from sopgit.core.words import PURPOSES
from sopgit.render.table_changes import table_facts, tell_table

# A larger table is only counted: a review must not fill the memory.
COMPARED_BYTES = 32 * 1024 * 1024

Entry = Mapping[str, Any]
Objects = Mapping[int, Mapping[str, Any]]


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
        file = self._file_name(entry["dataset"])
        if file == RESTRICTED_NAME or manifest_path(entry["dataset"]) in listed:
            yield from self._tell_sealed(entry, listed, facts)
            return
        paths = [self._cached(entry["object"]), self._cached(earlier) if earlier else None]
        if paths[0] is None or (earlier is not None and paths[1] is None):
            yield T("its content is not in this clone's cache, so it is not compared")
            return
        large = max(entry["object"]["size"], earlier["size"] if earlier else 0) > COMPARED_BYTES
        if large or not file.lower().endswith(TABLES):
            yield from _tell_counts(_facts_of(paths[1], file), _facts_of(paths[0], file), facts)
            return
        change = compare(read_table(paths[1]), read_table(paths[0]))
        facts |= table_facts(change)
        yield from tell_table(change, is_first=earlier is None)

    def _tell_sealed(
        self, entry: Entry, listed: Mapping[str, Any], facts: dict[str, Any]
    ) -> Iterator[Text]:
        """Counts from the manifests that the reader's own key opens."""
        path = manifest_path(entry["dataset"])
        digest = listed.get(path, {})
        after = self._manifest(path, digest.get("new"))
        if after is None:
            yield T("it is restricted: its content is told to its readers alone")
            return
        before = self._manifest(path, digest.get("old")) or TableFacts()
        yield from _tell_counts(before, after, facts)

    def _manifest(self, path: str, digest: str | None) -> TableFacts | None:
        if digest is None or self.identity is None:
            return None
        for tree in self.trees:
            sealed = tree.get(path)
            if sealed is None or sha256(sealed) != digest:
                continue
            try:
                manifest = parse_manifest(age.decrypt_bytes(sealed, self.identity))
            except (age.WrongKeyError, age.DamagedError, ValueError):
                return None
            return TableFacts(manifest.rows, manifest.columns)
        return None

    def _file_name(self, dataset: str) -> str:
        """The name of the data file as its pointer has it."""
        for tree in self.trees:
            for path in tree.paths(dataset_folder(dataset) + "/"):
                if path.endswith(SUFFIX):
                    return path.rpartition("/")[2].removesuffix(SUFFIX)
        return ""

    def _cached(self, stored: Mapping[str, Any]) -> Path | None:
        """Where the cache holds the object, every byte as it should be."""
        if self.office.repo.workdir is None:
            return None
        if self._storage is None:
            self._storage = self._stack.enter_context(office_storage(self.office))
        wanted = StoredObject.parse(stored)
        if self._storage.store.look(wanted).state != "ok":
            return None
        return self._storage.store.object_path(wanted.md5)


def read_table(path: Path | None) -> Table:
    """The delimited table at `path`; an empty one where there is none."""
    records: list[list[str]] = []
    reader = Delimited(
        lambda *_head: None,
        lambda _first, rows: records.extend(map(list, rows)),
        lambda _chunk: True,
    )
    if path is not None:
        with file_errors(path), path.open("rb") as file:
            while block := file.read(BLOCK):
                reader.feed(block)
        reader.close()
    return Table.of(reader.columns, records)


def _tell_counts(before: TableFacts, after: TableFacts, facts: dict[str, Any]) -> Iterator[Text]:
    facts["rows"] = {"before": before.rows, "after": after.rows}
    if after.rows is None:
        yield T("it is no table, so no rows are compared")
        return
    yield T("{rows} rows, {before} before", rows=after.rows, before=before.rows)
    old, new = before.columns or (), after.columns or ()
    if old:
        yield from (T("column {name} is new", name=name) for name in new if name not in old)
        yield from (T("column {name} is gone", name=name) for name in old if name not in new)


def _facts_of(path: Path | None, name: str) -> TableFacts:
    return read_facts(path, name) if path is not None else TableFacts()
