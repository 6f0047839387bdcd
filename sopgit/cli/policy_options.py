"""What the commands that propose a change of the policy share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from sopgit.app.policy_words import tell_policy_change
from sopgit.app.proposing import Change, Proposed, propose
from sopgit.cli.session import Session
from sopgit.cli.world import open_office
from sopgit.core.text import T
from sopgit.render import terminal
from sopgit.render.findings import as_objects, as_text
from sopgit.render.i18n import _, translate
from sopgit.render.output import show_json
from sopgit.render.policies import change_lines

FILE = click.Path(dir_okay=False, path_type=Path)

Function = Callable[..., Any]

abandon_option = click.option(
    "--abandon",
    is_flag=True,
    help=_("Give up what people have signed and nobody has landed, where it would be refused."),
)


def target_options(command: Function) -> Function:
    """Where the proposal goes, and whether it may strand somebody's work."""
    option = click.option(
        "--output",
        type=FILE,
        metavar="FILE",
        help=_("The proposal's file; what is proposed there already stays in it."),
    )
    decorated: Function = option(abandon_option(command))
    return decorated


def run_proposal(
    session: Session, change: Change, note: str, options: dict[str, Any], *, urgent: bool = False
) -> None:
    """Propose `change` and say what became of it."""
    abandon = options["abandon"] or urgent
    proposed = propose(open_office(session), change, note, options["output"], abandon=abandon)
    show_proposed(session, proposed)


def show_proposed(session: Session, proposed: Proposed) -> None:
    """What the proposal would change, what to think of, and what to do with it."""
    made = proposed.proposal
    words = list(tell_policy_change(made.old, made.new, made.files))
    if session.is_json:
        show_json(
            {
                "schema": "sopgit/proposed/v1",
                "path": str(proposed.path),
                "version": made.new.version,
                "changes": [translate(line) for line in words],
                "dropped": proposed.dropped,
                "warnings": as_objects(proposed.warnings),
            }
        )
        return
    terminal.err(as_text(proposed.warnings))
    if proposed.dropped:
        count = proposed.dropped
        terminal.warning(T("{count} signatures no longer count and were taken out", count=count))
    if session.speaks:
        path = str(proposed.path)
        terminal.out(change_lines(words))
        terminal.out(
            [
                translate(T("the proposal is at {path}; each root runs:", path=path)),
                translate(T("  sopgit policy sign {path}", path=path)),
                translate(T("next: sopgit policy land {path}", path=path)),
            ]
        )
    else:
        terminal.out([str(proposed.path)])
