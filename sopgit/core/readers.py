"""Who may read what is restricted: people named through roles, and sealed recovery keys.

An age file does not tell whose keys it opens to, only how many there are; so
the list is the policy's, and the files are held to its length.

Rules enforced here: `age-readers`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime

from sopgit.core.agefile import parse_header
from sopgit.core.case import CaseState
from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.lineage import FileChange
from sopgit.core.paths import folder_of
from sopgit.core.policy import Policy
from sopgit.core.text import T, Text

AGE_READERS = Rule(
    "age-readers",
    "what is encrypted opens to the readers' keys and the recovery keys, and to no other",
    why="a reader too few may be the last one, and one too many is known to nobody",
)

CaseOf = Callable[[str], CaseState | None]
"""The state of the case whose file lies at a path."""


def reader_names(policy: Policy, day: date | None) -> tuple[str, ...]:
    """Everybody with an age key who holds a reader's role on `day`, acting or not; sorted.

    With no day, whoever is acting at some time.
    """
    roles = policy.raw["readers"]["restricted"]
    people = {person for role in roles for person in policy.raw["roles"].get(role, ())}
    people |= {
        grant.person
        for grant in policy.grants
        if grant.role in roles and (day is None or grant.first_day <= day <= grant.last_day)
    }
    return tuple(sorted(person for person in people if policy.people[person]["recipients"]))


def reader_keys(policy: Policy, day: date) -> tuple[str, ...]:
    """The distinct keys `age1...` that restricted content is encrypted to on `day`.

    None at all where no reader has one: what only the sealed keys open helps nobody.
    """
    people = reader_names(policy, day)
    entries = [entry for person in people for entry in policy.people[person]["recipients"]]
    if entries:
        entries += policy.raw["recovery_recipients"]
    return tuple(dict.fromkeys(str(entry["key"]) for entry in entries))


def count_message(data: bytes, path: str, policy: Policy, day: date) -> Text | None:
    """What to say where the age file or header `data` opens to another number of keys."""
    try:
        found = parse_header(data).recipients
    except ValueError:
        return None  # its form is judged elsewhere
    wanted = len(reader_keys(policy, day))
    if found == wanted:
        return None
    return T(
        "{path} opens to {found} keys, the policy names {wanted}",
        path=path,
        found=found,
        wanted=wanted,
    )


def is_closed(path: str, case: CaseOf) -> bool:
    """Whether the age file or header at `path` is a dataset's or of a restricted case."""
    if not path.startswith("cases/"):
        return True
    state = case(f"{folder_of(path)}/case.yaml")
    return state is None or state.restricted


def check_readers(
    changes: Mapping[str, FileChange], policy: Policy, at: str, case: CaseOf
) -> Iterator[Finding]:
    """A warning for each new age file that opens to more or fewer keys than the policy names.

    `at` is the moment by which somebody is acting. No more than a warning:
    between the encryption and the landing the readers may have changed.
    """
    encrypted = [path for path in changes if path.endswith(".age") and is_closed(path, case)]
    if not encrypted:
        return
    day = policy.day(datetime.fromisoformat(at)) if at else date.min
    for path in encrypted:
        message = count_message(changes[path].new or b"", path, policy, day)
        if message is not None:
            hint = T("open it to the present readers with: sopgit data rekey")
            yield AGE_READERS.doubted(Place(path), message, hint)
