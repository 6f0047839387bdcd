"""A case told to its reader: who did what in which role, in time or late, in which words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sopgit.app.told import (
    Line,
    Section,
    tell_case,
    tell_changes,
    tell_fields,
    tell_punctual,
    tell_words,
)
from sopgit.app.views import step_times
from sopgit.core.calendar import Calendar
from sopgit.core.case import CaseState
from sopgit.core.deadline import Measured, measure_case
from sopgit.core.journey import visits_of
from sopgit.core.policy import Policy
from sopgit.core.procedure import Procedure
from sopgit.core.replay import replay
from sopgit.core.text import T, Text
from sopgit.core.words import DEEDS, STATUSES

Event = Mapping[str, Any]


@dataclass(frozen=True)
class CaseStory:
    """All events of a case, opened as far as the reader may; the first `known` landed before."""

    events: Sequence[Event]
    known: int
    procedure: Procedure
    policy: Policy
    calendar: Calendar | None
    now: datetime | None

    @property
    def state(self) -> CaseState:
        return replay(self.events)

    @property
    def told(self) -> Sequence[Event]:
        """The events that are told: the new ones."""
        return self.events[self.known :]

    def section(self) -> Section:
        """The whole story, with what waits now."""
        state = self.state
        title = T("case {id}: {title}", id=state.id, title=state.title)
        lines = [Line(1, self._standing(state))]
        facts: dict[str, Any] = {
            "id": state.id,
            "title": state.title,
            "folder": state.folder,
            "status": state.status,
            "step": state.step,
            "roles": list(self.roles(state)),
            "restricted": state.restricted,
            "events": [],
        }
        measured = self._measured()
        for event in self.told:
            visit = measured.get(event["seq"])
            lines += self._tell_event(event, visit)
            facts["events"].append(_event_facts(event, visit))
        return Section("case", state.id, title, tuple(lines), facts)

    def roles(self, state: CaseState) -> tuple[str, ...]:
        """The roles that the case waits for."""
        if state.step is None:
            return ()
        return self.procedure.step(state.step, state.purpose).roles

    def waits(self) -> Text | None:
        """For whom the case waits now; None once it has ended."""
        state = self.state
        if state.step is None:
            return None
        return T(
            "waiting for {roles}: step {step}, {name} (case {id})",
            roles=_titles(self.procedure, self.roles(state)),
            step=state.step,
            name=self.procedure.step(state.step, state.purpose).short,
            id=state.id,
        )

    def _standing(self, state: CaseState) -> Text:
        if state.step is None:
            return T("the case is {status}", status=STATUSES[state.status])
        said = T(
            "stands at step {step}, {name}, for {roles}",
            step=state.step,
            name=self.procedure.step(state.step, state.purpose).short,
            roles=_titles(self.procedure, self.roles(state)),
        )
        current = self._times()[-1] if self._times() else None
        if current is None or current.visit.finished is not None:
            return said
        if current.is_waiting:
            return T("{standing}; waiting for data", standing=said)
        if current.due is None:
            return said
        due = current.due.strftime("%Y-%m-%d %H:%M")
        if current.late:
            return T("{standing}; late, was due {due}", standing=said, due=due)
        return T("{standing}; due {due}", standing=said, due=due)

    def _times(self) -> tuple[Measured, ...]:
        if self.calendar is None or self.now is None:
            return ()
        rules = step_times(self.procedure, self.state.purpose)
        return measure_case(visits_of(self.events), rules, self.calendar, self.now).visits

    def _measured(self) -> dict[int, Measured]:
        """The visit that each event finished, by the event's number."""
        visits = self._times()
        found, finished = {}, 0
        for count, event in enumerate(self.events, 1):
            done = sum(visit.finished is not None for visit in visits_of(self.events[:count]))
            if visits and done > finished:
                found[event["seq"]] = visits[done - 1]
            finished = done
        return found

    def _tell_event(self, event: Event, visit: Measured | None) -> Iterator[Line]:
        yield Line(1, self._deed(event))
        if visit is not None and visit.due is not None:
            yield Line(2, tell_punctual(visit.due, visit.late))
        if "case" in event:
            yield from tell_case(2, event["case"])
        if "received" in event:
            received = event["received"]
            yield Line(
                2,
                T(
                    "received {at} from {sender}, letter {letter}",
                    at=received["at"][:16].replace("T", " "),
                    sender=received["sender"],
                    letter=received.get("letter"),
                ),
            )
            yield Line(2, T("medium: {medium}", medium=received["medium"]))
        if event.get("document") is not None:
            yield from self._tell_document(event)
        if event.get("reason"):
            yield from tell_words(2, T("reason"), event["reason"])
        for finding in event.get("findings", ()):
            yield Line(2, T("found: {finding}", finding=finding))
        folder = self.state.folder + "/"
        for file in event.get("files", ()):
            if file["path"].startswith(folder):
                name = file["path"].removeprefix(folder)
                yield Line(2, T("brings the file {name}", name=name))

    def _deed(self, event: Event) -> Text:
        person = self.policy.people.get(event["by"], {"name": event["by"]})["name"]
        step = self.procedure.step(event["step"], self.state.purpose)
        return T(
            "{seq}. {at}: {person} as {role}: {deed} at step {step}, {name}; then {to}",
            seq=event["seq"],
            at=event["at"][:16].replace("T", " "),
            person=person,
            role=self.procedure.role_titles.get(event["role"], event["role"]),
            deed=DEEDS[event["act"]],
            step=event["step"],
            name=step.short,
            to=T("step {to}", to=event["to"]) if event["to"] is not None else T("the end"),
        )

    def _tell_document(self, event: Event) -> Iterator[Line]:
        document, signatory = event["document"], event["document"]["signatory"]
        kind = self.procedure.documents.get(document["type"])
        number = f", NIP {signatory['nip']}" if "nip" in signatory else ""
        yield Line(
            2,
            T(
                "document {title} {number} of {date}, signed {signatory}, {position}",
                title=kind.title if kind else document["type"],
                number=document["number"],
                date=document["date"],
                signatory=signatory["name"],
                position=signatory["position"] + number,
            ),
        )
        yield from tell_fields(3, document["fields"], kind)
        if self._is_sealed(event):
            yield Line(3, T("its words are sealed for the readers of restricted data"))
        earlier = self._earlier(event)
        if earlier is None:
            return
        yield Line(
            2,
            T(
                "against {number} of {date}, event {seq}",
                number=earlier["document"]["number"],
                date=earlier["document"]["date"],
                seq=earlier["seq"],
            ),
        )
        if self._is_sealed(event) or self._is_sealed(earlier):
            yield Line(3, T("what changed is sealed for the readers of restricted data"))
        else:
            yield from tell_changes(3, earlier["document"]["fields"], document["fields"], kind)

    def _is_sealed(self, event: Event) -> bool:
        """Whether words of the document are missing here that it cannot lack."""
        kind = self.procedure.documents.get(event["document"]["type"])
        fields = event["document"]["fields"]
        needed = kind.fields.items() if kind else ()
        return self.state.restricted and any(
            field.required and name not in fields for name, field in needed
        )

    def _earlier(self, event: Event) -> Event | None:
        """The event before with a document of the same type: what it takes the place of."""
        kind = event["document"]["type"]
        before = self.events[: event["seq"] - 1]
        return next(
            (e for e in reversed(before) if e.get("document", {}).get("type") == kind), None
        )


def _titles(procedure: Procedure, roles: Sequence[str]) -> str:
    return ", ".join(procedure.role_titles.get(role, role) for role in roles) or "-"


def _event_facts(event: Event, visit: Measured | None) -> dict[str, Any]:
    document = event.get("document") or {}
    return {
        "seq": event["seq"],
        "at": event["at"],
        "by": event["by"],
        "role": event["role"],
        "act": event["act"],
        "step": event["step"],
        "to": event["to"],
        "document": document.get("type"),
        "number": document.get("number"),
        "late_minutes": visit.late if visit and visit.due else None,
    }
