"""The engine's answers: the index or files, the history or a range, a change in words."""

from __future__ import annotations

import os
from pathlib import Path

import click

from sopgit.adapters.clock import now
from sopgit.app.audit import audit_readers
from sopgit.app.check_files import check_paths
from sopgit.app.guards import admit_index, admit_range
from sopgit.app.ledger import History, outcome_of
from sopgit.app.memory import check_memory
from sopgit.app.office import Office
from sopgit.app.trust import check_first_use
from sopgit.cli.group import Command, pass_session
from sopgit.cli.session import Session
from sopgit.cli.world import open_office
from sopgit.core.finding import Verdict, verdict
from sopgit.core.text import T, Text
from sopgit.render import terminal
from sopgit.render.exit_codes import ExitCode
from sopgit.render.i18n import _
from sopgit.render.verdicts import findings_of, show_verdict

_SUMMARY = "GITHUB_STEP_SUMMARY"
_UPSTREAM = "refs/remotes/origin/main"


@click.command(
    cls=Command,
    help=_("Judge what is about to be committed, as the server will.")
    + "\n\n"
    + _("With PATHS, files and folders are judged as files, and no history is claimed for them."),
)
@click.argument("paths", nargs=-1, metavar="[PATHS]...", type=click.Path(path_type=Path))
@pass_session
def check(session: Session, /, paths: tuple[Path, ...]) -> ExitCode:
    """Judge the index, or files."""
    if paths:
        outcome = check_paths(paths)
    else:
        office = open_office(session)
        outcome = admit_index(office)
        outcome = verdict("index", [*findings_of(outcome), *audit_readers(office, now())])
    return _show(session, outcome, {}, T("nothing stands in its way"))


@click.command(
    cls=Command,
    help=_("Judge the whole history from the anchor on, or what a RANGE would land.")
    + "\n\n"
    + _(
        "RANGE is BASE..HEAD: HEAD is judged as if it landed on BASE now. One name alone is a tip."
    ),
)
@click.argument("span", required=False, metavar="[RANGE]")
@click.option(
    "--trust-first-use", is_flag=True, help=_("In CI, believe a ledger without an anchor.")
)
@click.option(
    "--no-cache",
    is_flag=True,
    help=_("Judge what comes before a RANGE too, as SOPGIT_NO_CACHE does for every command."),
)
@pass_session
def verify(
    session: Session, /, span: str | None, trust_first_use: bool, no_cache: bool
) -> ExitCode:
    """Judge history."""
    office = open_office(session)
    if no_cache or ".." not in (span or ""):
        office.cache = None  # everything is judged, whatever was verified before
    history, outcome = _judged(office, span)
    unwatched = bool(os.environ.get("CI")) and not trust_first_use
    refusal = check_first_use(history, unwatched=unwatched)
    if not span:
        refusal += check_memory(office.repo, history.tip)
    if refusal:
        outcome = verdict("history", [*findings_of(outcome), *refusal])
    elif history.first_use:
        terminal.warning(
            T("there is no anchor here: the ledger is believed on first use"),
            T("pin the office's anchor with: sopgit trust pin FILE"),
        )
    facts = _facts(history)
    said = T(
        "allowed: {landings} landings, {events} events",
        landings=facts["landings"],
        events=facts["events"],
    )
    return _show(session, outcome, facts, said)


def _judged(office: Office, span: str | None) -> tuple[History, Verdict]:
    base, dots, head = (span or "").partition("..")
    if dots:
        return admit_range(office, base or "HEAD", head.lstrip(".") or "HEAD", now())
    history = office.verify(office.repo.resolve(span)) if span else office.history
    return history, outcome_of(history)


def _facts(history: History) -> dict[str, object]:
    return {
        "landings": history.trusted.landings,
        "events": history.trusted.events,
        "tip": history.tip,
        "repository": history.trusted.policy.repository,
        "trust": "first-use" if history.first_use else "anchor",
        "trial": history.trusted.policy.trial,
    }


def _show(session: Session, outcome: Verdict, facts: dict[str, object], allowed: Text) -> ExitCode:
    page = os.environ.get(_SUMMARY)
    summary = Path(page) if page else None
    return show_verdict(
        outcome, facts, allowed, session.format, summary=summary, quiet=session.quiet
    )
