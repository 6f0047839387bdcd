"""Files beside a case: they come with an act and stay.

Every file belongs to the event that brought it, and is there once: whoever adds
another under its name would come to own it. Where that event's document is
amended, the amendment may bring its files anew, and they are its own from then on.

Rules enforced here: `attachment-kept`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.text import T

ATTACHMENT_KEPT = Rule(
    "attachment-kept",
    "a file beside a case stays; only an amendment of the document that it came with replaces it",
    why="a paper that somebody else exchanges later is no proof of what was handed in",
)
Owners = tuple[tuple[str, int], ...]
"""The files beside a case, each with the number of the event that it belongs to."""


def check_attached(owners: Owners, event: Mapping[str, Any], place: Place) -> list[Finding]:
    """Whether the event replaces or removes only files that it may."""
    amended = event["of"] if event["act"] == "amend" and "document" in event else None
    known = dict(owners)
    return [
        ATTACHMENT_KEPT.broken(
            place,
            T("{name} came with event {seq} and stays", name=name, seq=known.get(name, "-")),
            T("give the new file another name, or amend the document that it came with"),
        )
        for name in _touched(event, known)
        if amended is None or known.get(name) != amended
    ]


def _touched(event: Mapping[str, Any], known: Mapping[str, int]) -> list[str]:
    """The files that the event replaces, removes, or adds where one lies."""
    return [e["path"] for e in _beside(event) if e["old"] is not None or e["path"] in known]


def replaced_files(event: Mapping[str, Any]) -> list[str]:
    """The files beside the case that the event does not add, but replaces or removes."""
    return [entry["path"] for entry in _beside(event) if entry["old"] is not None]


def with_files(owners: Owners, event: Mapping[str, Any]) -> Owners:
    """Whom the files belong to after `event`."""
    files = {entry["path"]: entry["new"] for entry in _beside(event)}
    if not files:
        return owners
    own = {name: event["seq"] for name, new in files.items() if new is not None}
    kept = {name: owner for name, owner in owners if name not in files}
    return tuple({**kept, **own}.items())


def passed_on(owners: Owners, event: Mapping[str, Any]) -> Owners:
    """The files of the document that `event` amends belong to the amendment."""
    of, seq = event["of"], event["seq"]
    return tuple((name, seq if owner == of else owner) for name, owner in owners)


def _beside(event: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for entry in event.get("files", ()):
        if not entry["path"].startswith("datasets/"):
            yield entry
