"""Keys, and who they make you."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sopgit.adapters.clock import now
from sopgit.app.identity import default_folder
from sopgit.app.keys import Keys, known_keys, new_keys
from sopgit.app.standing import roles_today
from sopgit.cli.group import Command, Group, pass_session
from sopgit.cli.session import Session
from sopgit.cli.world import home, open_office
from sopgit.core.text import T
from sopgit.render import terminal
from sopgit.render.escape import visible
from sopgit.render.i18n import _, translate
from sopgit.render.output import show_json

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group(cls=Group, help=_("Make and show your keys."))
def key() -> None:
    """Keys."""


@key.command(help=_("Make a signing key and an age key; nothing is ever overwritten."))
@click.option("--output", type=_FOLDER, metavar="DIR", help=_("Where to put them."))
@click.option("--comment", default="sopgit", help=_("What the key is called in lists."))
@click.option("--no-passphrase", is_flag=True, help=_("Leave the key open: for trials only."))
@click.option("--no-age", is_flag=True, help=_("Make no key for restricted data."))
@pass_session
def new(session: Session, /, output: Path | None, comment: str, **flags: bool) -> None:
    """Make keys."""
    folder = output or default_folder(home())
    passphrase = "" if flags["no_passphrase"] else None
    if passphrase is None and not flags["no_age"] and session.speaks:
        terminal.progress(
            T("two passphrases are asked for: of the age key, which reads what is restricted, and "
              "of the key that you sign with")
        )  # fmt: skip
    keys = new_keys(folder, comment, passphrase, with_age=not flags["no_age"])
    _show_keys(session, keys)
    if session.speaks:
        sent = T("send the lines of `sopgit key show` to those who keep the policy")
        terminal.out([translate(sent)])


@key.command(help=_("Show your public keys: what to send to those who keep the policy."))
@pass_session
def show(session: Session, /) -> None:
    """Show keys."""
    _show_keys(session, known_keys(session.repo, home()))


def _show_keys(session: Session, keys: Keys) -> None:
    value: dict[str, Any] = {
        "key": keys.signing.line,
        "fingerprint": keys.signing.fingerprint,
        "path": str(keys.signing_path),
        "recipient": keys.recipient,
        "identity": str(keys.identity_path) if keys.identity_path else None,
    }
    if session.is_json:
        show_json({"schema": "sopgit/keys/v1", **value})
    else:
        terminal.out(f"{name:<11}  {visible(str(said or '-'))}" for name, said in value.items())


@click.command(cls=Command, help=_("Who you are in this office, and what you may do."))
@pass_session
def whoami(session: Session, /) -> None:
    """Who I am."""
    office = open_office(session)
    policy, me = office.trusted.policy, office.me
    person = policy.people[me.person]
    value: dict[str, Any] = {
        "person": me.person,
        "name": person["name"],
        "position": person["position"],
        "roles": list(roles_today(policy, me.person, now())),
        "acting": [grant.letter for grant in policy.grants if grant.person == me.person],
        "root": me.person in policy.roots,
        "key": me.key.fingerprint,
        "office": policy.raw["office"]["name"],
        "policy": policy.version,
        "trial": policy.trial,
    }
    if session.is_json:
        show_json({"schema": "sopgit/whoami/v1", **value})
        return
    labels = _labels()
    width = max(map(len, labels.values()))
    terminal.out(f"{labels[name]:<{width}}  {visible(_said(said))}" for name, said in value.items())


def _said(value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return ", ".join(map(str, value)) or "-" if isinstance(value, list) else str(value)


def _labels() -> dict[str, str]:
    return {
        "person": _("person"),
        "name": _("name"),
        "position": _("position"),
        "roles": _("roles"),
        "acting": _("acting"),
        "root": _("root"),
        "key": _("key"),
        "office": _("office"),
        "policy": _("policy"),
        "trial": _("trial"),
    }
