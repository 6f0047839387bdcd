"""A change of the policy in plain words: who gains and loses what.

What concerns people, roots, procedures and protected files is told as what it
means; every other difference is told value by value, so that nothing that
changes is left unsaid.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sopgit.core.policy import Policy
from sopgit.core.sshsig import parse_public_key
from sopgit.core.text import T, Text

# What every version changes, or what is told by words of its own below.
_OWN = {"version", "previous", "base", "signatures"}
_TOLD = {"people", "roles", "acting", "roots", "procedures", "protected", "disowned", "retired"}
_Pairs = set[tuple[str, str]]


def tell_policy_change(
    old: Policy, new: Policy, files: Mapping[str, bytes | None] | None = None
) -> Iterator[Text]:
    """Line by line what `new` changes; `files` are the protected files' new bytes, if known."""
    yield T("policy version {old} becomes version {new}", old=old.version, new=new.version)
    names = {**_names(old), **_names(new)}
    yield from _tell_people(old, new)
    yield from _tell_roles(old, new, names)
    yield from _tell_acting(old, new, names)
    yield from _tell_roots(old, new, names)
    yield from _tell_keys(old, new, names)
    yield from _tell_retired(old, new)
    yield from _tell_procedures(old, new)
    yield from _tell_protected(old, new, files or {})
    yield from _tell_disowned(old, new)
    for key in sorted({*old.raw, *new.raw} - _OWN):
        before, after = old.raw.get(key), new.raw.get(key)
        if key not in _TOLD:
            yield from _tell_values(key, before, after)
        elif before != after and _unordered(before) == _unordered(after):
            yield T("{path}: the order changes", path=key)


def _names(policy: Policy) -> dict[str, str]:
    return {person: f"{entry['name']} ({person})" for person, entry in policy.people.items()}


def _tell_people(old: Policy, new: Policy) -> Iterator[Text]:
    for person in sorted({*old.people, *new.people}):
        before, after = old.people.get(person), new.people.get(person)
        if before is None and after is not None:
            name, position = after["name"], after["position"]
            yield T("{name}, {position}, joins as {id}", name=name, position=position, id=person)
        elif after is None and before is not None:
            yield T("{name} ({id}) leaves the office", name=before["name"], id=person)
        if before is not None and after is not None:
            for key in ("name", "nip", "position"):
                yield from _tell_values(f"{person}.{key}", before.get(key), after.get(key))


def _tell_roles(old: Policy, new: Policy, names: Mapping[str, str]) -> Iterator[Text]:
    before, after = _holders(old), _holders(new)
    for role, person in sorted(after - before):
        yield T("{name} gains the role {role}", name=names.get(person, person), role=role)
    for role, person in sorted(before - after):
        yield T("{name} loses the role {role}", name=names.get(person, person), role=role)
    for role in sorted(set(new.raw["roles"]) - set(old.raw["roles"])):
        yield T("the role {role} is new", role=role)
    for role in sorted(set(old.raw["roles"]) - set(new.raw["roles"])):
        yield T("the role {role} is no more", role=role)


def _holders(policy: Policy) -> _Pairs:
    return {(role, person) for role, people in policy.raw["roles"].items() for person in people}


def _tell_acting(old: Policy, new: Policy, names: Mapping[str, str]) -> Iterator[Text]:
    for said, ones, others in ((T("acts as"), new, old), (T("acts no longer as"), old, new)):
        for grant in ones.grants:
            if grant in others.grants:
                continue
            yield T(
                "{name} {said} {role}, {first} to {last}, letter {letter}",
                said=said,
                name=names.get(grant.person, grant.person),
                role=grant.role,
                first=str(grant.first_day),
                last=str(grant.last_day),
                letter=grant.letter,
            )


def _tell_roots(old: Policy, new: Policy, names: Mapping[str, str]) -> Iterator[Text]:
    for person in sorted(set(new.roots) - set(old.roots)):
        yield T("{name} becomes a root: may change this policy", name=names.get(person, person))
    for person in sorted(set(old.roots) - set(new.roots)):
        yield T("{name} is no longer a root", name=names.get(person, person))
    before, after = (old.threshold, len(old.roots)), (new.threshold, len(new.roots))
    if before != after:
        yield T(
            "{needed} of {all} roots change the policy from now on, so far {before} of {total}",
            needed=after[0],
            all=after[1],
            before=before[0],
            total=before[1],
        )


def _tell_keys(old: Policy, new: Policy, names: Mapping[str, str]) -> Iterator[Text]:
    for kind, gains, loses in (
        ("keys", T("may sign with the key"), T("can no longer sign with the key")),
        (
            "recipients",
            T("can read new restricted data with"),
            T("gets nothing new to read with"),
        ),
    ):
        before, after = _keys(old, kind), _keys(new, kind)
        for said, pairs in ((gains, after - before), (loses, before - after)):
            for person, key in sorted(pairs):
                name = names.get(person, person)
                yield T("{name} {said} {key}", name=name, said=said, key=key)


def _keys(policy: Policy, kind: str) -> _Pairs:
    return {
        (person, shown_key(entry if isinstance(entry, str) else entry["key"]))
        for person, facts in policy.people.items()
        for entry in facts[kind]
    }


def shown_key(line: str) -> str:
    """A signing key by its fingerprint, an age key as it stands."""
    return line if line.startswith("age1") else parse_public_key(line).fingerprint


def _tell_retired(old: Policy, new: Policy) -> Iterator[Text]:
    for kind in ("people", "keys"):
        before, after = set(old.raw["retired"][kind]), set(new.raw["retired"][kind])
        for what in sorted(after - before):
            shown = shown_key(what) if kind == "keys" else what
            yield T("{what} is retired and never comes back", what=shown)
        for what in sorted(before - after):
            yield T("{what} would no longer be retired", what=what)


def _tell_procedures(old: Policy, new: Policy) -> Iterator[Text]:
    for reference in sorted({*old.raw["procedures"], *new.raw["procedures"]}):
        before, after = old.procedure_state(reference), new.procedure_state(reference)
        name = reference.partition("@")[0] + " " + reference.partition("@")[2][:10]
        if before == after:
            continue
        if after == "open":
            yield T("cases may be opened under the procedure {name}", name=name)
        elif after == "finish":
            yield T("under the procedure {name} cases are only finished", name=name)
        else:
            yield T("under the procedure {name} nothing can be done any more", name=name)


def _tell_protected(old: Policy, new: Policy, files: Mapping[str, bytes | None]) -> Iterator[Text]:
    before, after = old.protected, new.protected
    for path in sorted({*before, *after}):
        if before.get(path) == after.get(path):
            continue
        how = T("changes") if path in before else T("is new")
        if path not in after:
            yield T("protected file {path} is removed", path=path)
            continue
        yield T("protected file {path} {how}: {digest}", path=path, how=how, digest=after[path])
        data = files.get(path)
        if data is not None:
            yield T("{size} bytes are carried along", size=len(data))


def _tell_disowned(old: Policy, new: Policy) -> Iterator[Text]:
    for digest in sorted(new.disowned - old.disowned):
        yield T("the act {digest} is disowned; its case must go back", digest=digest)
    for digest in sorted(old.disowned - new.disowned):
        yield T("the act {digest} is no longer disowned", digest=digest)


def _tell_values(path: str, before: Any, after: Any) -> Iterator[Text]:
    """Every leaf that differs; entries of a list by what is there and what is not."""
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted({*before, *after}):
            yield from _tell_values(f"{path}.{key}", before.get(key), after.get(key))
    elif isinstance(before, list) and isinstance(after, list):
        gone, come = [e for e in before if e not in after], [e for e in after if e not in before]
        yield from (T("{path} gains {entry}", path=path, entry=_plain(entry)) for entry in come)
        yield from (T("{path} loses {entry}", path=path, entry=_plain(entry)) for entry in gone)
        if not gone and not come:
            yield T("{path}: the order changes", path=path)
    else:
        yield T(
            "{path}: {before} becomes {after}",
            path=path,
            before=_plain(before),
            after=_plain(after),
        )


def _unordered(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _unordered(item) for key, item in value.items()}
    return sorted(map(str, map(_unordered, value))) if isinstance(value, list) else value


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key}={_plain(item)}" for key, item in value.items()) or "-"
    if isinstance(value, list):
        return "; ".join(map(_plain, value)) or "-"
    return "-" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
