"""The agencies that data comes from, by the codes that cases name.

Rules enforced here: `agency-unknown`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.strict_yaml import mapping_of
from sopgit.core.text import T

AGENCY_UNKNOWN = Rule(
    "agency-unknown",
    "a case names producers that stand in the office's list of agencies",
    why="a misspelt code would found a second agency of the same name",
)


@lru_cache(maxsize=4)
def agency_codes(data: bytes | None) -> frozenset[str]:
    """The codes in the bytes of the office's list; none where it has no list."""
    return frozenset(mapping_of(data)["agencies"]) if data is not None else frozenset()


def check_producers(
    event: Mapping[str, Any], agencies: bytes | None, place: Place
) -> list[Finding]:
    """Hold the producers that `event` names against the office's file of agencies.

    An office that has entered no agencies yet is not held to any.
    """
    if agencies is None or "case" not in event:
        return []
    known = agency_codes(agencies)
    return [
        AGENCY_UNKNOWN.broken(
            place,
            T("{code} is no agency of this office", code=code),
            T("known here: {codes}", codes=", ".join(sorted(known)) or "-"),
        )
        for code in event["case"]["producers"]
        if code not in known
    ]
