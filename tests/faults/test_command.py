"""The same through the command line: a process of its own, stopped from outside."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.benchmarks.data_office import RESTRICTED, Desk
from tests.storing import MARKER, files_below, leaks

CONTENT = (MARKER + b",isi\n") * 4_000_000
STOPS = {signal.SIGINT: 130, signal.SIGTERM: -signal.SIGTERM, signal.SIGKILL: -signal.SIGKILL}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    return Desk(tmp_path / "desk", 1)


@pytest.mark.slow
def test_f05_data_add_is_stopped(
    desk: Desk, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """By Ctrl-C, by a machine that shuts down, and by a kill."""
    source = tmp_path / "besar.csv"
    source.write_bytes(CONTENT)
    workspaces = desk.root / ".dvc" / "cache" / "sopgit"
    words = ("data", "add", "bps-rekaan/besar", str(source), "--case", desk.case, *RESTRICTED)
    for stop, code in STOPS.items():
        process = subprocess.Popen(
            [sys.executable, "-m", "sopgit", *words],
            cwd=desk.root, env={**os.environ, **desk.env}, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        while process.poll() is None and not list(workspaces.glob("*/.*.part")):
            time.sleep(0.02)
        process.send_signal(stop)
        out, err = process.communicate()
        assert (process.returncode, out) == (code, ""), err
        assert "Traceback" not in err
        assert nothing_leaked(desk, tmp_path)
        assert stop != signal.SIGINT or files_below(workspaces) == []
    desk.take_in("besar", source)
    assert nothing_leaked(desk, tmp_path)
    assert files_below(workspaces) == []
    desk.sopgit("note", desk.case, "--reason", "diterima")
    desk.sopgit("data", "recover", "bps-rekaan/besar", "--output", str(tmp_path / "back"))
    assert (tmp_path / "back").read_bytes() == CONTENT
    record_property("fault", "exit code 130 on Ctrl-C, no traceback; the next try takes it in")


def nothing_leaked(desk: Desk, tmp_path: Path) -> bool:
    return leaks(desk.root, desk.folder / "remote-0", tmp_path / "tmp") == []
