"""What an act carries beside its words: attached files, and data that was taken in before.

Data waits in `GITDIR/sopgit/pending` until an act at a step that handles data
tells it. Before that act is committed the waiting data is marked with the act's
digest, so that a process killed right after the commit tells nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sopgit.adapters.git import Repository
from sopgit.app.journal import finish_interrupted
from sopgit.app.pending import Pending, change_pending, read_pending
from sopgit.core.errors import UsageError
from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.growth import EVENT_LIMIT
from sopgit.core.lineage import sha256
from sopgit.core.paths import ATTACHMENT_LIMIT, ATTACHMENT_SUFFIXES, is_attachment_name, path_class
from sopgit.core.procedure import Step
from sopgit.core.statement import chain_link
from sopgit.core.text import T
from sopgit.core.trusted import Tree
from sopgit.core.writer import emit_item

DATA_WAITING = Rule(
    "data-waiting",
    "data that was taken in is told by an act at a step that handles data",
    why="until then nobody else knows of it",
)
_CARRIERS = ("complete", "note")
# What is kept free in an event for its signature and for what lists attached files.
_OWN = 4096
_SOME_CASE = "cases/2000/01/aaaaaaaaaa-case"


def read_attachments(paths: Iterable[Path]) -> dict[str, bytes]:
    """The bytes of each file by its name; raises where they could not lie beside a case."""
    attached: dict[str, bytes] = {}
    for path in paths:
        _verify_name(path.name)
        if path.name in attached:
            hint = T("give one of them another name")
            raise UsageError(T("two files are called {name}", name=path.name), hint)
        try:
            with path.open("rb") as file:
                attached[path.name] = file.read(ATTACHMENT_LIMIT + 1)
        except OSError as error:
            raise UsageError(
                T("{path} cannot be read", path=str(path)), T("give files, one by one")
            ) from error
        if len(attached[path.name]) > ATTACHMENT_LIMIT:
            raise UsageError(
                T("{path} is larger than 10 MiB", path=str(path)),
                T("data goes in with: sopgit data add"),
            )
    return attached


def _verify_name(name: str) -> None:
    if path_class(f"{_SOME_CASE}/{name}", ()) is None or name == "case.yaml":
        raise UsageError(
            T("a file beside a case cannot be called {name}", name=name),
            T("rename it: ASCII letters, digits, dots, dashes and underscores, no blanks"),
        )
    if not is_attachment_name(name, restricted=False):
        raise UsageError(
            T("{name} is of no kind that may lie beside a case", name=name),
            T("these may: {kinds}", kinds=", ".join(ATTACHMENT_SUFFIXES)),
        )


def waiting_data(repo: Repository, case: str, events: Iterable[Mapping[str, Any]]) -> Pending:
    """What waits for the next act on `case`, whose events are given; what they told is dropped."""
    finish_interrupted(repo.state_folder)
    pending = read_pending(repo.state_folder, case)
    if not any(item.told for item in pending.items):
        return pending
    told = set(map(chain_link, events))
    return change_pending(repo.state_folder, case, lambda held: held.without(told))


def mark_told(repo: Repository, case: str, carried: Pending, event: Mapping[str, Any]) -> None:
    """Note that `event` is about to tell what is `carried`."""
    if carried:
        digest = chain_link(event)
        change_pending(repo.state_folder, case, lambda held: held.marked(carried, digest))


def forget_told(repo: Repository, case: str, event: Mapping[str, Any]) -> Pending:
    """Drop what `event` has told, now that it is committed; what waits still."""
    digest = chain_link(event)
    return change_pending(repo.state_folder, case, lambda held: held.without([digest]))


def carried_by(event: Mapping[str, Any], step: Step, waiting: Pending, case: str) -> Pending:
    """What of `waiting` an act on `case` tells: all of it, or as much as one event holds.

    Raises where an act would end the step and leave some of it untold.
    """
    if event["act"] not in _CARRIERS or not step.handles_data or event["role"] not in step.roles:
        return Pending()
    room = EVENT_LIMIT - _OWN - len(emit_item(event))
    fitting = []
    for item in waiting.items:
        room -= len(emit_item({"datasets": [dict(item.entry)], "files": _listed(item.files)}))
        if room < 0:
            break
        fitting.append(item)
    if len(fitting) < len(waiting.items) and event["act"] != "note":
        message = T(
            "{count} datasets wait, and one event holds {fitting} of them",
            count=len(waiting.items),
            fitting=len(fitting),
        )
        raise UsageError(message, T("tell some of them first: sopgit note {case}", case=case))
    return Pending(tuple(fitting))


def _listed(files: Mapping[str, bytes | None]) -> list[dict[str, Any]]:
    """The files as an event lists them, at their longest."""
    return [{"path": path, "old": "0" * 64, "new": "0" * 64} for path in files]


def check_waiting(pending: Pending, place: Place) -> list[Finding]:
    """A warning where an act leaves data waiting."""
    if not pending:
        return []
    names = ", ".join(sorted({entry["dataset"] for entry in pending.datasets}))
    message = T("data still waits to be told: {names}", names=names)
    hint = T("an act at a step that handles data tells it")
    return [DATA_WAITING.doubted(place, message, hint)]


def list_carried(
    event: dict[str, Any],
    attached: Mapping[str, bytes],
    pending: Pending,
    folder: str,
    tree: Tree,
) -> None:
    """Let `event` name what it carries; `folder` is the case's, empty for one not yet there."""
    changed: dict[str, bytes | None] = {**attached, **pending.files}
    entries = []
    for name, data in sorted(changed.items()):
        full = name if name.startswith("datasets/") else f"{folder}/{name}"
        old = sha256(tree.get(full)) if folder else None
        if old != sha256(data):
            entries.append({"path": name, "old": old, "new": sha256(data)})
    if entries:
        event["files"] = entries
    if pending.datasets:
        event["datasets"] = [dict(entry) for entry in pending.datasets]
