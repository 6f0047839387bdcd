"""A case's events, and what proves each of them."""

from __future__ import annotations

from pathlib import Path

import click

from sopgit.adapters.clock import now
from sopgit.app.office import Office
from sopgit.app.proof import proof_of, write_proof
from sopgit.app.views import CaseView, view_one
from sopgit.cli.group import Command, pass_session
from sopgit.cli.session import Session
from sopgit.cli.world import open_office
from sopgit.core.text import T
from sopgit.render import terminal
from sopgit.render.events import event_headers, event_rows, proof_lines, proof_object
from sopgit.render.i18n import _, translate
from sopgit.render.output import show_json
from sopgit.render.tables import show_table

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command(cls=Command, help=_("The events of CASE, one a line; or the proof of one of them."))
@click.argument("case", metavar="CASE")
@click.option(
    "--proof", type=int, metavar="EVENT", help=_("What repeats the check of its signature.")
)
@click.option("--output", type=_FOLDER, metavar="DIR", help=_("Write the proof into this folder."))
@pass_session
def log(session: Session, /, case: str, proof: int | None, output: Path | None) -> None:
    """A case's events."""
    office = open_office(session)
    view = view_one(office, case, now())
    if output is not None and proof is None:
        raise click.UsageError(_("--output goes with --proof"))
    if proof is not None:
        _show_proof(session, office, view, proof, output)
    elif session.is_json:
        show_json({"schema": "sopgit/log/v1", "id": view.state.id, "events": list(view.events)})
    else:
        show_table(event_headers(), event_rows(view.events))


def _show_proof(
    session: Session, office: Office, view: CaseView, seq: int, output: Path | None
) -> None:
    proof = proof_of(view, seq, office.trusted.policy)
    written = write_proof(proof, output) if output else []
    if session.is_json:
        head = {"schema": "sopgit/proof/v1", "id": view.state.id, "event": seq}
        show_json({**head, **proof_object(proof), "files": [str(path) for path in written]})
    elif written:
        terminal.out(
            [
                translate(T("written to {folder}; check it there with:", folder=str(output))),
                f"  {proof.command}",
            ]
        )
    else:
        terminal.out(proof_lines(proof))
