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
                    found = _LANGUAGE.search(file.read(_LIMIT))
                return found.group(1).decode("ascii") if found else None
    except (OSError, RuntimeError):
        return None
    return None
