"""`sopgit` alone, on a terminal: what waits for me, one after the other, until I have enough."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import click

from sopgit.app.acts import Unsigned
from sopgit.app.office import Office
from sopgit.app.papers import draft_lines
from sopgit.app.review import review_case
from sopgit.app.standing import roles_today
from sopgit.app.sync import sync
from sopgit.app.typed import Typed
from sopgit.app.views import CaseView, view_cases, waiting_for
from sopgit.app.workplace import ActRefused, Workplace, find_case
from sopgit.cli.lookups import show_drafts
from sopgit.cli.review import ask_decision, send_act, show_page
from sopgit.cli.session import Session
from sopgit.cli.sync import told_sync
from sopgit.cli.world import now, open_office
from sopgit.core.errors import SopgitError
from sopgit.core.moments import find_zone
from sopgit.core.text import T
from sopgit.render import terminal
from sopgit.render.cases import headers, rows
from sopgit.render.escape import visible
from sopgit.render.exit_codes import ExitCode
from sopgit.render.failures import show_refusal
from sopgit.render.i18n import _, translate
from sopgit.render.tables import show_table, window


def spend_day(session: Session) -> ExitCode:
    """Bring in, then show what waits, ask which, and do it; a refusal ends nothing."""
    _bring_in(session, open_office(session))
    while True:
        office = open_office(session)
        views = _waiting(office)
        if not views:
            terminal.out([_("nothing waits for you")])
            show_drafts(office)
            return ExitCode.FINE
        chosen = _choose(office, views)
        if chosen is None:
            return ExitCode.FINE
        try:
            _work_on(session, office, chosen.state.id)
        except ActRefused as error:
            show_refusal(error.message, error.refused, session.format)
        except SopgitError as error:
            terminal.error(error.message, error.hint)


def _bring_in(session: Session, office: Office) -> None:
    """What others did comes first; without the server the day goes on with what is here."""
    if office.repo.config_get("remote.origin.url") is None:
        return
    terminal.progress(T("talking to the server"))
    try:
        terminal.out(map(translate, told_sync(sync(office, now()))))
    except ActRefused as error:
        show_refusal(error.message, error.refused, session.format)
    except SopgitError as error:
        terminal.warning(error.message, error.hint)


def _waiting(office: Office) -> list[CaseView]:
    present = now()
    mine = roles_today(office.trusted.policy, office.me.person, present)
    return waiting_for(view_cases(office, present), mine)


def _choose(office: Office, views: list[CaseView]) -> CaseView | None:
    """The case that is to be worked on now; None for enough."""
    listed = rows(views, find_zone(office.trusted.policy.timezone))
    show_table(["", *headers()], [[str(n), *row] for n, row in enumerate(listed, 1)])
    asked = _("Which one (its number; empty: enough for now)")
    while True:
        answer = click.prompt(asked, default="", show_default=False, err=True).strip()
        if not answer:
            return None
        if answer.isascii() and answer.isdecimal() and 1 <= int(answer) <= len(views):
            return views[int(answer) - 1]
        click.echo(_("give one of the numbers on the left"), err=True)


def _work_on(session: Session, office: Office, case: str) -> None:
    place = Workplace.of(office)
    path = find_case(place, case)
    show_page(session, review_case(office, path, now()))
    act = ask_decision(office, place.state(path))
    if act is None:
        return

    def look(event: Mapping[str, Any]) -> bool:
        return _is_signed_after(office, event, path)

    try:
        send_act(session, office, Typed(act, case=case), look)
    except Unsigned as left:
        terminal.warning(left.message)


def _is_signed_after(office: Office, event: Mapping[str, Any], path: str) -> bool:
    """Show the paper, or what an act without one says, and ask."""
    said = draft_lines(office, event, path, window() or 80)
    terminal.out(["", *map(visible, said), ""])
    sys.stdout.flush()
    return click.confirm(_("Sign and send this"), default=False, err=True)
