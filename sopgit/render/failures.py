"""What ended a command, said on stderr, or as one JSON object on stdout.

With `--format json` stdout always holds exactly one JSON document, so that a
caller reads the same stream whether the command succeeded or not.
"""

from __future__ import annotations

import traceback

from sopgit.core.finding import Refused
from sopgit.core.text import T, Text
from sopgit.render import terminal
from sopgit.render.exit_codes import ExitCode
from sopgit.render.findings import as_annotations, as_objects, as_text
from sopgit.render.i18n import translate
from sopgit.render.output import show_json

SCHEMA = "sopgit/error/v1"


def show_failure(message: Text, hint: Text | None, code: ExitCode, form: str) -> None:
    """The world failed, or the command could not be meant."""
    if form == "json":
        show_json(_object(message, hint, code))
    else:
        terminal.error(message, hint)


def show_refusal(message: Text, refused: Refused, form: str) -> None:
    """The engine refused what a command wanted to do."""
    if form == "json":
        value = _object(message, None, ExitCode.REFUSED)
        show_json({**value, "findings": as_objects(refused.findings)})
        return
    terminal.error(message)
    if form == "github":
        terminal.out(as_annotations(refused.findings))
    else:
        terminal.err(as_text(refused.findings))


def show_bug(error: Exception, form: str, *, verbose: bool) -> None:
    """What should not have happened; where it did only when `verbose`."""
    said = str(error) or "-"
    message = T("a bug in sopgit: {kind}: {said}", kind=type(error).__name__, said=said)
    hint = T("run it again with -v and report what it says; nothing is known to be lost")
    show_failure(message, None if verbose else hint, ExitCode.BUG, form)
    if verbose:
        terminal.err("".join(traceback.format_exception(error)).splitlines())


def _object(message: Text, hint: Text | None, code: ExitCode) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "error": translate(message),
        "hint": translate(hint) if hint else None,
        "exit_code": int(code),
    }
