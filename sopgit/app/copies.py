"""A good copy of an object: from the cache, else from the first remote that has one.

Every byte is hashed. A damaged copy in the cache is moved aside and replaced
by a good one, once there is a good one. A cache that cannot be written stops
nothing: the copy then lies in a private folder for as long as it is needed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path

from sopgit.adapters.files import FileError, file_errors
from sopgit.adapters.objects import CACHE, ObjectStore, Seen
from sopgit.app.storage import Storage
from sopgit.core.errors import SopgitError
from sopgit.core.objects import StoredObject
from sopgit.core.text import T
from sopgit.core.words import COPIES


class LostError(SopgitError):
    """No copy of the object is good; `seen` tells what each was."""

    def __init__(self, wanted: StoredObject, seen: tuple[Seen, ...]) -> None:
        each = [T("{place}: {state}", place=c.place, state=COPIES[c.state]) for c in seen]
        told = reduce(lambda some, one: T("{some}, {one}", some=some, one=one), each)
        message = T("no good copy of {md5} ({told})", md5=wanted.md5, told=told)
        super().__init__(message, T("make the remotes that are away reachable and try again"))
        self.seen = seen


@dataclass(frozen=True)
class Found:
    """Every copy that was read, the good one last; `store` holds it now."""

    seen: tuple[Seen, ...]
    store: ObjectStore

    @property
    def source(self) -> str:
        """Where the good copy was."""
        return self.seen[-1].place


@contextmanager
def find_copy(
    storage: Storage, wanted: StoredObject, remotes: Sequence[str], aside: Path | None = None
) -> Iterator[Found]:
    """A good copy, fetched into the cache if need be; if it must be, into a folder in `aside`.

    `aside` None: where this machine keeps temporary files. Raises LostError, DiskFullError.
    """
    seen = [storage.store.look(wanted)]
    if seen[0].state == "ok":
        yield Found(tuple(seen), storage.store)
        return
    try:
        found = _fetch(storage, wanted, remotes, seen, storage.store)
    except FileError as error:
        seen = [replace(seen[0], why=error.message)]
        with file_errors(aside or Path(tempfile.gettempdir())):
            made = tempfile.TemporaryDirectory(dir=aside, prefix=".sopgit-")
        with made as folder:
            store = ObjectStore(Path(folder), storage.state / "quarantine")
            yield _fetch(storage, wanted, remotes, seen, store)
        return
    yield found


def _fetch(
    storage: Storage,
    wanted: StoredObject,
    remotes: Sequence[str],
    seen: list[Seen],
    store: ObjectStore,
) -> Found:
    seen = list(seen)
    for remote in remotes:
        seen.append(storage.remotes.fetch(wanted, remote, store))
        if seen[-1].state == "ok":
            return Found(tuple(seen), store)
    raise LostError(wanted, tuple(seen))


def heal_copies(storage: Storage, wanted: StoredObject, found: Found) -> tuple[str, ...]:
    """Replace every damaged or missing copy that was met; the places that are good now.

    A remote's damaged copy is kept in quarantine first. Without a good copy in
    the cache there is nothing to heal from, and nothing is touched.
    """
    if found.store is not storage.store:
        return ()
    bad = [copy.place for copy in found.seen if copy.state in {"damaged", "missing"}]
    healed = [place for place in bad if place == CACHE]  # fetching has replaced it already
    remotes = [place for place in bad if place != CACHE]
    healed += [copy.place for copy in storage.prove_all(wanted, remotes) if copy.state == "ok"]
    return tuple(healed)
