"""Warnings of the scan: they pass when somebody says why, and the event tells the reason.

Rules enforced here: `reason-missing`; those of `sopgit.core.losses`.
"""

from __future__ import annotations

from collections.abc import Sequence

from sopgit.core.finding import Finding, Place, Refused, Rule, Verdict, verdict
from sopgit.core.losses import TableFacts, check_losses
from sopgit.core.manifest import Manifest
from sopgit.core.text import T

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
    judged = verdict("scan", [*found, *check_losses(before, now, manifest.file)])
    if isinstance(judged, Refused) or not judged.warnings or reason:
        return judged
    message = T("the scan doubts this data, and no reason is given")
    hint = T("say with --reason why it is right; the event tells it in the clear")
    return Refused((*judged.warnings, REASON_MISSING.broken(Place(manifest.file), message, hint)))
