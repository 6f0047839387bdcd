"""Tips that this user has verified before, so that an act need not begin at genesis.

Kept in the user's own cache (see `adapters.private`), under the anchor: what
was verified by another anchor, by other code or by another user is never
looked at. A ledger is kept every `EVERY` landings; those since are judged
again each time, which is cheap. Only a tip that the engine allowed is kept, and
only if the ledger was judged from an anchor, not believed on first use.

`sopgit verify` never asks here, but for what comes before a range, and then not with
`--no-cache`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import astuple
from pathlib import Path

from sopgit import __version__
from sopgit.adapters.git import Repository
from sopgit.adapters.private import list_own, read_own, remove_own, write_own
from sopgit.adapters.resources import engine_mark
from sopgit.app.ledger import History, verify_history, verify_since
from sopgit.app.snapshot import restore, snapshot_bytes
from sopgit.core.schema import Schemas
from sopgit.core.trusted import Anchor

EVERY = 64
"""So many landings are judged again before what they came to is kept."""
_KEPT = 3


def verify_on(
    cache: Path, repo: Repository, tip: str, anchor: Anchor, schemas: Schemas, every: int = EVERY
) -> History:
    """`verify_history`, from the newest commit below `tip` of which `cache` knows the verdict."""
    engine, folder = engine_name(), folder_of(cache, "verified", anchor)
    names = [name for name in list_own(folder) if name.startswith(f"{engine}-")]
    history = _judge_on(folder, names, engine, repo, tip, anchor, schemas)
    if history.settled.judged >= every:
        data = snapshot_bytes(history, engine)
        if data is not None and write_own(folder / f"{engine}-{history.trusted.tip}", data):
            for old in list_own(folder)[_KEPT:]:
                remove_own(folder / old)
    return history


def _judge_on(
    folder: Path,
    names: list[str],
    engine: str,
    repo: Repository,
    tip: str,
    anchor: Anchor,
    schemas: Schemas,
) -> History:
    known = {name.removeprefix(f"{engine}-") for name in names}
    chain = repo.first_parents(tip, known) if known else []
    if chain and chain[-1] in known:
        data = read_own(folder / f"{engine}-{chain[-1]}")
        start = data and restore(data, repo, schemas, anchor, chain[-1], engine)
        if start:
            return verify_since(repo, start, chain[-2::-1])
    return verify_history(repo, tip, anchor, schemas)


def engine_name() -> str:
    """A name for the code at hand: what other code made is not taken up."""
    return _digest([__version__, engine_mark()])


def folder_of(cache: Path, kind: str, anchor: Anchor) -> Path:
    """Where `cache` keeps what is of one `kind` and of the ledger of `anchor`."""
    return cache / kind / _digest(list(astuple(anchor)))


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode("ascii")).hexdigest()[:32]
