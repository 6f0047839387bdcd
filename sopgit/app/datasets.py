"""Taking data in: read once, encrypt what is restricted, store, push, prove, remember.

The order is what makes it safe. A restricted file is encrypted before anything
is written below the repository; an object is on the disk before it has its
name; it is pending before it is pushed, so that a remote that is away delays
and loses nothing; a copy counts only when it has been read back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sopgit.adapters.objects import SameMd5Error, Seen
from sopgit.adapters.streams import OnBlock, OnProgress, observer
from sopgit.app.copies import LostError, find_copy
from sopgit.app.journal import Finished, finish_interrupted, take_in
from sopgit.app.journal import intake as begin_intake
from sopgit.app.pending import Item, Pending, change_pending, read_pending
from sopgit.app.proving import prove_many
from sopgit.app.receiving import Intake, Received, Unchanged, receive
from sopgit.app.storage import Storage
from sopgit.core.errors import SopgitError
from sopgit.core.finding import Finding, Refused
from sopgit.core.manifest import Manifest
from sopgit.core.objects import StoredObject

# Of many files, so many bytes are decided together: few waits for the disk, little done twice.
GROUP = 256 * 1024 * 1024


@dataclass(frozen=True)
class Added:
    """A new version waits for the next act; `copies` tells each remote's state.

    `warnings` are what the entry's reason answers.
    """

    item: Item
    pending: Pending
    copies: tuple[Seen, ...]
    manifest: Manifest
    warnings: tuple[Finding, ...] = ()

    @property
    def entry(self) -> Mapping[str, Any]:
        """What the event will say of it."""
        return self.item.entry


@dataclass(frozen=True)
class Failed:
    """The world failed this one file; nothing of it was kept."""

    error: SopgitError


Outcome = Added | Unchanged | Refused | Failed


def add(
    storage: Storage, intake: Intake, on_progress: OnProgress | None = None
) -> Added | Unchanged | Refused:
    """Take one file in; raises what failed."""
    (outcome,) = add_all(storage, [intake], on_progress)
    if isinstance(outcome, Failed):
        raise outcome.error
    return outcome


def add_all(
    storage: Storage, intakes: Sequence[Intake], on_progress: OnProgress | None = None
) -> list[Outcome]:
    """Take files in for one case, each for itself: what one lacks hinders no other.

    `on_progress` gets the count of bytes read so far.
    """
    outcomes: list[Received | Unchanged | Refused | Failed] = []
    with begin_intake(storage.state, storage.store) as folder:
        case = intakes[0].case
        waiting, group = read_pending(storage.state, case), _Group(storage, case)
        counted = _counted(on_progress)
        try:
            for number, intake in enumerate(intakes):
                held = waiting.version_of(intake.dataset.id)
                try:
                    outcome = receive(storage, intake, folder / str(number), held, counted)
                    if isinstance(outcome, Received) and outcome.is_new:
                        group.verify_own(outcome)
                except SopgitError as error:
                    outcomes.append(Failed(error))
                    continue
                outcomes.append(outcome)
                if isinstance(outcome, Received):
                    group.join(outcome)
        finally:
            group.decide()  # Ctrl-C too: what is done need not be done again
    return _proved(storage, case, intakes[0].remotes, outcomes)


class _Group:
    """Received files that are decided together."""

    def __init__(self, storage: Storage, case: str) -> None:
        self._storage, self._case = storage, case
        self._finished: list[Finished] = []
        self._size = 0
        self._objects: dict[str, StoredObject] = {}

    def verify_own(self, received: Received) -> None:
        """Raise SameMd5Error where another content of its MD5 came before it."""
        mine = received.finished.object
        if self._objects.setdefault(mine.md5, mine) != mine:
            raise SameMd5Error(mine.md5)
        self._storage.store.verify_own(mine)

    def join(self, received: Received) -> None:
        if received.is_new:
            self._finished.append(received.finished)
            self._size += received.manifest.size
        if self._size >= GROUP:
            self.decide()

    def decide(self) -> None:
        take_in(self._storage.state, self._storage.store, self._case, self._finished)
        self._finished, self._size = [], 0


def _counted(on_progress: OnProgress | None) -> OnBlock | None:
    """What counts the blocks of all files together."""
    return None if on_progress is None else observer(None, on_progress)


def _proved(
    storage: Storage,
    case: str,
    remotes: Sequence[str],
    outcomes: Sequence[Received | Unchanged | Refused | Failed],
) -> list[Outcome]:
    """Push and read back what was received, and say of each what came of it."""
    items = [each.finished.item for each in outcomes if isinstance(each, Received)]
    pending, seen = _prove(storage, case, items, remotes)
    by_key = {item.key: item for item in pending.items}
    return [
        Added(
            by_key.get(each.finished.item.key, each.finished.item),
            pending,
            seen[each.finished.object.md5],
            each.manifest,
            each.warnings,
        )
        if isinstance(each, Received)
        else each
        for each in outcomes
    ]


def _prove(
    storage: Storage, case: str, items: Sequence[Item], remotes: Sequence[str]
) -> tuple[Pending, Mapping[str, tuple[Seen, ...]]]:
    objects = {item.key: StoredObject.parse(item.entry["object"]) for item in items}
    seen = prove_many(storage, list(objects.values()), remotes)
    proved = {
        key: [copy.place for copy in seen[stored.md5] if copy.state == "ok"]
        for key, stored in objects.items()
    }
    return change_pending(storage.state, case, lambda held: held.with_copies(proved)), seen


def push(storage: Storage, case: str, remotes: Sequence[str]) -> dict[str, tuple[Seen, ...]]:
    """Finish what `add` could not push; the state of each copy by dataset."""
    finish_interrupted(storage.state, storage.store)
    items = read_pending(storage.state, case).items
    lost = {item.key: seen for item in items if (seen := _lost(storage, item, remotes))}
    change_pending(storage.state, case, lambda held: held.with_copies(dict.fromkeys(lost, ())))
    good = [item for item in items if item.key not in lost]
    _, proved = _prove(storage, case, good, remotes)
    return {
        item.slot[0]: lost.get(item.key) or proved[str(item.entry["object"]["md5"])]
        for item in items
    }


def _lost(storage: Storage, item: Item, remotes: Sequence[str]) -> tuple[Seen, ...]:
    """Every copy of what is good nowhere; nothing where the cache has it, again if need be."""
    try:
        with find_copy(storage, StoredObject.parse(item.entry["object"]), remotes):
            return ()
    except LostError as error:
        return error.seen
