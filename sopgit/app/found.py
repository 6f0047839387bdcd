"""Founding an office: policy 1 with the protected files, then the settings.

The description of an office is a mapping (from a file or from flags):
`office`, `people`, `roles`, `roots`, `remotes` (`NAME: {place, url, endpoint}`),
`wali_data`, `agencies`, for a `flow` of `review` the `host` (`github`, which others
understand too, or `gitlab`) and people's `accounts` there and, where the shipped choice
does not suit, any other key of the policy. Genesis is committed only once enough roots have signed.
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sopgit.adapters import ssh
from sopgit.adapters.git import Repository, build_commit, init, publish
from sopgit.adapters.holidays import propose_calendar
from sopgit.adapters.resources import procedure_names, read_procedure
from sopgit.app.forge_files import check_accounts, owner_files, procedures_in, workflow_files
from sopgit.app.ledger import anchor_of
from sopgit.app.office import MAIN, Office
from sopgit.app.records import enter_record
from sopgit.core.dvcfiles import check_apart, check_remotes, init_files
from sopgit.core.errors import UsageError
from sopgit.core.finding import Finding, Place, Refused
from sopgit.core.lineage import sha256
from sopgit.core.paths import AGENCIES, CALENDAR, POLICY
from sopgit.core.policy import Policy, procedure_path
from sopgit.core.policy_change import signers
from sopgit.core.policy_soundness import check_policy
from sopgit.core.record import RECORD_KINDS
from sopgit.core.schema import Schemas
from sopgit.core.statement import POLICY_NAMESPACE, policy_bytes
from sopgit.core.text import T
from sopgit.core.writer import emit

_SHIPPED: Mapping[str, Any] = {
    "flow": "direct",
    "acting": [],
    "encrypt": {
        "public": ["dikecualikan"],
        "archive": ["terbatas", "rahasia", "sangat_rahasia"],
        "personal": ["spesifik"],
    },
    "copies": {"open": 2, "restricted": 2},
    "recovery_recipients": [],
    "grace": 5,
    "free": ["README.md", "docs/"],
    "trial": False,
}


@dataclass(frozen=True)
class Founding:
    """An office that is not committed yet: its files, its policy, its agencies."""

    policy: dict[str, Any]
    files: Mapping[str, bytes]
    agencies: Mapping[str, Any]

    @property
    def missing(self) -> int:
        """How many more roots must sign."""
        policy = Policy.parse(self.policy)
        return max(0, policy.threshold - len(signers(policy, policy)))


class FoundingRefused(UsageError):
    """The description founds no sound office."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(T("this office cannot be founded, and nothing was written"))
        self.refused = Refused(findings)


def plan(description: Mapping[str, Any], schemas: Schemas) -> Founding:
    """Everything that genesis will hold but the signatures."""
    described = schemas.check("description", description, _place_of)
    if described:
        raise FoundingRefused(tuple(described))
    procedures = {name: read_procedure(name) for name in procedure_names()}
    references = {f"{name}@{sha256(data)}": data for name, data in procedures.items()}
    files = {procedure_path(reference): data for reference, data in references.items()}
    files |= _dvc_files(description.get("remotes", {}))
    files |= workflow_files(description)
    policy = _policy(description, dict.fromkeys(references, "open"), files)
    agencies = agencies_file(description["agencies"])
    findings = [
        *schemas.check("policy", policy, _place_of),
        *schemas.check("agencies", agencies, _place_of),
    ] or check_policy(policy, POLICY)
    findings = findings or check_accounts(policy, description)
    if findings:
        raise FoundingRefused(tuple(findings))
    owners = owner_files(Policy.parse(policy), files, description)
    policy["protected"] |= {path: sha256(data) for path, data in owners.items()}
    files |= owners
    return Founding(policy, files, description["agencies"])


def _dvc_files(remotes: Mapping[str, Mapping[str, str]]) -> dict[str, bytes]:
    """DVC's files; an address with a password in it founds nothing."""
    urls = {name: entry["url"] for name, entry in remotes.items()}
    endpoints = {n: entry["endpoint"] for n, entry in remotes.items() if "endpoint" in entry}
    both = {name: (url, endpoints.get(name, "")) for name, url in urls.items()}
    findings = (*check_remotes(urls, endpoints, "remotes"), *check_apart(both, "remotes"))
    if findings:
        raise FoundingRefused(findings)
    return init_files(urls, endpoints)


def agencies_file(agencies: Mapping[str, Any]) -> dict[str, Any]:
    """The value of `agencies.yaml`."""
    return {"schema": "sopgit/agencies/v1", "agencies": dict(agencies)}


def _place_of(pointer: tuple[str | int, ...]) -> Place:
    return Place("/".join(map(str, pointer)) or POLICY)


def _policy(
    description: Mapping[str, Any], procedures: Mapping[str, str], files: Mapping[str, bytes]
) -> dict[str, Any]:
    roles = description["roles"]
    chosen = {key: description.get(key, shipped) for key, shipped in _SHIPPED.items()}
    remotes = description.get("remotes", {})
    return {
        "schema": "sopgit/policy/v1",
        "rules": 1,
        "version": 1,
        "previous": None,
        "base": None,
        "repository": str(uuid.uuid4()),
        **chosen,
        "office": dict(description["office"]),
        "people": {name: dict(person) for name, person in description["people"].items()},
        "retired": {"people": [], "keys": []},
        "roles": dict(roles),
        "roots": dict(description["roots"]),
        "procedures": dict(procedures),
        "readers": description.get("readers", {"restricted": list(roles)}),
        "remotes": {name: {"place": entry["place"]} for name, entry in remotes.items()},
        "wali_data": dict(description["wali_data"]),
        "records": description.get("records", {kind: list(roles) for kind in RECORD_KINDS}),
        "numbers": description.get("numbers", _numbers(files)),
        "protected": {
            path: sha256(data)
            for path, data in files.items()
            if not path.startswith(".sopgit/procedures/")
        },
        "disowned": [],
        "void": [],
        "signatures": [],
    }


def _numbers(files: Mapping[str, bytes]) -> dict[str, Any]:
    """A number pattern for every document of the shipped procedures, to be changed at will."""
    patterns = {}
    for procedure in procedures_in(files):
        for kind in procedure.documents:
            patterns[kind] = {"pattern": "000.9/{n}/D.12/{year}"}
    return patterns


def sign(founding: Founding, key_path: Path) -> Founding:
    """Add the signature of the root whose key lies at `key_path`."""
    policy = Policy.parse(founding.policy)
    key = ssh.read_public_key(key_path)
    person = policy.person_of(key)
    if person is None or person not in policy.roots:
        raise UsageError(
            T("the key {path} is not that of a root", path=str(key_path)),
            T("the description names the roots and their keys"),
        )
    raw = ssh.sign(key_path, POLICY_NAMESPACE, policy_bytes(founding.policy))
    entry = {"by": person, "sig": base64.b64encode(raw).decode("ascii")}
    others = [known for known in founding.policy["signatures"] if known["by"] != person]
    signed = {**founding.policy, "signatures": [*others, entry]}
    return Founding(signed, founding.files, founding.agencies)


def commit_genesis(folder: Path, founding: Founding, now: datetime) -> Repository:
    """Make the repository in `folder` (empty or absent) with the one first commit."""
    repo = init(folder)
    policy = Policy.parse(founding.policy)
    files: dict[str, bytes | None] = {**founding.files, POLICY: emit(founding.policy)}
    root = founding.policy["signatures"][0]["by"]
    author = (policy.people[root]["name"], f"{root}@sopgit.invalid")
    message = f"Found the office\n\nRepository {policy.repository}, policy version 1.\n"
    commit = build_commit(repo, None, files, message, author, now)
    publish(repo, MAIN, None, commit)
    return repo


def commit_settings(
    office: Office, founding: Founding, years: range, free: Mapping[str, bytes], now: datetime
) -> str:
    """The second landing: calendar, agencies and first pages, under a settings record."""
    files = {
        CALENDAR: emit(propose_calendar(years)),
        AGENCIES: emit(agencies_file(founding.agencies)),
    }
    subject = "Enter the calendar and the agencies"
    entered = enter_record(office, "settings", {}, subject, now, files=files, first_pages=free)
    return entered.commit


def open_founded(repo: Repository, home: Path) -> Office:
    """The office just founded, its anchor pinned."""
    office = Office.open(repo.workdir or repo.gitdir, home)
    genesis = office.repo.first_parents(office.tip())[-1]
    office.pin(anchor_of(genesis, office.trusted.policy))
    return Office.open(repo.workdir or repo.gitdir, home)
