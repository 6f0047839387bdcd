"""A reader's view of a change."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from sopgit.app.acts import Look
from sopgit.app.office import Office
from sopgit.app.review import review_case, review_range
from sopgit.app.standing import roles_today
from sopgit.app.sync import sync
from sopgit.app.told import Page
from sopgit.app.typed import Typed
from sopgit.app.workplace import Workplace, find_case
from sopgit.cli.act_options import (
    actor_options,
    attach_option,
    document_options,
    reason_option,
    typed_from,
)
from sopgit.cli.acts import do_act, show_act
from sopgit.cli.group import Command, pass_session
from sopgit.cli.session import Session, can_ask
from sopgit.cli.sync import told_sync
from sopgit.cli.world import now, open_office
from sopgit.core.case import CaseState
from sopgit.core.text import T
from sopgit.render import terminal
from sopgit.render.exit_codes import ExitCode, exit_code_of
from sopgit.render.findings import as_annotations
from sopgit.render.i18n import _, translate
from sopgit.render.output import show_json
from sopgit.render.reviews import (
    review_comment,
    review_markdown,
    review_object,
    review_outputs,
    review_text,
)
from sopgit.render.tables import window
from sopgit.render.verdicts import findings_of

_SUMMARY, _OUTPUT = "GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"
_UPSTREAM = "refs/remotes/origin/main"


_WORDS = {"selesai": "complete", "kembalikan": "return", "nanti": None}


@click.command(
    cls=Command,
    help=_("Tell in plain words what a RANGE brings, or where a case stands.")
    + "\n\n"
    + _("Without a name: what you have done and not sent yet.")
    + "\n\n"
    + _(
        "With a case whose turn is yours: finish its step, return it, or leave it; then send that."
    ),
)
@click.argument("subject", required=False, metavar="[RANGE|CASE]")
@click.option(
    "--gate", is_flag=True, help=_("Fail too while an official's act on a case is missing.")
)
@click.option(
    "--markdown", "form", flag_value="markdown", help=_("As a page for the summary of a CI run.")
)
@click.option("--comment", "form", flag_value="comment", help=_("As the one comment on a request."))
@click.option("--selesai", "word", flag_value="selesai", help=_("Finish the step, and send it."))
@click.option("--kembalikan", "word", flag_value="kembalikan", help=_("Return it, and send it."))
@click.option("--nanti", "word", flag_value="nanti", help=_("Only show it."))
@click.option("--to", type=int, metavar="STEP", help=_("The step that has to be done again."))
@reason_option
@click.option(
    "--finding", "findings", multiple=True, help=_("What the check found; again for more.")
)
@document_options
@attach_option
@actor_options
@pass_session
def review(
    session: Session,
    /,
    subject: str | None,
    gate: bool,
    form: str | None,
    word: str | None,
    **options: Any,
) -> ExitCode:
    """Tell a change, and act on it."""
    office = open_office(session)
    base, dots, head = (subject or f"{_UPSTREAM}..HEAD").partition("..")
    if dots and word not in (None, "nanti"):
        raise click.UsageError(_("only a case can be finished or returned"))
    if gate and not dots:
        raise click.UsageError(_("only a range has a gate"))
    if not dots:
        return _review_case(session, office, base, form, word, options)
    page = review_range(
        office,
        base or "HEAD",
        head.lstrip(".") or "HEAD",
        now(),
        gate=gate,
        for_others=_is_for_others(session, form),
    )
    show_page(session, page, form)
    return exit_code_of(page.outcome)


def _is_for_others(session: Session, form: str | None) -> bool:
    """Whether the page goes where people without the reader's key see it."""
    return form is not None or session.format == "github"


def _review_case(
    session: Session,
    office: Office,
    case: str,
    form: str | None,
    word: str | None,
    options: dict[str, Any],
) -> ExitCode:
    place = Workplace.of(office)
    path = find_case(place, case)
    page = review_case(office, path, now(), for_others=_is_for_others(session, form))
    acts = word in ("selesai", "kembalikan")
    if not (acts and session.is_json):
        show_page(session, page, form)
    act = _WORDS[word or "nanti"]
    if word is None and can_ask(session) and form is None:
        act = ask_decision(office, place.state(path))
    if act is not None:
        send_act(session, office, typed_from(act, {**options, "case": place.state(path).id}))
    return exit_code_of(page.verdict)


def ask_decision(office: Office, state: CaseState) -> str | None:
    """The act that the official whose turn it is decides on; None for later and for others."""
    procedure = office.trusted.procedure(state.procedure)
    if state.step is None or procedure is None:
        return None
    step = procedure.step(state.step, state.purpose)
    mine = roles_today(office.trusted.policy, office.me.person, now())
    if not set(mine) & set(step.roles):
        return None
    words = [word for word in _WORDS if word != "kembalikan" or step.returns]
    said = translate(T("What do you decide"))
    answer = click.prompt(said, type=click.Choice(words), default="nanti", err=True)
    return _WORDS[str(answer)]


def send_act(session: Session, office: Office, typed: Typed, look: Look | None = None) -> None:
    """Sign the act and send it; if that fails it stays here, done and not sent."""
    if typed.act == "complete":
        typed = replace(typed, to=None, findings=(), reason=None)
    done = do_act(session, office, typed, look)
    has_server = office.repo.config_get("remote.origin.url") is not None
    show_act(session, office, done, None, is_sent=has_server)
    if has_server:
        sent = sync(open_office(session), now())
        if session.speaks:
            terminal.out(map(translate, told_sync(sent)))


def show_page(session: Session, page: Page, form: str | None = None) -> None:
    """Show it as was asked for; a CI run's summary and its next job get the page too."""
    if session.is_json:
        show_json(review_object(page))
    elif form is not None:
        terminal.out([(review_comment if form == "comment" else review_markdown)(page)])
    elif session.format == "github":
        terminal.out(as_annotations(findings_of(page.outcome)))
        _add_to(_SUMMARY, review_markdown(page) + "\n")
        _add_to(_OUTPUT, review_outputs(page))
    else:
        terminal.out(review_text(page, window()))


def _add_to(variable: str, text: str) -> None:
    """Add to the file that the CI run names by a variable, if it does."""
    name = os.environ.get(variable)
    if name:
        with Path(name).open("a", encoding="utf-8") as file:
            file.write(text)
