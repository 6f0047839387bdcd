"""`data declassify`: sign that a class may be lowered."""

from __future__ import annotations

from typing import Any

import click

from sopgit.app.declassify import declassify
from sopgit.app.describing import describe
from sopgit.app.workplace import Workplace
from sopgit.cli.data_described import described
from sopgit.cli.data_readers import acting_option
from sopgit.cli.group import Command, pass_session
from sopgit.cli.session import Session
from sopgit.cli.world import now, open_office
from sopgit.core.text import T
from sopgit.render import terminal
from sopgit.render.i18n import _, translate
from sopgit.render.output import show_json


@click.command(
    "declassify",
    cls=Command,
    help=_("Sign that restricted DATASET may have lower classes; another person then lowers them.")
    + "\n\n"
    + _("Say what it will be, as in data add. Versions stored so far stay encrypted."),
)
@click.argument("dataset", metavar="DATASET")
@described
@click.option("--reason", required=True, help=_("Why the class may be lowered."))
@click.option("--letter", required=True, metavar="NUMBER", help=_("The letter that decides it."))
@acting_option
@pass_session
def declassify_data(session: Session, /, dataset: str, **said: Any) -> None:
    """Sign that a class may be lowered."""
    office = open_office(session)
    reason, letter, acting = said.pop("reason"), said.pop("letter"), said.pop("acting")
    place, file = Workplace.of(office), said.pop("description")
    value = describe(place, office.schemas, dataset, file, said)
    made = declassify(office, dataset, value, reason, letter, now(), acting)
    if session.is_json:
        show_json({"schema": "sopgit/declassified/v1", "record": made.path, "branch": made.branch})
        return
    following = T("next: sopgit sync; somebody else then takes the data in with the same classes")
    terminal.out(map(translate, [T("signed: {path}", path=made.path), *made.waits, following]))
