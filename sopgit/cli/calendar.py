"""The office's calendar: the days off of a year."""

from __future__ import annotations

from typing import Any

import click

from sopgit.app.calendar_update import CalendarChange, enter_calendar, propose_year
from sopgit.app.records import Entered
from sopgit.cli.act_options import NamedValue
from sopgit.cli.group import Group, pass_session
from sopgit.cli.session import Session, can_ask
from sopgit.cli.world import now, open_office
from sopgit.core.errors import UsageError
from sopgit.core.text import T
from sopgit.render import terminal
from sopgit.render.findings import as_objects, as_text
from sopgit.render.i18n import _, translate
from sopgit.render.output import show_json
from sopgit.render.tables import show_table

_DAY = NamedValue("DATE=NAME")


@click.group(cls=Group, help=_("The days off by which the office works."))
def calendar() -> None:
    """The calendar."""


@calendar.command(
    help=_("Enter the days off of YEAR, by a record that you sign.")
    + "\n\n"
    + _("National holidays and joint leave are proposed; on a terminal you see them first.")
)
@click.argument("year", type=click.IntRange(1970, 2199))
@click.option("--off", multiple=True, type=_DAY, help=_("A day off of the office; again for more."))
@click.option(
    "--work", "worked", multiple=True, type=_DAY, help=_("A holiday that is worked all the same.")
)
@click.option(
    "--ramadan",
    metavar="FIRST..LAST",
    help=_("Its days, with the shorter hours of Perpres 21/2023."),
)
@click.option(
    "--acting", metavar="LETTER", help=_("The letter that makes you acting (Plt., Plh.).")
)
@click.option("--dry-run", is_flag=True, help=_("Only show what would change."))
@click.option("--yes", is_flag=True, help=_("Enter it without being asked."))
@pass_session
def update(session: Session, /, **options: Any) -> None:
    """Enter a year."""
    office = open_office(session)
    off, worked = dict(options["off"]), dict(options["worked"])
    change = propose_year(office, options["year"], off, worked, _span(options["ramadan"]))
    if not session.is_json:
        _show(session, change)
    asks = can_ask(session) and not options["yes"]
    entered = None
    if change and not options["dry_run"] and (not asks or _is_wanted()):
        entered = enter_calendar(office, change, now(), options["acting"])
    if session.is_json:
        show_json(_object(change, entered))
    elif session.speaks and entered is not None:
        said = T("the days off of {year} are entered: {path}", year=change.year, path=entered.path)
        following = T("next: {command}", command="sopgit sync")
        terminal.out(map(translate, [said, *entered.waits, following]))


def _is_wanted() -> bool:
    return click.confirm(_("Enter this"), default=False, err=True)


def _span(text: str | None) -> tuple[str, str] | None:
    if text is None:
        return None
    first, dots, last = text.partition("..")
    if not dots:
        example = T("write it like {example}", example="2027-02-08..2027-03-09")
        raise UsageError(T("{text} is no span of days", text=text), example)
    return first, last


def _show(session: Session, change: CalendarChange) -> None:
    terminal.err(as_text(change.doubts))
    days = [*((*day, "+") for day in change.added), *((*day, "-") for day in change.gone)]
    if days:
        headers = [translate(head) for head in (T("day"), T("change"), T("name"), T("kind"))]
        show_table(headers, [(day, sign, name, kind) for day, name, kind, sign in sorted(days)])
    elif session.speaks and not change:
        terminal.err([_("the calendar says so already")])


def _object(change: CalendarChange, entered: Entered | None) -> dict[str, Any]:
    keys = ("day", "name", "kind")
    return {
        "schema": "sopgit/calendar-update/v1",
        "year": change.year,
        "added": [dict(zip(keys, day, strict=True)) for day in change.added],
        "gone": [dict(zip(keys, day, strict=True)) for day in change.gone],
        "warnings": as_objects(change.doubts),
        "record": entered.path if entered else None,
        "commit": entered.commit if entered else None,
        "branch": entered.branch if entered else None,
    }
