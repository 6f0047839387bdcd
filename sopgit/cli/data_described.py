"""The options that say what a dataset is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from sopgit.app.describing import WORDS
from sopgit.core.dataset import AXES
from sopgit.render.i18n import _

Command = Callable[..., Any]


def described(command: Command) -> Command:
    """Its description in a file, or title, classes and the ground of exemption one by one."""
    helps = {
        "title": _("What the data is, on one line."),
        "public": _("Its class under public information law."),
        "archive": _("Its class as an archive."),
        "personal": _("What it holds about persons."),
        "article": _("For exempt data: the article of the law that exempts it."),
        "article_letter": _("For exempt data: the letter of that article."),
        "test_number": _("For exempt data: the number of the consequence test."),
        "test_date": _("For exempt data: the day of the consequence test (YYYY-MM-DD)."),
        "test_reason": _("For exempt data: what the test found, in words."),
        "test_period": _("For exempt data: how long it stays exempt."),
    }
    for word in reversed(WORDS):
        kind = click.Choice(AXES[word]) if word in AXES else str
        name = "--" + word.replace("_", "-")
        command = click.option(name, word, type=kind, help=helps[word])(command)
    file = click.Path(dir_okay=False, path_type=Path)
    help_ = _("Its dataset.yaml.")
    return click.option("--description", type=file, metavar="FILE", help=help_)(command)
