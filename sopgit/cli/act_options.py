"""The options that acts share, and what was typed with them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from sopgit.app.typed import Typed, read_source
from sopgit.core.text import T
from sopgit.render.i18n import _, translate

Command = Callable[..., Any]

_FILE = click.Path(dir_okay=False, path_type=Path)
_MEDIA = ("usb", "email", "portal", "post", "other")
_PURPOSES = ("store", "update", "recover")


class NamedValue(click.ParamType[tuple[str, str]]):
    """Two words joined by `=`, written as `name` shows."""

    def __init__(self, name: str = "NAME=VALUE") -> None:
        self.name = name

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        name, equals, text = value.partition("=")
        if not equals or not name:
            self.fail(translate(T("write it as {form}", form=self.name)), param, ctx)
        return name, text


def _apply(options: list[Callable[[Command], Command]]) -> Callable[[Command], Command]:
    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def actor_options(command: Command) -> Command:
    """Who acts in which role, and the file that may say everything."""
    return _apply(
        [
            click.option(
                "--role",
                metavar="ROLE",
                help=_("The role you act in, if you hold several that may."),
            ),
            click.option(
                "--acting",
                metavar="LETTER",
                help=_("The letter that makes you acting (Plt., Plh.)."),
            ),
            click.option(
                "--from",
                "source",
                type=_FILE,
                metavar="FILE",
                help=_("A YAML file that says what options do not."),
            ),
        ]
    )(command)


def document_options(command: Command) -> Command:
    """The official document that an act carries."""
    return _apply(
        [
            click.option(
                "--document",
                metavar="TYPE",
                help=_("Its type, where the step produces one of several."),
            ),
            click.option("--number", help=_("Its letter number; the next free one if not given.")),
            click.option("--date", metavar="YYYY-MM-DD", help=_("Its date; today if not given.")),
            click.option(
                "--signatory", metavar="PERSON", help=_("Who signs it on paper; you if not given.")
            ),
            click.option(
                "--field",
                "fields",
                multiple=True,
                type=NamedValue(),
                help=_("A field; again for the next line of a list; VALUE may be @FILE."),
            ),
        ]
    )(command)


def case_options(command: Command) -> Command:
    """What a case is about."""
    return _apply(
        [
            click.option("--title", help=_("What the case is about, on one line.")),
            click.option(
                "--producer",
                "producers",
                multiple=True,
                metavar="CODE",
                help=_("An agency that the data comes from; again for more."),
            ),
            click.option(
                "--purpose",
                type=click.Choice(_PURPOSES),
                help=_("What is to be done with the data; store if not given."),
            ),
            click.option(
                "--restricted",
                is_flag=True,
                default=None,
                help=_("The case itself is not for everybody's eyes."),
            ),
            click.option(
                "--begun", metavar="MOMENT", help=_("When the work began, if before now.")
            ),
        ]
    )(command)


def receipt_options(command: Command) -> Command:
    """How data or a paper came in."""
    return _apply(
        [
            click.option(
                "--received-at",
                metavar="MOMENT",
                help=_("When it was received, like 2026-11-23 08:00."),
            ),
            click.option("--received-medium", type=click.Choice(_MEDIA), help=_("How it came.")),
            click.option("--received-from", metavar="SENDER", help=_("Who sent it.")),
            click.option("--received-letter", metavar="NUMBER", help=_("The sender's letter.")),
        ]
    )(command)


def attach_option(command: Command) -> Command:
    """Files that come to lie beside the case."""
    attach = click.option(
        "--attach",
        "attachments",
        multiple=True,
        type=_FILE,
        metavar="FILE",
        help=_("A file to keep beside the case; again for more."),
    )
    return attach(command)


def draft_option(command: Command) -> Command:
    """Prepare, and let another sign."""
    text = _("Only prepare it: somebody else in the role signs it.")
    return click.option("--draft", is_flag=True, help=text)(command)


def reason_option(command: Command) -> Command:
    """Why."""
    return click.option("--reason", help=_("Why, in your words."))(command)


def typed_from(act: str, options: dict[str, Any]) -> Typed:
    """What was typed, from the options that the command of `act` has."""
    received = {
        key: options.pop(name)
        for key, name in (
            ("at", "received_at"),
            ("medium", "received_medium"),
            ("sender", "received_from"),
            ("letter", "received_letter"),
        )
        if options.get(name) is not None
    }
    kept = {name: value for name, value in options.items() if not name.startswith("received_")}
    source = kept.pop("source", None)
    return Typed(act, received=received, source=read_source(source) if source else {}, **kept)
