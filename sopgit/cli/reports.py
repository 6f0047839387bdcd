"""Registers as text or CSV, and the official papers of cases as PDF."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from sopgit.adapters.clock import now
from sopgit.app.office import Office
from sopgit.app.reports import letter_register, time_register
from sopgit.app.saving import save_text
from sopgit.app.sealed import closed
from sopgit.app.views import view_cases, view_one
from sopgit.cli.group import Group, pass_session
from sopgit.cli.session import Session
from sopgit.cli.world import open_office
from sopgit.core.errors import UsageError
from sopgit.core.moments import find_zone
from sopgit.core.text import T
from sopgit.render import terminal
from sopgit.render.case_sheet import whole_lines
from sopgit.render.cases import as_whole_object
from sopgit.render.events import event_headers, event_rows
from sopgit.render.i18n import _, translate
from sopgit.render.output import csv_text, show_json
from sopgit.render.registers import (
    letter_headers,
    letter_objects,
    letter_rows,
    time_headers,
    time_objects,
    time_rows,
)
from sopgit.render.tables import show_table, table_lines

_FILE = click.Path(dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)
_output = click.option(
    "--output", type=_FILE, metavar="FILE", help=_("Write it there; CSV where FILE ends in .csv.")
)
_csv = click.option("--csv", "as_csv", is_flag=True, help=_("As CSV."))


@click.group(cls=Group, help=_("Registers, times and papers."))
def report() -> None:
    """Reports."""


@report.command(help=_("The register of every letter that the office issued."))
@_csv
@_output
@pass_session
def register(session: Session, /, as_csv: bool, output: Path | None) -> None:
    """Letters."""
    letters = letter_register(view_cases(open_office(session), now()))
    objects = {"schema": "sopgit/register/v1", "letters": letter_objects(letters)}
    _show(session, letter_headers(), letter_rows(letters), objects, as_csv, output)


@report.command(help=_("Every step of every case against its standard time, in working time."))
@_csv
@_output
@pass_session
def time(session: Session, /, as_csv: bool, output: Path | None) -> None:
    """Times."""
    office = open_office(session)
    visits = time_register(view_cases(office, now()))
    objects = {"schema": "sopgit/times/v1", "visits": time_objects(visits)}
    rows = time_rows(visits, find_zone(office.trusted.policy.timezone))
    _show(session, time_headers(), rows, objects, as_csv, output)


@report.command(help=_("One case on one sheet: head, steps, documents, data, events."))
@click.argument("case_name", metavar="CASE")
@_csv
@_output
@pass_session
def case(session: Session, /, case_name: str, as_csv: bool, output: Path | None) -> None:
    """One case."""
    office = open_office(session)
    view = view_one(office, case_name, now())
    rows = event_rows(view.events)
    if session.is_json or as_csv or _is_csv(output):
        objects = {"schema": "sopgit/case-view/v1", **as_whole_object(view)}
        _show(session, event_headers(), rows, objects, as_csv, output)
        return
    zone = find_zone(office.trusted.policy.timezone)
    sheet = [*whole_lines(view, zone), "", f"{_('Events')}:"]
    sheet += [f"  {line}" for line in table_lines(event_headers(), rows)]
    if output is None:
        terminal.out(sheet)
    else:
        _save(session, output, "\n".join([*sheet, ""]))


@report.command(help=_("The official papers of CASE as PDF, into a folder."))
@click.argument("case_name", metavar="CASE")
@click.option(
    "--event", "events", type=int, multiple=True, help=_("Only that of this event; again for more.")
)
@click.option(
    "--output",
    type=_FOLDER,
    default=Path("documents"),
    metavar="DIR",
    help=_("The folder; documents if not given."),
)
@pass_session
def document(session: Session, /, case_name: str, events: tuple[int, ...], output: Path) -> None:
    """Papers."""
    paths = _print(open_office(session), case_name, events, output)
    if session.is_json:
        show_json({"schema": "sopgit/papers/v1", "files": [str(path) for path in paths]})
    elif session.speaks:
        terminal.out(translate(T("written: {path}", path=str(path))) for path in paths)


def _print(office: Office, case_name: str, events: Sequence[int], output: Path) -> list[Path]:
    from sopgit.app.papers import case_papers, print_papers  # noqa: PLC0415 - typst and jinja2

    view = view_one(office, case_name, now())
    issued = {entry.seq for entry in view.state.documents}
    wanted = set(events) or issued
    missing = sorted(wanted - issued)
    if missing:
        raise UsageError(
            T("event {seq} of case {id} issued no document", seq=missing[0], id=view.state.id),
            T("see: sopgit show {id}", id=view.state.id),
        )
    names = {f"{view.state.id}-{seq:02d}-" for seq in wanted}
    tree, identity = office.trusted.tree, office.identity()
    papers = case_papers(view, office.trusted.policy, tree, identity)
    chosen = [(name, paper) for name, paper in papers if name[:14] in names]
    shut = wanted.intersection(closed(view.events, tree, view.state.folder, identity))
    if shut:
        terminal.warning(
            T("{count} papers are encrypted, and your key does not open them", count=len(shut)),
            T("let a reader open them to you: sopgit data rekey"),
        )
    return print_papers(chosen, output)


def _is_csv(output: Path | None) -> bool:
    return output is not None and output.suffix.lower() == ".csv"


def _show(
    session: Session,
    headers: list[str],
    rows: list[list[str]],
    objects: dict[str, Any],
    as_csv: bool,
    output: Path | None,
) -> None:
    if session.is_json:
        show_json(objects)
    elif output is not None:
        is_csv = as_csv or _is_csv(output)
        lines = "\n".join([*table_lines(headers, rows), ""])
        _save(session, output, csv_text(headers, rows) if is_csv else lines)
    elif as_csv:
        terminal.out(csv_text(headers, rows).splitlines())
    else:
        show_table(headers, rows)


def _save(session: Session, output: Path, text: str) -> None:
    save_text(output, text)
    if session.speaks:
        terminal.out([translate(T("written: {path}", path=str(output)))])
