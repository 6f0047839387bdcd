"""A machine that changes one thing of what an office signed, and asks whether it may land.

`mutants` draws single changes of a landing on its way in, or of any file long
after it has landed; `oddities` draws statements with one thing said otherwise
that are signed anew. The same seed gives the same, in every run.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from sopgit.core.canonical import without
from sopgit.core.finding import Verdict
from sopgit.core.growth import HEADER, split_events
from sopgit.core.paths import POLICY, PathClass, is_case_file
from sopgit.core.statement import (
    EVENT_NAMESPACE,
    RECORD_NAMESPACE,
    case_folder,
    event_bytes,
    record_path,
)
from sopgit.core.strict_yaml import mapping_of
from sopgit.core.writer import emit, emit_item
from tests.attacks.changes import BYTES, change_field, change_place, change_words, move_event
from tests.attacks.mounting import Files
from tests.attacks.signed_office import Step, history, kind_of
from tests.simulator import sign_policy, signer


@dataclass(frozen=True)
class Mutant:
    """One change: which step, of what kind, and the files that would land."""

    step: Step
    kind: str
    files: Files


def mutate(random: Random) -> Mutant | None:
    """A mutant; None where the draw cannot be spelt, or changes nothing."""
    steps = history()
    step = steps[-1] if random.random() < 0.3 else random.choice(steps[:-1])
    landed = {p: step.trusted.tree.get(p) for p in step.trusted.tree.paths("")}
    coming = {path: data for path, data in (step.files or landed).items() if data is not None}
    governed = [path for path in coming if kind_of(path) is not PathClass.FREE]
    kind = random.choice(["bytes", "bytes", "words", "words", "words", "place", "move"])
    files: dict[str, bytes | None] = dict(step.files)
    if kind == "place":
        change_place(random, files, coming)
    elif kind == "move":
        everything = {**landed, **step.files}
        move_event(random, files, {p: d for p, d in everything.items() if d is not None})
    elif not governed:
        return None
    else:
        path = random.choice(sorted(governed))
        data = coming[path]
        how = random.choice(BYTES)
        kind = how.__name__ if kind == "bytes" else kind
        changed = how(random, data)
        if kind == "words":
            changed = change_words(random, path, data, landed.get(path)) or b""
        files[path] = changed
        if not changed:
            return None
    same = {**landed, **files} == {**landed, **step.files}
    return None if same else Mutant(step, kind, files)


def mutants(seed: int, count: int) -> Iterator[Mutant]:
    """`count` mutants; the same for the same seed."""
    random = Random(seed)
    while count:
        mutant = mutate(random)
        if mutant is not None:
            count -= 1
            yield mutant


# The same once more, but signed anew by whom it names: what is legal of it may land.


def oddity(random: Random, step: Step) -> dict[str, bytes | None] | None:
    """The landing of `step` with one thing said otherwise in its statement, well signed."""
    for path, data in step.files.items():
        if data is None:
            continue
        if is_case_file(path):
            return _odd_event(random, step, path, data)
        if path == POLICY:
            policy = change_field(random, {**mapping_of(data), "signatures": []})
            return {**step.files, path: emit(sign_policy(policy, "agus", "siti"))}
        if kind_of(path) is PathClass.RECORD:
            record = change_field(random, without(mapping_of(data), "sig"))
            record["sig"] = _signed(RECORD_NAMESPACE, record)
            rest = {name: kept for name, kept in step.files.items() if name != path}
            return {**rest, record_path(record): emit(record)}
    return None


def _odd_event(random: Random, step: Step, path: str, data: bytes) -> dict[str, bytes | None]:
    old = step.trusted.tree.get(path)
    known = len(split_events(old).events) if old else 0
    event = change_field(random, without(split_events(data).events[known], "sig"))
    event["sig"] = _signed(EVENT_NAMESPACE, event)
    rest = {name: kept for name, kept in step.files.items() if name != path}
    named = f"{case_folder(event)}/case.yaml" if old is None else path
    return {**rest, named: (old or HEADER) + emit_item(event)}


def _signed(namespace: str, statement: Mapping[str, Any]) -> str:
    raw = signer(str(statement.get("by"))).sign(namespace, event_bytes(statement))
    return base64.b64encode(raw).decode()


def oddities(seed: int, count: int) -> Iterator[Verdict]:
    """What the engine says of `count` well-signed oddities."""
    random = Random(seed)
    while count:
        step = random.choice(history()[:-1])
        try:
            files = oddity(random, step)
        except (ValueError, LookupError, TypeError):  # it cannot be spelt
            continue
        if files is not None:
            count -= 1
            yield step.judge(files)
