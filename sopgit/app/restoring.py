"""Letting data wait again that an act told which was set aside.

Such data waits from the moment in which its act leaves the branch: before that
it would be told twice, and if somebody pulled the plug after it, by nobody. So

1. what will wait is noted first, with the branch and the commit that it leaves;
2. the branch moves;
3. what is noted waits, if the branch has left that commit.

The third is asked by whoever moves the branch and by every command that opens
the office, so a kill in between loses nothing.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from sopgit.adapters.git import Repository
from sopgit.app.carrying import waiting_data
from sopgit.app.pending import (
    Pending,
    change_pending,
    pending_cases,
    read_pending,
)
from sopgit.app.unsent import Overtaken
from sopgit.core.dataset import dataset_folder
from sopgit.core.growth import read_growth, split_events
from sopgit.core.paths import is_case_file
from sopgit.core.schema import Schemas


def note_leaving(
    repo: Repository, schemas: Schemas, acts: Iterable[Overtaken], ref: str, left: str
) -> None:
    """Note what will wait once `ref` has left the commit `left`, and with it `acts`.

    What waits already stays, for another version of it would be no next one.
    """
    notes, changes = _notes(repo), [change for act in acts for change in _told(act)]
    for case in pending_cases(notes):
        if read_pending(notes, case).leaves[:1] == (ref,):
            change_pending(notes, case, lambda _: Pending())
    for case in dict.fromkeys(case for case, _, _ in changes):
        own = [(act, path) for of, act, path in changes if of == case]
        act, path = own[-1]
        newest = split_events(act.changes[path].new or b"", path).events
        before = waiting_data(repo, case, newest)
        will = _joined(before, own, schemas)
        if will != before:
            noted = replace(will, leaves=(ref, left))
            change_pending(notes, case, functools.partial(_first, noted))


def settle_leaving(repo: Repository) -> None:
    """Let what is noted wait, wherever a branch has left what told it."""
    notes = _notes(repo)
    for case in pending_cases(notes):
        noted = read_pending(notes, case)
        ref, left = noted.leaves
        tip = repo.tip(ref)
        if tip is None or not repo.is_ancestor(left, tip):
            change_pending(repo.state_folder, case, functools.partial(_merged, noted))
            change_pending(notes, case, lambda _: Pending())


def _first(noted: Pending, _held: Pending) -> Pending:
    return noted


def _merged(noted: Pending, held: Pending) -> Pending:
    """What is `held` by now, with what is noted and was not held."""
    slots = {item.slot for item in held.items}
    return Pending((*held.items, *(item for item in noted.items if item.slot not in slots)))


def _notes(repo: Repository) -> Path:
    return repo.state_folder / "leaving"


def _told(act: Overtaken) -> list[tuple[str, Overtaken, str]]:
    """The cases that the act is on, with the paths of their files."""
    paths = filter(is_case_file, act.changes)
    return [(path.split("/")[3].partition("-")[0], act, path) for path in paths]


def _joined(waiting: Pending, acts: Iterable[tuple[Overtaken, str]], schemas: Schemas) -> Pending:
    """What waits for one case, with what `acts` on it told; nothing of what is malformed."""
    for act, path in acts:
        held = {entry["dataset"] for entry in waiting.datasets}
        change = act.changes[path]
        for event in read_growth(path, change.old, change.new, schemas).events:
            for entry in event.get("datasets", ()):
                if entry["dataset"] not in held:
                    waiting = waiting.joined(entry, _files_of(act, entry["dataset"]))
    return waiting


def _files_of(act: Overtaken, dataset: str) -> Mapping[str, bytes | None]:
    folder = f"{dataset_folder(dataset)}/"
    return {path: change.new for path, change in act.changes.items() if path.startswith(folder)}
