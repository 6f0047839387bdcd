"""Making a record: composed, signed and judged as it will land, and only then committed.

A record lands as an act does: by the server's own engine, before anything is
written. It goes to the mainline, never to a case's branch; in an office with
requests to the branch `record/ID`, on the mainline's tip.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sopgit.adapters.git import move_ref
from sopgit.app.committing import build_files, build_lap, publish_commit
from sopgit.app.landings import landing_of_files
from sopgit.app.laps import has_requests
from sopgit.app.office import Office
from sopgit.app.opened import with_opened
from sopgit.app.statements import record_changing, record_ref
from sopgit.app.wording import check_wording
from sopgit.app.workplace import ActRefused, Workplace
from sopgit.core.admission import with_clock
from sopgit.core.errors import UsageError
from sopgit.core.finding import Finding, Refused
from sopgit.core.lineage import sha256
from sopgit.core.mainline import admit
from sopgit.core.moments import find_zone, format_moment
from sopgit.core.policy import Policy
from sopgit.core.statement import RECORD_NAMESPACE, event_bytes, record_path
from sopgit.core.text import T, Text
from sopgit.core.writer import emit


@dataclass(frozen=True)
class Entered:
    """A record that was committed, at its path; on a `branch` it waits to be brought in."""

    record: Mapping[str, Any]
    path: str
    commit: str
    warnings: tuple[Finding, ...]
    branch: str | None = None

    @property
    def waits(self) -> tuple[Text, ...]:
        """What is told of a record that has not landed yet."""
        if self.branch is None:
            return ()
        return (T("it waits on the branch {branch} for its request", branch=self.branch),)


def enter_record(
    office: Office,
    kind: str,
    said: Mapping[str, Any],
    subject: str,
    now: datetime,
    *,
    files: Mapping[str, bytes] | None = None,
    first_pages: Mapping[str, bytes] | None = None,
    acting: str | None = None,
) -> Entered:
    """Sign a record of `kind` that says `said` and lists `files`, and commit it with them.

    `first_pages` are free files that come along unlisted when the office is founded:
    that goes to the mainline, which nobody else has yet. `acting` is the letter under
    which a role is held. Raises `ActRefused` with all reasons, `UsageError`.
    """
    place = Workplace.of(office)
    by_request = has_requests(place.trusted.policy) and first_pages is None
    if by_request:
        _verify_alone(office, place, files or {})
    elif place.branch:
        hint = T("go to the mainline with: git switch main")
        raise UsageError(T("the branch holds other changes; a record lands on the mainline"), hint)
    listed = [
        {"path": path, "old": sha256(place.trusted.tree.get(path)), "new": sha256(data)}
        for path, data in sorted((files or {}).items())
        if place.trusted.tree.get(path) != data
    ]
    record = _compose(office, place.trusted.policy, kind, said, now, acting) | {"files": listed}
    broken = check_wording(record, office.schemas, "record")
    if broken:
        raise ActRefused(Refused(tuple(broken)))
    raw = office.me.sign(RECORD_NAMESPACE, event_bytes(record))
    record["sig"] = base64.b64encode(raw).decode("ascii")
    path = record_path(record)
    changes: dict[str, bytes | None] = {**(files or {}), path: emit(record), **(first_pages or {})}
    landing = landing_of_files(place.trusted, changes, "record")
    outcome = with_clock(admit(landing, place.trusted), landing, now)
    outcome = with_opened(outcome, landing)
    if isinstance(outcome, Refused):
        raise ActRefused(outcome)
    message = _message(subject, record)
    if not by_request:
        commit = build_files(office, place.head, changes, message, now)
        publish_commit(office, commit, None, place.head)
        return Entered(record, path, commit, outcome.warnings)
    # Nothing is checked out: what was read or brought back for hours is not lost to an odd file.
    ref = record_ref(path)
    commit = build_lap(office, place.trusted.tip, changes, message, now)
    move_ref(office.repo, ref, None, commit)
    return Entered(record, path, commit, outcome.warnings, ref.removeprefix("refs/heads/"))


def _verify_alone(office: Office, place: Workplace, files: Mapping[str, bytes]) -> None:
    """Raise where a record that waits changes one of `files` too: only one of them could land."""
    ref = record_changing(office.repo, place.trusted, files)
    if ref is not None:
        name = ref.removeprefix("refs/heads/")
        raise UsageError(
            T("a record that changes the same waits on the branch {branch}", branch=name),
            T("let that land, or give it up: git branch -D {branch}", branch=name),
        )


def _compose(
    office: Office,
    policy: Policy,
    kind: str,
    said: Mapping[str, Any],
    now: datetime,
    acting: str | None,
) -> dict[str, Any]:
    person = office.me.person
    record: dict[str, Any] = {
        "schema": "sopgit/record/v1",
        "repository": policy.repository,
        "kind": kind,
        "base": office.base(),
        "at": format_moment(now, find_zone(policy.timezone)),
        "by": person,
        "role": _role(policy, kind, person, acting),
        **said,
    }
    return record | {"acting": acting} if acting else record


def _role(policy: Policy, kind: str, person: str, acting: str | None) -> str:
    """The role that the policy names for records of `kind` and that `person` holds."""
    named = policy.raw["records"].get(kind, ())
    held = policy.roles_of(person)
    if acting:
        held = tuple(grant.role for grant in policy.grants if grant.letter == acting)
    role = next((role for role in held if role in named), None)
    if role is not None:
        return role
    raise UsageError(
        T("{person} holds no role that may make a {kind} record", person=person, kind=kind),
        T("the policy names {roles} for it, under records", roles=", ".join(named) or "-"),
    )


def _message(subject: str, record: Mapping[str, Any]) -> str:
    return f"{subject}\n\n{record['kind']} record by {record['by']} as {record['role']}\n"
