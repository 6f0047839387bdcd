"""`data push` and `data drop`: what was taken in and no act has told yet."""

from __future__ import annotations

import click

from sopgit.app.data import drop_data, push_data
from sopgit.cli.group import Command, pass_session
from sopgit.cli.session import Session
from sopgit.cli.world import open_office
from sopgit.core.text import T
from sopgit.render import terminal
from sopgit.render.datasets import copy_objects, told_copy
from sopgit.render.exit_codes import ExitCode
from sopgit.render.i18n import _, translate
from sopgit.render.output import show_json


@click.command(
    cls=Command, help=_("Finish the copies of what was taken in for CASE while a remote was away.")
)
@click.argument("case", metavar="CASE")
@pass_session
def push(session: Session, /, case: str) -> ExitCode:
    """Finish copies."""
    states = push_data(open_office(session), case)
    if session.is_json:
        show_json(
            {
                "schema": "sopgit/copies/v1",
                "datasets": {name: copy_objects(seen) for name, seen in states.items()},
            }
        )
    elif not states:
        terminal.out([translate(T("nothing waits for {case}", case=case))])
    else:
        for name, seen in states.items():
            terminal.out([name, *(translate(told_copy(copy)) for copy in seen)])
    is_whole = all(copy.state == "ok" for seen in states.values() for copy in seen)
    return ExitCode.FINE if is_whole else ExitCode.WORLD


@click.command(
    cls=Command, help=_("Forget what waits for the next act on CASE; stored objects stay.")
)
@click.argument("case", metavar="CASE")
@pass_session
def drop(session: Session, /, case: str) -> None:
    """Forget pending data."""
    dropped = drop_data(open_office(session), case)
    if session.is_json:
        show_json({"schema": "sopgit/dropped/v1", "datasets": list(dropped)})
    elif not dropped:
        terminal.out([translate(T("nothing waits for {case}", case=case))])
    else:
        told = T("no longer waiting for {case}: {names}", case=case, names=", ".join(dropped))
        terminal.out([translate(told)])
