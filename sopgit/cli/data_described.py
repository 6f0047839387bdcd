"""The options that say what a dataset is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from sopgit.core.dataset import AXES
from sopgit.render.i18n import _

Command = Callable[..., Any]


def described(command: Command) -> Command:
    """Its description in a file, or its title and classes one by one."""
    file = click.Path(dir_okay=False, path_type=Path)
    options = [
        click.option("--description", type=file, metavar="FILE", help=_("Its dataset.yaml.")),
        click.option("--title", help=_("What the data is, on one line.")),
        click.option(
            "--public",
            type=click.Choice(AXES["public"]),
            help=_("Its class under public information law."),
        ),
        click.option(
            "--archive", type=click.Choice(AXES["archive"]), help=_("Its class as an archive.")
        ),
        click.option(
            "--personal",
            type=click.Choice(AXES["personal"]),
            help=_("What it holds about persons."),
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command
