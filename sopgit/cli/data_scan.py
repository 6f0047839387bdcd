"""`data scan`: hold a file against the scan before it is sent or taken in."""

from __future__ import annotations

from pathlib import Path

import click

from sopgit.app.scan_file import read_codes, read_description, scan_file
from sopgit.cli.group import Command, pass_session
from sopgit.cli.session import Session
from sopgit.core.errors import UsageError
from sopgit.core.text import T
from sopgit.render.exit_codes import ExitCode
from sopgit.render.i18n import _
from sopgit.render.verdicts import show_verdict

codes_option = click.option(
    "--codes",
    multiple=True,
    metavar="CODING=FILE",
    help=_("The codes of regions there are in a coding (kemendagri, bps), one a line."),
)


@click.command(
    cls=Command,
    help=_("Look through FILE for persons' numbers, formulas and wrong cells; nothing is kept.")
    + "\n\n"
    + _("Without a --description it is judged as open data without declared columns."),
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--description",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=_("Its dataset.yaml."),
)
@codes_option
@pass_session
def scan(
    session: Session, /, file: Path, description: Path | None, codes: tuple[str, ...]
) -> ExitCode:
    """Scan one file."""
    if not file.is_file():
        raise UsageError(T("there is no file {path}", path=str(file)))
    value = read_description(description) if description else None
    facts, judged = scan_file(file, value, read_codes(codes))
    told = {"rows": facts.rows, "columns": facts.columns and list(facts.columns)}
    said = T("nothing forbids taking it in")
    return show_verdict(judged, told, said, session.format, quiet=session.quiet)
