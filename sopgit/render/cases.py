"""Cases on a screen and as JSON: a list, and the sentences after an act.

What is shown comes in as anything that looks like `CaseView`, so that this
module knows the core and nobody above it. Moments are shown on the clocks of
the office.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any, Protocol

from sopgit.core.case import CaseState
from sopgit.core.deadline import CaseTime, Measured
from sopgit.core.procedure import Procedure
from sopgit.core.text import T, Text
from sopgit.core.words import STATUSES
from sopgit.render.i18n import _, translate


class CaseView(Protocol):
    """One case as people see it."""

    @property
    def state(self) -> CaseState: ...
    @property
    def procedure(self) -> Procedure: ...
    @property
    def time(self) -> CaseTime: ...
    @property
    def events(self) -> Sequence[Mapping[str, Any]]: ...
    @property
    def slug(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def step_name(self) -> str: ...
    @property
    def roles(self) -> tuple[str, ...]: ...
    @property
    def step_due(self) -> datetime | None: ...
    @property
    def is_late(self) -> bool: ...


def status_word(status: str) -> str:
    """A status in the language in force."""
    return translate(STATUSES[status])


def moment(at: datetime | None, zone: tzinfo) -> str:
    """`2026-11-23 08:00` on the clocks of `zone`, `-` for none."""
    return "-" if at is None else at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def minutes(count: int) -> str:
    """Working minutes as hours and minutes, `2:05`."""
    return f"{count // 60}:{count % 60:02}"


def due_cell(view: CaseView, zone: tzinfo) -> str:
    """When the step is due, and whether that has passed."""
    late = f" {_('late')}" if view.is_late else ""
    return moment(view.step_due, zone) + late


def headers() -> list[str]:
    """What stands above `rows`."""
    return [_("case"), _("status"), _("step"), _("for"), _("due"), _("title")]


def rows(views: Sequence[CaseView], zone: tzinfo) -> list[list[str]]:
    """One line for each case."""
    return [
        [
            view.state.id,
            status_word(view.status),
            f"{view.state.step} {view.step_name}" if view.state.step else "-",
            ", ".join(view.procedure.role_titles.get(role, role) for role in view.roles) or "-",
            due_cell(view, zone),
            view.state.title,
        ]
        for view in views
    ]


def as_object(view: CaseView) -> dict[str, Any]:
    """A case for JSON; moments as ISO 8601 with offset, null where there is none."""
    state = view.state
    current = view.time.current
    return {
        "id": state.id,
        "title": state.title,
        "slug": view.slug,
        "status": view.status,
        "step": state.step,
        "step_name": view.step_name or None,
        "roles": list(view.roles),
        "due": _iso(view.step_due),
        "case_due": _iso(view.time.due),
        "late": view.is_late,
        "late_minutes": current.late if current else 0,
        "purpose": state.purpose,
        "restricted": state.restricted,
        "folder": state.folder,
        "producers": list(state.producers),
    }


def as_whole_object(view: CaseView) -> dict[str, Any]:
    """A case for JSON with its visits to steps, documents and datasets."""
    return {
        **as_object(view),
        "procedure": view.state.procedure,
        "begun": view.state.begun,
        "events": len(view.events),
        "steps": [_visit_object(view, measured) for measured in view.time.visits],
        "documents": [
            {
                "event": issued.seq,
                "step": issued.step,
                "type": issued.type,
                "number": issued.number,
                "date": issued.date,
                "stands": issued.live,
            }
            for issued in view.state.documents
        ],
        "datasets": [
            {
                "event": entry.seq,
                "dataset": entry.dataset,
                "version": entry.version,
                "action": entry.action,
                "stands": entry.live,
            }
            for entry in view.state.datasets
        ],
    }


def _visit_object(view: CaseView, measured: Measured) -> dict[str, Any]:
    visit = measured.visit
    return {
        "step": visit.step,
        "name": view.procedure.step(visit.step, view.state.purpose).short,
        "by": visit.finished_by,
        "entered": _iso(visit.entered),
        "received": _iso(visit.received),
        "due": _iso(measured.due),
        "finished": _iso(visit.finished),
        "waited_minutes": measured.waited,
        "late_minutes": measured.late,
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")


_DONE = {
    "open": T("case {id} is open; step {step} is done with it"),
    "complete": T("step {step} of case {id} is done"),
    "return": T("case {id} is returned from step {step}"),
    "amend": T("event {of} of case {id} is amended"),
    "note": T("a note was added to case {id}"),
    "cancel": T("case {id} is cancelled"),
}


def told_act(event: Mapping[str, Any], case: str) -> Text:
    """One plain sentence on an act that was done."""
    return Text(
        _DONE[event["act"]].message, {"id": case, "step": event["step"], "of": event.get("of")}
    )


def told_standing(view: CaseView, people: Sequence[str], zone: tzinfo) -> Text:
    """One plain sentence on where a case stands now."""
    if view.state.step is None:
        return T("it has ended: {status}", status=STATUSES[view.status])
    who = ", ".join(people) or "-"
    roles = ", ".join(view.procedure.role_titles.get(role, role) for role in view.roles)
    step, name = view.state.step, view.step_name
    if view.step_due is None:
        return T(
            "it waits at step {step}, {name}, for {roles}: {people}",
            step=step,
            name=name,
            roles=roles,
            people=who,
        )
    due = moment(view.step_due, zone)
    return T(
        "it waits at step {step}, {name}, for {roles}: {people}; due {due}",
        step=step,
        name=name,
        roles=roles,
        people=who,
        due=due,
    )
