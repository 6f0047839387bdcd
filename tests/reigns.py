"""What the roots of a lively office decide, one version of the policy after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sopgit.app.demo import samples
from sopgit.core.lineage import sha256
from tests.offices import BUDI, KASI, SITI
from tests.signing import Signer

ROLES = {KASI: ["agus"], SITI: ["siti"], BUDI: ["budi", "eko"]}
NEWCOMERS = {
    "eko": {"name": "Eko Rekaan, A.Md.", "nip": "199105052017031999", "position": "Pranata"},
    "rina": {"name": "Rina Rekaan, S.Kom.", "nip": "199206062019032999", "position": "Pranata"},
}
LETTER = "800/5/2026"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Moment:
    """The policy in force, everybody's key (a rotation puts the new one in), and the day."""

    policy: Mapping[str, Any]
    keys: dict[str, Signer]
    day: date


def _people(then: Moment, **changes: Mapping[str, Any] | None) -> dict[str, Any]:
    merged = {**then.policy["people"], **changes}
    return {name: entry for name, entry in merged.items() if entry is not None}


def _roles(then: Moment, **changes: list[str]) -> dict[str, Any]:
    return {**then.policy["roles"], **changes}


def _moves(then: Moment) -> dict[str, Any]:
    return {"office": {**then.policy["office"], "address": "Jalan Contoh Nomor 2"}}


def _joins(then: Moment) -> dict[str, Any]:
    """Rina comes, and shares the manager's role."""
    entry = {**NEWCOMERS["rina"], "keys": [then.keys["rina"].public_line], "recipients": []}
    return {
        "people": _people(then, rina=entry),
        "roles": _roles(then, pengelola_ti=["siti", "rina"]),
    }


def _acts_for(then: Moment) -> dict[str, Any]:
    """The head of the office acts for the kasi, today and tomorrow."""
    days = {"from": then.day, "until": then.day + DAY}
    grant = {"role": KASI, "person": "dewi", "letter": LETTER}
    return {"acting": [{**grant, **{name: day.isoformat() for name, day in days.items()}}]}


def _rotates(then: Moment) -> dict[str, Any]:
    """Siti gets a new key, and the old one is never used again."""
    retired = then.policy["retired"]
    old, new = then.keys["siti"].public_line, Signer.new(b"siti 2")
    then.keys["siti"] = new
    entry = {**then.policy["people"]["siti"], "keys": [new.public_line]}
    return {
        "people": _people(then, siti=entry),
        "retired": {**retired, "keys": [*retired["keys"], old]},
    }


def _leaves(then: Moment) -> dict[str, Any]:
    """Eko's role and key are revoked."""
    retired = then.policy["retired"]
    return {
        "people": _people(then, eko=None),
        "roles": _roles(then, administrator_server=["budi"]),
        "retired": {
            "people": [*retired["people"], "eko"],
            "keys": [*retired["keys"], then.keys["eko"].public_line],
        },
    }


def _protects(then: Moment) -> dict[str, Any]:
    page = b"* @kepala-seksi\n"
    protected = {**then.policy["protected"], "CODEOWNERS": sha256(page)}
    return {"protected": protected, "files": {"CODEOWNERS": page}}


def _roots(then: Moment) -> dict[str, Any]:
    return {"roots": {"threshold": 2, "people": [*samples.ROOTS, "siti"]}}


def _shortens(_: Moment) -> dict[str, Any]:
    return {"grace": 3}


POLICY_CHANGES: tuple[Callable[[Moment], dict[str, Any]], ...] = (
    _moves,
    _joins,
    _acts_for,
    _rotates,
    _leaves,
    _protects,
    _roots,
    _shortens,
)
