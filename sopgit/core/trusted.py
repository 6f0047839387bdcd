"""What has been verified so far: everything that the next landing is judged by.

`Trusted` can be thrown away at any time and had again by verifying. It only
ever moves forward, by `mainline.land`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sopgit.core.case import CaseState
from sopgit.core.growth import split_events
from sopgit.core.policy import Policy, procedure_path
from sopgit.core.procedure import Procedure
from sopgit.core.replay import replay
from sopgit.core.schema import Schemas
from sopgit.core.strict_yaml import mapping_of

MOST_CASES = 512
"""So many cases are remembered; any other is replayed from the tree when it is asked for."""


class Tree(Protocol):
    """The files of one commit; reads lazily and never lies about absence."""

    def get(self, path: str) -> bytes | None: ...

    def paths(self, prefix: str) -> Iterator[str]: ...


class Ids(Protocol):
    """A growing set of commit ids."""

    def __contains__(self, commit: object, /) -> bool: ...

    def add(self, commit: str, /) -> None: ...


@dataclass(frozen=True)
class Anchor:
    """What a verifier must know beforehand; it is never in the tree it vouches for."""

    repository: str
    genesis: str
    policy: str


@dataclass
class Trusted:
    """The ledger as verified up to `tip`.

    `ids` are the commits of the mainline; `numbers` tells which case uses a
    letter number, by (type, number); `versions` holds every dataset's objects
    by version; `spent` are the declassify records that have lowered a class;
    `cases` remembers the states of the cases met last.
    """

    schemas: Schemas
    anchor: Anchor
    tip: str
    tree: Tree
    policy: Policy
    ids: Ids = field(default_factory=set[str])
    newest: str = ""
    events: int = 0
    landings: int = 0
    numbers: MutableMapping[tuple[str, str], str] = field(default_factory=dict)
    versions: MutableMapping[str, Mapping[int, Mapping[str, Any]]] = field(default_factory=dict)
    folders: MutableMapping[str, str] = field(default_factory=dict)
    spent: set[str] = field(default_factory=set)
    cases: dict[str, CaseState] = field(default_factory=dict)
    procedures: dict[str, Procedure] = field(default_factory=dict)

    def case(self, path: str) -> CaseState | None:
        """The state of the case whose file is `path`; None if there is no such file."""
        if path not in self.cases:
            data = self.tree.get(path)
            if data is None:
                return None
            self._keep(path, replay(split_events(data, path).events))
        return self.cases[path]

    def procedure(self, reference: str) -> Procedure | None:
        """The procedure `NAME@SHA256` as the tree holds it; None if it does not."""
        if reference not in self.procedures:
            data = self.tree.get(procedure_path(reference))
            if data is None:
                return None
            self.procedures[reference] = Procedure.parse(mapping_of(data))
        return self.procedures[reference]

    def remember(self, path: str, state: CaseState) -> None:
        """Take in what a case came to; the newest state of `path` replaces the older."""
        self._keep(path, state)
        self.folders[state.id] = state.folder
        for issued in state.documents:
            key = (issued.type, issued.number)
            if issued.live:
                self.numbers[key] = state.id
            else:
                self.numbers.setdefault(key, state.id)
        for entry in state.datasets:
            held = self.versions.get(entry.dataset, {})
            if held.get(entry.version) != entry.object:
                self.versions[entry.dataset] = {**held, entry.version: entry.object}

    def _keep(self, path: str, state: CaseState) -> None:
        self.cases.pop(path, None)
        self.cases[path] = state
        if len(self.cases) > MOST_CASES:
            del self.cases[next(iter(self.cases))]


def later(one: str, other: str) -> str:
    """The later of two moments; an empty text is before every moment."""
    if not one or not other:
        return one or other
    return max(one, other, key=datetime.fromisoformat)
