"""`data scrub`: read stored copies back, and tell what each is."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import click

from sopgit.adapters.clock import now
from sopgit.app.scrub import record_scrub, scrub
from sopgit.cli.group import Command, pass_session
from sopgit.cli.session import Session
from sopgit.cli.world import open_office
from sopgit.core.scrub import Reading
from sopgit.core.text import T
from sopgit.render import terminal
from sopgit.render.exit_codes import ExitCode
from sopgit.render.i18n import _, translate
from sopgit.render.output import show_json
from sopgit.render.progress import watched
from sopgit.render.scrubs import exit_code_of_scrub, scrub_object, told_reading, told_scrub

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours"}


class Duration(click.ParamType[timedelta]):
    """`90s`, `30m`, `2h`."""

    name = "duration"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        """The time that `value` names."""
        if isinstance(value, timedelta):
            return value
        found = re.fullmatch(r"([0-9]{1,6})([smh])", value)
        if found is None:
            message = T("{value} is no time like 90s, 30m or 2h", value=value)
            self.fail(translate(message), param, ctx)
        return timedelta(**{_UNITS[found[2]]: int(found[1])})


@click.command(
    "scrub",
    cls=Command,
    help=_("Read stored copies back, every byte, from the cache and every remote.")
    + "\n\n"
    + _("The longest unread comes first; an interrupted run is taken up where it stood.")
    + "\n\n"
    + _("Exit code 1: a copy is damaged or missing; 3: none is, but a place is away."),
)
@click.option(
    "--budget",
    type=Duration(),
    default="30m",
    show_default=True,
    metavar="TIME",
    help=_("Begin no copy after this time: 90s, 30m, 2h."),
)
@click.option("--all", "everything", is_flag=True, help=_("Read all, however long it takes."))
@click.option(
    "--remote", "places", multiple=True, metavar="NAME", help=_("Only there; cache is one too.")
)
@click.option("--heal", is_flag=True, help=_("Replace bad copies from good ones."))
@click.option("--record", is_flag=True, help=_("Sign a record of what was read where."))
@pass_session
def scrub_data(
    session: Session,
    /,
    budget: timedelta,
    places: tuple[str, ...],
    *,
    everything: bool,
    heal: bool,
    record: bool,
) -> ExitCode:
    """Read copies back."""
    office, read = open_office(session), 0
    with watched(0, speaks=session.speaks) as on_progress:

        def count(reading: Reading) -> None:
            nonlocal read
            read += reading.copy.object.size
            if on_progress is not None:
                on_progress(read)

        limit = None if everything else budget
        scrubbed = scrub(office, now, limit, places, heal=heal, on_reading=count)
    entered = record_scrub(office, scrubbed, now) if record else ()
    paths = [one.path for one in entered]
    if session.is_json:
        show_json(scrub_object(scrubbed, paths))
    else:
        terminal.out(map(translate, map(told_reading, scrubbed.bad)))
    if session.speaks:
        terminal.out(map(translate, told_scrub(scrubbed, paths)))
        terminal.out(translate(text) for one in entered for text in one.waits)
    return exit_code_of_scrub(scrubbed)
