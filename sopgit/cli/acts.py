"""The acts: open, complete, return, amend, note, cancel."""

from __future__ import annotations

from typing import Any

import click

from sopgit.app.acts import Done, Look, perform
from sopgit.app.drafts import write_draft
from sopgit.app.form import draft_of, form_of
from sopgit.app.office import Office
from sopgit.app.standing import people_of, standing_of
from sopgit.app.typed import Typed
from sopgit.cli.act_options import (
    actor_options,
    attach_option,
    case_options,
    document_options,
    draft_option,
    reason_option,
    receipt_options,
    typed_from,
)
from sopgit.cli.group import Command, pass_session
from sopgit.cli.prompts import fill
from sopgit.cli.session import Session, can_ask
from sopgit.cli.world import now, open_office
from sopgit.core.moments import find_zone
from sopgit.core.text import T, Text
from sopgit.render import terminal
from sopgit.render.acts import show_done
from sopgit.render.i18n import _, translate
from sopgit.render.output import show_json

_CASE = click.argument("case", metavar="CASE")


@click.command("open", cls=Command, help=_("Open a case: the first step, with its document."))
@case_options
@click.option("--procedure", metavar="NAME", help=_("Under which procedure, if several are open."))
@document_options
@receipt_options
@attach_option
@draft_option
@actor_options
@pass_session
def open_case(session: Session, /, **options: Any) -> None:
    """Open a case."""
    _act(session, "open", options)


@click.command(cls=Command, help=_("Finish the step where CASE stands, with its document."))
@_CASE
@document_options
@receipt_options
@attach_option
@draft_option
@actor_options
@pass_session
def complete(session: Session, /, **options: Any) -> None:
    """Finish a step."""
    _act(session, "complete", options)


@click.command("return", cls=Command, help=_("Send CASE back to an earlier step, with findings."))
@_CASE
@click.option("--to", type=int, metavar="STEP", help=_("The step that has to be done again."))
@reason_option
@click.option(
    "--finding", "findings", multiple=True, help=_("What the check found; again for more.")
)
@document_options
@attach_option
@draft_option
@actor_options
@pass_session
def return_case(session: Session, /, **options: Any) -> None:
    """Send a case back."""
    _act(session, "return", options)


@click.command(
    cls=Command,
    help=_("Replace a document of CASE, whole, or what the case says of itself.")
    + "\n\n"
    + _("What is not given stays as it was. --of names the event that issued the document."),
)
@_CASE
@click.option("--of", type=int, metavar="EVENT", help=_("The event whose document is replaced."))
@reason_option
@document_options
@case_options
@attach_option
@draft_option
@actor_options
@pass_session
def amend(session: Session, /, **options: Any) -> None:
    """Replace a document."""
    _act(session, "amend", options)


@click.command(cls=Command, help=_("Add to CASE what moves no step: a receipt, a file, a remark."))
@_CASE
@click.option("--reason", metavar="TEXT", help=_("The remark."))
@receipt_options
@attach_option
@draft_option
@actor_options
@pass_session
def note(session: Session, /, **options: Any) -> None:
    """Add a note."""
    _act(session, "note", options)


@click.command(cls=Command, help=_("End CASE before its last step."))
@_CASE
@reason_option
@draft_option
@actor_options
@pass_session
def cancel(session: Session, /, **options: Any) -> None:
    """End a case."""
    _act(session, "cancel", options)


def _act(session: Session, act: str, options: dict[str, Any]) -> None:
    office = open_office(session)
    if options.pop("draft"):
        _prepare(session, office, typed_from(act, options))
        return
    done = do_act(session, office, typed_from(act, options))
    has_server = standing_of(office, done.state.id, now()).has_server
    show_act(session, office, done, T("sopgit sync") if has_server else None)


def _prepare(session: Session, office: Office, typed: Typed) -> None:
    """Keep the act for somebody else to sign."""
    form = form_of(office, typed)
    if can_ask(session):
        typed = fill(form, typed)
    kept = write_draft(office, typed.case, draft_of(form, typed), now())
    people = people_of(office.trusted.policy, (kept.value["role"],), now())
    if session.is_json:
        value = {"schema": "sopgit/drafted/v1", "name": kept.name}
        show_json({**value, "draft": dict(kept.value), "for": list(people)})
    elif session.quiet:
        terminal.out([kept.name])
    else:
        said = T("the draft {name} waits for {people}; next: sopgit sync", name=kept.name,
                 people=", ".join(people) or "-")  # fmt: skip
        terminal.out([translate(said)])


def do_act(session: Session, office: Office, typed: Typed, look: Look | None = None) -> Done:
    """Do what was typed, after asking for what is missing where somebody can be asked."""
    form = form_of(office, typed)
    if can_ask(session):
        typed = fill(form, typed)
    return perform(office, typed.case, draft_of(form, typed), now(), look)


def show_act(
    session: Session, office: Office, done: Done, following: Text | None, *, is_sent: bool = False
) -> None:
    """Tell what was done, where the case stands now, and what to type next, if not sent at once."""
    standing = standing_of(office, done.state.id, now())
    show_done(
        done,
        standing.view,
        standing.people,
        find_zone(office.trusted.policy.timezone),
        None if is_sent else following or T("sopgit show {id}", id=done.state.id),
        session.format,
        quiet=session.quiet,
    )
