"""A letter number is used once on the whole mainline.

Rules enforced here: `number-twin`.
"""

from __future__ import annotations

from collections.abc import Mapping

from sopgit.core.case import CaseState
from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.text import T

NUMBER_TWIN = Rule(
    "number-twin",
    "a letter number is used once for a type of document",
    why="two letters with one number make every reference to it doubtful",
)


def check_twins(
    states: Mapping[str, CaseState], known: Mapping[tuple[str, str], str]
) -> list[Finding]:
    """Hold the standing documents of `states`, by path, against each other and `known`.

    `known` tells the case that uses a number, by (type, number).
    """
    findings = []
    owners: dict[tuple[str, str], str] = {}
    for path, state in states.items():
        seen = set()
        for issued in state.documents:
            key = (issued.type, issued.number)
            if not issued.live:
                continue
            owner = owners.setdefault(key, known.get(key, state.id))
            if owner != state.id or key in seen:
                message = T(
                    "{type} {number} exists already", type=issued.type, number=issued.number
                )
                hint = T("amend the number: sopgit amend")
                findings.append(NUMBER_TWIN.broken(Place(path), message, hint))
            seen.add(key)
    return findings
