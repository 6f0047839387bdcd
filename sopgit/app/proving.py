"""Copies of many objects on every remote: pushed together, then each read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sopgit.adapters.dvc import RemoteError
from sopgit.adapters.files import DiskFullError
from sopgit.adapters.objects import Seen
from sopgit.app.storage import Storage
from sopgit.core.objects import StoredObject

Copies = Mapping[str, tuple[Seen, ...]]


def prove_many(storage: Storage, wanted: Sequence[StoredObject], remotes: Sequence[str]) -> Copies:
    """What each remote holds of each object, by MD5; `ok` was read back just now.

    A remote that is away stops neither the others nor what it holds already.
    """
    each = list({stored.md5: stored for stored in wanted}.values())
    if len(each) == 1:
        return {each[0].md5: storage.prove_all(each[0], remotes)}
    columns = [_prove_on(storage, each, remote) for remote in remotes]
    return {stored.md5: tuple(column[stored.md5] for column in columns) for stored in each}


def _prove_on(storage: Storage, wanted: Sequence[StoredObject], remote: str) -> dict[str, Seen]:
    try:
        storage.remotes.push([stored.md5 for stored in wanted], remote)
    except (RemoteError, DiskFullError):
        return _prove_singly(storage, wanted, remote)
    seen = {stored.md5: storage.remotes.look(stored, remote) for stored in wanted}
    bad = [stored for stored in wanted if seen[stored.md5].state != "ok"]
    return seen | _prove_singly(storage, bad, remote)


def _prove_singly(storage: Storage, wanted: Sequence[StoredObject], remote: str) -> dict[str, Seen]:
    """One after the other, until the remote is seen to be away."""
    seen: dict[str, Seen] = {}
    for stored in wanted:
        seen[stored.md5] = storage.prove(stored, remote)
        if seen[stored.md5].state == "unreachable":
            away = seen[stored.md5]
            return seen | {rest.md5: away for rest in wanted if rest.md5 not in seen}
    return seen
