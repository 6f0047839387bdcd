"""What a change would do, told to its reader in plain words, and the verdict.

`review_range` tells what a range of commits would land; `review_case` tells
one case as it stands, for the official who must act on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sopgit.app.acts import Workplace
from sopgit.app.ledger import landing_of_branch
from sopgit.app.office import Office
from sopgit.app.policy_words import tell_policy_change
from sopgit.app.views import CaseView, office_calendar, view_case
from sopgit.core.case import replay
from sopgit.core.disowning import disowned_step, return_targets
from sopgit.core.finding import Allowed, Refused, Verdict
from sopgit.core.growth import read_growth, split_events
from sopgit.core.lineage import FileChange
from sopgit.core.mainline import Landing, admit
from sopgit.core.paths import POLICY, is_case_file
from sopgit.core.policy_landing import read_policy
from sopgit.core.procedure import Procedure
from sopgit.core.text import T, Text
from sopgit.core.trusted import Trusted
from sopgit.core.words import DEEDS, PURPOSES, STATUSES


@dataclass(frozen=True)
class Page:
    """What a reader needs: the story line by line, the verdict, what to type next."""

    lines: tuple[Text, ...]
    verdict: Verdict
    next_step: Text | None = None


def review_range(office: Office, base: str, head: str) -> Page:
    """What `head` would bring if it landed on `base` now."""
    repo = office.repo
    history = office.verify(repo.resolve(base))
    landing = landing_of_branch(repo, history.trusted, repo.resolve(head))
    is_change = landing.changes or landing.findings
    outcome = admit(landing, history.trusted) if is_change else Allowed("range")
    if not history.stands:
        outcome = Refused(history.findings)
    return Page(tuple(_tell_landing(landing, history.trusted)), outcome)


def review_case(office: Office, path: str, now: datetime) -> Page:
    """One case as it stands, with the act that is awaited."""
    place = Workplace.of(office)
    calendar = office_calendar(place.tree, place.trusted.policy.timezone)
    view = view_case(office, place, path, calendar, now)
    lines = [*_tell_head(view)]
    for event in view.events:
        lines += _tell_event(event, view.procedure, place.trusted)
    return Page(tuple(lines), Allowed("review"), _next_step(view, place.trusted))


def _tell_head(view: CaseView) -> Iterator[Text]:
    yield T("{title} ({id})", title=view.state.title, id=view.state.id)
    if view.state.step is None:
        yield T("the case is {status}", status=STATUSES[view.status])
        return
    yield T(
        "stands at step {step}, {name}, for {roles}",
        step=view.state.step,
        name=view.step_name,
        roles=", ".join(view.roles),
    )
    if view.step_due is not None:
        yield T("due {due}", due=view.step_due.strftime("%Y-%m-%d %H:%M"))


def _next_step(view: CaseView, trusted: Trusted) -> Text | None:
    disowned = disowned_step(view.state, trusted.policy)
    if disowned is not None:
        to = return_targets(view.state, disowned, view.procedure)[-1]
        return T("sopgit return {id} --to {to}", id=view.state.id, to=to)
    if view.state.step is None:
        return None
    returns = view.procedure.step(view.state.step, view.state.purpose).returns
    if returns:
        return T(
            "sopgit complete {id}, or: sopgit return {id} --to {to}",
            id=view.state.id,
            to=returns[0],
        )
    return T("sopgit complete {id}", id=view.state.id)


def _tell_landing(landing: Landing, trusted: Trusted) -> Iterator[Text]:
    for path, change in sorted(landing.changes.items()):
        if is_case_file(path):
            yield from _tell_case(path, change, trusted)
        elif path == POLICY:
            yield from _tell_policy(landing, trusted)
        elif path.startswith("datasets/"):
            yield T("dataset file {path} {how}", path=path, how=_how(change))
        elif not path.startswith("cases/"):
            yield T("file {path} {how}", path=path, how=_how(change))


def _tell_policy(landing: Landing, trusted: Trusted) -> Iterator[Text]:
    yield T("the policy changes: {path}", path=POLICY)
    policy, findings = read_policy(landing.after, trusted.schemas)
    if policy is None or findings:
        yield T("   and cannot be read")
        return
    files = {path: change.new for path, change in landing.changes.items()}
    for line in tell_policy_change(trusted.policy, policy, files):
        yield T("   {line}", line=line)


def _how(change: FileChange) -> Text:
    if change.old is None:
        return T("is new")
    return T("is removed") if change.new is None else T("changes")


def _tell_case(path: str, change: FileChange, trusted: Trusted) -> Iterator[Text]:
    growth = read_growth(path, change.old, change.new, None)
    if growth.findings:
        yield T("case {path} cannot be read", path=path)
        return
    before = split_events(change.old, path).events if change.old else ()
    state = replay((*before, *growth.events))
    procedure = trusted.procedure(state.procedure)
    yield T("case {title} ({id})", title=state.title, id=state.id)
    for event in growth.events:
        if procedure is not None:
            yield from _tell_event(event, procedure, trusted)


def _tell_event(event: Mapping[str, Any], procedure: Procedure, trusted: Trusted) -> Iterator[Text]:
    person = trusted.policy.people.get(event["by"], {"name": event["by"]})["name"]
    yield T(
        "{seq}. {at}: {person} as {role}: {deed} at step {step}, then {to}",
        seq=event["seq"],
        at=event["at"][:16].replace("T", " "),
        person=person,
        role=event["role"],
        deed=DEEDS[event["act"]],
        step=event["step"],
        to=T("step {to}", to=event["to"]) if event["to"] is not None else T("the end"),
    )
    document = event.get("document")
    if document is not None:
        kind = procedure.documents.get(document["type"])
        yield T(
            "   {title} {number} of {date}, signed {signatory}",
            title=kind.title if kind else document["type"],
            number=document["number"],
            date=document["date"],
            signatory=document["signatory"]["name"],
        )
        for name, value in document["fields"].items():
            label = kind.fields[name].label if kind and name in kind.fields else name
            yield T("     {label}: {value}", label=label, value=_plain(value))
    for name in ("reason",):
        if event.get(name):
            yield T("   reason: {reason}", reason=event[name])
    for finding in event.get("findings", ()):
        yield T("   found: {finding}", finding=finding)
    for entry in event.get("datasets", ()):
        yield T(
            "   {action} {dataset} version {version}, {size} bytes, copies: {copies}",
            action=PURPOSES[entry["action"]],
            dataset=entry["dataset"],
            version=entry["version"],
            size=entry["object"]["size"],
            copies=", ".join(entry["copies"]),
        )


def _plain(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(_plain(item) for item in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}={item}" for key, item in value.items())
    return " ".join(str(value).split())
