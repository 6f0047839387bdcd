"""A reader's view of a change."""

from __future__ import annotations

import os
from pathlib import Path

import click

from sopgit.app.acts import Workplace, find_case
from sopgit.app.office import Office
from sopgit.app.review import review_case, review_range
from sopgit.app.told import Page
from sopgit.cli.group import Command, pass_session
from sopgit.cli.session import Session
from sopgit.cli.world import now, open_office
from sopgit.render import terminal
from sopgit.render.exit_codes import ExitCode, exit_code_of
from sopgit.render.findings import as_annotations
from sopgit.render.i18n import _
from sopgit.render.output import show_json
from sopgit.render.reviews import review_markdown, review_object, review_text
from sopgit.render.verdicts import findings_of

_SUMMARY = "GITHUB_STEP_SUMMARY"
_UPSTREAM = "refs/remotes/origin/main"


@click.command(
    cls=Command,
    help=_("Tell in plain words what a RANGE brings, or where a case stands.")
    + "\n\n"
    + _("Without a name: what you have done and not sent yet."),
)
@click.argument("subject", required=False, metavar="[RANGE|CASE]")
@click.option("--markdown", is_flag=True, help=_("As a page for the summary of a CI run."))
@pass_session
def review(session: Session, /, subject: str | None, markdown: bool) -> ExitCode:
    """Tell a change."""
    office = open_office(session)
    page = _page(office, subject)
    show_page(session, page, markdown=markdown)
    return exit_code_of(page.verdict)


def show_page(session: Session, page: Page, *, markdown: bool = False) -> None:
    """Show it as was asked for; a CI run's summary gets the page too."""
    if session.is_json:
        show_json(review_object(page))
    elif markdown:
        terminal.out([review_markdown(page)])
    elif session.format == "github":
        terminal.out(as_annotations(findings_of(page.verdict)))
        summary = os.environ.get(_SUMMARY)
        if summary:
            with Path(summary).open("a", encoding="utf-8") as file:
                file.write(review_markdown(page) + "\n")
    else:
        terminal.out(review_text(page))


def _page(office: Office, subject: str | None) -> Page:
    base, dots, head = (subject or f"{_UPSTREAM}..HEAD").partition("..")
    if dots:
        return review_range(office, base or "HEAD", head.lstrip(".") or "HEAD", now())
    return review_case(office, find_case(Workplace.of(office), base), now())
