"""One case for a reader: head, steps, documents, data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo

from sopgit.core.case import Issued
from sopgit.core.words import PURPOSES
from sopgit.render.cases import CaseView, due_cell, minutes, moment, status_word
from sopgit.render.escape import leading, visible
from sopgit.render.i18n import _, translate
from sopgit.render.tables import table_lines

_INDENT = "  "
# A title, and a table below it: what stands above, and the rows.
_Section = tuple[str, list[str], list[list[str]]]


def whole_lines(view: CaseView, zone: tzinfo, width: int | None = None) -> list[str]:
    """One case for a reader: head, steps, documents, data; tables fitted to a `width`."""
    lines = list(_head(view, zone))
    for title, head, body in (_steps(view, zone), _documents(view), _datasets(view)):
        if body:
            shown = [[leading(row[0]), *map(visible, row[1:])] for row in body]
            table = table_lines(head, shown, width and width - len(_INDENT))
            lines += ["", f"{title}:", *(f"{_INDENT}{line}" for line in table)]
    return lines


def _head(view: CaseView, zone: tzinfo) -> Iterator[str]:
    state = view.state
    where = status_word(view.status)
    if state.step is not None:
        titles = ", ".join(view.procedure.role_titles.get(role, role) for role in view.roles)
        where += (
            f"; {_('step')} {state.step}, {visible(view.step_name)}; {_('for')} {visible(titles)}"
        )
    purpose = translate(PURPOSES[state.purpose])
    pairs = [
        (_("case"), state.id),
        (_("title"), state.title),
        (_("status"), where),
        (_("due"), due_cell(view, zone)),
        (_("whole case due"), moment(view.time.due, zone)),
        (_("purpose"), purpose + (f", {_('restricted')}" if state.restricted else "")),
        (_("producers"), ", ".join(state.producers)),
        (_("procedure"), state.procedure.partition("@")[0]),
        (_("folder"), state.folder),
    ]
    width = max(len(name) for name, _value in pairs)
    yield from (f"{name:<{width}}  {visible(value)}" for name, value in pairs)


def _steps(view: CaseView, zone: tzinfo) -> _Section:
    head = [_("step"), _("name"), _("entered"), _("due"), _("finished"), _("by"), _("late")]
    body = []
    for measured in view.time.visits:
        visit = measured.visit
        name = view.procedure.step(visit.step, view.state.purpose).short
        due = _("waiting for data") if measured.is_waiting else moment(measured.due, zone)
        late = minutes(measured.late) if measured.late else "-"
        times = (moment(visit.entered, zone), due, moment(visit.finished, zone))
        body.append([str(visit.step), name, *times, visit.finished_by or "-", late])
    return _("Steps"), head, body


def _documents(view: CaseView) -> _Section:
    head = [_("event"), _("document"), _("number"), _("date"), _("state")]
    body = [
        [str(issued.seq), _title(view, issued), issued.number, issued.date, _stands(issued.live)]
        for issued in view.state.documents
    ]
    return _("Documents"), head, body


def _title(view: CaseView, issued: Issued) -> str:
    kind = view.procedure.documents.get(issued.type)
    return kind.title if kind else issued.type


def _stands(live: bool) -> str:
    return _("stands") if live else _("undone")


def _datasets(view: CaseView) -> _Section:
    head = [_("event"), _("dataset"), _("version"), _("action"), _("state")]
    body = [
        [
            str(entry.seq),
            entry.dataset,
            str(entry.version),
            translate(PURPOSES[entry.action]),
            _stands(entry.live),
        ]
        for entry in view.state.datasets
    ]
    return _("Data"), head, body
