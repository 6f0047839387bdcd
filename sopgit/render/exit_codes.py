"""The one table of exit codes. No format and no language changes a code.

| code | meaning |
|---|---|
| 0 | fine; warnings may have been shown |
| 1 | findings: something was refused |
| 2 | usage: the command was given something that cannot be meant |
| 3 | the world failed: no repository, no key, a remote away, a disk full |
| 70 | a bug in sopgit |
| 130 | interrupted at the keyboard |
"""

from __future__ import annotations

from enum import IntEnum

from sopgit.core.errors import SopgitError, UsageError
from sopgit.core.finding import Allowed, Verdict


class ExitCode(IntEnum):
    """What the process tells its caller."""

    FINE = 0
    REFUSED = 1
    USAGE = 2
    WORLD = 3
    BUG = 70
    INTERRUPTED = 130


def exit_code_of(verdict: Verdict) -> ExitCode:
    """The code of a decision: only `Allowed` is fine."""
    return ExitCode.FINE if isinstance(verdict, Allowed) else ExitCode.REFUSED


def exit_code_for(exception: BaseException) -> ExitCode:
    """The code of what was raised, as far as it is ours to say (Click says its own).

    An `OSError` that no adapter translated is still the world failing, as on a
    full disk or a closed pipe: never a bug, and never success.
    """
    match exception:
        case KeyboardInterrupt():
            return ExitCode.INTERRUPTED
        case UsageError():
            return ExitCode.USAGE
        case SopgitError() | OSError():
            return ExitCode.WORLD
        case _:
            return ExitCode.BUG
