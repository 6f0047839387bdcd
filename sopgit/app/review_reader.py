"""A landing told file by file: its cases, what data they bring, the policy, and the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sopgit.adapters import age
from sopgit.app.office import Office
from sopgit.app.policy_words import tell_policy_change
from sopgit.app.review_cases import CaseStory
from sopgit.app.review_data import DataReader
from sopgit.app.sealed import opened
from sopgit.app.told import Line, Section
from sopgit.app.views import office_calendar
from sopgit.core.calendar import Calendar
from sopgit.core.errors import UsageError
from sopgit.core.growth import read_growth, split_events
from sopgit.core.lineage import FileChange
from sopgit.core.mainline import Landing
from sopgit.core.paths import POLICY, is_case_file
from sopgit.core.policy import procedure_path
from sopgit.core.policy_landing import read_policy
from sopgit.core.procedure import Procedure, check_procedure
from sopgit.core.record import read_governed
from sopgit.core.strict_yaml import mapping_of
from sopgit.core.text import T, Text
from sopgit.core.trusted import Tree, Trusted


@dataclass
class Reader:
    """Who reads: what their key opens, against which ledger, and the files as they would be."""

    office: Office
    trusted: Trusted
    after: Tree
    now: datetime
    identity: age.Identity | None

    def __post_init__(self) -> None:
        self.stories: list[CaseStory] = []
        self.data = DataReader(self.office, (self.after, self.trusted.tree), self.identity)
        self.is_any = False

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
        procedure = self._procedure(whole[0]["procedure"])
        if procedure is None:
            raise LookupError(path)
        events = opened(whole, self.after, path.rpartition("/")[0], self.identity)
        known, policy = len(whole) - len(growth.events), self.trusted.policy
        return CaseStory(events, known, procedure, policy, self._calendar(), self.now)

    def _procedure(self, reference: str) -> Procedure | None:
        """The procedure in force, or a sound one that came in on the way."""
        known = self.trusted.procedure(reference)
        if known is not None:
            return known
        path = procedure_path(reference)
        data = self.after.get(path)
        if data is None:
            return None
        value = read_governed(path, data, "procedure", self.trusted.schemas).value
        if value is None or check_procedure(value, path):
            return None
        return Procedure.parse(value)

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
