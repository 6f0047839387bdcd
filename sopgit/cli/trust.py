"""The anchor: what a verifier must know beforehand."""

from __future__ import annotations

from dataclasses import asdict
from typing import BinaryIO

import click

from sopgit.app.trust import SCHEMA, pin_anchor, trust_of
from sopgit.cli.group import Group, pass_session
from sopgit.cli.session import Session
from sopgit.cli.world import open_office
from sopgit.core.text import T
from sopgit.render import terminal
from sopgit.render.i18n import _, translate
from sopgit.render.output import show_json


@click.group(cls=Group, help=_("Show or pin the anchor, which is never in the repository's files."))
def trust() -> None:
    """The anchor."""


@trust.command(help=_("Show by which anchor this clone judges; --format json is what pin takes."))
@pass_session
def show(session: Session, /) -> None:
    """Show the anchor."""
    known = trust_of(open_office(session))
    if not known.is_pinned:
        terminal.warning(
            T("nothing is pinned here: this is what the ledger says of itself"),
            T("compare it with what the office keeps on paper"),
        )
    if session.is_json:
        show_json({"schema": SCHEMA, **asdict(known.anchor)})
    else:
        terminal.out(f"{name:<10}  {value}" for name, value in asdict(known.anchor).items())


@trust.command(help=_("Keep the anchor in FILE (- is standard input); all is judged from it then."))
@click.argument("file", type=click.File("rb"))
@pass_session
def pin(session: Session, /, file: BinaryIO) -> None:
    """Pin an anchor."""
    anchor = pin_anchor(open_office(session), file.read())
    if session.is_json:
        show_json({"schema": SCHEMA, **asdict(anchor)})
    elif session.speaks:
        terminal.out([translate(T("pinned: the ledger begins with {id}", id=anchor.genesis))])
