"""What makes an intake whole: after a kill at any moment it is finished, or was never begun.

Objects are made in a workspace. Once they are on the disk, `GITDIR/sopgit/intake/journal.json`
says what they are and what the next act will tell of them: that is the moment at
which the data is taken in. Only then do they get their names in the cache and
wait for the act. Whoever finds a journal carries it out again; each of its
steps may be done twice. What lies in a workspace without a journal goes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sopgit.adapters.files import (
    FileError,
    file_errors,
    fsync_directory,
    settle_all,
    write_atomic,
)
from sopgit.adapters.lock import BusyError, exclusive
from sopgit.adapters.objects import ObjectStore
from sopgit.app.pending import Item, Pending, change_pending, item_value, parse_item
from sopgit.core.objects import StoredObject
from sopgit.core.text import T

SCHEMA = "sopgit/intake-journal/v1"


@dataclass(frozen=True)
class Finished:
    """An object that lies at `path` in a workspace, and what the next act will tell of it."""

    path: Path
    item: Item

    @property
    def object(self) -> StoredObject:
        return StoredObject.parse(self.item.entry["object"])


@contextmanager
def intake(state: Path, store: ObjectStore) -> Iterator[Path]:
    """The workspace of the one intake that may go on in this clone. `state`: GITDIR/sopgit."""
    busy = T("another sopgit takes data in here")
    with exclusive(state / "intake", busy=busy):
        _finish(state)
        store.sweep()
        with store.workspace() as folder:
            yield folder


def take_in(state: Path, store: ObjectStore, case: str, finished: Sequence[Finished]) -> None:
    """Take in what is finished: all of it, or after a kill before this returns perhaps nothing."""
    if not finished:
        return
    with file_errors(finished[0].path):
        settle_all([each.path for each in finished])
        settle_all([finished[0].path.parent])
    value = {
        "schema": SCHEMA,
        "case": case,
        "cache": str(store.cache.absolute()),
        "finished": [{"path": str(f.path.absolute()), **item_value(f.item)} for f in finished],
    }
    write_atomic(_path(state), json.dumps(value).encode(), 0o600)
    _carry_out(state, store, case, finished)


def finish_interrupted(state: Path, store: ObjectStore | None = None) -> None:
    """Carry out what a kill interrupted, unless the one who does it still lives.

    With `store` its workspaces are swept too.
    """
    if not (state / "intake").is_dir():
        return
    with suppress(BusyError), exclusive(state / "intake", 0):
        _finish(state)
        if store is not None:
            store.sweep()


def _finish(state: Path) -> None:
    path = _path(state)
    with file_errors(path):
        if not path.exists():
            return
        data = path.read_bytes()
    try:
        value = json.loads(data)
        if value["schema"] != SCHEMA:
            raise ValueError(value["schema"])
        cache, case = Path(value["cache"]), str(value["case"])
        finished = [Finished(Path(each["path"]), parse_item(each)) for each in value["finished"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        hint = T("remove it and add the data again; the stored objects are safe")
        raise FileError(T("{path} cannot be read", path=path), hint) from error
    _carry_out(state, ObjectStore(cache, state / "quarantine"), case, finished)


def _carry_out(state: Path, store: ObjectStore, case: str, finished: Sequence[Finished]) -> None:
    there = [f for f in finished if f.path.exists() or store.look(f.object).state == "ok"]
    store.keep_all([(each.path, each.object) for each in there])
    change_pending(state, case, lambda waiting: _joined(waiting, [each.item for each in there]))
    path = _path(state)
    with file_errors(path):
        path.unlink()
        fsync_directory(path.parent)


def _joined(waiting: Pending, items: Sequence[Item]) -> Pending:
    known = {held.key for held in waiting.items}
    for item in items:
        if item.key not in known:
            waiting = waiting.joined(item.entry, item.files)
    return waiting


def _path(state: Path) -> Path:
    return state / "intake" / "journal.json"
