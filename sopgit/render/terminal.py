"""Words on a terminal: data on stdout, everything said about it on stderr.

Rules of speech:
- an error is one line `sopgit: error: …`, then `sopgit: hint: …`; lower
  case, no full stop; these two words are the same in every language, since
  scripts and editors look for them;
- no line begins with foreign text, and what does not print is shown escaped
  (`sopgit.render.escape`);
- progress is shown only where a person watches.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable

from sopgit.core.text import Text
from sopgit.render.i18n import translate

NAME = "sopgit"


def harden_streams() -> None:
    """Let no character that a terminal cannot show end a command halfway."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def out(lines: Iterable[str]) -> None:
    """Write finished lines of data to stdout."""
    sys.stdout.writelines(f"{line}\n" for line in lines)


def err(lines: Iterable[str]) -> None:
    """Write finished lines to stderr, after what stdout was given before."""
    sys.stdout.flush()
    sys.stderr.writelines(f"{line}\n" for line in lines)
    sys.stderr.flush()


def error(message: Text, hint: Text | None = None) -> None:
    """Say what failed, and what to do next."""
    err(_spoken("error", message) + (_spoken("hint", hint) if hint else []))


def warning(message: Text, hint: Text | None = None) -> None:
    """Say what deserves a look although it does not stop anything."""
    err(_spoken("warning", message) + (_spoken("hint", hint) if hint else []))


def progress(message: Text) -> None:
    """Say what is being done, if a person is watching."""
    if sys.stderr.isatty():
        err(_spoken("", message))


def _spoken(kind: str, message: Text) -> list[str]:
    head = f"{NAME}: {kind}: " if kind else f"{NAME}: "
    first, *rest = translate(message).splitlines() or [""]
    return [head + first, *(f"{NAME}:   {line}" for line in rest)]
