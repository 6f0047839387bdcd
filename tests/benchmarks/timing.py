"""Clocks, and the table that they fill. Nothing here asserts: a figure is read by people."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Row:
    """One measure: ours and the other side by side, and how the ratio is meant.

    `faster`: the ratio says how many times faster ours is; else how much longer it takes.
    """

    what: str
    ours: float
    against: str
    theirs: float
    floor: str
    faster: bool = False
    unit: str = "s"

    def __str__(self) -> str:
        ratio = self.theirs / self.ours if self.faster else self.ours / self.theirs
        ours, theirs = f"{self.ours:.4g} {self.unit}", f"{self.theirs:.4g} {self.unit}"
        cells = f"{self.what:<34} {ours:>10} {self.against:<16} {theirs:>10} {ratio:>7.2f}"
        return f"{cells}  {self.floor}"


HEAD = f"{'what':<34} {'ours':>10} {'against':<16} {'theirs':>10} {'ratio':>7}  floor"


def clock(do: Callable[[], object]) -> float:
    """Seconds that `do` takes."""
    start = time.perf_counter()
    do()
    return time.perf_counter() - start


def side_by_side(
    ours: Callable[[], object], theirs: Callable[[], object], times: int = 5
) -> tuple[float, float]:
    """The medians of both, taken in turns, after one round that does not count."""
    ours()
    theirs()
    pairs = [(clock(ours), clock(theirs)) for _ in range(times)]
    return statistics.median(p[0] for p in pairs), statistics.median(p[1] for p in pairs)


def run(
    command: Sequence[str], folder: Path, stdin: str = "", env: Mapping[str, str] | None = None
) -> str:
    """What a whole process prints; raises when it fails, with what it said."""
    done = subprocess.run(
        command,
        cwd=folder,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **(env or {})},
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def sopgit(
    folder: Path, *arguments: str, stdin: str = "", env: Mapping[str, str] | None = None
) -> str:
    """What the command line prints, as a process of its own."""
    return run([sys.executable, "-m", "sopgit", *arguments], folder, stdin, env)
