"""What makes a policy unsound by itself, beyond what a schema can say.

Rules enforced here: `policy-person-unknown`, `policy-key`, `policy-roots`,
`policy-number-pattern`, `policy-retired`, `policy-acting`, `policy-zone`,
`policy-age-key`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sopgit.core.agekeys import RECIPIENT, decode_key
from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.letters import is_pattern
from sopgit.core.moments import is_zone
from sopgit.core.sshsig import check_public_key, parse_public_key
from sopgit.core.text import T

PERSON_UNKNOWN = Rule(
    "policy-person-unknown",
    "whoever a policy names stands under its people",
    why="a role held by nobody known is a role that nobody can be asked about",
)
POLICY_KEY = Rule(
    "policy-key",
    "a signing key is a sound Ed25519 key of exactly one person",
    why="a shared or weak key makes two persons one, or any text signed",
)
ROOTS = Rule(
    "policy-roots",
    "enough distinct roots exist to change the policy again",
    why="a policy that nobody can change would freeze the office",
)
NUMBER_PATTERN = Rule(
    "policy-number-pattern",
    "a number pattern has one {n} and at most one {year}",
    why="a pattern that cannot be counted gives no next number",
)
AGE_KEY = Rule(
    "policy-age-key",
    "an age key is a sound X25519 key of one person, or of the sealed envelope alone",
    why="a mistyped key opens nothing, and a reader whose key is sealed is no living reader",
)
RETIRED = Rule(
    "policy-retired",
    "a retired person or key is never used again",
    why="a key that was given up may be in other hands",
)
ACTING = Rule(
    "policy-acting",
    "an acting grant ends on the day it begins or later",
    why="a grant that never holds makes somebody sign in vain",
)
ZONE = Rule(
    "policy-zone",
    "the office's time zone is one that exists",
    why="no time could be told to anybody, and every command would end with that",
)


def check_policy(value: Mapping[str, Any], path: str) -> list[Finding]:
    """Everything that makes a policy unsound by itself."""
    place = Place(path)
    findings = [
        *_check_people_named(value, place),
        *_check_keys(value, place),
        *_check_acting(value, place),
        *_check_age_keys(value, place),
        *_check_zone(value["office"]["timezone"], place),
    ]
    for kind, entry in value["numbers"].items():
        if not is_pattern(entry["pattern"]):
            message = T(
                "{pattern} is no number pattern for {type}", pattern=entry["pattern"], type=kind
            )
            findings.append(
                NUMBER_PATTERN.broken(
                    place, message, T("write it like {example}", example="000.9/{n}/D.12/{year}")
                )
            )
    return findings or _check_roots(value, place)


def _names(value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for role, people in value["roles"].items():
        yield from ((person, f"roles.{role}") for person in people)
    yield from ((person, "roots") for person in value["roots"]["people"])
    yield from ((entry["person"], "acting") for entry in value["acting"])


def _check_people_named(value: Mapping[str, Any], place: Place) -> Iterator[Finding]:
    for person, where in _names(value):
        if person not in value["people"]:
            message = T(
                "{where} names {person}, who is not among the people", where=where, person=person
            )
            yield PERSON_UNKNOWN.broken(place, message)
    for person in value["people"]:
        if person in value["retired"]["people"]:
            yield RETIRED.broken(place, T("{person} is retired", person=person))


def _check_keys(value: Mapping[str, Any], place: Place) -> Iterator[Finding]:
    # By its point: the same key as ssh-ed25519 and as sk-ssh-ed25519 is one key.
    owners: dict[bytes, str] = {}
    retired = {
        parse_public_key(line).point
        for line in value["retired"]["keys"]
        if not check_public_key(line, place)
    }
    for person, entry in value["people"].items():
        for line in entry["keys"]:
            broken = check_public_key(line, place)
            yield from broken
            if broken:
                continue
            key = parse_public_key(line)
            owner = owners.setdefault(key.point, person)
            if owner != person:
                message = T("{one} and {other} have the same key", one=owner, other=person)
                yield POLICY_KEY.broken(place, message, T("every person makes a key of their own"))
            if key.point in retired:
                message = T(
                    "the key {fingerprint} of {person} is retired",
                    fingerprint=key.fingerprint,
                    person=person,
                )
                yield RETIRED.broken(place, message, T("make a new key with: sopgit key new"))


def _check_age_keys(value: Mapping[str, Any], place: Place) -> Iterator[Finding]:
    owners: dict[str, str] = {}
    held = [(name, person["recipients"]) for name, person in value["people"].items()]
    sealed = [(entry["custodian"], [entry]) for entry in value["recovery_recipients"]]
    for owner, entries in [*held, *sealed]:
        for key in (entry["key"] for entry in entries):
            try:
                decode_key(key, RECIPIENT)
            except ValueError:
                message = T("{key} of {owner} is no age key", key=key, owner=owner)
                hint = T("sopgit key show prints it as recipient")
                yield AGE_KEY.broken(place, message, hint)
            other = owners.setdefault(key, owner)
            if other != owner:
                message = T("{one} and {other} have the same age key", one=other, other=owner)
                yield AGE_KEY.broken(place, message, T("make one more with: sopgit key new"))


def _check_acting(value: Mapping[str, Any], place: Place) -> Iterator[Finding]:
    for grant in value["acting"]:
        if grant["until"] < grant["from"]:
            message = T(
                "the letter {letter} makes {person} acting from {first} until {last}",
                letter=grant["letter"],
                person=grant["person"],
                first=grant["from"],
                last=grant["until"],
            )
            yield ACTING.broken(place, message)


def _check_zone(name: str, place: Place) -> Iterator[Finding]:
    if not is_zone(name):
        message = T("there is no time zone called {name}", name=name)
        yield ZONE.broken(place, message, T("use an IANA name like Asia/Jakarta"))


def _check_roots(value: Mapping[str, Any], place: Place) -> list[Finding]:
    people = value["people"]
    able = {person for person in value["roots"]["people"] if people[person]["keys"]}
    nips = [people[person]["nip"] for person in sorted(able) if people[person].get("nip")]
    least = 1 if value.get("trial") else 2
    threshold = value["roots"]["threshold"]
    if threshold < least:
        message = T(
            "the threshold of roots is {threshold}, less than {least}",
            threshold=threshold,
            least=least,
        )
        return [ROOTS.broken(place, message)]
    if len(able) < threshold:
        message = T(
            "{able} roots have a key, {threshold} must sign a change",
            able=len(able),
            threshold=threshold,
        )
        return [ROOTS.broken(place, message, T("name more roots or lower the threshold"))]
    if len(set(nips)) < len(nips):
        return [
            ROOTS.broken(place, T("two roots have the same NIP"), T("a root is one human being"))
        ]
    return []
