"""The stand that faults are mounted on; when a test ends, all that must hold is verified."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sopgit.app.storage import open_storage
from tests.faults.stand import Stand
from tests.storing import files_below, found_office


@pytest.fixture
def stand(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> Iterator[Stand]:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    root = found_office(tmp_path)
    told: list[str] = []
    with open_storage(root, root / ".git" / "sopgit") as storage:
        stand = Stand(tmp_path, storage, told.append)
        yield stand
        stand.verify()
    assert files_below(temporary) == []
    assert told, "the test says nothing of what came of the fault"
    for words in told:
        record_property("fault", words)
