"""`data rekey`: who can read what is stored."""

from __future__ import annotations

from typing import Any

import click

from sopgit.adapters.clock import now
from sopgit.app.rekey import Rekeyed, rekey
from sopgit.cli.group import Command, pass_session
from sopgit.cli.session import Session
from sopgit.cli.world import open_office
from sopgit.core.text import T, Text
from sopgit.render import terminal
from sopgit.render.exit_codes import ExitCode
from sopgit.render.i18n import _, translate
from sopgit.render.output import show_json

acting_option = click.option(
    "--acting", metavar="LETTER", help=_("The letter by which you are acting in a role.")
)


@click.command(
    "rekey",
    cls=Command,
    help=_("Open what is stored to the readers that the policy names now: DATASETs, or all.")
    + "\n\n"
    + _(
        "Only headers change; nothing is encrypted or uploaded again. It takes nothing from those "
        "who could read before."
    ),
)
@click.argument("datasets", metavar="[DATASET]...", nargs=-1)
@acting_option
@pass_session
def rekey_data(session: Session, /, datasets: tuple[str, ...], acting: str | None) -> ExitCode:
    """Open what is stored to joiners."""
    done = rekey(open_office(session), datasets, now(), acting)
    if session.is_json:
        show_json({"schema": "sopgit/rekeyed/v1", **_value(done)})
    else:
        terminal.out(map(translate, _told(done)))
    return ExitCode.WORLD if done.closed or done.away else ExitCode.FINE


def _value(done: Rekeyed) -> dict[str, Any]:
    return {
        "records": [entered.path for entered in done.entered],
        "people": list(done.people),
        "files": list(done.files),
        "closed": list(done.closed),
        "away": list(done.away),
    }


def _told(done: Rekeyed) -> list[Text]:
    people = ", ".join(done.people)
    told = [T("{path} now opens to {people}", path=path, people=people) for path in done.files]
    told += [T("{path} does not open to your key", path=path) for path in done.closed]
    told += [T("no copy at hand for {path}", path=path) for path in done.away]
    if done.entered:
        told.append(T("next: sopgit sync"))
    return told or [T("everything opens to {people} already", people=people)]
