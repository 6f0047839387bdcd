"""`data add`: take data in for a case."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sopgit.app.data import add_data
from sopgit.app.datasets import Unchanged
from sopgit.app.describing import describe
from sopgit.app.scan_file import read_codes
from sopgit.app.workplace import ActRefused, Workplace
from sopgit.cli.data_described import described
from sopgit.cli.data_scan import codes_option
from sopgit.cli.group import Command, pass_session
from sopgit.cli.session import Session
from sopgit.cli.world import open_office
from sopgit.core.errors import UsageError
from sopgit.core.finding import Refused
from sopgit.core.text import T
from sopgit.render import terminal
from sopgit.render.datasets import copy_objects, told_added, told_copy
from sopgit.render.i18n import _, translate
from sopgit.render.output import show_json

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(
    cls=Command,
    help=_(
        "Take FILE in as a version of DATASET (PRODUCER/NAME); the next act on the case tells it."
    )
    + "\n\n"
    + _(
        "What its class restricts is encrypted before anything is written. A new dataset needs "
        "--title and its three classes, or a --description; exempt data always the latter."
    ),
)
@click.argument("dataset", metavar="DATASET")
@click.argument("file", type=_FILE)
@click.option("--case", required=True, metavar="CASE", help=_("The case that brings the data."))
@described
@click.option("--reason", help=_("Why data that the scan doubts is right; the event tells it."))
@codes_option
@pass_session
def add(session: Session, /, dataset: str, file: Path, case: str, **said: Any) -> None:
    """Take a file in."""
    if not file.is_file():
        raise UsageError(T("there is no file {path}", path=str(file)))
    office = open_office(session)
    reason, known = said.pop("reason"), read_codes(said.pop("codes"))
    value = describe(Workplace.of(office), dataset, said.pop("description"), said)
    added = add_data(office, case, file, value, reason=reason, known_codes=known)
    if isinstance(added, Refused):
        raise ActRefused(added)
    if isinstance(added, Unchanged):
        _tell_unchanged(session, added)
        return
    if session.is_json:
        show_json(
            {
                "schema": "sopgit/intake/v1",
                "entry": dict(added.entry),
                "copies": copy_objects(added.copies),
            }
        )
        return
    told = [told_added(added.entry, added.manifest), *map(told_copy, added.copies)]
    if any(path.endswith("/manifest.age") for path in added.pending.files):
        told.insert(1, T("  encrypted before it was written; only its readers can open it"))
    following = T("next: sopgit complete {case}, or sopgit note {case}", case=case)
    if any(copy.state != "ok" for copy in added.copies):
        following = T("next: sopgit data push {case}, when all remotes are there", case=case)
    terminal.out(map(translate, [*told, following]))


def _tell_unchanged(session: Session, unchanged: Unchanged) -> None:
    if session.is_json:
        show_json({"schema": "sopgit/intake/v1", "entry": None, "unchanged": unchanged.version})
        return
    told = T(
        "nothing new: this is version {version} of {name}",
        version=unchanged.version,
        name=unchanged.dataset,
    )
    terminal.out([translate(told)])
