"""Options that several data commands share."""

from __future__ import annotations

from pathlib import Path

import click

from sopgit.render.i18n import _

identity_option = click.option(
    "--identity",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help=_("The age identity that opens restricted data, if not your own."),
)
