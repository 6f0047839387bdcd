"""Bringing in others' work and sending mine."""

from __future__ import annotations

import click

from sopgit.adapters.clock import now
from sopgit.app import sync as use_case
from sopgit.cli.group import Command, pass_session
from sopgit.cli.session import Session
from sopgit.cli.world import open_office
from sopgit.core.text import T
from sopgit.render import terminal
from sopgit.render.i18n import _, translate
from sopgit.render.output import show_json


@click.command(cls=Command, help=_("Bring in what others did and send what you did."))
@pass_session
def sync(session: Session, /) -> None:
    """Bring in and send."""
    office = open_office(session)
    terminal.progress(T("talking to the server"))
    synced = use_case.sync(office, now())
    if session.is_json:
        show_json({"schema": "sopgit/sync/v1", "received": synced.received, "sent": synced.sent})
    elif session.speaks:
        told = T("{received} received, {sent} sent", received=synced.received, sent=synced.sent)
        terminal.out([translate(told)])
