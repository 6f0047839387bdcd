"""Whether one version of the policy may follow another.

1. `version` is one more, `previous` is the digest of the version before, the
   repository stays the same.
2. Enough distinct people among the old roots sign, by the old file's keys, and
   enough among the new roots, by the new file's: nobody is put in charge, or
   shut out, without both.
3. Every signature in the file is one of those, and each key signs once;
   nothing else rides along.
4. Who or what was retired stays retired.

Rules enforced here: `policy-sequence`, `policy-signatures`, `policy-retired`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.policy import Policy
from sopgit.core.policy_soundness import RETIRED
from sopgit.core.sshsig import PublicKey
from sopgit.core.statement import POLICY_NAMESPACE, is_signed_by, policy_digest
from sopgit.core.text import T

SEQUENCE = Rule(
    "policy-sequence",
    "a version of the policy follows the one before it",
    why="an older version put back would give a revoked key its power again",
)
SIGNATURES = Rule(
    "policy-signatures",
    "enough distinct roots of the old and of the new policy sign a change",
    why="one stolen key must not be able to take the office over",
)


def signers(content: Policy, keys_from: Policy) -> tuple[str, ...]:
    """The people among the roots of `keys_from` whose signature over `content` is good."""
    found = []
    for entry in content.raw["signatures"]:
        person = entry["by"]
        if person in keys_from.roots and is_signed_by(
            content.raw, POLICY_NAMESPACE, entry["sig"], keys_from.keys(person)
        ):
            found.append(person)
    return tuple(dict.fromkeys(found))


def check_first(policy: Policy, path: str) -> list[Finding]:
    """Version 1: it follows nothing and its own roots sign it."""
    place = Place(path)
    raw = policy.raw
    findings = []
    if (raw["version"], raw["previous"], raw["base"]) != (1, None, None):
        message = T("the first policy has version 1 and neither previous nor base")
        findings.append(SEQUENCE.broken(place, message))
    return findings + _check_signatures(policy, [policy], place)


def check_change(old: Policy, new: Policy, path: str) -> list[Finding]:
    """Whether `new` may follow `old`; both are sound by themselves."""
    return [*check_successor(old, new, path), *_check_signatures(new, [old, new], Place(path))]


def check_successor(old: Policy, new: Policy, path: str) -> list[Finding]:
    """Whether `new` could follow `old` once enough roots have signed it."""
    place = Place(path)
    return [
        *_check_sequence(old, new, place),
        *_check_retired(old.raw["retired"], new.raw["retired"], place),
    ]


def _check_sequence(old: Policy, new: Policy, place: Place) -> list[Finding]:
    findings = []
    if new.version != old.version + 1:
        message = T("version {new} cannot follow version {old}", new=new.version, old=old.version)
        findings.append(SEQUENCE.broken(place, message, T("start again from the policy in force")))
    if new.raw["previous"] != policy_digest(old.raw):
        message = T("previous is not the digest of the policy in force")
        findings.append(SEQUENCE.broken(place, message, T("start again from the policy in force")))
    if new.repository != old.repository:
        findings.append(SEQUENCE.broken(place, T("the repository id never changes")))
    return findings


def _check_signatures(content: Policy, authorities: list[Policy], place: Place) -> list[Finding]:
    findings = []
    for authority in authorities:
        signed = signers(content, authority)
        if len(signed) < authority.threshold:
            message = T(
                "{threshold} roots of version {version} must sign, signed by: {names}",
                threshold=authority.threshold,
                version=authority.version,
                names=", ".join(signed) or "-",
            )
            findings.append(
                SIGNATURES.broken(place, message, T("let a root run: sopgit policy sign"))
            )
    return [*findings, *_check_each(content, authorities, place)]


def _check_each(content: Policy, authorities: list[Policy], place: Place) -> Iterator[Finding]:
    """Every signature in the file is by a key of a root, which signs once."""
    used = set()
    for entry in content.raw["signatures"]:
        key = _key_of(entry, content, authorities)
        message = None
        if key is None:
            message = T("the signature of {person} is not that of a root", person=entry["by"])
        elif key in used:
            message = T("{person} signs twice with one key", person=entry["by"])
        if message is not None:
            yield SIGNATURES.broken(place, message, T("take it out and sign again"))
        used.add(key)


def _key_of(
    entry: Mapping[str, str], content: Policy, authorities: list[Policy]
) -> PublicKey | None:
    """The key of a root that made the signature of `entry`."""
    keys = [
        key
        for authority in authorities
        if entry["by"] in authority.roots
        for key in authority.keys(entry["by"])
    ]
    signed = (
        key for key in keys if is_signed_by(content.raw, POLICY_NAMESPACE, entry["sig"], [key])
    )
    return next(signed, None)


def _check_retired(
    old: Mapping[str, Iterable[Any]], new: Mapping[str, Iterable[Any]], place: Place
) -> list[Finding]:
    return [
        RETIRED.broken(place, T("{what} was retired and is no longer listed", what=entry))
        for kind in ("people", "keys")
        for entry in set(old[kind]) - set(new[kind])
    ]
