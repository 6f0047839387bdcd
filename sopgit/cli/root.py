"""The main command: the table of all others."""

from __future__ import annotations

from importlib import import_module

import click

from sopgit import __version__
from sopgit.app.language import office_language
from sopgit.cli.group import HELP_NAMES, Entry, LazyGroup
from sopgit.cli.session import Session, can_ask
from sopgit.core.text import T
from sopgit.render.i18n import _

_OFFICE = T("An office")
_ACTS = T("Acts on a case")
_LOOK = T("Looking")
_DATA = T("Data")
_GUARD = T("Checks and guards")

COMMANDS = {
    "init": Entry("sopgit.cli.found:init", _OFFICE, T("found an office in a new repository")),
    "demo": Entry("sopgit.cli.found:demo", _OFFICE, T("show one whole case, on real parts")),
    "key": Entry("sopgit.cli.keys:key", _OFFICE, T("make and show your keys")),
    "whoami": Entry("sopgit.cli.keys:whoami", _OFFICE, T("who you are in this office")),
    "doctor": Entry("sopgit.cli.doctor:doctor", _OFFICE, T("look at the set-up and the remotes")),
    "policy": Entry("sopgit.cli.policy:policy", _OFFICE, T("who holds which role; sign a policy")),
    "calendar": Entry("sopgit.cli.calendar:calendar", _OFFICE, T("the days off of a year")),
    "open": Entry("sopgit.cli.acts:open_case", _ACTS, T("open a case with its first document")),
    "complete": Entry("sopgit.cli.acts:complete", _ACTS, T("finish the step where a case stands")),
    "return": Entry("sopgit.cli.acts:return_case", _ACTS, T("send a case back, with findings")),
    "amend": Entry("sopgit.cli.acts:amend", _ACTS, T("replace a document, or the case's data")),
    "note": Entry("sopgit.cli.acts:note", _ACTS, T("add a receipt, a file or a remark")),
    "cancel": Entry("sopgit.cli.acts:cancel", _ACTS, T("end a case before its last step")),
    "sign": Entry("sopgit.cli.sign:sign", _ACTS, T("sign what others prepared for you")),
    "sync": Entry("sopgit.cli.sync:sync", _ACTS, T("bring in others' work and send mine")),
    "inbox": Entry("sopgit.cli.lookups:inbox", _LOOK, T("what waits for me, and until when")),
    "list": Entry("sopgit.cli.lookups:list_cases", _LOOK, T("all cases and where they stand")),
    "show": Entry("sopgit.cli.lookups:show", _LOOK, T("one case: steps, documents, data")),
    "log": Entry("sopgit.cli.logs:log", _LOOK, T("a case's events, and their proofs")),
    "report": Entry("sopgit.cli.reports:report", _LOOK, T("registers, times and papers")),
    "data": Entry("sopgit.cli.data:data", _DATA, T("datasets: take in, list, bring back")),
    "check": Entry("sopgit.cli.checks:check", _GUARD, T("judge what is about to be committed")),
    "verify": Entry("sopgit.cli.checks:verify", _GUARD, T("judge the whole history, or a range")),
    "review": Entry("sopgit.cli.review:review", _GUARD, T("tell a change in plain words")),
    "trust": Entry("sopgit.cli.trust:trust", _GUARD, T("show or pin the anchor")),
    "hook": Entry("sopgit.cli.hooks:hook", _GUARD, T("what git's hooks run; install them")),
}


@click.pass_context
def _alone(context: click.Context) -> object:
    """Without a command: on a terminal the day, elsewhere the help."""
    if context.invoked_subcommand is not None:
        return None
    session = context.ensure_object(Session)
    if not can_ask(session) or office_language(session.repo) is None:
        raise click.exceptions.NoArgsIsHelpError(context)
    return import_module("sopgit.cli.day").spend_day(session)


def build() -> LazyGroup:
    """The main command, its words in the language in force."""
    group = LazyGroup(
        "sopgit",
        table=COMMANDS,
        help=_("A written procedure, kept in Git and proved by signatures."),
        context_settings=HELP_NAMES,
        invoke_without_command=True,
        callback=_alone,
    )
    version = click.version_option(
        __version__, "--version", message="sopgit %(version)s", help=_("Show the version.")
    )
    return version(group)
