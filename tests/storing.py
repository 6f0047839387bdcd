"""A small office repository with two folder remotes, and a search for leaked plaintext."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sopgit.core.dvcfiles import init_files

MARKER = b"PENANDA-RAHASIA-7f3a91"


def run(folder: Path, *command: str, ok: bool = True) -> str:
    """What the program prints; its failure is the test's unless `ok` is false."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0 or not ok, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout if ok else f"rc={done.returncode}\n{done.stdout}{done.stderr}"


def git(folder: Path, *arguments: str) -> str:
    name = ("-c", "user.name=Contoh", "-c", "user.email=contoh@example.invalid")
    return run(folder, "git", *name, *arguments)


def found_office(folder: Path) -> Path:
    """A repository at `folder/office` whose remotes `one` and `two` lie beside it."""
    root = folder / "office"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    remotes = {name: folder / "remotes" / name for name in ("one", "two")}
    for remote in remotes.values():
        remote.mkdir(parents=True)
    for path, data in init_files({name: str(path) for name, path in remotes.items()}).items():
        write(root / path, data)
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "founded")
    return root


def write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def rot(path: Path) -> None:
    """Change bytes as a failing disk does: time, size and mode stay."""
    before = path.stat()
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[-1] ^= 0xFF
    path.write_bytes(data)
    path.chmod(before.st_mode & 0o777)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def leaks(*folders: Path) -> list[Path]:
    """The files below `folders` that hold the marker, by content or by name."""
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if MARKER in path.name.encode() + path.read_bytes()]


def files_below(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """No file may grow beyond `size` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
