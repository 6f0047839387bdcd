"""`data list` and `data history`: which data there is."""

from __future__ import annotations

from typing import Any

import click

from sopgit.app.versions import dataset_versions, find_version
from sopgit.app.workplace import Workplace
from sopgit.cli.group import Command, pass_session
from sopgit.cli.session import Session
from sopgit.cli.world import open_office
from sopgit.core.text import T
from sopgit.render import terminal
from sopgit.render.datasets import version_headers, version_objects, version_rows
from sopgit.render.i18n import _, translate
from sopgit.render.output import show_json
from sopgit.render.tables import show_table


@click.command("list", cls=Command, help=_("Every dataset with its newest version."))
@pass_session
def list_datasets(session: Session, /) -> None:
    """All datasets."""
    newest = {v.dataset: v for v in dataset_versions(Workplace.of(open_office(session)))}
    _show_versions(session, "sopgit/datasets/v1", list(newest.values()))


@click.command(cls=Command, help=_("Every version of DATASET, the oldest first."))
@click.argument("dataset", metavar="DATASET")
@pass_session
def history(session: Session, /, dataset: str) -> None:
    """All versions of a dataset."""
    place = Workplace.of(open_office(session))
    find_version(place, dataset, None, None, None)
    known = [version for version in dataset_versions(place) if version.dataset == dataset]
    _show_versions(session, "sopgit/dataset-history/v1", known)


def _show_versions(session: Session, schema: str, versions: list[Any]) -> None:
    if session.is_json:
        show_json({"schema": schema, "versions": version_objects(versions)})
    elif versions:
        show_table(version_headers(), version_rows(versions))
    else:
        terminal.out([translate(T("there is no data yet"))])
