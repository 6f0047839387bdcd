"""Warnings of the scan: they pass when somebody says why, and the event tells the reason.

Rules enforced here: `data-empty`, `reason-missing`; those of `sopgit.core.losses`.
"""

from __future__ import annotations

from collections.abc import Sequence

from sopgit.core.finding import Finding, Place, Refused, Rule, Verdict, verdict
from sopgit.core.losses import TableFacts, check_losses
from sopgit.core.manifest import Manifest
from sopgit.core.text import T

DATA_EMPTY = Rule(
    "data-empty",
    "data that is taken in holds something",
    why="an export or a copy that failed leaves an empty file behind",
)
REASON_MISSING = Rule(
    "reason-missing",
    "data that the scan doubts is taken in for a reason that the event tells",
    why="a warning that nobody answers is soon read by nobody",
)


def judge_scan(
    found: Sequence[Finding], manifest: Manifest, before: TableFacts, reason: str | None
) -> Verdict:
    """What the scan `found`, and what was lost since `before`; warnings need a `reason`."""
    now = TableFacts(manifest.rows, manifest.columns)
    doubts = (*check_empty(manifest), *check_losses(before, now, manifest.file))
    judged = verdict("scan", [*found, *doubts])
    if isinstance(judged, Refused) or not judged.warnings or reason:
        return judged
    message = T("the scan doubts this data, and no reason is given")
    hint = T("say with --reason why it is right; the event tells it in the clear")
    return Refused((*judged.warnings, REASON_MISSING.broken(Place(manifest.file), message, hint)))


def check_empty(manifest: Manifest) -> list[Finding]:
    """A warning where there is no byte, or no row below the heading."""
    if manifest.size and manifest.rows != 0:
        return []
    message = T("{name} is empty", name=manifest.file)
    if manifest.size:
        message = T("{name} has a heading and no row", name=manifest.file)
    hint = T("export or copy it anew, or say with --reason why it is right")
    return [DATA_EMPTY.doubted(Place(manifest.file), message, hint)]
