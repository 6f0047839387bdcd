"""Where a case stands after an act: for whom, until when, and what to type next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sopgit.app.office import Office
from sopgit.app.views import CaseView, view_one
from sopgit.core.errors import UsageError
from sopgit.core.policy import Policy


@dataclass(frozen=True)
class Standing:
    """A case as it stands now; `people` are the names of those it waits for.

    `has_server` tells whether the act still has to be sent to anybody.
    """

    view: CaseView | None
    people: tuple[str, ...]
    has_server: bool


def standing_of(office: Office, case: str, now: datetime) -> Standing:
    """Where `case` stands now; without a view in an office that has no calendar yet."""
    has_server = office.repo.config_get("remote.origin.url") is not None
    try:
        view = view_one(office, case, now)
    except UsageError:
        return Standing(None, (), has_server)
    return Standing(view, people_of(office.trusted.policy, view.roles, now), has_server)


def people_of(policy: Policy, roles: tuple[str, ...], now: datetime) -> tuple[str, ...]:
    """The names of those who hold one of `roles`, in their own right or acting today."""
    day = policy.day(now)
    ids = [person for role in roles for person in policy.raw["roles"].get(role, ())]
    ids += [
        grant.person
        for grant in policy.grants
        if grant.role in roles and grant.first_day <= day <= grant.last_day
    ]
    return tuple(policy.people[person]["name"] for person in dict.fromkeys(ids))


def roles_today(policy: Policy, person: str, now: datetime) -> tuple[str, ...]:
    """Every role that `person` may act in on the office's day."""
    day = policy.day(now)
    acting = [
        grant.role
        for grant in policy.grants
        if grant.person == person and grant.first_day <= day <= grant.last_day
    ]
    return tuple(dict.fromkeys([*policy.roles_of(person), *acting]))
