"""Datasets: their versions, what was taken in, and what was brought back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from sopgit.core.lastread import LastRead
from sopgit.core.manifest import Manifest
from sopgit.core.objects import StoredObject
from sopgit.core.text import T, Text
from sopgit.core.words import COPIES, PURPOSES
from sopgit.render.i18n import _, translate
from sopgit.render.last_reads import read_objects


class Version(Protocol):
    """One version as the ledger names it."""

    @property
    def dataset(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def object(self) -> StoredObject: ...
    @property
    def action(self) -> str: ...
    @property
    def at(self) -> str: ...
    @property
    def by(self) -> str: ...
    @property
    def case(self) -> str: ...
    @property
    def copies(self) -> tuple[str, ...]: ...


class Copy(Protocol):
    """One copy as its own bytes show it."""

    @property
    def place(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def why(self) -> Text | None: ...
    @property
    def detail(self) -> str: ...


def version_headers() -> list[str]:
    """What stands above `version_rows`."""
    names = [_("dataset"), _("version"), _("action"), _("at"), _("by"), _("case"), _("bytes")]
    return [*names, _("copies")]


def version_rows(versions: Sequence[Version]) -> list[list[str]]:
    """One line for each version."""
    return [
        [
            version.dataset,
            str(version.version),
            translate(PURPOSES[version.action]),
            version.at[:16].replace("T", " "),
            version.by,
            version.case,
            str(version.object.size),
            ", ".join(version.copies) or "-",
        ]
        for version in versions
    ]


def version_objects(
    versions: Sequence[Version], read: Mapping[str, Mapping[str, LastRead]] | None = None
) -> list[dict[str, Any]]:
    """The versions for JSON; with `read` also when each copy was last read back."""
    return [
        {
            "dataset": version.dataset,
            "version": version.version,
            "action": version.action,
            "at": version.at,
            "by": version.by,
            "case": version.case,
            "object": version.object.value,
            "copies": list(version.copies),
            **({} if read is None else {"read": read_objects(read.get(version.object.md5, {}))}),
        }
        for version in versions
    ]


def told_added(entry: Mapping[str, Any], manifest: Manifest) -> Text:
    """One sentence on what was taken in."""
    if manifest.rows is None:
        return T(
            "{dataset} version {version} is taken in: {size} bytes",
            dataset=entry["dataset"],
            version=entry["version"],
            size=manifest.size,
        )
    return T(
        "{dataset} version {version} is taken in: {rows} rows, {size} bytes",
        dataset=entry["dataset"],
        version=entry["version"],
        rows=manifest.rows,
        size=manifest.size,
    )


def told_copy(copy: Copy) -> Text:
    """One line on one copy."""
    state = COPIES[copy.state]
    if copy.why:
        return T(
            "  copy on {place}: {state} ({detail})",
            place=copy.place,
            state=state,
            detail=copy.why,
        )
    return T("  copy on {place}: {state}", place=copy.place, state=state)


def copy_objects(copies: Sequence[Copy]) -> list[dict[str, str]]:
    """Copies for JSON."""
    return [{"place": c.place, "state": c.state, "detail": c.detail} for c in copies]
