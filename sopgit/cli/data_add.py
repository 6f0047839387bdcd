"""`data add`: take data in for a case, one file or many."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from sopgit.app.data import verify_tellable
from sopgit.app.deliveries import Line, described_all, read_list, read_words, verify_lines
from sopgit.app.describing import missing_words
from sopgit.app.office import Office
from sopgit.app.scan_file import read_codes
from sopgit.app.taking_in import add_deliveries, size_of
from sopgit.app.workplace import Workplace
from sopgit.cli.data_described import described
from sopgit.cli.data_outcomes import tell_one, tell_several
from sopgit.cli.data_scan import codes_option
from sopgit.cli.group import Command, pass_session
from sopgit.cli.prompts import ask_word
from sopgit.cli.session import Session, can_ask
from sopgit.cli.world import open_office
from sopgit.core.errors import UsageError
from sopgit.core.text import T
from sopgit.render.exit_codes import ExitCode
from sopgit.render.i18n import _
from sopgit.render.progress import watched

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(
    cls=Command,
    help=_(
        "Take FILE in as a version of DATASET (PRODUCER/NAME); the next act on the case tells it."
    )
    + "\n\n"
    + _(
        "What its class restricts is encrypted before anything is written. A new dataset needs "
        "--title and its three classes, or a --description; exempt data its legal ground too. "
        "Several at once: DATASET=FILE for each, or a list with --from."
    ),
)
@click.argument("what", nargs=-1, metavar="[DATASET FILE | DATASET=FILE ...]")
@click.option("--case", required=True, metavar="CASE", help=_("The case that brings the data."))
@click.option(
    "--from",
    "lists",
    type=_FILE,
    multiple=True,
    metavar="LIST",
    help=_("A list of datasets and files: CSV with a heading, or YAML."),
)
@described
@click.option("--reason", help=_("Why data that the scan doubts is right; the event tells it."))
@codes_option
@pass_session
def add(
    session: Session, /, what: tuple[str, ...], case: str, lists: tuple[Path, ...], **said: Any
) -> ExitCode:
    """Take files in."""
    lines = [*read_words(what), *(line for path in lists for line in read_list(path))]
    if not lines:
        raise UsageError(T("nothing to take in was named"), T("name DATASET FILE, or --from LIST"))
    is_one = len(lines) == 1 and not lists
    description, reason, known = (said.pop(name) for name in ("description", "reason", "codes"))
    if description is not None and not is_one:
        raise UsageError(T("--description is that of one dataset"), T("name it in the list"))
    if description is not None:
        lines = [Line(lines[0].dataset, lines[0].file, description)]
    verify_lines(lines)
    codes, office = read_codes(known), open_office(session)
    if is_one and can_ask(session):
        verify_tellable(office, case, lines[0].dataset)
        said = _asked(office, lines[0], said)
    deliveries = described_all(office, lines, said, reason)
    with watched(size_of(deliveries), speaks=session.speaks) as on_progress:
        outcomes = add_deliveries(office, case, deliveries, on_progress, codes)
    if is_one:
        return tell_one(session, case, outcomes[0])
    return tell_several(session, case, _names(lines), outcomes)


def _names(lines: Sequence[Line]) -> list[str]:
    return [line.dataset for line in lines]


def _asked(office: Office, line: Line, said: dict[str, Any]) -> dict[str, Any]:
    """What was said, with the answers to what is still missing; the class decides what that is."""
    place = Workplace.of(office)
    while missing := missing_words(place, line.dataset, line.description, said):
        said[missing[0]] = ask_word(missing[0])
    return said
