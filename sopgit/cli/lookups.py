"""Looking at cases: what waits for me, all of them, one of them."""

from __future__ import annotations

import click

from sopgit.adapters.clock import now
from sopgit.app.office import Office
from sopgit.app.reminders import days_without_drill
from sopgit.app.standing import roles_today
from sopgit.app.views import CaseView, view_cases, view_one, view_open_cases, waiting_for
from sopgit.cli.group import Command, pass_session
from sopgit.cli.session import Session
from sopgit.cli.world import open_office
from sopgit.core.moments import find_zone
from sopgit.core.text import T, Text
from sopgit.core.words import STATUSES
from sopgit.render import terminal
from sopgit.render.case_sheet import whole_lines
from sopgit.render.cases import (
    as_object,
    as_whole_object,
    headers,
    rows,
)
from sopgit.render.i18n import _, translate
from sopgit.render.output import show_json
from sopgit.render.tables import show_table, window

_ENDED = {"closed", "cancelled"}


@click.command(cls=Command, help=_("What waits for me, the soonest due first."))
@click.option("--role", "roles", multiple=True, metavar="ROLE", help=_("For this role, not mine."))
@pass_session
def inbox(session: Session, /, roles: tuple[str, ...]) -> None:
    """What waits for me."""
    office = open_office(session)
    present = now()
    if not roles:
        roles = roles_today(office.trusted.policy, office.me.person, present)
    mine = waiting_for(view_open_cases(office, present), roles)
    _show_cases(session, office, mine, "sopgit/inbox/v1", T("nothing waits for you"))
    if session.speaks:
        show_drafts(office)
    days = days_without_drill(office, roles, present) if session.speaks else None
    if days is not None:
        told = T(
            "for {days} days nobody has proved that data comes back: sopgit data drill", days=days
        )
        terminal.err([translate(told)])


def show_drafts(office: Office) -> None:
    """Say how many drafts wait for my signature, if any."""
    from sopgit.app.drafts import drafts_for_me  # noqa: PLC0415 - `list` has no use for all acts

    count = len(drafts_for_me(office, now()))
    if count:
        terminal.err([translate(T("drafts for you to sign: {count}; sopgit sign", count=count))])


@click.command("list", cls=Command, help=_("All cases and where they stand, the newest last."))
@click.option(
    "--status",
    multiple=True,
    type=click.Choice(tuple(STATUSES)),
    help=_("Only these; again for more."),
)
@click.option("--late", is_flag=True, help=_("Only those whose step is late."))
@pass_session
def list_cases(session: Session, /, status: tuple[str, ...], late: bool) -> None:
    """All cases."""
    office = open_office(session)
    wants_ended = not late and not (status and _ENDED.isdisjoint(status))
    views = [
        view
        for view in (view_cases if wants_ended else view_open_cases)(office, now())
        if (not status or view.status in status) and (view.is_late or not late)
    ]
    nothing = T("there is no such case") if status or late else T("there is no case yet")
    _show_cases(session, office, views, "sopgit/cases/v1", nothing)


def _show_cases(
    session: Session, office: Office, views: list[CaseView], schema: str, nothing: Text
) -> None:
    _warn_of_years(views)
    if session.is_json:
        show_json({"schema": schema, "cases": [as_object(view) for view in views]})
    elif views:
        show_table(headers(), rows(views, find_zone(office.trusted.policy.timezone)))
    elif session.speaks:
        terminal.err([translate(nothing)])


def _warn_of_years(views: list[CaseView]) -> None:
    for year in sorted({year for view in views for year in view.unknown_years}):
        terminal.warning(
            T(
                "the days off of {year} are not entered, so what is due then may be later",
                year=year,
            ),
            T("enter them with: sopgit calendar update {year}", year=year),
        )


@click.command(cls=Command, help=_("One case: where it stands, its steps, documents and data."))
@click.argument("case", metavar="CASE")
@pass_session
def show(session: Session, /, case: str) -> None:
    """One case."""
    office = open_office(session)
    view = view_one(office, case, now())
    _warn_of_years([view])
    if session.is_json:
        show_json({"schema": "sopgit/case-view/v1", **as_whole_object(view)})
    else:
        terminal.out(whole_lines(view, find_zone(office.trusted.policy.timezone), window()))
        _show_waiting(session, office, view)


def _show_waiting(session: Session, office: Office, view: CaseView) -> None:
    """Say what data was taken in here and no act tells yet."""
    from sopgit.app.carrying import waiting_data  # noqa: PLC0415 - nor for what they carry

    waiting = waiting_data(office.repo, view.state.id, view.events).datasets
    if waiting and session.speaks:
        names = ", ".join(str(entry["dataset"]) for entry in waiting)
        said = T("taken in, and to be told by the next act: {datasets}", datasets=names)
        terminal.err([translate(said)])
