"""Making repositories and exchanging commits with others, through the `git` program.

The client's hooks do not run (see `program`); the server's do, and what they
say is kept for the person to read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from sopgit.adapters.git.program import GitFailedError, Ran, failure, hint_for, read, run
from sopgit.adapters.git.repository import Repository
from sopgit.core.errors import SopgitError
from sopgit.core.text import T

_AWAY = re.compile(
    r"Could not resolve host|Connection (?:refused|timed out|reset|closed)|unable to access"
    r"|Could not read from remote repository|does not appear to be a git repository"
    r"|Authentication failed|could not read (?:Username|Password)|repository '.*' "
    r"(?:does not exist|not found)|unable to connect|Network is unreachable|No route to host",
    re.IGNORECASE,
)
_REJECTED = re.compile(r"^!\t[^\t]*\t\[rejected\] \((?P<why>.*)\)$", re.MULTILINE)
_MOVED = frozenset({"fetch first", "non-fast-forward", "stale info"})


class RemoteAwayError(SopgitError):
    """A remote cannot be reached, or does not let us in."""


@dataclass(frozen=True)
class PushResult:
    """Whether the server took it.

    `output` are the server's own lines (without Git's "remote:"), or Git's
    when the server said nothing. `moved`: the remote has commits that we lack.
    """

    ok: bool
    output: str
    moved: bool = False


def init(path: Path, branch: str = "main") -> Repository:
    """A new repository in `path`, made if absent, with `branch` checked out and unborn."""
    read(["init", "--quiet", f"--initial-branch={branch}", "--", str(path)])
    return Repository.open(path)


def init_bare(path: Path, branch: str = "main") -> Repository:
    """A new bare repository in `path`."""
    read(["init", "--quiet", "--bare", f"--initial-branch={branch}", "--", str(path)])
    return Repository.open(path)


def clone(url: str, folder: Path) -> Repository:
    """A whole clone of `url` in the new `folder`; raises `RemoteAwayError` or `GitFailedError`."""
    _exchange(["clone", "--quiet", "--no-recurse-submodules", "--", url, str(folder)], None, url)
    return Repository.open(folder)


def fetch(repo: Repository, remote: str = "origin") -> None:
    """Bring in what `remote` has; branches gone there go here too.

    Raises `RemoteAwayError` or `GitFailedError`.
    """
    arguments = ["fetch", "--quiet", "--prune", "--no-recurse-submodules", "--", remote]
    _exchange(arguments, repo, remote)


def push(repo: Repository, remote: str, refspec: str, *, expected: str | None = None) -> PushResult:
    """Send `refspec` to `remote`. A refusal is a result; `RemoteAwayError` when nobody answered.

    `expected`: replace the remote's ref even if ours does not follow it, but
    only while it still points at this commit.
    """
    arguments = ["push", "--porcelain", "--no-recurse-submodules"]
    if expected is not None:
        arguments.append(f"--force-with-lease={refspec.rpartition(':')[2]}:{expected}")
    ran = run([*arguments, "--", remote, refspec], _folder(repo))
    if ran.code == 0:
        return PushResult(True, _server_lines(ran.err))
    verdicts = ran.out.decode("utf-8", "replace")
    if "!\t" not in verdicts:
        raise _refused(arguments, ran, remote)
    rejected = _REJECTED.search(verdicts)
    moved = rejected is not None and rejected["why"] in _MOVED
    return PushResult(False, _server_lines(ran.err) or ran.err, moved)


def _exchange(arguments: list[str], repo: Repository | None, remote: str) -> None:
    ran = run(arguments, _folder(repo) if repo else None)
    if ran.code:
        raise _refused(arguments, ran, remote)


def _refused(arguments: list[str], ran: Ran, remote: str) -> SopgitError:
    said = failure(arguments, ran)
    if _AWAY.search(ran.err):
        return RemoteAwayError(
            T("the remote {remote} cannot be reached: {said}", remote=remote, said=said),
            T("check the network, the address and your access, then try again"),
        )
    return GitFailedError(said, hint_for(ran.err))


def _folder(repo: Repository) -> Path:
    return repo.workdir or repo.gitdir


def _server_lines(err: str) -> str:
    lines = (line.rstrip() for line in err.splitlines() if line.startswith("remote:"))
    return "\n".join(line.removeprefix("remote:").removeprefix(" ") for line in lines).strip("\n")
