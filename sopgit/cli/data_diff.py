"""`data diff`: what one version of a dataset has against another."""

from __future__ import annotations

from pathlib import Path

import click

from sopgit.app.data_diff import diff_data
from sopgit.cli.data_options import identity_option
from sopgit.cli.group import Command, pass_session
from sopgit.cli.session import Session
from sopgit.cli.world import open_office
from sopgit.render import terminal
from sopgit.render.data_diff import diff_object, told_diff
from sopgit.render.i18n import _, translate
from sopgit.render.output import show_json
from sopgit.render.table_changes import SHOWN_ROWS


@click.command(
    cls=Command,
    help=_("What changed in DATASET from one version to another: columns, and rows by key.")
    + "\n\n"
    + _("Numbers of persons are shown masked. Restricted data is told to its readers alone."),
)
@click.argument("dataset", metavar="DATASET")
@click.option("--from", "old", type=int, metavar="N", help=_("The version before; else the last."))
@click.option("--to", "new", type=int, metavar="M", help=_("The version after; else the newest."))
@click.option(
    "--key", multiple=True, metavar="COLUMN", help=_("A column that tells which row is which.")
)
@click.option(
    "--limit",
    type=click.IntRange(0),
    default=SHOWN_ROWS,
    show_default=True,
    help=_("So many rows of each kind are shown."),
)
@identity_option
@pass_session
def diff(
    session: Session,
    /,
    dataset: str,
    old: int | None,
    new: int | None,
    key: tuple[str, ...],
    limit: int,
    identity: Path | None,
) -> None:
    """Compare two versions."""
    found = diff_data(open_office(session), dataset, old, new, key, limit, identity)
    if session.is_json:
        show_json(diff_object(found))
    else:
        terminal.out(map(translate, told_diff(found, limit)))
