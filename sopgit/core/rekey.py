"""What a `rekey` record may do: give stored age files new headers, for the present readers.

1. It lists headers of stored versions and age files of Git, which get a new
   header in place; of these every byte after the header stays.
2. The landing changes them by this record alone, so that both sides are seen.
3. It names exactly the readers whom the policy names, and each header opens to
   as many keys as they and the recovery keys are.

Nothing is taken away by it: the old header stays in the history.

Rules enforced here: `rekey-files`, `rekey-alone`, `rekey-readers`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sopgit.core.agefile import check_age_file, check_age_header
from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.lineage import FileChange, sha256
from sopgit.core.paths import is_header
from sopgit.core.policy import Policy
from sopgit.core.readers import count_message, reader_names
from sopgit.core.rewrap import payload_of
from sopgit.core.text import T

REKEY_FILES = Rule(
    "rekey-files",
    "a rekey record changes headers only: the bytes after them stay",
    why="whoever opens data to a joiner must not be able to exchange it",
)
REKEY_ALONE = Rule(
    "rekey-alone",
    "what a rekey record lists is changed by nothing else in the same landing",
    why="the bytes before and after must both be seen to be compared",
)
REKEY_READERS = Rule(
    "rekey-readers",
    "a rekey record opens to exactly the readers whom the policy names, and says so",
    why="who could read what is told from these records when somebody leaves",
)


def check_rekey(
    record: Mapping[str, Any], changes: Mapping[str, FileChange], policy: Policy, place: Place
) -> list[Finding]:
    """What is wrong with the files that a rekey record lists, and with whom it names."""
    day = policy.day(datetime.fromisoformat(record["at"]))
    findings = _check_people(record, policy, day, place)
    for entry in record["files"]:
        path = entry["path"]
        change = changes.get(path, FileChange(None, None))
        if (sha256(change.old), sha256(change.new)) != (entry["old"], entry["new"]):
            message = T("{path} does not change as the record says, and alone", path=path)
            hint = T("let a landing bring the rekey record and nothing else")
            findings.append(REKEY_ALONE.broken(place, message, hint))
            continue
        broken = _check_file(path, change)
        findings += broken
        miscounted = count_message(change.new or b"", path, policy, day)
        if miscounted is not None and not broken:
            findings.append(REKEY_READERS.broken(Place(path), miscounted))
    return findings


def _check_people(
    record: Mapping[str, Any], policy: Policy, day: date, place: Place
) -> list[Finding]:
    named, readers = sorted(record["people"]), list(reader_names(policy, day))
    if named == readers and readers:
        return []
    message = T(
        "the record names {named}, the policy's readers are {readers}",
        named=", ".join(named) or "-",
        readers=", ".join(readers) or "-",
    )
    return [REKEY_READERS.broken(place, message)]


def _check_file(path: str, change: FileChange) -> list[Finding]:
    if is_header(path) and change.new is not None:
        return check_age_header(change.new, path)
    message = T("a rekey record may not list {path}", path=path)
    if not path.endswith(".age") or change.old is None or change.new is None:
        return [REKEY_FILES.broken(Place(path), message)]
    broken = check_age_file(change.new, path)
    if broken or check_age_file(change.old, path):
        return broken or [REKEY_FILES.broken(Place(path), message)]
    if payload_of(change.old) == payload_of(change.new):
        return []
    message = T("the content of {path} changes, not only who can open it", path=path)
    return [REKEY_FILES.broken(Place(path), message)]
