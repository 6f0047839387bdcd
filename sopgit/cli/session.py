"""What the global options say, for the length of one command."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Format = Literal["text", "json", "github"]
FORMATS: tuple[Format, ...] = ("text", "json", "github")

_WITH_VALUE = ("--repo", "--format", "--lang")
# These found an office, so that no office around them has a say.
_FOUNDING = ("init", "demo")


@dataclass
class Session:
    """The options that stand before or after any command."""

    repo: Path = Path()
    format: Format = "text"
    lang: str | None = None
    quiet: bool = False
    verbose: bool = False
    founds: bool = False

    @property
    def is_json(self) -> bool:
        """Whether stdout holds one JSON document and nothing else."""
        return self.format == "json"

    @property
    def speaks(self) -> bool:
        """Whether sentences for people are wanted."""
        return self.format == "text" and not self.quiet


def can_ask(session: Session) -> bool:
    """Whether somebody is there to be asked."""
    return session.format == "text" and sys.stdin.isatty() and sys.stderr.isatty()


def glance(arguments: Sequence[str]) -> Session:
    """What the global options seem to say, before anything is parsed.

    Help texts are put into words while the commands are loaded, and an error
    may come before the option that says how to show it.
    """
    session = Session()
    words = list(arguments[: list(arguments).index("--")] if "--" in arguments else arguments)
    for index, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in _WITH_VALUE and not equals:
            value = words[index + 1] if index + 1 < len(words) else ""
        if name == "--lang":
            session.lang = value
        elif name == "--repo" and value:
            session.repo = Path(value)
        elif name == "--format" and value in FORMATS:
            session.format = value
        elif word in ("-v", "--verbose"):
            session.verbose = True
    before = ["", *words]
    named = [
        word
        for last, word in zip(before, words, strict=False)
        if not word.startswith("-") and last not in _WITH_VALUE
    ]
    session.founds = bool(named) and named[0] in _FOUNDING
    return session
