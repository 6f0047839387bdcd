"""An output is whole, new, or not there at all, a kill included."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sopgit.adapters import outputs
from sopgit.adapters.outputs import new_output, new_part
from sopgit.core.errors import UsageError

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


@pytest.fixture(params=["nameless", "named"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways: of a system with files that have no name, and of one without."""
    if request.param == "named":
        monkeypatch.setattr(outputs, "_OPEN_FILES", "/nowhere")
    elif sys.platform != "linux":
        pytest.skip("Linux alone has files without a name")
    return str(request.param)


def killed(work: Callable[[], object]) -> None:
    child = os.fork()
    if not child:
        work()
        os._exit(1)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL


def write(target: Path, meanwhile: Callable[[], object] = lambda: None) -> None:
    with new_output(target) as file:
        file.write(b"rahasia")
        meanwhile()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_what_a_kill_leaves(tmp_path: Path, way: str) -> None:
    target = tmp_path / "keluar.csv"
    killed(lambda: write(target, die))
    left = list(tmp_path.iterdir())
    assert len(left) == (0 if way == "nameless" else 1)
    assert [path.stat().st_mode & 0o777 for path in left] == [0o600] * len(left)
    write(target)
    assert [path.name for path in tmp_path.iterdir()] == ["keluar.csv"]
    assert (target.read_bytes(), target.stat().st_mode & 0o777) == (b"rahasia", 0o600)


def test_what_another_process_still_writes_stays(tmp_path: Path, way: str) -> None:
    target = tmp_path / "keluar.csv"
    with pytest.raises(UsageError, match="there already"):
        write(target, lambda: write(target))
    assert [path.name for path in tmp_path.iterdir()] == ["keluar.csv"]
    assert target.read_bytes() == b"rahasia"


def test_what_only_looks_like_a_part_stays(tmp_path: Path, way: str) -> None:
    for name in (".keluar.csv.lama.part", ".keluar.csv.0123456789abcdef0.part"):
        (tmp_path / name).mkdir()
    with new_part(tmp_path / "keluar.csv", 0o700) as part:
        (part / "isi").write_bytes(b"x")
    assert len(list(tmp_path.iterdir())) == 3


def test_its_mode_is_the_callers(tmp_path: Path, way: str) -> None:
    with new_output(tmp_path / "terbuka.csv", 0o644) as file:
        file.write(b"x")
    assert (tmp_path / "terbuka.csv").stat().st_mode & 0o777 == 0o644
