"""What watches the bytes of an intake as they pass by: the seam for every content check."""

from __future__ import annotations

from typing import Protocol

from sopgit.core.finding import Finding
from sopgit.core.tablefacts import TableFacts


class Scan(Protocol):
    """Watches the bytes of an intake as they pass by once."""

    @property
    def rows(self) -> int | None:
        """Records without the heading; None: no table."""

    @property
    def columns(self) -> tuple[str, ...] | None:
        """Names of the columns; None: no table."""

    def feed(self, block: bytes, /) -> None:
        """Take the next block."""

    def findings(self) -> list[Finding]:
        """After the last block: what forbids storing these bytes."""


class CountingScan(TableFacts):
    """The scan in use until one that looks for personal numbers takes its place."""

    def findings(self) -> list[Finding]:
        """None: this scan only counts."""
        return []
