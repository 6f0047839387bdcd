"""`sopgit sign`: what others prepared for me to sign."""

from __future__ import annotations

from typing import Any

import click

from sopgit.app.drafts import (
    Kept,
    drop_draft,
    hand_back,
    is_mine_to_sign,
    read_drafts,
    sign_draft,
    tell_draft,
)
from sopgit.app.office import Office
from sopgit.cli.acts import show_act
from sopgit.cli.group import Command, pass_session
from sopgit.cli.session import Session, can_ask
from sopgit.cli.world import now, open_office
from sopgit.core.errors import UsageError
from sopgit.core.text import T, Text
from sopgit.render import terminal
from sopgit.render.i18n import _, translate
from sopgit.render.output import show_json
from sopgit.render.reviews import section_text
from sopgit.render.tables import window

_WORDS = ("sign", "back", "later")


@click.command(
    cls=Command,
    help=_("Show the drafts that wait for your signature, and sign DRAFT or hand it back.")
    + "\n\n"
    + _("Others prepare them with --draft beside an act. Without a name they are listed."),
)
@click.argument("name", required=False, metavar="[DRAFT]")
@click.option("--yes", is_flag=True, help=_("Sign it, and do not ask."))
@click.option("--back", metavar="REASON", help=_("Hand it back to who prepared it."))
@click.option("--drop", is_flag=True, help=_("Give it up."))
@pass_session
def sign(session: Session, /, name: str | None, **options: Any) -> None:
    """Sign drafts."""
    office = open_office(session)
    drafts = read_drafts(office)
    if name is None:
        _list(session, office, drafts)
        return
    kept = next((draft for draft in drafts if draft.name == name), None)
    if kept is None:
        raise UsageError(T("there is no draft {name}", name=name), T("see: sopgit sign"))
    if options["drop"]:
        drop_draft(office.repo, kept)
        _say(session, T("the draft {name} is given up; next: sopgit sync", name=name))
        return
    if kept.is_returned:
        raise UsageError(
            T("the draft {name} was handed back", name=name),
            T("prepare it anew, and give this one up: sopgit sign {name} --drop", name=name),
        )
    if not is_mine_to_sign(office, kept, now()):
        hint = T("it is for the role {role}", role=kept.value["role"])
        raise UsageError(T("the draft {name} is not for you to sign", name=name), hint)
    _decide(session, office, kept, options)


def _decide(session: Session, office: Office, kept: Kept, options: dict[str, Any]) -> None:
    word, reason = "sign" if options["yes"] else "later", options["back"]
    if not session.is_json:
        terminal.out(section_text(tell_draft(office, kept, now()), window()))
    if reason is None and not options["yes"] and can_ask(session):
        choice = click.Choice(_WORDS)
        word = click.prompt(translate(T("What do you decide")), type=choice, default="later",
                            err=True)  # fmt: skip
        if word == "back":
            reason = click.prompt(translate(T("Reason")), err=True)
    if reason is not None:
        hand_back(office, kept, reason, now())
        _say(session, T("the draft {name} goes back; next: sopgit sync", name=kept.name))
    elif word == "sign":
        done = sign_draft(office, kept, now())
        show_act(session, office, done, T("sopgit sync"))
    else:
        _say(session, T('next: sopgit sign {name} --yes, or --back "why"', name=kept.name))


def _list(session: Session, office: Office, drafts: list[Kept]) -> None:
    moment = now()
    mine = {kept.name: is_mine_to_sign(office, kept, moment) for kept in drafts}
    if session.is_json:
        listed = [{"name": d.name, "mine": mine[d.name], "draft": dict(d.value)} for d in drafts]
        show_json({"schema": "sopgit/drafts/v1", "drafts": listed})
        return
    terminal.out(translate(_told(kept, mine[kept.name])) for kept in drafts)
    if not drafts:
        _say(session, T("no draft waits"))


def _told(kept: Kept, is_mine: bool) -> Text:
    value = kept.value
    facts = {
        "name": kept.name,
        "act": value["act"],
        "step": value["step"],
        "case": value.get("subject", "-"),
        "person": value["drafted_by"],
    }
    if kept.is_returned:
        returned = value["returned"]
        return T("{name}: {act} at step {step} of case {case}, handed back by {by}: {reason}",
                 by=returned["by"], reason=returned["reason"], **facts)  # fmt: skip
    if is_mine:
        return T("{name}: {act} at step {step} of case {case}, prepared by {person}, for you to "
                 "sign", **facts)  # fmt: skip
    return T("{name}: {act} at step {step} of case {case}, prepared by {person}, for {role}",
             role=value["role"], **facts)  # fmt: skip


def _say(session: Session, text: Text) -> None:
    if session.speaks:
        terminal.out([translate(text)])
