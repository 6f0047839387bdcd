"""The scan of a folder that is taken in as one archive: each file as if it came alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sopgit.app.scan import Known, Scan, content_scan
from sopgit.core.columns import check_no_table
from sopgit.core.finding import Finding


class FolderScan:
    """Watches the files of a folder pass by; declared columns are those of a table, not of this."""

    rows: int | None = None
    columns: tuple[str, ...] | None = None

    def __init__(
        self,
        name: str,
        declared: Sequence[Mapping[str, Any]],
        known: Known | None,
        *,
        is_open: bool,
    ) -> None:
        self._known, self._is_open = known, is_open
        self._found = check_no_table(name) if declared else []
        self._scan: Scan | None = None

    def feed(self, block: bytes, /) -> None:
        """The archive itself tells nothing that its files do not."""

    def begin(self, name: str, /) -> None:
        """The file `name` comes next."""
        self._close()
        self._scan = content_scan(name, (), self._known, is_open=self._is_open)

    def member(self, block: bytes, /) -> None:
        """The next block of it."""
        if self._scan is not None:
            self._scan.feed(block)

    def findings(self) -> list[Finding]:
        """After the last file."""
        self._close()
        return self._found

    def _close(self) -> None:
        if self._scan is not None:
            self._found += self._scan.findings()
        self._scan = None
