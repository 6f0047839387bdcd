"""Drafts: acts that one person prepared and another signs, each one file on its own branch.

A draft is no statement. It lies on no mainline: there its path belongs to no
class. Whoever signs it composes the act anew, where the case stands then.

Rules enforced here: `draft-form`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from sopgit.core.agefile import check_age_file
from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.text import T

DRAFT_FORM = Rule(
    "draft-form",
    "a branch for a draft is one commit on the mainline that brings one draft and nothing else",
    why="what lies on a branch is handed out to everybody, whether anybody signs it or not",
)
DRAFT_FILE, SEALED_FILE = "draft.yaml", "draft.age"
SCHEMA = "sopgit/draft/v1"
LIMIT = 64 * 1024
NAME = re.compile(r"[0-9a-f]{10}")
"""What a draft's branch is called below `draft/`; others are not looked at."""


def check_draft_files(files: Mapping[str, bytes | None], ref: str) -> list[Finding]:
    """What is wrong with the files that the commit of a draft brings; None: it takes one away."""
    if len(files) != 1 or not {DRAFT_FILE, SEALED_FILE} & files.keys():
        message = T("{branch} brings {paths}", branch=ref, paths=", ".join(sorted(files)) or "-")
        return [DRAFT_FORM.broken(Place(ref), message, T("drafts are written with --draft"))]
    ((path, data),) = files.items()
    if data is None or len(data) > LIMIT:
        message = T("the draft has more than {limit} bytes, or none", limit=LIMIT)
        return [DRAFT_FORM.broken(Place(ref), message)]
    return check_age_file(data, path) if path == SEALED_FILE else []
