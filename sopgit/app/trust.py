"""The anchor of a clone: what it is, pinning it, and what believing without one means.

Rules enforced here: `trust-first-use`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from sopgit.app.ledger import History
from sopgit.app.office import Office
from sopgit.core.errors import SopgitError, UsageError
from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.text import T
from sopgit.core.trusted import Anchor

FIRST_USE = Rule(
    "trust-first-use",
    "a machine that nobody watches believes no ledger on first use",
    why="whoever can give it another repository could give it another office",
)
SCHEMA = "sopgit/anchor/v1"

_FORMS = {
    "repository": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "genesis": re.compile(r"[0-9a-f]{40}"),
    "policy": re.compile(r"[0-9a-f]{64}"),
}
_LIMIT = 4096


@dataclass(frozen=True)
class Trust:
    """The anchor in force; `is_pinned` is false where it was believed on first use."""

    anchor: Anchor
    is_pinned: bool


def trust_of(office: Office) -> Trust:
    """By what this clone judges its ledger."""
    pinned = office.anchor
    return Trust(pinned or office.trusted.anchor, pinned is not None)


def parse_anchor(data: bytes) -> Anchor:
    """The anchor that `data` spells as JSON; raises `UsageError`."""
    wrong = UsageError(
        T("this is no anchor"), T("in a clone that has it: sopgit --format json trust show")
    )
    try:
        value = json.loads(data) if len(data) <= _LIMIT else None
    except ValueError as error:
        raise wrong from error
    if not isinstance(value, dict) or value.get("schema") != SCHEMA:
        raise wrong
    if any(not form.fullmatch(str(value.get(key))) for key, form in _FORMS.items()):
        raise wrong
    return Anchor(value["repository"], value["genesis"], value["policy"])


def pin_anchor(office: Office, data: bytes) -> Anchor:
    """Keep the anchor in `data`; raises if another is kept, or the ledger begins elsewhere."""
    anchor = parse_anchor(data)
    kept = office.anchor
    if kept not in (None, anchor):
        raise SopgitError(
            T("another anchor is pinned here"),
            T(
                "if the office was founded anew, remove {path}",
                path=str(office.repo.state_folder / "anchor.json"),
            ),
        )
    tip = office.repo.tip("refs/heads/main") or office.repo.tip("refs/remotes/origin/main")
    if tip is not None and office.repo.first_parents(tip)[-1] != anchor.genesis:
        raise SopgitError(
            T("the ledger here does not begin with {genesis}", genesis=anchor.genesis[:12]),
            T("this is another office's anchor, or not the office's ledger"),
        )
    office.pin(anchor)
    return anchor


def check_first_use(history: History, *, unwatched: bool) -> list[Finding]:
    """A finding when nobody watches and no anchor was given."""
    if not (history.first_use and unwatched):
        return []
    message = T("there is no anchor, and in CI nothing is believed on first use")
    hint = T("pin it: sopgit trust pin FILE, or say --trust-first-use")
    return [FIRST_USE.broken(Place(), message, hint)]
