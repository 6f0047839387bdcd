"""An office in memory: real keys, real signatures, no repository.

`Simulator` founds an office of a given procedure and lands acts on it through
the engine, as a mainline of plain dictionaries. Every test that expects a
refusal changes one thing in what this simulator lands without complaint.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from sopgit.adapters.resources import read_procedure, read_schemas
from sopgit.app.draft import Draft, Ground, compose
from sopgit.app.landings import landing_of_files
from sopgit.core.case import CaseState
from sopgit.core.finding import Allowed, Refused, Verdict
from sopgit.core.growth import HEADER
from sopgit.core.lineage import FileChange, sha256
from sopgit.core.mainline import Landing, admit, found, land
from sopgit.core.paths import POLICY
from sopgit.core.policy import procedure_path
from sopgit.core.procedure import Procedure
from sopgit.core.schema import Schemas
from sopgit.core.statement import (
    EVENT_NAMESPACE,
    POLICY_NAMESPACE,
    case_folder,
    event_bytes,
    policy_bytes,
    policy_digest,
)
from sopgit.core.strict_yaml import load
from sopgit.core.trusted import Anchor, Trusted
from sopgit.core.writer import emit, emit_item
from tests.signing import Signer

PROCEDURE = "pengelolaan-pengamanan-data"
START = datetime(2026, 3, 2, 8, 0, tzinfo=timezone(timedelta(hours=7)))
PEOPLE = {"agus": "kasi", "siti": "pengelola_ti", "budi": "administrator_server", "dewi": ""}
REPOSITORY = "00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True)
class Files:
    """A tree as a dictionary."""

    content: Mapping[str, bytes]

    def get(self, path: str) -> bytes | None:
        return self.content.get(path)

    def paths(self, prefix: str) -> Iterator[str]:
        return iter(sorted(path for path in self.content if path.startswith(prefix)))


def signer(person: str) -> Signer:
    """The key of a person; the same in every run."""
    return Signer.new(person.encode().ljust(32, b".")[:32])


def office_policy(
    procedures: Mapping[str, bytes], roles: Mapping[str, list[str]], people: list[str]
) -> dict[str, Any]:
    """A sound policy of version 1, unsigned."""
    kinds = {
        kind
        for data in procedures.values()
        for kind in load(data).value["documents"]  # type: ignore[index]
    }
    return {
        "schema": "sopgit/policy/v1",
        "rules": 1,
        "version": 1,
        "previous": None,
        "base": None,
        "repository": REPOSITORY,
        "flow": "direct",
        "office": {
            "name": "Dinas Rekaan",
            "parent": "Kabupaten Rekaan",
            "address": "Jalan Contoh 1",
            "region_code": "18.10",
            "timezone": "Asia/Jakarta",
            "language": "id",
            "letterhead": ["KABUPATEN REKAAN", "DINAS REKAAN"],
        },
        "people": {
            person: {
                "name": person.title() + " Rekaan",
                "position": "Pejabat",
                "keys": [signer(person).public_line],
                "recipients": [],
            }
            for person in people
        },
        "retired": {"people": [], "keys": []},
        "roles": {role: list(holders) for role, holders in roles.items()},
        "acting": [],
        "roots": {"threshold": 2, "people": people[:3]},
        "procedures": {f"{name}@{sha256(data)}": "open" for name, data in procedures.items()},
        "encrypt": {
            "public": ["dikecualikan"],
            "archive": ["terbatas", "rahasia", "sangat_rahasia"],
            "personal": ["spesifik"],
        },
        "readers": {"restricted": list(roles)},
        "copies": {"open": 2, "restricted": 2},
        "remotes": {"one": {"place": "Ruang server"}, "two": {"place": "Brankas"}},
        "recovery_recipients": [],
        "wali_data": {"name": "Wali Data", "recipients": []},
        "records": {"settings": list(roles)},
        "grace": 5,
        "numbers": {kind: {"pattern": "000.9/{n}/D.12/{year}"} for kind in sorted(kinds)},
        "protected": {},
        "free": ["README.md", "docs/"],
        "disowned": [],
        "void": [],
        "trial": False,
        "signatures": [],
    }


def sign_policy(policy: Mapping[str, Any], *people: str) -> dict[str, Any]:
    """`policy` with good signatures of `people` and no other."""
    entries = []
    for person in people:
        raw = signer(person).sign(POLICY_NAMESPACE, policy_bytes(policy))
        entries.append({"by": person, "sig": base64.b64encode(raw).decode()})
    return {**policy, "signatures": entries}


@dataclass
class Simulator:
    """The mainline of one office and the means to act on it."""

    procedures: Mapping[str, bytes]
    roles: Mapping[str, list[str]]
    people: list[str]
    trusted: Trusted = field(init=False)
    schemas: Schemas = field(init=False)
    clock: datetime = START
    count: int = 0
    id: str = ""

    @classmethod
    def shipped(cls) -> Simulator:
        """The nine steps as they ship, three people and a fourth who is only a root."""
        roles = {role: [person] for person, role in PEOPLE.items() if role}
        return cls({PROCEDURE: read_procedure(PROCEDURE)}, roles, list(PEOPLE))

    def __post_init__(self) -> None:
        self.schemas = Schemas(read_schemas())
        policy = office_policy(self.procedures, self.roles, self.people)
        self.first = sign_policy(policy, *self.people[:2])
        files = self.genesis_files(self.first)
        self.id = self.next_id(files)
        anchor = Anchor(REPOSITORY, self.id, policy_digest(self.first))
        verdict, trusted = found(self.genesis(files), anchor, self.schemas)
        assert trusted is not None, verdict
        self.trusted = trusted

    def genesis_files(self, policy: Mapping[str, Any]) -> dict[str, bytes]:
        files = {procedure_path(f"{n}@{sha256(d)}"): d for n, d in self.procedures.items()}
        return {**files, POLICY: emit(policy)}

    def genesis(self, files: Mapping[str, bytes]) -> Landing:
        changes = {path: FileChange(None, data) for path, data in files.items()}
        return Landing(self.id, changes, Files(files))

    def next_id(self, _changes: Mapping[str, bytes | None]) -> str:
        """What the landing that brings these files is called."""
        self.count += 1
        return f"{self.count:040x}"

    @property
    def policy(self) -> Mapping[str, Any]:
        return self.trusted.policy.raw

    @property
    def reference(self) -> str:
        return str(next(iter(self.policy["procedures"])))

    @property
    def procedure(self) -> Procedure:
        procedure = self.trusted.procedure(self.reference)
        assert procedure is not None
        return procedure

    def tick(self, minutes: int = 10) -> datetime:
        self.clock += timedelta(minutes=minutes)
        return self.clock

    def state(self, path: str) -> CaseState:
        state = self.trusted.case(path)
        assert state is not None
        return state

    def event(self, person: str, path: str | None, draft: Draft, **changes: Any) -> dict[str, Any]:
        """The signed event that `person` would make; `changes` are put in before signing."""
        state = self.state(path) if path else None
        ground = Ground(
            self.trusted,
            state,
            self.reference,
            self.procedure,
            person,
            self.trusted.tip,
            self.tick(),
        )
        return sign_event({**compose(draft, ground), **changes})

    def files(self, event: Mapping[str, Any], path: str | None = None) -> dict[str, bytes | None]:
        """The case file with `event` appended."""
        path = path or f"{case_folder(event)}/case.yaml"
        return {path: (self.trusted.tree.get(path) or HEADER) + emit_item(event)}

    def try_files(self, files: Mapping[str, bytes | None]) -> Verdict:
        """What the engine says of a landing of `files`; nothing moves."""
        return admit(landing_of_files(self.trusted, files, "attempt"), self.trusted)

    def land_files(self, files: Mapping[str, bytes | None]) -> Allowed:
        """Land `files`; it must be allowed."""
        self.id = self.next_id(files)
        landing = landing_of_files(self.trusted, files, self.id)
        merged = {
            path: data
            for path in self.trusted.tree.paths("")
            if (data := self.trusted.tree.get(path))
        }
        merged |= {path: data for path, data in files.items() if data is not None}
        gone = {path for path, data in files.items() if data is None}
        after = Files({path: data for path, data in merged.items() if path not in gone})
        verdict = land(Landing(landing.id, landing.changes, after), self.trusted)
        assert isinstance(verdict, Allowed), explain(verdict)
        return verdict

    def act(self, person: str, path: str | None, draft: Draft, **changes: Any) -> str:
        """Do an act that must be allowed; the path of its case."""
        files = self.files(self.event(person, path, draft, **changes), path)
        self.land_files(files)
        return next(iter(files))


def sign_event(event: Mapping[str, Any], by: str | None = None) -> dict[str, Any]:
    """`event` with a good signature of its author, or of `by` in the author's name."""
    unsigned = {key: value for key, value in event.items() if key != "sig"}
    raw = signer(by or event["by"]).sign(EVENT_NAMESPACE, event_bytes(unsigned))
    return {**unsigned, "sig": base64.b64encode(raw).decode()}


def codes(verdict: Verdict) -> set[str]:
    """The codes of a refusal's errors; empty for `Allowed`."""
    found_ = verdict.findings if isinstance(verdict, Refused) else ()
    return {finding.code for finding in found_ if finding.severity == "error"}


def explain(verdict: Verdict) -> str:
    """A refusal in words, for a test that expected none."""
    if isinstance(verdict, Allowed):
        return "allowed"
    return "\n".join(f"{f.place} {f.code}: {f.message}" for f in verdict.findings)
