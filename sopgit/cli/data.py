"""Datasets: taking in, listing, bringing back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from sopgit.adapters.clock import now
from sopgit.app.acts import ActRefused, Workplace
from sopgit.app.data import (
    add_data,
    bring_back,
    drop_data,
    push_data,
    tell_recovery,
    verify_tellable,
)
from sopgit.app.datasets import Unchanged
from sopgit.app.describing import describe
from sopgit.app.scan_file import read_codes
from sopgit.app.typed import day_text
from sopgit.app.versions import dataset_versions, find_version
from sopgit.cli.data_scan import codes_option, scan
from sopgit.cli.group import Group, pass_session
from sopgit.cli.session import Session
from sopgit.cli.world import open_office
from sopgit.core.dataset import AXES
from sopgit.core.errors import UsageError
from sopgit.core.finding import Refused
from sopgit.core.text import T, Text
from sopgit.render import terminal
from sopgit.render.datasets import (
    copy_objects,
    told_added,
    told_copy,
    version_headers,
    version_objects,
    version_rows,
)
from sopgit.render.exit_codes import ExitCode
from sopgit.render.i18n import _, translate
from sopgit.render.output import show_json
from sopgit.render.tables import show_table

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group(cls=Group, help=_("Datasets: take in, list, bring back."))
def data() -> None:
    """Datasets."""


@data.command(
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
@click.option("--description", type=_FILE, metavar="FILE", help=_("Its dataset.yaml."))
@click.option("--title", help=_("What the data is, on one line."))
@click.option(
    "--public", type=click.Choice(AXES["public"]), help=_("Its class under public information law.")
)
@click.option("--archive", type=click.Choice(AXES["archive"]), help=_("Its class as an archive."))
@click.option(
    "--personal", type=click.Choice(AXES["personal"]), help=_("What it holds about persons.")
)
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


data.add_command(scan)


@data.command(help=_("Finish the copies of what was taken in for CASE while a remote was away."))
@click.argument("case", metavar="CASE")
@pass_session
def push(session: Session, /, case: str) -> ExitCode:
    """Finish copies."""
    states = push_data(open_office(session), case)
    if session.is_json:
        show_json(
            {
                "schema": "sopgit/copies/v1",
                "datasets": {name: copy_objects(seen) for name, seen in states.items()},
            }
        )
    elif not states:
        terminal.out([translate(T("nothing waits for {case}", case=case))])
    else:
        for name, seen in states.items():
            terminal.out([name, *(translate(told_copy(copy)) for copy in seen)])
    is_whole = all(copy.state == "ok" for seen in states.values() for copy in seen)
    return ExitCode.FINE if is_whole else ExitCode.WORLD


@data.command(help=_("Forget what waits for the next act on CASE; stored objects stay."))
@click.argument("case", metavar="CASE")
@pass_session
def drop(session: Session, /, case: str) -> None:
    """Forget pending data."""
    dropped = drop_data(open_office(session), case)
    if session.is_json:
        show_json({"schema": "sopgit/dropped/v1", "datasets": list(dropped)})
    elif not dropped:
        terminal.out([translate(T("nothing waits for {case}", case=case))])
    else:
        told = T("no longer waiting for {case}: {names}", case=case, names=", ".join(dropped))
        terminal.out([translate(told)])


@data.command("list", help=_("Every dataset with its newest version."))
@pass_session
def list_datasets(session: Session, /) -> None:
    """All datasets."""
    newest = {v.dataset: v for v in dataset_versions(Workplace.of(open_office(session)))}
    _show_versions(session, "sopgit/datasets/v1", list(newest.values()))


@data.command(help=_("Every version of DATASET, the oldest first."))
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


def _which(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that name a version, and where it goes."""
    for option in reversed(
        [
            click.argument("dataset", metavar="DATASET"),
            click.option(
                "--output",
                required=True,
                type=_FILE,
                metavar="FILE",
                help=_("The new file; nothing is overwritten."),
            ),
            click.option(
                "--version",
                type=int,
                metavar="N",
                help=_("The version; the newest if nothing is said."),
            ),
            click.option(
                "--as-of", metavar="YYYY-MM-DD", help=_("As it was at the end of this day.")
            ),
            click.option("--stored-by", metavar="CASE", help=_("As this case stored it.")),
        ]
    ):
        command = option(command)
    return command


@data.command(help=_("Copy a version of DATASET out, every byte checked."))
@_which
@pass_session
def get(session: Session, /, **options: Any) -> None:
    """Copy a version out."""
    _bring(session, options, None, heal=False)


@data.command(
    help=_("Bring a version of DATASET back from whichever copy is good, and heal the bad ones.")
)
@_which
@click.option("--case", metavar="CASE", help=_("The case whose next act tells the recovery."))
@pass_session
def recover(session: Session, /, case: str | None, **options: Any) -> None:
    """Bring a version back."""
    _bring(session, options, case, heal=True)


def _bring(session: Session, options: dict[str, Any], case: str | None, *, heal: bool) -> None:
    office = open_office(session)
    day = day_text(options["as_of"]) if options["as_of"] else None
    place = Workplace.of(office)
    if case is not None:
        verify_tellable(office, case, options["dataset"])
    version = find_version(place, options["dataset"], options["version"], day, options["stored_by"])
    receipt = bring_back(office, version, options["output"], now(), heal=heal)
    if case is not None:
        tell_recovery(office, case, version, receipt)
    if session.is_json:
        show_json(receipt.value)
        return
    told: list[Text] = [
        T(
            "{dataset} version {version} is in {path}",
            dataset=version.dataset,
            version=version.version,
            path=receipt.output,
        ),
        T(
            "from {place}, {size} bytes, SHA-256 {sha256}",
            place=receipt.source,
            size=receipt.size,
            sha256=receipt.sha256,
        ),
    ]
    told += [T("the copy on {place} is good again", place=place) for place in receipt.healed]
    if case is not None:
        told.append(T("next: sopgit complete {case}, or sopgit note {case}", case=case))
    if session.speaks:
        terminal.out(map(translate, told))
