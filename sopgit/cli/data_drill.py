"""`data drill`: prove that data comes back from the remotes, with the ledger and the keys alone."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from sopgit.adapters.clock import now
from sopgit.app.drill import Plan, drill, record_drill
from sopgit.cli.group import Command, pass_session
from sopgit.cli.session import Session
from sopgit.cli.world import open_office
from sopgit.core.drill import MOST, Trial
from sopgit.render import terminal
from sopgit.render.drills import drill_object, exit_code_of_drill, told_drill, told_trial
from sopgit.render.exit_codes import ExitCode
from sopgit.render.i18n import _, translate
from sopgit.render.output import show_json


@click.command(
    "drill",
    cls=Command,
    help=_("Bring versions of every class back from every remote, and tell how long it took.")
    + "\n\n"
    + _("There is nothing but a fresh clone, an empty cache and the keys that are here.")
    + "\n\n"
    + _("Restricted data is decrypted and compared as it passes by; nothing of it is written.")
    + "\n\n"
    + _("Exit code 1: something did not come back; 3: only a remote was away."),
)
@click.option(
    "--count",
    type=click.IntRange(1, MOST),
    default=6,
    show_default=True,
    help=_("So many versions."),
)
@click.option("--seed", metavar="TEXT", help=_("Draw the versions that this seed drew before."))
@click.option("--remote", "places", multiple=True, metavar="NAME", help=_("Only from there."))
@click.option(
    "--recovery-key",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help=_("A recovery key to try, too: on its custodian's machine."),
)
@click.option("--here", is_flag=True, help=_("Clone this repository, not its origin."))
@click.option("--record", is_flag=True, help=_("Sign a record of what came back."))
@pass_session
def drill_data(
    session: Session,
    /,
    count: int,
    seed: str | None,
    places: tuple[str, ...],
    recovery_key: Path | None,
    *,
    here: bool,
    record: bool,
) -> ExitCode:
    """Bring versions back, as a test."""
    office = open_office(session)

    def tell(trial: Trial) -> None:
        if session.speaks:
            terminal.out([translate(told_trial(trial))])

    plan = Plan(seed or secrets.token_hex(8), count, places, recovery_key, here)
    drilled = drill(office, plan, now, tell)
    entered = record_drill(office, drilled, now) if record else None
    path = entered.path if entered else None
    if session.is_json:
        show_json(drill_object(drilled, path))
    elif session.speaks:
        terminal.out(
            map(translate, [*told_drill(drilled, path), *(entered.waits if entered else ())])
        )
    return exit_code_of_drill(drilled)
