"""The policy: who holds which role with which keys, and signing a version of it."""

from __future__ import annotations

from pathlib import Path

import click

from sopgit.app.keys import known_keys
from sopgit.app.policy_sign import sign_policy
from sopgit.cli.group import Group, pass_session
from sopgit.cli.session import Session
from sopgit.cli.world import home, open_office
from sopgit.core.text import T
from sopgit.render import terminal
from sopgit.render.i18n import _, translate
from sopgit.render.output import show_json
from sopgit.render.policies import policy_lines

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group(cls=Group, help=_("Who holds which role with which keys."))
def policy() -> None:
    """The policy."""


@policy.command(help=_("Show the policy in force."))
@pass_session
def show(session: Session, /) -> None:
    """Show the policy."""
    in_force = open_office(session).trusted.policy
    if session.is_json:
        show_json(dict(in_force.raw))
    else:
        terminal.out(policy_lines(in_force))


@policy.command(help=_("Add your signature to the version of the policy in FILE."))
@click.argument("file", type=_FILE)
@click.option(
    "--key", type=_FILE, metavar="PATH", help=_("The root's signing key; yours if not given.")
)
@pass_session
def sign(session: Session, /, file: Path, key: Path | None) -> None:
    """Sign a policy."""
    key = key or known_keys(session.repo, home()).signing_path
    person, missing = sign_policy(file, key)
    if session.is_json:
        value = {"schema": "sopgit/policy-signature/v1", "by": person, "missing": missing}
        show_json(value)
    elif session.speaks:
        told = T("signed by {person}; {count} more roots must sign", person=person, count=missing)
        terminal.out([translate(told)])
