"""A trial office that takes data in, made by the command line, and the same done by hand."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.timing import run

LETTER = """\
document:
  type: surat_pendataan
  fields:
    kepada: BPS Rekaan
    hal: Permintaan data
    pembuka: Dengan hormat
    batas_waktu: "2099-12-01"
    data_diminta:
    - {data: Register, periode: "2026"}
    penutup: Terima kasih
"""
RESTRICTED = ("--title", "Register", "--public", "terbuka", "--archive", "biasa",
              "--personal", "spesifik")  # fmt: skip


@dataclass(frozen=True)
class Cost:
    """What processes cost: seconds, seconds of all cores, and megabytes of memory at most."""

    seconds: float
    cores: float
    megabytes: float = 0

    def __add__(self, other: Cost) -> Cost:
        most = max(self.megabytes, other.megabytes)
        return Cost(self.seconds + other.seconds, self.cores + other.cores, most)


def measured(command: Sequence[str], folder: Path, env: Mapping[str, str] | None = None) -> Cost:
    """Run a program to its end; raises when it fails."""
    os.sync()
    start = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, env={**os.environ, **(env or {})}, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: {process.returncode}")
    return Cost(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


class Desk:
    """One person's office with `remotes` folders as remotes, and a case that waits for data."""

    def __init__(self, folder: Path, remotes: int) -> None:
        folder.mkdir(parents=True)
        self.folder, self.root = folder, folder / "office"
        self.env = {"HOME": str(folder)}
        paths = {f"r{number}": folder / f"remote-{number}" for number in range(remotes)}
        for path in paths.values():
            path.mkdir()
        named = [word for name, path in paths.items() for word in ("--remote", f"{name}={path}")]
        self._run(folder, "key", "new", "--no-passphrase")
        self._run(
            folder, "init", "office", "--trial", "--name", "Wati Rekaan",
            "--office", "Kantor Rekaan", "--agency", "bps-rekaan=BPS Rekaan", *named,
        )  # fmt: skip
        self.case = self.sopgit(
            "-q", "open", "--title", "Data", "--producer", "bps-rekaan",
            "--field", "kepada=TI", "--field", "dari=Kasi", "--field", "hal=Data",
            "--field", "isi=Mohon data.",
        ).strip()  # fmt: skip
        (folder / "surat.yaml").write_text(LETTER)
        self.sopgit("complete", self.case, "--from", str(folder / "surat.yaml"))

    def _run(self, folder: Path, *words: str) -> str:
        return run([sys.executable, "-m", "sopgit", *words], folder, env=self.env)

    def sopgit(self, *words: str) -> str:
        """What a command prints."""
        return self._run(self.root, *words)

    def measure(self, *words: str) -> Cost:
        """What a command costs."""
        return measured([sys.executable, "-m", "sopgit", *words], self.root, self.env)

    def take_in(self, name: str, file: Path) -> Cost:
        """One restricted file, by one command."""
        words = ("data", "add", f"bps-rekaan/{name}", str(file), "--case", self.case)
        return self.measure(*words, *RESTRICTED)

    def forget(self) -> None:
        """The cache is lost."""
        shutil.rmtree(self.root / ".dvc" / "cache")


class Hand:
    """What somebody without sopgit does: age and DVC, in a Git repository of their own."""

    def __init__(self, folder: Path, remotes: int) -> None:
        folder.mkdir(parents=True)
        self.folder, self.root = folder, folder / "hand"
        run(["git", "init", "-q", str(self.root)], folder)
        run(["age-keygen", "-o", str(folder / "key")], folder)
        self.key = folder / "key"
        self.reader = run(["age-keygen", "-y", str(self.key)], folder).strip()
        self.dvc("init", "-q")
        self.dvc("config", "core.analytics", "false")
        self.dvc("config", "core.check_update", "false")
        for number in range(remotes):
            self.dvc("remote", "add", "-d", f"r{number}", str(folder / f"remote-{number}"))

    def dvc(self, *words: str) -> Cost:
        return measured([sys.executable, "-m", "dvc", *words], self.root)

    def take_in(self, name: str, file: Path, *, push: bool) -> Cost:
        """age, dvc add, and where it is asked for dvc push."""
        encrypted = f"{name}.age"
        command = ["age", "-r", self.reader, "-o", encrypted, str(file)]
        cost = measured(command, self.root) + self.dvc("add", "-q", encrypted)
        return cost + self.dvc("push", "-q") if push else cost

    def bring_back(self, name: str, output: Path) -> Cost:
        """dvc pull and age -d, with nothing in the cache."""
        shutil.rmtree(self.root / ".dvc" / "cache")
        (self.root / f"{name}.age").unlink()
        opened = ["age", "-d", "-i", str(self.key), "-o", str(output), f"{name}.age"]
        return self.dvc("pull", "-q", f"{name}.age.dvc") + measured(opened, self.root)
