"""Cases on a screen and as JSON: a list, one case, and the sentence after an act.

What is shown comes in as anything that looks like `CaseView`, so that this
module knows the core and nobody above it. Moments are shown on the clocks of
the office.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any, Protocol

from sopgit.core.case import CaseState, Issued
from sopgit.core.deadline import CaseTime, Measured
from sopgit.core.procedure import Procedure
from sopgit.core.text import T, Text
from sopgit.render.escape import leading, visible
from sopgit.render.i18n import _, translate
from sopgit.render.tables import table_lines

_STATUS = {
    "open": T("open"),
    "returned": T("returned"),
    "waiting": T("waiting for data"),
    "closed": T("closed"),
    "cancelled": T("cancelled"),
}
STATUSES = tuple(_STATUS)


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
    return translate(_STATUS[status])


def moment(at: datetime | None, zone: tzinfo) -> str:
    """`2026-11-23 08:00` on the clocks of `zone`, `-` for none."""
    return "-" if at is None else at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


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
        "by": finisher(view, measured),
        "entered": _iso(visit.entered),
        "received": _iso(visit.received),
        "due": _iso(measured.due),
        "finished": _iso(visit.finished),
        "waited_minutes": measured.waited,
        "late_minutes": measured.late,
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")


def finisher(view: CaseView, measured: Measured) -> str | None:
    """Who ended a visit: the author of the event that moved the case on."""
    visit = measured.visit
    for event in view.events:
        ends = event["to"] != event["step"] and event["act"] != "note"
        if ends and visit.finished is not None and event["at"] == _iso(visit.finished):
            return str(event["by"])
    return None


def whole_lines(view: CaseView, zone: tzinfo) -> list[str]:
    """One case for a reader: head, steps, documents, data."""
    return [*_head(view, zone), *_steps(view, zone), *_documents(view), *_datasets(view)]


def _head(view: CaseView, zone: tzinfo) -> Iterator[str]:
    state = view.state
    where = status_word(view.status)
    if state.step is not None:
        titles = ", ".join(view.procedure.role_titles.get(role, role) for role in view.roles)
        where += (
            f"; {_('step')} {state.step}, {visible(view.step_name)}; {_('for')} {visible(titles)}"
        )
    pairs = [
        (_("case"), state.id),
        (_("title"), state.title),
        (_("status"), where),
        (_("due"), due_cell(view, zone)),
        (_("whole case due"), moment(view.time.due, zone)),
        (_("purpose"), state.purpose + (f", {_('restricted')}" if state.restricted else "")),
        (_("producers"), ", ".join(state.producers)),
        (_("procedure"), state.procedure.partition("@")[0]),
        (_("folder"), state.folder),
    ]
    width = max(len(name) for name, _value in pairs)
    yield from (f"{name:<{width}}  {visible(value)}" for name, value in pairs)


def _section(title: str, head: Sequence[str], body: Sequence[Sequence[str]]) -> Iterator[str]:
    if body:
        yield ""
        yield f"{title}:"
        shown = [[leading(row[0]), *map(visible, row[1:])] for row in body]
        yield from (f"  {line}" for line in table_lines(head, shown))


def _steps(view: CaseView, zone: tzinfo) -> Iterator[str]:
    head = [_("step"), _("name"), _("entered"), _("due"), _("finished"), _("by"), _("late")]
    body = []
    for measured in view.time.visits:
        visit = measured.visit
        name = view.procedure.step(visit.step, view.state.purpose).short
        due = _("waiting for data") if measured.is_waiting else moment(measured.due, zone)
        late = minutes(measured.late) if measured.late else "-"
        times = (moment(visit.entered, zone), due, moment(visit.finished, zone))
        body.append([str(visit.step), name, *times, finisher(view, measured) or "-", late])
    return _section(_("Steps"), head, body)


def minutes(count: int) -> str:
    """Working minutes as hours and minutes, `2:05`."""
    return f"{count // 60}:{count % 60:02}"


def _documents(view: CaseView) -> Iterator[str]:
    head = [_("event"), _("document"), _("number"), _("date"), _("state")]
    body = [
        [str(issued.seq), _title(view, issued), issued.number, issued.date, _stands(issued.live)]
        for issued in view.state.documents
    ]
    return _section(_("Documents"), head, body)


def _title(view: CaseView, issued: Issued) -> str:
    kind = view.procedure.documents.get(issued.type)
    return kind.title if kind else issued.type


def _stands(live: bool) -> str:
    return _("stands") if live else _("undone")


def _datasets(view: CaseView) -> Iterator[str]:
    head = [_("event"), _("dataset"), _("version"), _("action"), _("state")]
    body = [
        [str(entry.seq), entry.dataset, str(entry.version), entry.action, _stands(entry.live)]
        for entry in view.state.datasets
    ]
    return _section(_("Data"), head, body)


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
        return T("it has ended: {status}", status=_STATUS[view.status])
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
