"""Proposals about the rules themselves: roots, procedures, protected files, disowned acts."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import click

from sopgit.app import policy_edits as edits
from sopgit.app.policy_inputs import find_act, read_procedure_file, read_protected
from sopgit.app.proposing import Change
from sopgit.cli.group import Command, pass_session
from sopgit.cli.policy_options import FILE, run_proposal, target_options
from sopgit.cli.session import Session
from sopgit.cli.world import open_office
from sopgit.core.dvcfiles import CONFIG
from sopgit.core.errors import UsageError
from sopgit.core.text import T
from sopgit.render.i18n import _


@click.command(cls=Command, help=_("Propose who may change the policy, and how many it takes."))
@click.option("--add", multiple=True, metavar="PERSON", help=_("A new root; again for more."))
@click.option("--remove", multiple=True, metavar="PERSON", help=_("No longer a root."))
@click.option("--threshold", type=int, metavar="NUMBER", help=_("How many must sign."))
@target_options
@pass_session
def roots(
    session: Session,
    /,
    add: tuple[str, ...],
    remove: tuple[str, ...],
    threshold: int | None,
    **options: Any,
) -> None:
    """Change the roots."""
    if not add and not remove and threshold is None:
        raise UsageError(T("roots needs {options}", options="--add, --remove, --threshold"))
    run_proposal(
        session, lambda to: edits.change_roots(to, add, remove, threshold), "roots", options
    )


@click.command(
    cls=Command,
    help=_("Propose new content for the protected file PATH; the proposal carries it along."),
)
@click.argument("path")
@click.option(
    "--from",
    "source",
    type=FILE,
    metavar="FILE",
    help=_("The new content; as the file lies in the work tree if not given."),
)
@click.option("--remove", is_flag=True, help=_("The file goes."))
@target_options
@pass_session
def protect(session: Session, /, path: str, source: Path | None, **options: Any) -> None:
    """Change a protected file."""
    data = None if options["remove"] else read_protected(open_office(session), path, source)
    note = f"protect {path}"
    run_proposal(session, lambda to: edits.protect(to, path, data), note, options)


@click.command(
    cls=Command,
    help=_("Propose that copies of data go to the remote NAME, or no longer.")
    + "\n\n"
    + _("An address is a folder, ssh://HOST/FOLDER or s3://BUCKET; copies that are there stay."),
)
@click.argument("name")
@click.option("--url", metavar="ADDRESS", help=_("Where it is, without a password."))
@click.option("--place", help=_("What people call the place; as it was if not given."))
@click.option("--endpoint", metavar="URL", help=_("The server of an s3:// remote."))
@click.option("--remove", is_flag=True, help=_("No more copies go there."))
@target_options
@pass_session
def remote(session: Session, /, name: str, **options: Any) -> None:
    """Add, move or remove a remote."""
    office = open_office(session)
    config = office.trusted.tree.get(CONFIG) or b""
    url, known = options.pop("url"), office.trusted.policy.raw["remotes"].get(name, {})
    place, endpoint = options.pop("place") or known.get("place", name), options.pop("endpoint")
    if options.pop("remove"):
        change: Change = lambda to: edits.remove_remote(to, config, name)  # noqa: E731
    elif url:
        change = lambda to: edits.set_remote(to, config, name, place, url, endpoint or "")  # noqa: E731
    else:
        raise UsageError(T("remote needs {options}", options="--url, --remove"))
    run_proposal(session, change, f"remote {name}", options)


@click.command(
    cls=Command,
    help=_("Propose the procedure in FILE: open for new cases, or only to finish old ones.")
    + "\n\n"
    + _("Cases under the one that it replaces are finished as they were begun."),
)
@click.argument("file", type=FILE)
@click.option(
    "--state",
    type=click.Choice(["open", "finish"]),
    default="open",
    show_default=True,
    help=_("What may be done under it."),
)
@target_options
@pass_session
def procedure(
    session: Session, /, file: Path, state: Literal["open", "finish"], **options: Any
) -> None:
    """Change a procedure."""
    value, data = read_procedure_file(open_office(session), file)
    note = f"procedure {value['name']} --state {state}"
    run_proposal(session, lambda to: edits.set_procedure(to, value, data, state), note, options)


@click.command(
    cls=Command,
    help=_("Propose that acts were made with a stolen key; their cases must then go back."),
)
@click.argument("acts", nargs=-1, required=True, metavar="CASE:EVENT...")
@target_options
@pass_session
def disown(session: Session, /, acts: tuple[str, ...], **options: Any) -> None:
    """Disown acts."""
    office = open_office(session)
    digests = [find_act(office, act) for act in acts]

    def change(to: edits.Edited) -> None:
        for digest in digests:
            edits.disown(to, digest)

    run_proposal(session, change, f"disown {' '.join(acts)}", options)


COMMANDS = (roots, remote, protect, procedure, disown)
