"""What a person typed for an act, before procedure and policy are asked about it.

Everything is as it came from the command line; `read_typed` adds what a file
says. Words are cleaned of what a writer would refuse: blanks at the ends, and
spellings of the same letter that differ in bytes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sopgit.adapters.files import file_errors
from sopgit.core.errors import SopgitError, UsageError
from sopgit.core.finding import Refused
from sopgit.core.moments import format_moment, parse_day
from sopgit.core.strict_yaml import load
from sopgit.core.text import T

_KEYS = {
    "acting", "case", "document", "findings", "of", "procedure", "reason", "received", "role", "to",
}  # fmt: skip


class BadFile(SopgitError):
    """A file that was given cannot be read as what it should be; all that is wrong at once."""

    def __init__(self, path: Path, refused: Refused) -> None:
        super().__init__(T("{path} cannot be used, and nothing was changed", path=str(path)))
        self.refused = refused


@dataclass(frozen=True)
class Typed:
    """An act as typed; None and empty where nothing was said."""

    act: str
    case: str | None = None
    title: str | None = None
    producers: tuple[str, ...] = ()
    purpose: str | None = None
    restricted: bool | None = None
    begun: str | None = None
    procedure: str | None = None
    document: str | None = None
    number: str | None = None
    date: str | None = None
    signatory: str | None = None
    fields: tuple[tuple[str, str], ...] = ()
    source: Mapping[str, Any] = field(default_factory=dict)
    attachments: tuple[Path, ...] = ()
    reason: str | None = None
    findings: tuple[str, ...] = ()
    to: int | None = None
    of: int | None = None
    role: str | None = None
    acting: str | None = None
    received: Mapping[str, str] = field(default_factory=dict)

    @property
    def changes_case(self) -> bool:
        """Whether something about the case itself was said."""
        given = (self.title, self.purpose, self.restricted, self.begun, *self.producers)
        return any(value is not None for value in given) or "case" in self.source


def clean(text: str) -> str:
    """`text` in the one spelling: normal form C, one kind of line break, no blanks at the ends."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    joined = "\n".join(line.rstrip() for line in lines).strip()
    return unicodedata.ucd_3_2_0.normalize("NFC", joined)


def read_source(path: Path) -> Mapping[str, Any]:
    """What the file at `path` says of an act: strict YAML with the keys of an event."""
    value = read_strict(path)
    unknown = sorted(set(value) - _KEYS)
    if unknown:
        raise UsageError(
            T("{path} has the unknown keys {keys}", path=str(path), keys=", ".join(unknown)),
            T("known here: {keys}", keys=", ".join(sorted(_KEYS))),
        )
    return value


def read_strict(path: Path) -> dict[str, Any]:
    """The mapping in a YAML file of the caller's; raises `BadFile` with every finding."""
    if not path.is_file():
        raise UsageError(T("there is no file {path}", path=str(path)))
    with file_errors(path):
        data = path.read_bytes()
    loaded = load(data, str(path))
    if loaded.findings:
        raise BadFile(path, Refused(loaded.findings))
    if not isinstance(loaded.value, dict):
        raise UsageError(T("{path} is no mapping", path=str(path)), T("write: document: ..."))
    return loaded.value


def moment_text(text: str, zone: ZoneInfo) -> str:
    """The one spelling of a moment that was typed; the office's clock where no offset is given."""
    try:
        moment = datetime.fromisoformat(clean(text))
    except ValueError as error:
        hint = T("write it like 2026-11-23 08:00")
        raise UsageError(T("{text} is no date and time", text=text), hint) from error
    return format_moment(moment if moment.tzinfo else moment.replace(tzinfo=zone), zone)


def day_text(text: str) -> str:
    """A day that was typed, if there is such a day."""
    try:
        return parse_day(clean(text)).isoformat()
    except ValueError as error:
        hint = T("write it like 2026-11-23")
        raise UsageError(T("{text} is no day", text=text), hint) from error
