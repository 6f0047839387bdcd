"""Preparing an act for somebody else to sign, signing what others prepared, handing it back.

A draft is one commit with one file on a branch `draft/NAME`. What a restricted
case is about is sealed for those who may sign it and for who prepared it. A
branch of this clone holds what was not sent yet; sent, it is the server's.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sopgit.adapters import age
from sopgit.adapters.git import (
    CommitTree,
    Repository,
    build_commit,
    delete_ref,
    move_ref,
    refs_below,
)
from sopgit.app.acts import Done, ground_of, perform
from sopgit.app.draft import Draft, compose
from sopgit.app.office import Office
from sopgit.app.review_cases import CaseStory
from sopgit.app.standing import roles_today
from sopgit.app.told import Section
from sopgit.app.workplace import ActRefused, Workplace, find_case
from sopgit.core.authority import allowed_roles
from sopgit.core.drafts import DRAFT_FILE, LIMIT, NAME, SCHEMA, SEALED_FILE
from sopgit.core.errors import SopgitError, UsageError
from sopgit.core.finding import Place, Refused
from sopgit.core.policy import Policy
from sopgit.core.procedure import check_document
from sopgit.core.strict_yaml import load
from sopgit.core.text import T
from sopgit.core.writer import emit

BRANCHES = "refs/heads/draft/"
REMOTE = "refs/remotes/origin/draft/"
GONE = "refs/sopgit/gone/"
_SAID = ("to", "of", "procedure", "case", "document", "received", "reason")


@dataclass(frozen=True)
class Kept:
    """A draft on its branch; `value` is what it says, as anybody may have written it."""

    name: str
    head: str
    value: Mapping[str, Any]
    is_sealed: bool

    @property
    def is_returned(self) -> bool:
        return "returned" in self.value


def write_draft(office: Office, case: str | None, draft: Draft, now: datetime) -> Kept:
    """Keep the act for somebody in its role to sign; `ActRefused` where words are missing."""
    if draft.attachments:
        hint = T("whoever signs adds the file with a note")
        raise UsageError(T("a draft carries no files"), hint)
    place = Workplace.of(office)
    path = find_case(place, case) if case is not None else None
    place = place.at(path)
    state = place.state(path) if path else None
    ground = ground_of(office, place, state, draft, now)
    event = compose(draft, ground)
    step = ground.procedure.step(event["step"], state.purpose if state else None)
    role = draft.role or allowed_roles(draft.act, step, ground.procedure)[0]
    if "document" in event:
        broken = check_document(event["document"], ground.procedure, Place())
        if broken:
            raise ActRefused(Refused(tuple(broken)))
    value: dict[str, Any] = {"schema": SCHEMA, "repository": ground.policy.repository}
    value |= {"subject": state.id} if state else {}
    value |= {"act": draft.act, "role": role, "step": event["step"]}
    value |= {key: getattr(draft, key) for key in _SAID if getattr(draft, key) is not None}
    value |= {"findings": list(draft.findings)} if draft.findings else {}
    value["drafted_by"] = office.me.person
    restricted = state.restricted if state else bool((draft.case or {}).get("restricted"))
    return _keep(office, secrets.token_hex(5), value, now, is_sealed=restricted, seen=None)


def _keep(
    office: Office, name: str, value: dict[str, Any], now: datetime, *, is_sealed: bool,
    seen: str | None,
) -> Kept:  # fmt: skip
    """Write the draft as one commit on the mainline; its branch was at `seen`."""
    data = emit(value)
    if is_sealed:
        data = age.encrypt_bytes(data, _openers(office.trusted.policy, value, now))
    if len(data) > LIMIT:
        raise UsageError(T("a draft has at most {limit} bytes", limit=LIMIT))
    files: dict[str, bytes | None] = {SEALED_FILE if is_sealed else DRAFT_FILE: data}
    person = office.me.person
    author = (office.trusted.policy.people[person]["name"], f"{person}@sopgit.invalid")
    message = f"Draft: {value['act']} at step {value['step']}\n"
    commit = build_commit(office.repo, office.base(), files, message, author, now)
    move_ref(office.repo, BRANCHES + name, seen, commit)
    return Kept(name, commit, value, is_sealed)


def _openers(policy: Policy, value: Mapping[str, Any], now: datetime) -> list[str]:
    """The age keys of all who may sign the draft, and of who prepared it."""
    people = [p for p in policy.people if value["role"] in roles_today(policy, p, now)]
    people.append(value["drafted_by"])
    found = [entry["key"] for p in people for entry in policy.people[p]["recipients"]]
    if not found:
        hint = T("let them send the line that sopgit key show prints")
        raise UsageError(T("nobody who could sign this has an age key"), hint)
    return list(dict.fromkeys(found))


def read_drafts(office: Office) -> list[Kept]:
    """Every draft that can be read here, mine before the server's; what cannot is left out."""
    repo = office.repo
    gone = {ref.removeprefix(GONE): head for ref, head in refs_below(repo, GONE).items()}
    found: dict[str, Kept] = {}
    for prefix in (BRANCHES, REMOTE):
        for ref, head in refs_below(repo, prefix).items():
            name = ref.removeprefix(prefix)
            is_there = NAME.fullmatch(name) and gone.get(name) != head
            kept = _read(office, name, head) if is_there else None
            if kept is not None:
                found.setdefault(name, kept)
    return list(found.values())


def _read(office: Office, name: str, head: str) -> Kept | None:
    try:
        tree = CommitTree(office.repo, office.repo.tree_of(head))
        data, sealed = tree.get(DRAFT_FILE), tree.get(SEALED_FILE)
        if data is None and sealed is not None:
            identity = office.identity()
            data = age.decrypt_bytes(sealed, identity) if identity else None
    except SopgitError:  # anybody may have pushed it, to anybody
        return None
    loaded = load(data, DRAFT_FILE) if data is not None and len(data) <= LIMIT else None
    if loaded is None or loaded.findings or not isinstance(loaded.value, dict):
        return None
    value, policy = loaded.value, office.trusted.policy
    if office.schemas.check("draft", value, lambda _way: Place(DRAFT_FILE)):
        return None
    is_ours = value["repository"] == policy.repository and value["drafted_by"] in policy.people
    return Kept(name, head, value, sealed is not None) if is_ours else None


def is_mine_to_sign(office: Office, kept: Kept, now: datetime) -> bool:
    """Whether I hold the draft's role, and it was not handed back."""
    roles = roles_today(office.trusted.policy, office.me.person, now)
    return not kept.is_returned and kept.value["role"] in roles


def drafts_for_me(office: Office, now: datetime) -> list[Kept]:
    """The drafts that wait for my signature."""
    return [kept for kept in read_drafts(office) if is_mine_to_sign(office, kept, now)]


def tell_draft(office: Office, kept: Kept, now: datetime) -> Section:
    """The act as it would be if I signed it now; raises UsageError where it no longer fits."""
    try:
        return _tell(office, kept, now)
    except (KeyError, TypeError, ValueError) as error:  # anybody may have written it
        raise UsageError(
            T("the draft {name} makes no sense", name=kept.name),
            T("give it up with: sopgit sign {name} --drop", name=kept.name),
        ) from error


def _tell(office: Office, kept: Kept, now: datetime) -> Section:
    place, path, draft = _where(office, kept, now)
    place = place.at(path)
    state = place.state(path) if path else None
    ground = ground_of(office, place, state, draft, now)
    event = compose(draft, ground)
    events = [*(place.events(path) if path else ()), event]
    story = CaseStory(events, len(events) - 1, ground.procedure, ground.policy, None, None)
    return story.section()


def sign_draft(office: Office, kept: Kept, now: datetime) -> Done:
    """Do the act as mine, drafted by who prepared it; then the draft goes."""
    _, _, draft = _where(office, kept, now)
    done = perform(office, kept.value.get("subject"), draft, now)
    drop_draft(office.repo, kept)
    return done


def _where(office: Office, kept: Kept, now: datetime) -> tuple[Workplace, str | None, Draft]:
    """Where the draft's act would be done, if the case still stands where it did."""
    value, place = kept.value, Workplace.of(office)
    path = find_case(place, value["subject"]) if "subject" in value else None
    if (path is None) != (value["act"] == "open"):
        raise UsageError(T("the draft {name} fits no case", name=kept.name))
    step = place.state(path).step if path else value["step"]
    if value["act"] in ("complete", "return") and step != value["step"]:
        message = T("the case has gone on since the draft {name} was made", name=kept.name)
        raise UsageError(message, T("give it up with: sopgit sign {name} --drop", name=kept.name))
    said = {key: value[key] for key in _SAID if key in value}
    findings = tuple(value.get("findings", ()))
    author = value["drafted_by"]
    draft = Draft(
        value["act"],
        role=value["role"],
        acting=_letter(place.trusted.policy, office.me.person, value["role"], now),
        findings=findings,
        drafted_by=author if author != office.me.person else None,
        **said,
    )
    return place, path, draft


def _letter(policy: Policy, person: str, role: str, now: datetime) -> str | None:
    """The letter by which somebody who does not hold the role acts in it today."""
    day = policy.day(now)
    letters = (
        grant.letter
        for grant in policy.grants
        if (grant.person, grant.role) == (person, role) and grant.first_day <= day <= grant.last_day
    )
    return None if role in policy.roles_of(person) else next(letters, None)


def hand_back(office: Office, kept: Kept, reason: str, now: datetime) -> Kept:
    """Send the draft back to who prepared it, with a reason."""
    value = {**kept.value, "returned": {"by": office.me.person, "reason": reason}}
    seen = office.repo.tip(BRANCHES + kept.name)
    return _keep(office, kept.name, value, now, is_sealed=kept.is_sealed, seen=seen)


def drop_draft(repo: Repository, kept: Kept) -> None:
    """Take the draft away, here and, with the next sync, at the server."""
    own, theirs = repo.tip(BRANCHES + kept.name), repo.tip(REMOTE + kept.name)
    if theirs is not None:
        move_ref(repo, GONE + kept.name, repo.tip(GONE + kept.name), theirs)
    if own is not None:
        delete_ref(repo, BRANCHES + kept.name, own)
