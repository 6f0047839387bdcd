"""The command line: options, one call into the application, one into what shows it.

The only importer of Click. `main` is the one place where an exception becomes
words and an exit code; commands raise and never catch what ends them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from sopgit.adapters.asking import ask_in
from sopgit.app.language import office_language
from sopgit.cli.root import build
from sopgit.cli.session import Session, glance
from sopgit.core.errors import SopgitError
from sopgit.core.finding import Refused
from sopgit.core.text import T, Text
from sopgit.render.exit_codes import ExitCode, exit_code_for
from sopgit.render.failures import show_bug, show_failure, show_refusal
from sopgit.render.i18n import choose_language, set_language, translate
from sopgit.render.terminal import err, harden_streams


def main() -> None:
    """Run the command that the process was started with, and exit."""
    harden_streams()
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command; the exit code."""
    session = glance(arguments)
    is_office_asked = not session.lang and not session.founds
    office = office_language(session.repo) if is_office_asked else None
    set_language(choose_language(session.lang, office, os.environ))
    ask_in(translate)
    try:
        code = build().main(list(arguments), "sopgit", standalone_mode=False, obj=session)
        sys.stdout.flush()
    except (KeyboardInterrupt, click.Abort):
        return _fail(session, T("interrupted"), None, ExitCode.INTERRUPTED)
    except click.exceptions.NoArgsIsHelpError as error:
        err(error.format_message().splitlines())
        return ExitCode.USAGE
    except click.ClickException as error:
        return _fail(session, *_usage(error), ExitCode.USAGE)
    except BrokenPipeError:
        return _closed_pipe()
    except SopgitError as error:
        return _refused_or_failed(session, error)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message = T("{path}: {reason}", path=error.filename or "-", reason=reason)
        return _fail(session, message, None, exit_code_for(error))
    except Exception as error:  # noqa: BLE001 - a bug must still end in one short message
        show_bug(error, session.format, verbose=session.verbose)
        return ExitCode.BUG
    return code if isinstance(code, int) else ExitCode.FINE


def _fail(session: Session, message: Text, hint: Text | None, code: ExitCode) -> ExitCode:
    show_failure(message, hint, code, session.format)
    return code


def _refused_or_failed(session: Session, error: SopgitError) -> ExitCode:
    refused = getattr(error, "refused", None)
    if isinstance(refused, Refused):
        show_refusal(error.message, refused, session.format)
        return ExitCode.REFUSED
    return _fail(session, error.message, error.hint, exit_code_for(error))


def _usage(error: click.ClickException) -> tuple[Text, Text | None]:
    """Click's message in our manner, and where to read on."""
    said = " ".join(error.format_message().split()).rstrip(".")
    message = T("{said}", said=said[:1].lower() + said[1:])
    near = getattr(error, "near", ())
    if near:
        return message, T("did you mean: {names}", names=", ".join(near))
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "sopgit"
    return message, T("see: {command} --help", command=path)


def _closed_pipe() -> ExitCode:
    """The reader of stdout has gone; let nothing more be written to it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return ExitCode.WORLD
