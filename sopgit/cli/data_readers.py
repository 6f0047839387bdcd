"""`data rekey`, `data disclosure`: who can read what is stored, and who could."""

from __future__ import annotations

from typing import Any

import click

from sopgit.adapters.clock import now
from sopgit.app.disclosure import Readable, disclose, readable_by
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
        "branches": [entered.branch for entered in done.entered if entered.branch],
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
    told += [text for entered in done.entered for text in entered.waits]
    if done.entered:
        told.append(T("next: sopgit sync"))
    return told or [T("everything opens to {people} already", people=people)]


@click.command(
    cls=Command,
    help=_(
        "Tell which restricted data PERSON could ever read; with --reason, sign it as a record."
    ),
)
@click.argument("person", metavar="PERSON")
@click.option("--reason", help=_("Why it is told, as: moved to another office."))
@click.option("--letter", metavar="NUMBER", help=_("The letter by which the person leaves."))
@acting_option
@pass_session
def disclosure(session: Session, /, person: str, reason: str | None, **options: Any) -> None:
    """Tell what a person could read."""
    office = open_office(session)
    found = readable_by(office, person)
    made = None
    if reason:
        letter, acting = options["letter"], options["acting"]
        made = disclose(office, found, reason, letter, now(), acting)
    if session.is_json:
        record = {"record": made and made.path, "branch": made and made.branch}
        show_json({"schema": "sopgit/disclosure/v1", **found.value, **record})
        return
    told = [*_readable(found)]
    if made:
        told += [T("signed: {path}", path=made.path), *made.waits, T("next: sopgit sync")]
    terminal.out(map(translate, told))


def _readable(found: Readable) -> list[Text]:
    told = [
        T("{dataset}: versions {versions}", dataset=dataset, versions=", ".join(map(str, numbers)))
        for dataset, numbers in found.versions.items()
    ]
    told += [T("restricted case {case}", case=case) for case in found.cases]
    return told or [T("{person} could read nothing restricted", person=found.person)]
