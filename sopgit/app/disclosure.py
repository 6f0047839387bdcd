"""What somebody could read, told when they leave, and signed as a `disclosure` record.

It is what the history tells: everything that was opened to the person by the
policy of its time, or later by a rekey record. Whether they did read it, or
kept a copy, nobody can know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sopgit.app.office import Office
from sopgit.app.openings import Openings, read_openings
from sopgit.app.records import Entered, enter_record
from sopgit.app.workplace import ID_LENGTH
from sopgit.core.errors import UsageError
from sopgit.core.paths import header_version
from sopgit.core.readers import is_closed
from sopgit.core.text import T


@dataclass(frozen=True)
class Readable:
    """Versions by dataset, and the IDs of restricted cases, that `person` could read."""

    person: str
    versions: Mapping[str, Sequence[int]]
    cases: Sequence[str]

    @property
    def value(self) -> dict[str, Any]:
        """As the record says it."""
        datasets = [
            {"dataset": dataset, "versions": list(numbers)}
            for dataset, numbers in self.versions.items()
        ]
        return {"person": self.person, "datasets": datasets, "cases": list(self.cases)}


def readable_by(office: Office, person: str) -> Readable:
    """What `person` could ever read; raises where the office never knew anybody of that name."""
    trusted, openings = office.built_on.trusted, read_openings(office)
    policy = trusted.policy
    readers = {name for each in _all(openings).values() for o in each for name in o.people}
    if person not in {*policy.people, *policy.raw["retired"]["people"], *readers}:
        message = T("the policy never named {person}", person=person)
        raise UsageError(message, T("see: sopgit policy show"))
    versions: dict[str, list[int]] = {}
    cases: dict[str, None] = {}
    for path, opened in sorted(_all(openings).items()):
        could_read = any(person in opening.people for opening in opened)
        if not could_read or not is_closed(path, trusted.case):
            continue
        folders = path.split("/")
        if path in openings.files:
            cases[folders[3][:ID_LENGTH]] = None
        elif folders[-1].startswith("data-"):
            versions.setdefault("/".join(folders[1:3]), []).append(header_version(path))
    return Readable(person, {name: sorted(found) for name, found in versions.items()}, list(cases))


def _all(openings: Openings) -> dict[str, list[Any]]:
    return {**openings.files, **openings.versions}


def disclose(
    office: Office,
    readable: Readable,
    reason: str,
    letter: str | None,
    now: datetime,
    acting: str | None = None,
) -> Entered:
    """Sign what is readable as a record. Raises `ActRefused`, `UsageError`."""
    said = {**readable.value, "reason": reason} | ({"letter": letter} if letter else {})
    subject = f"Tell what {readable.person} could read"
    return enter_record(office, "disclosure", said, subject, now, acting=acting)
