"""What git's hooks run, and their installation. Anything but a clean pass refuses."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import click

from sopgit.adapters.clock import now
from sopgit.app.guards import admit_index, admit_push, read_updates
from sopgit.app.hooks import (
    admit_outgoing,
    check_message_file,
    install_client,
    install_server,
    read_outgoing,
)
from sopgit.app.office import Office
from sopgit.cli.group import Group, pass_session
from sopgit.cli.session import Session
from sopgit.cli.world import home, open_office
from sopgit.core.errors import SopgitError
from sopgit.core.finding import Allowed, Refused, Verdict, verdict
from sopgit.core.text import T
from sopgit.render import terminal
from sopgit.render.exit_codes import ExitCode
from sopgit.render.findings import as_text
from sopgit.render.i18n import _, choose_language, set_language, translate
from sopgit.render.output import show_json
from sopgit.render.verdicts import findings_of


@click.group(cls=Group, help=_("What git's hooks run, and their installation."))
def hook() -> None:
    """Hooks."""


@hook.command("pre-receive", help=_("Judge a push; git tells it on standard input."))
@pass_session
def pre_receive(session: Session, /) -> ExitCode:
    """Judge a push."""
    return _guard(session, lambda: admit_push(_server(session), read_updates(sys.stdin), now()))


@hook.command("pre-commit", help=_("Judge what is about to be committed."))
@pass_session
def pre_commit(session: Session, /) -> ExitCode:
    """Judge the index."""
    return _guard(session, lambda: admit_index(_here()))


@hook.command(
    "commit-msg",
    help=_("Refuse a message that a terminal would obey, or with a citizen's number."),
)
@click.argument("file", type=click.Path(path_type=Path))
@pass_session
def commit_msg(session: Session, /, file: Path) -> ExitCode:
    """Judge a message."""
    return _guard(session, lambda: verdict("message", check_message_file(file)))


@hook.command("pre-push", help=_("Judge what is about to be sent, as the server will."))
@click.argument("remote", required=False)
@click.argument("url", required=False)
@pass_session
def pre_push(session: Session, /, remote: str | None, url: str | None) -> ExitCode:
    """Judge what is sent."""
    return _guard(session, lambda: admit_outgoing(_here(), read_outgoing(sys.stdin), now()))


@hook.command(help=_("Write the hooks of this clone, or those of the guarded server."))
@click.option("--server", is_flag=True, help=_("This is the office's bare repository."))
@click.option("--anchor", type=click.File("rb"), help=_("The office's anchor, for a server."))
@pass_session
def install(session: Session, /, server: bool, anchor: BinaryIO | None) -> None:
    """Install hooks."""
    if anchor is not None and not server:
        raise click.UsageError(_("--anchor goes with --server"))
    office, python = open_office(session), Path(sys.executable)
    data = anchor.read() if anchor else None
    paths = install_server(office, python, data) if server else install_client(office, python)
    if session.is_json:
        show_json({"schema": "sopgit/hooks/v1", "installed": [str(path) for path in paths]})
    elif session.speaks:
        terminal.out(translate(T("installed: {path}", path=str(path))) for path in paths)


def _here() -> Office:
    return Office.open_for_hook(home())


def _server(session: Session) -> Office:
    """The bare repository; from here on the office's language is spoken."""
    office = _here()
    set_language(choose_language(session.lang, office.language, os.environ))
    return office


def _guard(session: Session, judge: Callable[[], Verdict]) -> ExitCode:
    """Run a guard: its findings on stderr, and exit code 1 for all but `Allowed`."""
    try:
        outcome = judge()
    except (SopgitError, OSError) as error:
        message = (
            error.message if isinstance(error, SopgitError) else T("{error}", error=str(error))
        )
        terminal.error(message, error.hint if isinstance(error, SopgitError) else None)
        refused = getattr(error, "refused", None)
        terminal.err(as_text(refused.findings) if isinstance(refused, Refused) else [])
        return ExitCode.REFUSED
    except Exception as error:  # noqa: BLE001 - a guard that breaks refuses
        terminal.error(T("refused, for the guard failed: {kind}", kind=type(error).__name__))
        if session.verbose:
            terminal.err("".join(traceback.format_exception(error)).splitlines())
        return ExitCode.REFUSED
    terminal.err(as_text(findings_of(outcome)))
    if isinstance(outcome, Allowed):
        return ExitCode.FINE
    terminal.error(T("refused, and nothing was changed"))
    return ExitCode.REFUSED
