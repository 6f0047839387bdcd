"""Who may read what is restricted: people named through roles, and sealed recovery keys.

An age file does not tell whose keys it opens to, only how many there are; so
the list is the policy's, and the files are held to its length.

Rules enforced here: `age-readers`.
"""

from __future__ import annotations

from datetime import date

from sopgit.core.agefile import parse_header
from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.policy import Policy
from sopgit.core.text import T, Text

AGE_READERS = Rule(
    "age-readers",
    "what is encrypted opens to the readers' keys and the recovery keys, and to no other",
    why="a reader too few may be the last one, and one too many is known to nobody",
)


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


def check_readers(data: bytes, path: str, policy: Policy, day: date) -> list[Finding]:
    """A warning where `data` opens to more or fewer keys than the policy names for `day`."""
    message = count_message(data, path, policy, day)
    if message is None:
        return []
    hint = T("open it to the present readers with: sopgit data rekey")
    return [AGE_READERS.doubted(Place(path), message, hint)]
