"""Founding an office, and showing one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from sopgit.adapters.clock import now
from sopgit.app.founding import (
    Unsigned,
    found_office,
    trial_description,
    unasked_by_host,
    verify_free,
)
from sopgit.app.keys import keys_at, known_keys
from sopgit.app.trust import SCHEMA, trust_of
from sopgit.app.typed import read_strict
from sopgit.cli.act_options import NamedValue
from sopgit.cli.group import Command, pass_session
from sopgit.cli.session import Session, can_ask
from sopgit.cli.world import home
from sopgit.core.errors import UsageError
from sopgit.core.text import T, Text
from sopgit.render import terminal
from sopgit.render.i18n import _, translate
from sopgit.render.output import show_json

_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(
    cls=Command,
    help=_("Found an office in the new folder DIR, from a FILE that describes it.")
    + "\n\n"
    + _(
        "Where the roots' keys lie on several machines, the plan is kept beside DIR until enough "
        "of them have signed it with `sopgit policy sign`; then run this again."
    )
    + "\n\n"
    + _("--trial founds a one-person office to try things in, from --name and --office."),
)
@click.argument("folder", metavar="DIR", type=_FOLDER)
@click.option(
    "--from",
    "source",
    type=_FILE,
    metavar="FILE",
    help=_("The description of the office, in YAML."),
)
@click.option(
    "--key",
    "keys",
    multiple=True,
    type=_FILE,
    metavar="PATH",
    help=_("A root's signing key; again for more."),
)
@click.option(
    "--trial", is_flag=True, help=_("A one-person office, marked TRIAL wherever it shows.")
)
@click.option("--name", help=_("Trial: your name."))
@click.option("--office", "office_name", help=_("Trial: the office's name."))
@click.option(
    "--agency",
    "agencies",
    multiple=True,
    type=NamedValue(),
    metavar="CODE=NAME",
    help=_("Trial: an agency that data comes from."),
)
@click.option(
    "--remote",
    "remotes",
    multiple=True,
    type=NamedValue(),
    metavar="NAME=URL",
    help=_("Trial: where copies of data go."),
)
@pass_session
def init(session: Session, /, folder: Path, keys: tuple[Path, ...], **options: Any) -> None:
    """Found an office."""
    verify_free(folder)
    description = _description(session, keys, options)
    keys = keys or (known_keys(folder.parent, home()).signing_path,)
    planned = folder.with_name(f"{folder.name}.policy.yaml")
    founded = found_office(folder, description, keys, planned, now(), home())
    _warn_of_unasked(description)
    if isinstance(founded, Unsigned):
        _tell_unsigned(session, founded)
        return
    anchor = trust_of(founded).anchor
    if session.is_json:
        pinned = {
            "repository": anchor.repository,
            "genesis": anchor.genesis,
            "policy": anchor.policy,
        }
        show_json(
            {
                "schema": "sopgit/founded/v1",
                "folder": str(folder),
                "anchor": {"schema": SCHEMA, **pinned},
            }
        )
        return
    terminal.out(translate(line) for line in _told_founded(folder, anchor.genesis, anchor.policy))


def _description(
    session: Session, signing: Sequence[Path], options: dict[str, Any]
) -> dict[str, Any]:
    source: Path | None = options["source"]
    if source is not None and options["trial"]:
        raise click.UsageError(_("--from and --trial exclude each other"))
    if source is not None:
        return read_strict(source)
    if not options["trial"]:
        raise UsageError(
            T("an office needs a description"),
            T("give it with --from FILE, or try: sopgit init DIR --trial"),
        )
    for name, option, label in (
        ("name", "--name", T("Your name")),
        ("office_name", "--office", T("Name of the office")),
    ):
        if not options[name] and can_ask(session):
            options[name] = click.prompt(translate(label), err=True)
        if not options[name]:
            raise UsageError(
                T("a trial office needs {option}", option=option), T("see: sopgit init --help")
            )
    agencies = dict(options["agencies"]) or {"contoh": _("an example agency")}
    keys = keys_at(signing[0]) if signing else known_keys(Path(), home())
    return trial_description(
        keys, options["name"], options["office_name"], agencies, dict(options["remotes"])
    )


def _warn_of_unasked(description: dict[str, Any]) -> None:
    people = unasked_by_host(description)
    if people:
        terminal.warning(
            T("CODEOWNERS does not ask {people} for requests", people=", ".join(people)),
            T("name their accounts on the host under accounts, before the roots sign"),
        )


def _tell_unsigned(session: Session, plan: Unsigned) -> None:
    if session.is_json:
        show_json({"schema": "sopgit/founding/v1", "plan": str(plan.path), "missing": plan.missing})
        return
    terminal.out(
        map(
            translate,
            [
                T("{count} more roots must sign before the office is founded", count=plan.missing),
                T("each of them runs: sopgit policy sign {path}", path=str(plan.path)),
                T("then run this command again"),
            ],
        )
    )


def _told_founded(folder: Path, genesis: str, policy: str) -> Sequence[Text]:
    return [
        T("the office is founded in {folder}", folder=str(folder)),
        T(
            "write its anchor on paper: first commit {genesis}, policy {policy}",
            genesis=genesis,
            policy=policy,
        ),
        T("next: sopgit --repo {folder} whoami", folder=str(folder)),
    ]


@click.command(
    cls=Command,
    help=_("Show a whole case, from nota dinas to wali data, in the new folder DIR.")
    + "\n\n"
    + _("A server, three officials' clones and two remotes are made there, all real."),
)
@click.argument("folder", metavar="DIR", type=_FOLDER)
@click.option(
    "--data", type=_FILE, metavar="FILE", help=_("A CSV of your own as the open dataset.")
)
@pass_session
def demo(session: Session, /, folder: Path, data: Path | None) -> None:
    """Show a whole case."""
    verify_free(folder)
    if data is not None and not data.is_file():
        raise UsageError(T("there is no file {path}", path=str(data)))
    from sopgit.app.demo.run import run  # noqa: PLC0415 - brings every part of the tool with it

    def narrate(line: Text) -> None:
        if not session.is_json:
            terminal.out([translate(line)])

    run(folder, data, narrate, now)
    if session.is_json:
        show_json({"schema": "sopgit/demo/v1", "folder": str(folder)})
