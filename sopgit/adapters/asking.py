"""Asking for a secret on the terminal, in the language that whoever runs the program set."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable

from sopgit.core.text import Text

_Words = Callable[[Text], str]


class _Language:
    """How a question is put into words; as it stands until somebody says otherwise."""

    words: _Words = str


def ask_in(words: _Words) -> None:
    """From here on `words` puts questions into words."""
    _Language.words = words


def can_be_asked() -> bool:
    """Whether somebody sits at a terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask_secret(question: Text) -> str:
    """What is typed, and not shown."""
    return getpass.getpass(f"{_Language.words(question)}: ")
