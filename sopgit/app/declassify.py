"""Signing that the class of a dataset may be lowered; the act that lowers it is another's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sopgit.app.office import Office
from sopgit.app.records import Entered, enter_record
from sopgit.app.workplace import Workplace
from sopgit.core.class_change import may_be_lowered
from sopgit.core.dataset import dataset_path
from sopgit.core.errors import UsageError
from sopgit.core.lineage import FileChange, sha256
from sopgit.core.text import T
from sopgit.core.writer import emit


def declassify(
    office: Office,
    dataset: str,
    description: Mapping[str, Any],
    reason: str,
    letter: str,
    now: datetime,
    acting: str | None = None,
) -> Entered:
    """Let `description` take the place of the dataset.yaml that is there now.

    Raises `UsageError` where that lowers no class of restricted data, `ActRefused`.
    """
    place = Workplace.of(office)
    change = FileChange(place.trusted.tree.get(dataset_path(dataset)), emit(description))
    if not may_be_lowered(change, place.trusted.policy):
        message = T("no class of {dataset} becomes a lower one", dataset=dataset)
        raise UsageError(message, T("such a change needs no record: sopgit data add"))
    said = {
        "dataset": dataset,
        "old": sha256(change.old),
        "new": sha256(change.new),
        "reason": reason,
        "letter": letter,
    }
    subject = f"Let the class of {dataset} be lowered"
    return enter_record(office, "declassify", said, subject, now, acting=acting)
