"""`data list` and `data history`: which data there is."""

from __future__ import annotations

import click

from sopgit.app.versions import Version, dataset_versions, find_version, read_copies
from sopgit.app.workplace import Workplace
from sopgit.cli.group import Command, pass_session
from sopgit.cli.session import Session
from sopgit.cli.world import open_office
from sopgit.core.text import T
from sopgit.render import terminal
from sopgit.render.datasets import version_headers, version_objects, version_rows
from sopgit.render.i18n import _, translate
from sopgit.render.last_reads import copy_headers, copy_rows
from sopgit.render.output import show_json
from sopgit.render.tables import show_table

copies_option = click.option(
    "--copies", is_flag=True, help=_("Each copy, and when it was last read back, by whom.")
)


@click.command("list", cls=Command, help=_("Every dataset with its newest version."))
@copies_option
@pass_session
def list_datasets(session: Session, /, copies: bool) -> None:
    """All datasets."""
    place = Workplace.of(open_office(session))
    newest = {version.dataset: version for version in dataset_versions(place)}
    _show(session, "sopgit/datasets/v1", place, list(newest.values()), copies=copies)


@click.command(cls=Command, help=_("Every version of DATASET, the oldest first."))
@click.argument("dataset", metavar="DATASET")
@copies_option
@pass_session
def history(session: Session, /, dataset: str, copies: bool) -> None:
    """All versions of a dataset."""
    place = Workplace.of(open_office(session))
    find_version(place, dataset, None, None, None)
    known = [version for version in dataset_versions(place) if version.dataset == dataset]
    _show(session, "sopgit/dataset-history/v1", place, known, copies=copies)


def _show(
    session: Session, schema: str, place: Workplace, versions: list[Version], *, copies: bool
) -> None:
    read = read_copies(place) if copies else None
    remotes = {name: said["place"] for name, said in place.trusted.policy.raw["remotes"].items()}
    if session.is_json:
        show_json({"schema": schema, "versions": version_objects(versions, read)})
    elif not versions:
        terminal.out([translate(T("there is no data yet"))])
    elif read is not None:
        show_table(copy_headers(), copy_rows(versions, read, remotes))
    else:
        show_table(version_headers(), version_rows(versions))
