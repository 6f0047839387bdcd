"""What an act carries beside its words: attached files, and data that was taken in before.

Data waits in `GITDIR/sopgit/pending` until an act at a step that handles data
tells it. Before that act is committed the waiting data is marked with the act's
digest, so that a process killed right after the commit tells nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sopgit.adapters.git import Repository
from sopgit.app.pending import Pending, clear_pending, read_pending, write_pending
from sopgit.core.errors import UsageError
from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.lineage import sha256
from sopgit.core.paths import ATTACHMENT_LIMIT, ATTACHMENT_SUFFIXES, is_attachment_name, path_class
from sopgit.core.procedure import Step
from sopgit.core.statement import chain_link
from sopgit.core.text import T
from sopgit.core.trusted import Tree

DATA_WAITING = Rule(
    "data-waiting",
    "data that was taken in is told by an act at a step that handles data",
    why="until then nobody else knows of it",
)
_CARRIERS = ("complete", "note")
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
            attached[path.name] = path.read_bytes()
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
    pending = read_pending(repo.state_folder, case)
    if pending.told and pending.told in map(chain_link, events):
        clear_pending(repo.state_folder, case)
        return Pending()
    return pending


def mark_told(repo: Repository, case: str, pending: Pending, event: Mapping[str, Any]) -> None:
    """Note that `event` is about to tell what waits."""
    if pending:
        write_pending(repo.state_folder, case, replace(pending, told=chain_link(event)))


def may_carry(event: Mapping[str, Any], step: Step) -> bool:
    """Whether an act of this kind, at this step and in this role, tells what waits."""
    return event["act"] in _CARRIERS and step.handles_data and event["role"] in step.roles


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
