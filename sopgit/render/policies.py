"""The policy in force, or what would change in it, for a reader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sopgit.core.policy import Policy
from sopgit.core.text import T, Text
from sopgit.core.words import GRANTS
from sopgit.render.escape import leading, visible
from sopgit.render.i18n import _, translate
from sopgit.render.tables import table_lines, window


def policy_lines(policy: Policy) -> Iterator[str]:
    """Office, people with their roles and keys, acting grants, roots, procedures, remotes."""
    raw = policy.raw
    mark = f" [{_('TRIAL')}]" if policy.trial else ""
    office = raw["office"]["name"]
    head = T("policy version {version} of {office}", version=policy.version, office=office)
    yield translate(head) + mark
    yield f"{_('repository')}  {policy.repository}"
    yield from _people(policy)
    yield from _acting(policy)
    roots = T(
        "{threshold} of these roots change the policy: {people}",
        threshold=policy.threshold,
        people=", ".join(policy.roots),
    )
    yield ""
    yield translate(roots)
    procedures = [[name, translate(GRANTS[state])] for name, state in raw["procedures"].items()]
    yield from _section(_("Procedures"), [_("procedure"), _("state")], procedures)
    remotes = [[name, entry["place"]] for name, entry in raw["remotes"].items()]
    yield from _section(_("Remotes"), [_("remote"), _("place")], remotes)


def change_lines(words: Iterable[Text]) -> Iterator[str]:
    """What a change says, a line each; no line begins with somebody else's word."""
    return (leading(translate(line)) for line in words)


def _people(policy: Policy) -> Iterator[str]:
    body = [
        [
            person,
            entry["name"],
            entry["position"],
            ", ".join(policy.roles_of(person)) or "-",
            ", ".join(key.fingerprint for key in policy.keys(person)) or "-",
        ]
        for person, entry in policy.people.items()
    ]
    head = [_("person"), _("name"), _("position"), _("roles"), _("keys")]
    return _section(_("People"), head, body)


def _acting(policy: Policy) -> Iterator[str]:
    body = [
        [grant.role, grant.person, str(grant.first_day), str(grant.last_day), grant.letter]
        for grant in policy.grants
    ]
    head = [_("role"), _("person"), _("from"), _("until"), _("letter")]
    return _section(_("Acting"), head, body)


def _section(title: str, head: list[str], body: list[list[str]]) -> Iterator[str]:
    if not body:
        return
    yield ""
    yield f"{title}:"
    shown = [[leading(row[0]), *map(visible, row[1:])] for row in body]
    width = window()
    yield from (f"  {line}" for line in table_lines(head, shown, width and width - 2))
