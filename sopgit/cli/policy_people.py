"""Proposals about people: who they are, their keys, their roles."""

from __future__ import annotations

from typing import Any

import click

from sopgit.app import policy_edits as edits
from sopgit.app.policy_edits import REASONS
from sopgit.app.policy_inputs import (
    acts_signed_with,
    read_fingerprint,
    read_key,
    read_recipient,
)
from sopgit.app.typed import clean
from sopgit.cli.group import Command, Group, pass_session
from sopgit.cli.policy_options import run_proposal, target_options
from sopgit.cli.prompts import date_type
from sopgit.cli.session import Session
from sopgit.cli.world import open_office
from sopgit.core.errors import UsageError
from sopgit.core.text import T
from sopgit.render import terminal
from sopgit.render.i18n import _

_PERSON = click.argument("person", metavar="PERSON")
_ROLE = click.argument("role", metavar="ROLE")
_RECIPIENT = click.option(
    "--recipient", "recipients", multiple=True, metavar="AGE1...", help=_("Their age key.")
)


@click.group(cls=Group, help=_("Propose who belongs to the office, and their keys."))
def person() -> None:
    """People."""


@person.command(help=_("Propose a new person, called PERSON in every file."))
@_PERSON
@click.option("--name", required=True, help=_("The full name, as papers print it."))
@click.option("--position", required=True, help=_("The post, as papers print it."))
@click.option("--nip", help=_("The NIP, 18 digits."))
@click.option("--key", "keys", multiple=True, metavar="KEY", help=_("A public key, or its file."))
@_RECIPIENT
@target_options
@pass_session
def add(session: Session, /, person: str, **options: Any) -> None:
    """Add a person."""
    facts: dict[str, Any] = {key: clean(options[key]) for key in ("name", "position")}
    if options["nip"]:
        facts["nip"] = options["nip"]
    facts["keys"] = [read_key(text).line for text in options["keys"]]
    recipients = [read_recipient(text) for text in options["recipients"]]
    facts["recipients"] = [{"kind": "x25519", "key": key} for key in recipients]
    run_proposal(
        session, lambda to: edits.add_person(to, person, facts), f"person add {person}", options
    )


@person.command(help=_("Propose that PERSON leaves: no role, no key, never to come back."))
@_PERSON
@target_options
@pass_session
def remove(session: Session, /, person: str, **options: Any) -> None:
    """Remove a person."""
    run_proposal(
        session, lambda to: edits.remove_person(to, person), f"person remove {person}", options
    )


@person.command(help=_("Propose further keys of PERSON: to sign with, or to read with."))
@_PERSON
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@_RECIPIENT
@target_options
@pass_session
def key(session: Session, /, person: str, keys: tuple[str, ...], **options: Any) -> None:
    """Add keys."""
    signing = [read_key(text) for text in keys]
    recipients = [read_recipient(text) for text in options["recipients"]]
    if not signing and not recipients:
        raise UsageError(T("no key was given"), T("give a public key, its file, or --recipient"))
    run_proposal(
        session,
        lambda to: edits.add_keys(to, person, signing, recipients),
        f"person key {person}",
        options,
    )


@click.group(cls=Group, help=_("Propose who holds which role."))
def role() -> None:
    """Roles."""


@role.command(help=_("Propose that PERSON gets ROLE."))
@_ROLE
@_PERSON
@target_options
@pass_session
def grant(session: Session, /, role: str, person: str, **options: Any) -> None:
    """Grant a role."""
    note = f"role grant {role} {person}"
    run_proposal(session, lambda to: edits.grant(to, role, person), note, options)


@role.command("revoke", help=_("Propose that PERSON no longer has ROLE."))
@_ROLE
@_PERSON
@target_options
@pass_session
def revoke_role(session: Session, /, role: str, person: str, **options: Any) -> None:
    """Take a role away."""
    note = f"role revoke {role} {person}"
    run_proposal(session, lambda to: edits.ungrant(to, role, person), note, options)


@click.command(
    cls=Command,
    help=_("Propose that PERSON acts as ROLE for a time, by letter (Plt., Plh.)."),
)
@_ROLE
@_PERSON
@click.option("--from", "first", type=date_type, metavar="DAY", help=_("The first day."))
@click.option("--until", "last", type=date_type, metavar="DAY", help=_("The last day."))
@click.option("--letter", help=_("The number of the letter."))
@click.option("--end", is_flag=True, help=_("Withdraw the grant instead."))
@target_options
@pass_session
def acting(session: Session, /, role: str, person: str, **options: Any) -> None:
    """Make somebody acting."""
    first, last, letter = options["first"], options["last"], options["letter"]
    if options["end"]:
        note = f"acting {role} {person} --end"
        run_proposal(session, lambda to: edits.end_acting(to, role, person, letter), note, options)
        return
    if not (first and last and letter):
        raise UsageError(T("acting needs {options}", options="--from, --until, --letter"))
    grant = {"role": role, "person": person, "from": first, "until": last, "letter": clean(letter)}
    note = f"acting {role} {person}"
    run_proposal(session, lambda to: edits.make_acting(to, grant), note, options)


@click.command(
    cls=Command,
    help=_("Propose that a person, or one of their keys, no longer counts.")
    + "\n\n"
    + _(
        "rotated: new keys take the place of old ones. left: the person goes. compromised: the "
        "keys go at once, and what was signed with them and has not landed is lost."
    ),
)
@click.argument("who", metavar="PERSON|KEY")
@click.option("--reason", required=True, type=click.Choice(REASONS), help=_("Why."))
@click.option("--key", "keys", multiple=True, metavar="KEY", help=_("The key that comes instead."))
@target_options
@pass_session
def revoke(session: Session, /, who: str, reason: edits.Reason, **options: Any) -> None:
    """Revoke a person or a key."""
    policy = open_office(session).trusted.policy
    keys = [read_key(text) for text in options["keys"]]
    note, urgent = f"revoke {who} --reason {reason}", reason == "compromised"
    if who in policy.people:
        gone = policy.keys(who)

        def change(to: edits.Edited) -> None:
            edits.revoke_person(to, who, reason, keys)
    else:
        named = read_fingerprint(who)
        note = f"revoke {named} --reason {reason}"
        held = (key for name in policy.people for key in policy.keys(name))
        gone = tuple(key for key in held if key.fingerprint == named)

        def change(to: edits.Edited) -> None:
            edits.revoke_key(to, named, reason, keys)

    run_proposal(session, change, note, options, urgent=urgent)
    if urgent and session.speaks:
        for subject, at in acts_signed_with(open_office(session), gone):
            terminal.warning(
                T("signed with it: {subject} at {at}", subject=subject, at=at),
                T("if it is not theirs: sopgit policy disown {subject}", subject=subject),
            )


COMMANDS = (person, role, acting, revoke)
