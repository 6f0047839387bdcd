"""What a reader is told of a change: sections of lines, each line begun by our own words."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

from sopgit.core.finding import Finding, Refused, Verdict, verdict
from sopgit.core.procedure import DocumentType
from sopgit.core.text import T, Text
from sopgit.core.words import PURPOSES


@dataclass(frozen=True)
class Line:
    """One line, `depth` levels below its section's title; a `quoted` one is somebody's text."""

    depth: int
    text: Text
    quoted: bool = False


@dataclass(frozen=True)
class Section:
    """What is told of one thing: a `case`, a `dataset`, the `policy` or a `file`.

    `facts` are the same for programs.
    """

    kind: str
    name: str
    title: Text
    told: tuple[Line, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def lines(self) -> Iterator[Line]:
        """The title, then what is told below it."""
        yield Line(0, self.title)
        yield from self.told


@dataclass(frozen=True)
class Page:
    """The story, the engine's verdict, for whom it waits, and the one command to type next.

    `unfinished` says which laps have not been ended; that counts only at the
    `gate` of a request.
    """

    sections: tuple[Section, ...]
    verdict: Verdict
    missing: tuple[Text, ...] = ()
    next_step: Text | None = None
    unfinished: tuple[Finding, ...] = ()
    gate: bool = False

    @property
    def outcome(self) -> Verdict:
        """The verdict; at the gate also whether everybody has acted who must."""
        if isinstance(self.verdict, Refused) or not self.gate:
            return self.verdict
        return verdict(self.verdict.rule, (*self.verdict.warnings, *self.unfinished))

    @property
    def lines(self) -> tuple[Text, ...]:
        """Every line of the story."""
        return tuple(line.text for line in chain(*(section.lines for section in self.sections)))


def tell_case(depth: int, case: Mapping[str, Any]) -> Iterator[Line]:
    """What a case is about, as an act opens or amends it."""
    yield Line(depth, T("title: {title}", title=case["title"]))
    yield Line(depth, T("producers: {producers}", producers=", ".join(case["producers"])))
    purpose = PURPOSES.get(case["purpose"], case["purpose"])
    yield Line(depth, T("purpose: {purpose}", purpose=purpose))
    if case["restricted"]:
        yield Line(depth, T("the case is restricted"))
    if "begun" in case:
        yield Line(depth, T("begun: {begun}", begun=case["begun"][:16].replace("T", " ")))


def tell_punctual(due: datetime, late: int) -> Text:
    moment = due.strftime("%Y-%m-%d %H:%M")
    if not late:
        return T("in time: due {due}", due=moment)
    return T(
        "late by {hours}:{minutes} working hours: was due {due}",
        hours=late // 60,
        minutes=f"{late % 60:02}",
        due=moment,
    )


def tell_words(depth: int, label: str | Text, value: object) -> Iterator[Line]:
    """A field of a document: on one line if it has one, else its lines below its label."""
    parts = parts_of(value)
    if len(parts) <= 1:
        yield Line(depth, T("{label}: {value}", label=label, value="".join(parts) or "-"))
        return
    yield Line(depth, T("{label}:", label=label))
    yield from (Line(depth + 1, T("{line}", line=part), quoted=True) for part in parts)


def tell_fields(depth: int, fields: Mapping[str, Any], kind: DocumentType | None) -> Iterator[Line]:
    """Every field of a document, in the order of the procedure, as its paper has them."""
    for name in _in_order(fields, kind):
        label = kind.fields[name].label if kind and name in kind.fields else name
        yield from tell_words(depth, label, fields[name])


def _in_order(names: Iterable[str], kind: DocumentType | None) -> list[str]:
    known = list(kind.fields) if kind else []
    return sorted(names, key=lambda name: known.index(name) if name in known else len(known))


def tell_changes(
    depth: int, old: Mapping[str, Any], new: Mapping[str, Any], kind: DocumentType | None
) -> Iterator[Line]:
    """Which fields of a document say something else than before, entry by entry."""
    names = _in_order(dict.fromkeys([*old, *new]), kind)
    changed = [name for name in names if old.get(name) != new.get(name)]
    if not changed:
        yield Line(depth, T("every field says the same"))
    for name in changed:
        label = kind.fields[name].label if kind and name in kind.fields else name
        before, after = parts_of(old.get(name)), parts_of(new.get(name))
        if len(before) <= 1 and len(after) <= 1:
            values = {"before": "".join(before) or "-", "after": "".join(after) or "-"}
            yield Line(depth, T("{label}: {before} becomes {after}", label=label, **values))
        else:
            yield from _tell_parts(depth, label, before, after)


def _tell_parts(depth: int, label: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for what, start, end, first, last in matcher.get_opcodes():
        if what == "equal":
            continue
        for part in old[start:end]:
            yield Line(depth, T("{label} loses: {part}", label=label, part=part))
        for part in new[first:last]:
            yield Line(depth, T("{label} gains: {part}", label=label, part=part))


def parts_of(value: object) -> list[str]:
    """A field's value as lines: text by its own, a list by its entries."""
    if value is None:
        return []
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return str(value).splitlines()


def _plain(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key}={_plain(item)}" for key, item in value.items())
    return " ".join(str(value).split())
