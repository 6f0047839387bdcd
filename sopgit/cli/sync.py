"""Bringing in others' work and sending mine."""

from __future__ import annotations

from dataclasses import asdict

import click

from sopgit.adapters.clock import now
from sopgit.app import sync as use_case
from sopgit.app.sync_laps import Request
from sopgit.cli.group import Command, pass_session
from sopgit.cli.session import Session
from sopgit.cli.world import open_office
from sopgit.core.text import T, Text
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
        requests = [asdict(request) for request in synced.requests]
        counts = {"received": synced.received, "sent": synced.sent}
        show_json({"schema": "sopgit/sync/v1", **counts, "requests": requests})
    elif session.speaks:
        terminal.out(map(translate, told_sync(synced)))


def told_sync(synced: use_case.Synced) -> list[Text]:
    """One plain sentence on what came in and went out."""
    counts = T("{received} received, {sent} sent", received=synced.received, sent=synced.sent)
    return [counts, *map(_told_request, synced.requests)]


def _told_request(request: Request) -> Text:
    if request.address is None:
        return T("open a request for the branch {branch} at your host", branch=request.branch)
    return T("open the request for {case}: {url}", case=request.case, url=request.address)
