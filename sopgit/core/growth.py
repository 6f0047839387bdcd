"""A case file only grows, in one spelling.

After a landing a case file is exactly its old bytes followed by what the
canonical writer renders for the new events. So nothing else can be said in
it: no comment, no other quoting, no key added to an old event.

Rules enforced here: `case-grows`, `case-deleted`, `event-size`, `case-size`, and through
the loader, the writer and the schema all that makes an event well-formed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.schema import Schemas
from sopgit.core.screen import MAX_BYTES
from sopgit.core.spelled import read_items
from sopgit.core.strict_yaml import load, locate
from sopgit.core.text import T
from sopgit.core.writer import emit_item

HEADER = b"schema: sopgit/case/v1\nevents:\n"
CASE_LIMIT = MAX_BYTES
NOTES_LIMIT = CASE_LIMIT * 3 // 4
EVENT_LIMIT = 64 * 1024

CASE_GROWS = Rule(
    "case-grows",
    "a case file keeps every old byte and gains whole events in the one spelling",
    why="an old event that changes, or a word beside the events, would be unsigned history",
)
CASE_DELETED = Rule(
    "case-deleted",
    "a case is never deleted, moved or renamed",
    why="ending a case is an act; losing its file is a loss of evidence",
)
EVENT_SIZE = Rule(
    "event-size",
    "an event holds at most 64 KiB",
    why="one event must not make every later check slow",
)
CASE_SIZE = Rule(
    "case-size",
    "a case file holds at most 1 MiB, the last quarter of which is not for notes",
    why="a file that the strict reader refuses could never be added to again",
)


@dataclass(frozen=True)
class Growth:
    """The events that a change adds to a case file, and where each begins."""

    events: tuple[Mapping[str, Any], ...]
    lines: tuple[int, ...]
    findings: tuple[Finding, ...]


def split_events(data: bytes, path: str = "") -> Growth:
    """All events of a whole case file, judged for form alone."""
    return read_growth(path, None, data, None)


def read_growth(path: str, old: bytes | None, new: bytes | None, schemas: Schemas | None) -> Growth:
    """The events between `old` and `new`; without `schemas` they are trusted already."""
    if new is None:
        message = T("{path} is gone", path=path)
        return _refused(CASE_DELETED.broken(Place(path), message, T("put it back as it was")))
    base = HEADER if old is None else old
    if not new.startswith(base) or len(new) == len(base):
        return _refused(_altered(path, base, new))
    suffix = new[len(base) :]
    offset = base.count(b"\n")
    read = read_items(suffix)
    if read is not None:
        return _judge_items(path, base, suffix, *read, schemas)
    loaded = load(suffix, path, offset)
    if loaded.findings:
        return Growth((), (), loaded.findings)
    if not isinstance(loaded.value, list) or not all(isinstance(v, dict) for v in loaded.value):
        return _refused(_altered(path, base, new))
    return _judge_other(path, base, suffix, loaded.value, schemas)


def _judge_other(
    path: str, base: bytes, suffix: bytes, events: list[dict[str, Any]], schemas: Schemas | None
) -> Growth:
    """What is wrong with events that the writer spells in another way, or not at all."""
    spelt: list[bytes] = []
    for event in events:
        try:
            spelt.append(emit_item(event))
        except ValueError as error:
            line = base.count(b"\n") + b"".join(spelt).count(b"\n") + 1
            message = T("{reason}", reason=str(error))
            return _refused(CASE_GROWS.broken(Place(path, line, 1), message))
    growth = _judge_items(path, base, suffix, events, spelt, schemas)
    rendered = b"".join(spelt)
    if rendered == suffix or growth.findings:
        return growth
    altered = _altered(path, rendered, suffix, base.count(b"\n"))
    return Growth(growth.events, growth.lines, (altered,))


def _judge_items(
    path: str,
    base: bytes,
    suffix: bytes,
    events: list[dict[str, Any]],
    spelt: list[bytes],
    schemas: Schemas | None,
) -> Growth:
    """Hold each event against its schema and the limits of size; `spelt` are its bytes."""
    offset, line, size = base.count(b"\n"), base.count(b"\n") + 1, len(base)
    findings: list[Finding] = []
    lines = []
    for index, (event, item) in enumerate(zip(events, spelt, strict=True)):
        lines.append(line)
        size += len(item)
        findings += _check_sizes(event, len(item), size, Place(path, line, 1))
        if schemas is not None:
            findings += _check_schema(schemas, event, path, suffix, offset, index)
        line += item.count(b"\n")
    return Growth(tuple(events), tuple(lines), tuple(findings))


def _check_sizes(event: Mapping[str, Any], size: int, total: int, place: Place) -> list[Finding]:
    """Judge the length of an event and of the file that ends with it."""
    findings = []
    hint = T("put long text into a file beside the case")
    if size > EVENT_LIMIT:
        message = T("the event holds {size} bytes", size=size)
        findings.append(EVENT_SIZE.broken(place, message, hint))
    limit = NOTES_LIMIT if event.get("act") == "note" else CASE_LIMIT
    if total > limit:
        message = T("the case would hold {total} bytes, {limit} at most", total=total, limit=limit)
        findings.append(CASE_SIZE.broken(place, message, hint))
    return findings


def _check_schema(
    schemas: Schemas, event: dict[str, Any], path: str, suffix: bytes, offset: int, index: int
) -> list[Finding]:
    def place_of(pointer: tuple[str | int, ...]) -> Place:
        line, column = locate(suffix, (index, *pointer))
        return Place(path, line + offset, column)

    return schemas.check("event", event, place_of)


def _refused(finding: Finding) -> Growth:
    return Growth((), (), (finding,))


def _altered(path: str, expected: bytes, found: bytes, offset: int = 0) -> Finding:
    """Name the first line that differs from what had to stand there."""
    wanted, got = expected.splitlines(), found.splitlines()
    same = next((i for i, (a, b) in enumerate(zip(wanted, got, strict=False)) if a != b), None)
    line = min(len(wanted), len(got)) if same is None else same
    message = T(
        "line {line} is not what the events so far and the writer give", line=offset + line + 1
    )
    hint = T("never edit a case by hand; undo with: git checkout -- {path}", path=path)
    return CASE_GROWS.broken(Place(path, offset + line + 1, 1), message, hint)
