"""What is raised when the world fails; a broken rule is a `Finding` instead.

Third-party exceptions are translated into these where the library is
imported. `sopgit.render.exit_codes` maps each class to one exit code.
"""

from __future__ import annotations

from sopgit.core.text import Text


class SopgitError(Exception):
    """The world failed: no repository, no key, a remote away, a disk full."""

    def __init__(self, message: Text, hint: Text | None = None) -> None:
        super().__init__(str(message))
        self.message = message
        self.hint = hint


class UsageError(SopgitError):
    """The command was given something that names nothing or cannot be meant."""
