"""What a change would do, told to its reader in plain words, and the verdict.

`review_range` tells what a range of commits would land; `review_case` tells
one case as it stands, for the official who must act on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sopgit.adapters import age
from sopgit.app.guards import admit_range
from sopgit.app.landings import landing_of_branch
from sopgit.app.laps import CASE_BRANCHES, REMOTE_CASES
from sopgit.app.office import MAIN, REMOTE_MAIN, Office
from sopgit.app.policy_words import tell_policy_change
from sopgit.app.review_cases import CaseStory
from sopgit.app.review_data import DataReader
from sopgit.app.sealed import opened
from sopgit.app.told import Line, Page, Section
from sopgit.app.views import office_calendar
from sopgit.app.workplace import Workplace
from sopgit.core.calendar import Calendar
from sopgit.core.disowning import disowned_step, return_targets
from sopgit.core.errors import UsageError
from sopgit.core.finding import Allowed, Refused, Verdict
from sopgit.core.growth import read_growth, split_events
from sopgit.core.lineage import FileChange
from sopgit.core.mainline import Landing, admit
from sopgit.core.paths import POLICY, is_case_file
from sopgit.core.policy_landing import read_policy
from sopgit.core.strict_yaml import mapping_of
from sopgit.core.text import T, Text
from sopgit.core.trusted import Tree, Trusted


def review_range(office: Office, base: str, head: str, now: datetime | None = None) -> Page:
    """What `head` would bring if it landed on `base` now; at `now` also held to the clock."""
    repo = office.repo
    history = office.verify(repo.resolve(base))
    landing = landing_of_branch(repo, history.trusted, repo.resolve(head))
    reader = _Reader(office, history.trusted, landing.after, now, office.identity())
    with closing(reader.data):
        sections = tuple(reader.tell_landing(landing))
    if not history.stands:
        outcome: Verdict = Refused(history.findings)
    elif now is not None and reader.could_read:
        _, outcome = admit_range(office, base, head, now)
    else:
        is_change = landing.changes or landing.findings
        outcome = admit(landing, history.trusted) if is_change else Allowed("range")
    missing = tuple(filter(None, (story.waits() for story in reader.stories)))
    return Page(sections, outcome, missing, _next_of_range(office, reader, outcome, head))


def review_case(office: Office, path: str, now: datetime) -> Page:
    """One case as it stands, with the act that is awaited."""
    place = Workplace.of(office)
    reader = _Reader(office, place.trusted, place.tree, now, office.identity())
    with closing(reader.data):
        sections = tuple(reader.tell_case(path, place.tree.get(path) or b"", None))
    if not reader.stories:
        raise UsageError(T("the policy does not know the procedure of {path}", path=path))
    story = reader.stories[0]
    waits = story.waits()
    missing = (waits,) if waits is not None else ()
    return Page(sections, Allowed("review"), missing, _next_step(story, place.trusted))


def _next_step(story: CaseStory, trusted: Trusted) -> Text | None:
    state = story.state
    disowned = disowned_step(state, trusted.policy)
    if disowned is not None:
        to = return_targets(state, disowned, story.procedure)[-1]
        return T("sopgit return {id} --to {to}", id=state.id, to=to)
    if state.step is None:
        return None
    if story.procedure.step(state.step, state.purpose).review:
        return T("sopgit review {id}", id=state.id)
    return T("sopgit complete {id}", id=state.id)


def _next_of_range(office: Office, reader: _Reader, outcome: Verdict, head: str) -> Text | None:
    """The one command: what was not sent goes out, else the official whose turn it is acts."""
    if isinstance(outcome, Refused):
        return None
    repo = office.repo
    branch, tip = repo.head_branch() or "", repo.tip("HEAD")
    theirs = repo.tip(branch.replace(CASE_BRANCHES, REMOTE_CASES))
    is_mine = branch == MAIN or (branch.startswith(CASE_BRANCHES) and theirs != tip)
    has_server = repo.tip(REMOTE_MAIN) is not None
    if repo.resolve(head) == tip and is_mine and has_server and reader.is_any:
        return T("sopgit sync")
    steps = (_next_step(story, reader.trusted) for story in reader.stories)
    return next(filter(None, steps), None)


@dataclass
class _Reader:
    """Who reads: what their key opens, against which ledger, and the files as they would be."""

    office: Office
    trusted: Trusted
    after: Tree
    now: datetime | None
    identity: age.Identity | None

    def __post_init__(self) -> None:
        self.stories: list[CaseStory] = []
        self.data = DataReader(self.office, (self.after, self.trusted.tree), self.identity)
        self.is_any = False
        self.could_read = True

    def tell_landing(self, landing: Landing) -> Iterator[Section]:
        self.is_any = bool(landing.changes)
        for path, change in sorted(landing.changes.items()):
            if is_case_file(path) and change.new is not None:
                yield from self.tell_case(path, change.new, change.old)
        listed = {
            file["path"]
            for story in self.stories
            for event in story.told
            for file in event.get("files", ())
        }
        for path, change in sorted(landing.changes.items()):
            if path == POLICY:
                yield self._tell_policy(landing)
            elif path not in listed and not (is_case_file(path) and change.new is not None):
                yield self._tell_file(path, change)

    def tell_case(self, path: str, new: bytes, old: bytes | None) -> Iterator[Section]:
        """The events that `new` has beyond `old`; all of them where there is no `old`."""
        try:
            story = self._story(path, new, old)
            section = story.section()
        except (LookupError, TypeError, ValueError):  # what the engine refuses may be anything
            self.could_read = False
            yield Section("case", path, T("case {path} cannot be read", path=path))
            return
        self.stories.append(story)
        yield section
        for event in story.told:
            yield from self._tell_data(event)

    def _story(self, path: str, new: bytes, old: bytes | None) -> CaseStory:
        """Raises LookupError, TypeError or ValueError for what is no case."""
        growth = read_growth(path, old, new, self.trusted.schemas)
        if growth.findings:
            raise ValueError(path)
        whole = split_events(new, path).events
        procedure = self.trusted.procedure(whole[0]["procedure"])
        if procedure is None:
            raise LookupError(path)
        events = opened(whole, self.after, path.rpartition("/")[0], self.identity)
        known, policy = len(whole) - len(growth.events), self.trusted.policy
        return CaseStory(events, known, procedure, policy, self._calendar(), self._at(events))

    def _tell_data(self, event: Mapping[str, Any]) -> Iterator[Section]:
        listed = {file["path"]: file for file in event.get("files", ())}
        for entry in event.get("datasets", ()):
            held = self.trusted.versions.get(entry["dataset"], {})
            brought = {
                other["version"]: other["object"]
                for story in self.stories
                for one in story.told
                for other in one.get("datasets", ())
                if other["dataset"] == entry["dataset"]
            }
            yield self.data.tell(entry, {**brought, **held}, listed)

    def _calendar(self) -> Calendar | None:
        try:
            return office_calendar(self.trusted.tree, self.trusted.policy.timezone)
        except UsageError:
            return None

    def _at(self, events: list[Mapping[str, Any]]) -> datetime:
        """The moment that what still runs is measured to."""
        return self.now or datetime.fromisoformat(events[-1]["at"])

    def _tell_policy(self, landing: Landing) -> Section:
        title = T("policy: {path} changes", path=POLICY)
        policy, findings = read_policy(landing.after, self.trusted.schemas)
        if policy is None or findings:
            return Section("policy", POLICY, title, (Line(1, T("it cannot be read")),))
        files = {path: change.new for path, change in landing.changes.items()}
        told = tell_policy_change(self.trusted.policy, policy, files)
        facts = {"version": policy.version, "previous": self.trusted.policy.version}
        return Section("policy", POLICY, title, tuple(Line(1, text) for text in told), facts)

    def _tell_file(self, path: str, change: FileChange) -> Section:
        title = T("file {path} {how}", path=path, how=_how(change))
        told: tuple[Line, ...] = ()
        if path.startswith("records/") and change.new is not None and change.old is None:
            told = tuple(_tell_record(change.new, self.trusted))
        facts = {"old": change.old is not None, "new": change.new is not None}
        return Section("file", path, title, told, facts)


def _tell_record(data: bytes, trusted: Trusted) -> Iterator[Line]:
    try:
        record = mapping_of(data)
        person = trusted.policy.people.get(record["by"], {"name": record["by"]})["name"]
        text = T(
            "record of {kind} by {person} as {role}",
            kind=record["kind"],
            person=person,
            role=record["role"],
        )
    except (KeyError, TypeError, ValueError):
        text = T("it cannot be read")
    yield Line(1, text)


def _how(change: FileChange) -> Text:
    if change.old is None:
        return T("is new")
    return T("is removed") if change.new is None else T("changes")
