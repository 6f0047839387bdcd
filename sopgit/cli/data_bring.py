"""`data get` and `data recover`: a stored version, out again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from sopgit.adapters.clock import now
from sopgit.app.data import bring_back, tell_recovery, verify_tellable
from sopgit.app.recovery import Receipt
from sopgit.app.typed import day_text
from sopgit.app.versions import find_version
from sopgit.app.workplace import Workplace
from sopgit.cli.data_options import identity_option
from sopgit.cli.group import Command, pass_session
from sopgit.cli.session import Session
from sopgit.cli.world import open_office
from sopgit.core.text import T, Text
from sopgit.render import terminal
from sopgit.render.datasets import told_copy
from sopgit.render.i18n import _, translate
from sopgit.render.output import show_json

_FILE = click.Path(dir_okay=False, path_type=Path)


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
            identity_option,
        ]
    ):
        command = option(command)
    return command


@click.command(cls=Command, help=_("Copy a version of DATASET out, every byte checked."))
@_which
@click.option(
    "--extract", is_flag=True, help=_("Make the folder again that was taken in as one archive.")
)
@pass_session
def get(session: Session, /, **options: Any) -> None:
    """Copy a version out."""
    _bring(session, options, None, heal=False)


@click.command(
    cls=Command,
    help=_("Bring a version of DATASET back from whichever copy is good, and heal the bad ones."),
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
    output, key, extract = options["output"], options["identity"], options.get("extract", False)
    receipt = bring_back(office, version, output, now(), key, heal=heal, extract=extract)
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
        _told_content(receipt),
    ]
    told += [told_copy(seen) for seen in receipt.seen if seen.state != "ok"]
    told += [T("the copy on {place} is good again", place=place) for place in receipt.healed]
    if any(seen.state == "damaged" and seen.place in receipt.healed for seen in receipt.seen):
        folder = office.repo.state_folder / "quarantine"
        told.append(T("the damaged bytes are kept in {folder}", folder=folder))
    if case is not None:
        told.append(T("next: sopgit complete {case}, or sopgit note {case}", case=case))
    if session.speaks:
        terminal.out(map(translate, told))


def _told_content(receipt: Receipt) -> Text:
    if receipt.sha256 is None:
        return T("from {place}, the content is what its manifest says", place=receipt.source)
    return T(
        "from {place}, {size} bytes, SHA-256 {sha256}",
        place=receipt.source,
        size=receipt.size,
        sha256=receipt.sha256,
    )
