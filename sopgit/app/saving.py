"""Putting a report where its reader wants it."""

from __future__ import annotations

from pathlib import Path

from sopgit.adapters.files import file_errors, write_atomic


def save_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8 to `path`, whole or not at all; folders are made."""
    with file_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, text.encode("utf-8"))
