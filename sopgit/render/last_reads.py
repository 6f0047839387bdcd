"""Copies of versions: where each lies, and when it was last read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Protocol

from sopgit.core.lastread import LastRead
from sopgit.core.objects import StoredObject
from sopgit.core.text import T, Text
from sopgit.core.words import OUTCOMES, PURPOSES
from sopgit.render.i18n import _, translate

# By what a copy was last read back, beside the acts of a case.
_RECORDS: Mapping[str, Text] = {"scrub": T("scrub"), "drill": T("drill")}


class Version(Protocol):
    """One version as the ledger names it."""

    @property
    def dataset(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def object(self) -> StoredObject: ...


def copy_headers() -> list[str]:
    """What stands above `copy_rows`."""
    names = [_("dataset"), _("version"), _("remote"), _("place"), _("copy")]
    return [*names, _("last read"), _("by"), _("in")]


def copy_rows(
    versions: Sequence[Version],
    read: Mapping[str, Mapping[str, LastRead]],
    remotes: Mapping[str, str],
) -> list[list[str]]:
    """One line for each copy; `remotes` are the policy's places by name, shown even if empty."""
    rows = []
    for version in versions:
        known = read.get(version.object.md5, {})
        for name in dict.fromkeys([*remotes, *known]):
            if name in remotes or known[name].outcome != "missing":
                told = _told(known[name]) if name in known else ["-", "-", "-", "-"]
                where = remotes.get(name, "-")
                rows.append([version.dataset, str(version.version), name, where, *told])
    return rows


def _told(read: LastRead) -> list[str]:
    how = {**PURPOSES, **_RECORDS}[read.how]
    at = read.at[:16].replace("T", " ")
    return [translate(OUTCOMES[read.outcome]), at, read.by, translate(how)]


def read_objects(known: Mapping[str, LastRead]) -> list[dict[str, Any]]:
    """What is known of the copies of one version, for JSON."""
    return [asdict(known[name]) for name in sorted(known)]
