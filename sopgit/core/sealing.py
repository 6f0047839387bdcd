"""Restricted cases: what lies beside the case instead of in it, and under which name.

The event says which document was issued, with which number and by whom; what
it says lies in `body-SEQ.age`, and every attachment is an age file too.

Rules enforced here: `body-missing`, `body-kept`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.procedure import Procedure
from sopgit.core.text import T

BODY_MISSING = Rule(
    "body-missing",
    "in a restricted case a document comes with its encrypted body",
    why="a paper whose words are nowhere was never written",
)
BODY_KEPT = Rule(
    "body-kept",
    "the body of a document belongs to the event that issued it, and stays",
    why="the words under a signature must not be exchanged later",
)
_BODY = re.compile(r"body-[0-9]+\.age")


def body_name(seq: int) -> str:
    """The file that holds the body of the document of event `seq`."""
    return f"body-{seq}.age"


def check_body(event: Mapping[str, Any], place: Place) -> list[Finding]:
    """Whether an event of a restricted case lists the body of its document."""
    name = body_name(event["seq"])
    listed = {entry["path"] for entry in event.get("files", ()) if entry["new"] is not None}
    if "document" not in event or name in listed:
        return []
    message = T("the case is restricted, and {name} is not listed", name=name)
    return [BODY_MISSING.broken(place, message, T("let sopgit do the act: it encrypts the body"))]


def check_body_kept(event: Mapping[str, Any], place: Place) -> list[Finding]:
    """No event touches the body of another's document, nor replaces its own."""
    return [
        BODY_KEPT.broken(place, T("event {seq} may not list {name}", seq=event["seq"], name=name))
        for entry in event.get("files", ())
        if _BODY.fullmatch(name := entry["path"])
        and (name != body_name(event["seq"]) or entry["old"] is not None)
    ]


def split_fields(
    document: Mapping[str, Any], procedure: Procedure
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields that stay in the event, which name another paper, and those to be sealed."""
    declared = procedure.documents[document["type"]].fields
    fields = document["fields"]
    kept = {
        name: value
        for name, value in fields.items()
        if name in declared and declared[name].kind == "revision"
    }
    return kept, {name: value for name, value in fields.items() if name not in kept}
