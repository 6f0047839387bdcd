"""A dataset's newest version on the mainline: what a new delivery is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sopgit.adapters import age
from sopgit.adapters.objects import ObjectStore
from sopgit.app.scan import read_facts
from sopgit.core.losses import TableFacts
from sopgit.core.manifest import Manifest, parse_manifest
from sopgit.core.objects import StoredObject
from sopgit.core.pointer import RESTRICTED_NAME, SUFFIX


@dataclass(frozen=True)
class Previous:
    """The dataset's newest version on the mainline: its object and its folder's files there."""

    version: int
    object: StoredObject
    files: Mapping[str, bytes]

    @property
    def pointers(self) -> list[str]:
        """Where its pointer stands."""
        return [path for path in self.files if path.endswith(SUFFIX)]

    @property
    def was_restricted(self) -> bool:
        """Whether it was stored encrypted."""
        return any(path.endswith(f"/{RESTRICTED_NAME}{SUFFIX}") for path in self.files)

    def manifest(self, identity: age.Identity | None) -> Manifest | None:
        """What it was, when it was restricted and one's own key can tell."""
        sealed = [data for path, data in self.files.items() if path.endswith("/manifest.age")]
        if not sealed or identity is None:
            return None
        try:
            return parse_manifest(age.decrypt_bytes(sealed[0], identity))
        except (age.WrongKeyError, age.DamagedError, ValueError):
            return None

    def facts(self, store: ObjectStore, identity: age.Identity | None) -> TableFacts:
        """Its rows and columns, as far as this clone's cache, or one's own key, can tell."""
        if self.was_restricted:
            last = self.manifest(identity)
            return TableFacts(last.rows, last.columns) if last else TableFacts()
        name = self.pointers[0].removesuffix(SUFFIX) if self.pointers else ""
        return read_facts(store.object_path(self.object.md5), name)
