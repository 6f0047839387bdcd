"""A case: what its events add up to, as a value.

How they add up is `replay`'s to say, whether an event may happen `workflow.decide`'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from sopgit.core.attached import Owners

Event = Mapping[str, Any]
Status = Literal["open", "closed", "cancelled"]


@dataclass(frozen=True)
class Issued:
    """An official document as issued: by which event, at which step, and whether it stands.

    `live` is false once it was undone by a return or replaced by an amendment;
    `sheet` marks what only accompanies a return and is never an input.
    """

    seq: int
    step: int
    type: str
    number: str
    date: str
    content: Mapping[str, Any]
    live: bool = True
    sheet: bool = False


@dataclass(frozen=True)
class Carried:
    """One `datasets` entry of an event."""

    seq: int
    step: int
    dataset: str
    version: int
    action: str
    object: Mapping[str, Any]
    live: bool = True


class StandingAct(NamedTuple):
    """An act that no later return has undone; `digest` is what the next event names as `prev`."""

    step: int
    act: str
    digest: str


@dataclass(frozen=True)
class CaseState:
    """Where a case stands after its event number `seq`; `step` is None once it has ended."""

    id: str
    folder: str
    procedure: str
    title: str
    producers: tuple[str, ...]
    purpose: str
    restricted: bool
    begun: str
    status: Status
    step: int | None
    seq: int
    head: str
    at: str
    entered: str
    returned: bool = False
    rounds: int = 0
    received: str | None = None
    documents: tuple[Issued, ...] = ()
    datasets: tuple[Carried, ...] = ()
    workers: frozenset[tuple[int, str]] = frozenset()
    passed: frozenset[int] = frozenset()
    standing: tuple[StandingAct, ...] = ()
    attached: Owners = ()

    def live_document(self, types: Iterable[str]) -> Issued | None:
        """The newest standing document of one of `types` that may serve as an input."""
        wanted = set(types)
        for issued in reversed(self.documents):
            if issued.live and not issued.sheet and issued.type in wanted:
                return issued
        return None

    def document_of(self, seq: int) -> Issued | None:
        """The document that event `seq` issued."""
        return next((issued for issued in self.documents if issued.seq == seq), None)

    def has_live_data(self) -> bool:
        """Whether any dataset entry stands."""
        return any(entry.live for entry in self.datasets)
