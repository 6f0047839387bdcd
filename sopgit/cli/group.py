"""Commands and groups of this command line: loaded by name, and alike in their help.

- A command's module is imported only when the command is run, so that
  `sopgit --help` costs no more than Click.
- The global options stand before the command or after it.
- Every help page ends with the exit codes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple, cast

import click
from click.shell_completion import CompletionItem

from sopgit.cli.session import FORMATS, Session
from sopgit.core.text import T, Text
from sopgit.render.i18n import _, translate

LANGUAGES = ("id", "en")
_WHOLE = 400
HELP_NAMES = {"help_option_names": ["-h", "--help"]}
EXIT_CODES = T(
    "Exit codes: 0 fine, 1 findings or refused, 2 usage, 3 no repository, key, remote or disk, "
    "70 a bug, 130 interrupted."
)

pass_session = click.make_pass_decorator(Session, ensure=True)


def global_options(*, hidden: bool) -> list[click.Parameter]:
    """The options that every command takes; `hidden` where the main help shows them already."""
    folder = click.Path(file_okay=False, path_type=Path)
    repo = _("The office's repository, if not around this folder.")
    options: dict[str, dict[str, Any]] = {
        "repo": {"type": folder, "metavar": "DIR", "help": repo},
        "format": {"type": click.Choice(FORMATS), "help": _("How results are shown.")},
        "lang": {"type": click.Choice(LANGUAGES), "help": _("The language of messages.")},
        "quiet": {"is_flag": True, "help": _("Say nothing but results and errors.")},
        "verbose": {"is_flag": True, "help": _("Say more; show where a bug is.")},
    }
    return [_option(name, attributes, hidden=hidden) for name, attributes in options.items()]


def _option(name: str, attributes: Mapping[str, Any], *, hidden: bool) -> click.Option:
    """The option `--name`, kept in the session of this run; flags have a short form."""

    def keep(context: click.Context, _parameter: click.Parameter, value: Any) -> None:
        if value not in (None, False):
            setattr(context.ensure_object(Session), name, value)

    short = [f"-{name[0]}"] if attributes.get("is_flag") else []
    names = [*short, f"--{name}", f"global_{name}"]
    return click.Option(names, callback=keep, expose_value=False, hidden=hidden, **attributes)


class _Alike(click.Command):
    """What commands and groups share: the global options, and the foot of the help page."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        return [*super().get_params(ctx)[:-1], *self.common(ctx), *super().get_params(ctx)[-1:]]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            # Click's parser leaves it out of some; whoever reads the hint needs the command.
            error.ctx = error.ctx or ctx
            raise

    def common(self, ctx: click.Context) -> list[click.Parameter]:
        """The global options, shown on the first page only."""
        return global_options(hidden=ctx.parent is not None)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_epilog(ctx, formatter)
        if ctx.parent is not None:
            formatter.write_paragraph()
            formatter.write_text(translate(T("Global options can stand here too: sopgit --help.")))
        formatter.write_paragraph()
        formatter.write_text(translate(EXIT_CODES))


class Command(_Alike):
    """One command."""


class Group(_Alike, click.Group):
    """A command with commands below it."""

    command_class = Command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Each command with its whole first sentence; Click would cut it off at the margin."""
        commands = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        rows = [(n, c.get_short_help_str(_WHOLE)) for n, c in commands.items() if c is not None]
        with formatter.section(_("Commands")):
            formatter.write_dl(rows)


Group.group_class = Group


class Entry(NamedTuple):
    """Where a command is (`module:attribute`), under which heading, and what it does."""

    target: str
    heading: Text
    says: Text


class LazyGroup(Group):
    """The commands of a table; none is imported before it is asked for."""

    def __init__(self, *args: Any, table: Mapping[str, Entry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table = table

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(self.table)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = self.table.get(cmd_name)
        if entry is None:
            return None
        module, _colon, attribute = entry.target.partition(":")
        command = getattr(import_module(module), attribute)
        return cast(click.Command, command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.table and not args[0].startswith("-"):
            raise UnknownCommand(args[0], list(self.table), ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        headings: dict[str, list[tuple[str, str]]] = {}
        for name, entry in self.table.items():
            rows = headings.setdefault(translate(entry.heading), [])
            rows.append((name, translate(entry.says)))
        for heading, rows in headings.items():
            with formatter.section(heading):
                formatter.write_dl(rows)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        found = [
            CompletionItem(name, help=translate(entry.says))
            for name, entry in self.table.items()
            if name.startswith(incomplete)
        ]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]


class UnknownCommand(click.UsageError):
    """A first word that names no command; `near` are names that it may have meant."""

    def __init__(self, name: str, known: Sequence[str], ctx: click.Context) -> None:
        import difflib  # noqa: PLC0415 - costs more than Click's whole help page

        super().__init__(translate(T("there is no command {name}", name=name)), ctx)
        self.near = difflib.get_close_matches(name, known, n=3)
