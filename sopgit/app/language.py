"""The language that an office speaks, found without opening its ledger.

A help page must not cost a verification, so the work tree's policy is only
glanced at. Nothing but the choice of words follows from it.
"""

from __future__ import annotations

import re
from pathlib import Path

from sopgit.core.paths import POLICY

_LIMIT = 64 * 1024
_LANGUAGE = re.compile(rb"^office:\n(?:  .*\n)*?  language: ([a-z]{2})$", re.MULTILINE)


def office_language(folder: Path) -> str | None:
    """What the policy in `folder`, or in the nearest folder above it, says; None without one."""
    try:
        start = folder.resolve()
        for place in (start, *start.parents):
            path = place / POLICY
            if path.is_file():
                with path.open("rb") as file:
                    return language_in(file.read(_LIMIT))
    except (OSError, RuntimeError):
        return None
    return None


def language_in(policy: bytes) -> str | None:
    """What the bytes of a policy say, verified or not; None where they say nothing."""
    found = _LANGUAGE.search(policy)
    return found.group(1).decode("ascii") if found else None
