"""Where a command finds its office, its user and the time."""

from __future__ import annotations

from pathlib import Path

from sopgit.adapters.clock import now
from sopgit.app.office import Office
from sopgit.cli.session import Session
from sopgit.core.errors import SopgitError
from sopgit.core.text import T

__all__ = ["home", "now", "open_office"]


def home() -> Path:
    """The user's folder; raises where the system names none."""
    try:
        return Path.home()
    except RuntimeError as error:
        raise SopgitError(T("this user has no home folder"), T("set HOME")) from error


def open_office(session: Session) -> Office:
    """The office that the global options name."""
    return Office.open(session.repo, home())
