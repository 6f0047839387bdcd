"""The policy: showing it, editing it whole, signing a proposal, landing one."""

from __future__ import annotations

import os
from pathlib import Path

import click

from sopgit.app.keys import known_keys
from sopgit.app.policy_inputs import editable_text, keep_text, set_content
from sopgit.app.policy_land import land_policy
from sopgit.app.policy_sign import Paper, read_paper, sign_paper
from sopgit.app.proposing import proposal_path, propose, proposed_policy
from sopgit.app.typed import read_strict
from sopgit.cli import policy_people, policy_rules
from sopgit.cli.group import Group, pass_session
from sopgit.cli.policy_options import FILE, abandon_option, show_proposed, target_options
from sopgit.cli.session import Session, can_ask
from sopgit.cli.world import home, now, open_office
from sopgit.core.errors import UsageError
from sopgit.core.text import T
from sopgit.render import terminal
from sopgit.render.findings import as_objects, as_text
from sopgit.render.i18n import _, translate
from sopgit.render.output import show_json
from sopgit.render.policies import change_lines, policy_lines


@click.group(cls=Group, help=_("Who holds which role with which keys, and how that changes."))
def policy() -> None:
    """The policy."""


@policy.command(help=_("Show the policy in force, or what the proposal in FILE would change."))
@click.argument("file", type=FILE, required=False)
@pass_session
def show(session: Session, /, file: Path | None) -> None:
    """Show the policy."""
    if file is not None:
        _show_paper(session, read_paper(file))
        return
    in_force = open_office(session).trusted.policy
    if session.is_json:
        show_json(dict(in_force.raw))
    else:
        terminal.out(policy_lines(in_force))


def _show_paper(session: Session, paper: Paper) -> None:
    if session.is_json:
        value = {"schema": "sopgit/policy-paper/v1", "policy": dict(paper.policy.raw)}
        said = [translate(line) for line in paper.words()]
        show_json({**value, "changes": said, "missing": paper.missing})
        return
    terminal.out(change_lines(paper.words()) if paper.proposal else policy_lines(paper.policy))
    terminal.out(change_lines(paper.waiting()))


@policy.command(
    help=_("Change the policy as a whole in your editor, or by a FILE, as a proposal.")
    + "\n\n"
    + _("Version, previous, base and signatures are written by the tool.")
)
@click.option("--from", "source", type=FILE, metavar="FILE", help=_("The edited text, in YAML."))
@target_options
@pass_session
def edit(session: Session, /, source: Path | None, output: Path | None, abandon: bool) -> None:
    """Edit the policy."""
    office = open_office(session)
    if source is None:
        text = _edited(session, editable_text(proposed_policy(office, output)))
        source = keep_text(output or proposal_path(office), text)
        terminal.progress(T("what you wrote is kept at {path}", path=str(source)))
    value = read_strict(source)
    proposed = propose(
        office, lambda edited: set_content(edited, value), "edit", output, abandon=abandon
    )
    show_proposed(session, proposed)


def _edited(session: Session, text: str) -> str:
    if not (can_ask(session) or os.environ.get("VISUAL") or os.environ.get("EDITOR")):
        raise UsageError(T("there is no terminal to edit on"), T("give the text with --from FILE"))
    edited = click.edit(text, extension=".yaml")
    if edited is None:
        raise UsageError(T("nothing was changed"))
    return edited


@policy.command(
    help=_("Show what the policy in FILE would change, and add your signature as a root.")
    + "\n\n"
    + _("It needs no clone: FILE is a proposal, or the plan of an office to be founded.")
)
@click.argument("file", type=FILE)
@click.option(
    "--key", type=FILE, metavar="PATH", help=_("The root's signing key; yours if not given.")
)
@click.option("--yes", is_flag=True, help=_("Do not ask whether to sign."))
@pass_session
def sign(session: Session, /, file: Path, key: Path | None, yes: bool) -> None:
    """Sign a policy."""
    paper = read_paper(file)
    key = key or known_keys(session.repo, home()).signing_path
    if not session.is_json:
        lines = change_lines(paper.words()) if paper.proposal else policy_lines(paper.policy)
        terminal.out(lines)
    if not yes and can_ask(session):
        click.confirm(translate(T("Sign this")), abort=True, err=True)
    person, signed = sign_paper(paper, key)
    if session.is_json:
        value = {"schema": "sopgit/policy-signature/v1", "by": person, "missing": signed.missing}
        show_json({**value, "changes": [translate(line) for line in paper.words()]})
    elif session.speaks:
        terminal.out([translate(T("signed by {person}", person=person))])
        terminal.out(change_lines(signed.waiting()))
        if not signed.missing and signed.proposal:
            landing = T("next: sopgit policy land {path}", path=str(file))
            terminal.out([translate(landing)])


@policy.command(
    help=_("Let the signed proposal in FILE come into force: commit the policy and its files.")
)
@click.argument("file", type=FILE)
@abandon_option
@pass_session
def land(session: Session, /, file: Path, abandon: bool) -> None:
    """Land a proposal."""
    office = open_office(session)
    landed = land_policy(office, file, now(), abandon=abandon)
    if session.is_json:
        value = {"schema": "sopgit/policy-landing/v1", "version": landed.version}
        value |= {"commit": landed.commit, "branch": landed.branch}
        show_json({**value, "warnings": as_objects(landed.warnings)})
        return
    terminal.err(as_text(landed.warnings))
    if session.speaks:
        said = T("policy version {version} is in force here", version=landed.version)
        if landed.branch is not None:
            said = T("policy version {version} waits on the branch {branch} for its request",
                     version=landed.version, branch=landed.branch)  # fmt: skip
        terminal.out([translate(said), translate(T("next: {command}", command=T("sopgit sync")))])


for _command in (*policy_people.COMMANDS, *policy_rules.COMMANDS):
    policy.add_command(_command)
