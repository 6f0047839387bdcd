"""The changes that people make to a policy, each on the content as it is being edited.

They say at once what cannot be meant (`UsageError`); whether the outcome is
sound is judged when the proposal is made. Nobody is retired here: whoever and
whatever a version no longer names is retired by `proposing`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sopgit.core.dvcfiles import (
    CONFIG,
    check_apart,
    check_remotes,
    remotes_of,
    with_remote,
    without_remote,
)
from sopgit.core.errors import UsageError
from sopgit.core.lineage import sha256
from sopgit.core.policy import procedure_path
from sopgit.core.sshsig import PublicKey, parse_public_key
from sopgit.core.text import T

Reason = Literal["rotated", "left", "compromised"]
REASONS: tuple[Reason, ...] = ("rotated", "left", "compromised")


@dataclass
class Edited:
    """A policy's content, and the bytes of the protected files that change with it."""

    raw: dict[str, Any]
    files: dict[str, bytes | None]


def add_person(edited: Edited, person: str, facts: Mapping[str, Any]) -> None:
    """A new person; `facts` are `name`, `position`, perhaps `nip`, `keys` and `recipients`."""
    if person in edited.raw["people"]:
        hint = T("give a key with: sopgit policy person key {person} KEY", person=person)
        raise UsageError(T("there is a person {person} already", person=person), hint)
    edited.raw["people"][person] = {"keys": [], "recipients": [], **facts}


def add_keys(
    edited: Edited, person: str, keys: Sequence[PublicKey], recipients: Sequence[str] = ()
) -> None:
    """Further keys of a person."""
    facts = known_person(edited, person)
    facts["keys"] = list(dict.fromkeys([*facts["keys"], *(key.line for key in keys)]))
    new = [{"kind": "x25519", "key": recipient} for recipient in recipients]
    facts["recipients"] = [*facts["recipients"], *(e for e in new if e not in facts["recipients"])]


def known_person(edited: Edited, person: str) -> dict[str, Any]:
    """What the content says of `person`."""
    people: dict[str, dict[str, Any]] = edited.raw["people"]
    if person not in people:
        hint = T("people: {names}", names=", ".join(people))
        raise UsageError(T("there is no person {person}", person=person), hint)
    return people[person]


def remove_person(edited: Edited, person: str) -> None:
    """Take a person out of everything: people, roles, acting grants, roots."""
    known_person(edited, person)
    raw = edited.raw
    del raw["people"][person]
    for role, people in raw["roles"].items():
        raw["roles"][role] = [name for name in people if name != person]
    raw["acting"] = [grant for grant in raw["acting"] if grant["person"] != person]
    _set_roots(edited, [name for name in raw["roots"]["people"] if name != person])


def revoke_person(
    edited: Edited, person: str, reason: Reason, keys: Sequence[PublicKey] = ()
) -> None:
    """Somebody left: out of everything. Else all their signing keys go, and `keys` come."""
    if reason == "left":
        if keys:
            raise UsageError(T("somebody who left gets no new key"))
        remove_person(edited, person)
        return
    facts = known_person(edited, person)
    _verify_replaced(person, reason, keys, [])
    facts["keys"] = [key.line for key in keys]


def revoke_key(
    edited: Edited, fingerprint: str, reason: Reason, keys: Sequence[PublicKey] = ()
) -> str:
    """Take one signing key (`SHA256:...`) out, and `keys` in; whose they are."""
    for person, facts in edited.raw["people"].items():
        kept = [line for line in facts["keys"] if parse_public_key(line).fingerprint != fingerprint]
        if len(kept) == len(facts["keys"]):
            continue
        if reason == "left":
            hint = T("say: sopgit policy revoke {person} --reason left", person=person)
            raise UsageError(T("a person leaves, not a key"), hint)
        _verify_replaced(person, reason, keys, kept)
        facts["keys"] = [*kept, *(key.line for key in keys)]
        return str(person)
    raise UsageError(
        T("nobody has the key {fingerprint}", fingerprint=fingerprint),
        T("see them with: sopgit policy show"),
    )


def _verify_replaced(
    person: str, reason: Reason, keys: Sequence[PublicKey], kept: Sequence[str]
) -> None:
    if reason == "rotated" and not keys and not kept:
        hint = T("give the key that takes its place with --key")
        raise UsageError(T("{person} would have no key left", person=person), hint)


def grant(edited: Edited, role: str, person: str) -> None:
    """Give a role."""
    known_person(edited, person)
    holders = _holders(edited, role)
    if person in holders:
        raise UsageError(T("{person} holds the role {role} already", person=person, role=role))
    holders.append(person)


def ungrant(edited: Edited, role: str, person: str) -> None:
    """Take a role away."""
    holders = _holders(edited, role)
    if person not in holders:
        raise UsageError(T("{person} does not hold the role {role}", person=person, role=role))
    holders.remove(person)


def _holders(edited: Edited, role: str) -> list[str]:
    roles: dict[str, list[str]] = edited.raw["roles"]
    if role not in roles:
        hint = T("roles: {names}", names=", ".join(roles))
        raise UsageError(T("there is no role {role}", role=role), hint)
    return roles[role]


def make_acting(edited: Edited, value: Mapping[str, str]) -> None:
    """Give a role for a time; `value` as in the policy: role, person, from, until, letter."""
    known_person(edited, value["person"])
    _holders(edited, value["role"])
    edited.raw["acting"].append(dict(value))


def end_acting(edited: Edited, role: str, person: str, letter: str | None) -> None:
    """Withdraw a person's grants of a role, or the one under `letter`."""
    ended = [
        entry
        for entry in edited.raw["acting"]
        if (entry["role"], entry["person"]) == (role, person) and letter in (None, entry["letter"])
    ]
    if not ended:
        raise UsageError(T("{person} is not acting {role}", person=person, role=role))
    edited.raw["acting"] = [entry for entry in edited.raw["acting"] if entry not in ended]


def change_roots(
    edited: Edited, add: Sequence[str], remove: Sequence[str], threshold: int | None
) -> None:
    """Who changes the policy, and how many of them it takes."""
    for person in add:
        known_person(edited, person)
    before = edited.raw["roots"]["people"]
    for person in remove:
        if person not in before:
            raise UsageError(T("{person} is no root", person=person))
    _set_roots(edited, [name for name in dict.fromkeys([*before, *add]) if name not in remove])
    if threshold is not None:
        edited.raw["roots"] = {**edited.raw["roots"], "threshold": threshold}


def _set_roots(edited: Edited, people: list[str]) -> None:
    edited.raw["roots"] = {**edited.raw["roots"], "people": people}


def protect(edited: Edited, path: str, data: bytes | None) -> None:
    """Let the protected file `path` be `data`, or go."""
    named = edited.raw["protected"]
    if path.startswith(".sopgit/procedures/"):
        raise UsageError(T("a procedure is changed with: sopgit policy procedure FILE"))
    if data is None and path not in named:
        raise UsageError(T("{path} is not protected", path=path))
    edited.files[path] = data
    if data is None:
        del named[path]
    else:
        named[path] = sha256(data)


def set_remote(
    edited: Edited, config: bytes, name: str, place: str, url: str, endpoint: str = ""
) -> None:
    """Let copies go to the remote `name`, new or at another address; `config` is DVC's in force."""
    for finding in check_remotes({name: url}, {name: endpoint} if endpoint else {}, "remotes"):
        raise UsageError(finding.message, finding.hint)
    before = edited.files.get(CONFIG) or config
    for finding in check_apart({**remotes_of(before), name: (url, endpoint)}, "remotes"):
        raise UsageError(finding.message, finding.hint)
    protect(edited, CONFIG, with_remote(before, name, url, endpoint))
    edited.raw["remotes"] = {**edited.raw["remotes"], name: {"place": place}}


def remove_remote(edited: Edited, config: bytes, name: str) -> None:
    """Let no copies go to the remote `name` any more; those that are there stay."""
    if name not in edited.raw["remotes"]:
        hint = T("known remotes: {names}", names=", ".join(edited.raw["remotes"]) or "-")
        raise UsageError(T("there is no remote {remote}", remote=name), hint)
    protect(edited, CONFIG, without_remote(edited.files.get(CONFIG) or config, name))
    edited.raw["remotes"] = {
        known: said for known, said in edited.raw["remotes"].items() if known != name
    }


def set_procedure(
    edited: Edited, value: Mapping[str, Any], data: bytes, state: Literal["open", "finish"]
) -> str:
    """Let cases be opened, or only be finished, under a procedure; its reference.

    A new one takes the place of what was open under its name: those cases are
    finished as they were begun. Roles that nobody knew come in, held by nobody.
    """
    reference = f"{value['name']}@{sha256(data)}"
    procedures = edited.raw["procedures"]
    if reference not in procedures:
        edited.files[procedure_path(reference)] = data
    if state == "open":
        for known in procedures:
            if known.partition("@")[0] == value["name"]:
                procedures[known] = "finish"
    procedures[reference] = state
    for role in value.get("roles", {}):
        edited.raw["roles"].setdefault(role, [])
    return reference


def disown(edited: Edited, digest: str) -> None:
    """Say that an act was not done by the person whose key signed it."""
    if digest in edited.raw["disowned"]:
        raise UsageError(T("this act is disowned already"))
    edited.raw["disowned"] = [*edited.raw["disowned"], digest]
