"""A desk for the tests of storing, and an office for those of acting."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sopgit.app.storage import open_storage
from tests.desk import Desk
from tests.storing import files_below, found_office


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    root = found_office(tmp_path)
    with open_storage(root, root / ".git" / "sopgit") as storage:
        yield Desk(tmp_path, storage)
    assert files_below(temporary) == []
