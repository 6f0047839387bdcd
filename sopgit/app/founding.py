"""Founding an office step by step: the plan, the roots' signatures, the first two commits.

Where the roots' keys lie on different machines, the plan is kept as a file
that each root signs with `policy sign`; the repository is made only when
enough of them have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sopgit.adapters import ssh
from sopgit.adapters.files import file_errors, write_atomic
from sopgit.adapters.resources import procedure_names, read_procedure, read_schemas
from sopgit.app.forge_files import unasked
from sopgit.app.found import (
    Founding,
    FoundingRefused,
    commit_genesis,
    commit_settings,
    open_founded,
    plan,
    sign,
)
from sopgit.app.keys import Keys, keys_at, use_keys
from sopgit.app.office import Office
from sopgit.app.typed import read_strict
from sopgit.core.canonical import without
from sopgit.core.errors import UsageError
from sopgit.core.policy import Policy
from sopgit.core.policy_change import check_first
from sopgit.core.procedure import Procedure
from sopgit.core.schema import Schemas
from sopgit.core.statement import slug
from sopgit.core.strict_yaml import load
from sopgit.core.text import T
from sopgit.core.writer import emit
from sopgit.render.i18n import language, translate

_YEARS = 2


@dataclass(frozen=True)
class Unsigned:
    """A plan that waits for more roots: where it lies, and how many must still sign."""

    path: Path
    missing: int


def verify_free(folder: Path) -> None:
    """Raise unless `folder` is absent or empty."""
    with file_errors(folder):
        if folder.exists() and not folder.is_dir():
            raise UsageError(T("{path} is no folder", path=str(folder)))
        if folder.is_dir() and any(folder.iterdir()):
            raise UsageError(T("{path} is not empty", path=str(folder)), T("name a new folder"))


def found_office(
    folder: Path,
    description: Mapping[str, Any],
    keys: Sequence[Path],
    planned: Path,
    now: datetime,
    home: Path,
) -> Office | Unsigned:
    """Found the office in the empty or absent `folder`, or keep the plan at `planned`.

    If there is a file at `planned` already, it is the plan, with its signatures.
    """
    verify_free(folder)
    founding = plan(description, Schemas(read_schemas()))
    if planned.exists():
        founding = _taken_up(founding, planned)
    policy = Policy.parse(founding.policy)
    for key in keys:
        person = policy.person_of(ssh.read_public_key(key))
        if person is None or person in policy.roots:
            founding = sign(founding, key)
    if founding.missing:
        write_atomic(planned, emit(founding.policy))
        return Unsigned(planned, founding.missing)
    broken = [
        f for f in check_first(Policy.parse(founding.policy), str(planned)) if f.severity == "error"
    ]
    if broken:
        raise FoundingRefused(tuple(broken))
    office = _establish(folder, founding, _settler(founding, keys), now, home)
    with file_errors(planned):
        planned.unlink(missing_ok=True)
    return office


def unasked_by_host(description: Mapping[str, Any]) -> list[str]:
    """The officials whom the host will not ask for requests, since no account there is given."""
    founding = plan(description, Schemas(read_schemas()))
    accounts = description.get("accounts", {})
    return unasked(Policy.parse(founding.policy), founding.files, accounts)


def _taken_up(founding: Founding, planned: Path) -> Founding:
    """The plan with the signatures that the file at `planned` has."""
    kept = read_strict(planned)
    same = ("repository", "signatures")
    if without(kept, *same) != without(founding.policy, *same):
        raise UsageError(
            T("{path} is the plan of another description", path=str(planned)),
            T("remove it to begin anew; all roots must sign again"),
        )
    return replace(founding, policy=kept)


def _settler(founding: Founding, keys: Sequence[Path]) -> Path:
    """The key of somebody who may enter the calendar and the agencies."""
    policy = Policy.parse(founding.policy)
    named = policy.raw["records"].get("settings", [])
    for key in keys:
        person = policy.person_of(ssh.read_public_key(key))
        if person and set(policy.roles_of(person)) & set(named):
            return key
    raise UsageError(
        T("nobody whose key was given may enter the calendar"),
        T(
            "give with --key the key of somebody in one of the roles {roles}",
            roles=", ".join(named),
        ),
    )


def _establish(folder: Path, founding: Founding, key: Path, now: datetime, home: Path) -> Office:
    repo = commit_genesis(folder, founding, now)
    use_keys(repo, key, keys_at(key).identity_path)
    office = open_founded(repo, home)
    policy = office.trusted.policy
    page = {"README.md": _first_page(policy)} if "README.md" in policy.free else {}
    commit_settings(office, founding, range(now.year, now.year + _YEARS), page, now)
    return Office.open(folder, home)


def _first_page(policy: Policy) -> bytes:
    """What somebody sees who opens the repository on a forge."""
    mark = f"**{translate(T('TRIAL'))}**\n\n" if policy.trial else ""
    rule = T(
        "Every change here is a signed act under the office's procedure; nothing is edited by hand."
    )
    text = f"""# {policy.raw["office"]["name"]}

{mark}{translate(rule)}

    sopgit inbox     {translate(T("what waits for me"))}
    sopgit verify    {translate(T("whether the whole history holds"))}
"""
    return text.encode()


def trial_description(
    keys: Keys, name: str, office: str, agencies: Mapping[str, str], remotes: Mapping[str, str]
) -> dict[str, Any]:
    """A one-person office to try things in: every role, one root, no second pair of eyes."""
    person = slug(name).partition("-")[0].lstrip("0123456789") or "person"
    recipients = [{"kind": "x25519", "key": keys.recipient}] if keys.recipient else []
    copies = min(2, len(remotes))
    return {
        "office": {
            "name": office,
            "parent": office,
            "address": office,
            "region_code": "00",
            "timezone": "Asia/Jakarta",
            "language": language(),
            "letterhead": [office],
        },
        "people": {
            person: {
                "name": name,
                "position": "-",
                "keys": [keys.signing.line],
                "recipients": recipients,
            }
        },
        "roles": {role: [person] for role in _shipped_roles()},
        "roots": {"threshold": 1, "people": [person]},
        "wali_data": {"name": "-", "recipients": []},
        "agencies": {code: {"name": label} for code, label in agencies.items()},
        "remotes": {key: {"place": key, "url": url} for key, url in remotes.items()},
        "copies": {"open": copies, "restricted": copies},
        "trial": True,
    }


def _shipped_roles() -> list[str]:
    roles: dict[str, None] = {}
    for name in procedure_names():
        value = load(read_procedure(name)).value
        if isinstance(value, dict):
            roles |= dict.fromkeys(Procedure.parse(value).roles)
    return list(roles)
