"""Records: signed files that are no case.

A record is an event without a chain. Its path follows from its content, it is
never changed or removed; which files it may list is fixed by the schema of its kind.

Rules enforced here: `record-form`, `record-kept`, `record-role`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sopgit.core.chain import check_base, check_signature
from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.lineage import FileChange
from sopgit.core.rekey import check_rekey
from sopgit.core.schema import Schemas
from sopgit.core.spelled import read_mapping
from sopgit.core.statement import record_path
from sopgit.core.strict_yaml import Loaded, load, locate
from sopgit.core.text import T
from sopgit.core.trusted import Trusted
from sopgit.core.writer import check_canonical

RECORD_FORM = Rule(
    "record-form",
    "a record is what the writer renders, at the path of its id",
    why="one record has one spelling and one place",
)
RECORD_KEPT = Rule(
    "record-kept",
    "a record is never changed or removed",
    why="a proof that can be replaced proves nothing",
)
RECORD_ROLE = Rule(
    "record-role",
    "a record is made by a role that the policy names for its kind",
    why="a proof made by somebody without the office to make it is none",
)

RECORD_KINDS = ("settings", "drill", "scrub", "rekey", "disclosure", "declassify")


@dataclass(frozen=True)
class Governed:
    """A governed YAML file that was read: its value, or what is wrong with it."""

    value: Mapping[str, Any] | None
    findings: tuple[Finding, ...]


def read_governed(path: str, data: bytes, schema: str, schemas: Schemas) -> Governed:
    """Load, hold against the schema and against the one spelling."""
    spelt = read_mapping(data)
    loaded = Loaded(spelt, ()) if spelt is not None else load(data, path)
    if loaded.findings:
        return Governed(None, loaded.findings)

    def place_of(pointer: tuple[str | int, ...]) -> Place:
        return Place(path, *locate(data, pointer))

    findings = schemas.check(schema, loaded.value, place_of)
    if not findings and spelt is None:
        findings = check_canonical(data, loaded.value, path)
    if findings or not isinstance(loaded.value, dict):
        return Governed(None, tuple(findings))
    return Governed(loaded.value, ())


def check_record(
    path: str, changes: Mapping[str, FileChange], trusted: Trusted
) -> tuple[Mapping[str, Any] | None, list[Finding]]:
    """The record that the change of `path` brings in, and what is wrong with it.

    `changes` are all those of the landing, of which the record may list some.
    """
    place = Place(path)
    old, new = changes[path].old, changes[path].new
    if old is not None or new is None:
        hint = T("make a new record instead")
        return None, [RECORD_KEPT.broken(place, T("{path} may not change", path=path), hint)]
    governed = read_governed(path, new, "record", trusted.schemas)
    record = governed.value
    if record is None:
        return None, list(governed.findings)
    findings = [
        *check_base(record, trusted.ids, place),
        *check_signature(record, trusted.policy, place),
        *_check_author(record, trusted, place),
    ]
    if record_path(record) != path or record["repository"] != trusted.policy.repository:
        message = T("a record with this content stands at {path}", path=record_path(record))
        findings.append(RECORD_FORM.broken(place, message))
    if record["kind"] == "rekey":
        return record, [*findings, *check_rekey(record, changes, trusted.policy, place)]
    return record, findings


def _check_author(record: Mapping[str, Any], trusted: Trusted, place: Place) -> list[Finding]:
    policy, role, person = trusted.policy, record["role"], record["by"]
    named = policy.raw["records"].get(record["kind"], ())
    letter = record.get("acting")
    if role in named and policy.has_role(person, role, letter, record["at"], trusted.newest):
        return []
    message = T(
        "{person} as {role} may not make a {kind} record; the policy names {roles}",
        person=person,
        role=role,
        kind=record["kind"],
        roles=", ".join(named) or "-",
    )
    return [RECORD_ROLE.broken(place, message)]
