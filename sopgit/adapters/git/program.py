"""The `git` program, called so that neither an outer Git nor a repository steers it.

Off: hooks of this side, the file system monitor, replacement objects, and
every `GIT_*` variable but those by which a person tells Git how to reach a
server or where that person's own configuration is. What Git starts, a hook of a
server in a folder among it, gets no passphrase. A terminal stays usable,
so that a person can log in.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sopgit.core.errors import SopgitError
from sopgit.core.text import T, Text

_KEPT = frozenset(
    {
        "GIT_ALLOW_PROTOCOL", "GIT_ASKPASS", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM",
        "GIT_CONFIG_SYSTEM", "GIT_EXEC_PATH", "GIT_HTTP_PROXY_AUTHMETHOD", "GIT_PROXY_SSL_CAINFO",
        "GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSH_VARIANT", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH",
        "GIT_SSL_CERT", "GIT_SSL_KEY", "GIT_TERMINAL_PROMPT",
    }
)  # fmt: skip
_DROPPED = ("LANGUAGE", "SOPGIT_AGE_PASSPHRASE")
_OFF = (
    "--no-replace-objects",
    "-c", f"core.hooksPath={os.devnull}",
    "-c", "core.fsmonitor=false",
    "-c", "advice.detachedHead=false",
)  # fmt: skip


class GitFailedError(SopgitError):
    """The `git` program said no, or is not there."""


@dataclass(frozen=True)
class Ran:
    """What `git` answered. `out` is bytes; `err` is text for people."""

    code: int
    out: bytes
    err: str


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment without an outer Git's, in the C locale."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name in _KEPT
    }
    for name in _DROPPED:
        kept.pop(name, None)
    return kept | {"LC_ALL": "C", "GIT_NO_REPLACE_OBJECTS": "1"} | dict(extra or {})


def run(
    arguments: Sequence[str],
    folder: Path | None = None,
    data: bytes = b"",
    extra: Mapping[str, str] | None = None,
) -> Ran:
    """Run `git` in `folder` with `data` on its standard input; its refusal is an answer too."""
    try:
        ran = subprocess.run(
            ["git", *_OFF, *arguments],
            cwd=folder,
            input=data,
            capture_output=True,
            env=environment(extra),
            check=False,
        )
    except FileNotFoundError as error:
        if folder is not None and not folder.is_dir():
            raise GitFailedError(T("there is no folder {path}", path=str(folder))) from error
        hint = T("install Git, version 2.34 or newer")
        raise GitFailedError(T("the program git is not installed"), hint) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise GitFailedError(T("git cannot be started: {reason}", reason=reason)) from error
    return Ran(ran.returncode, ran.stdout, ran.stderr.decode("utf-8", "replace"))


def read(
    arguments: Sequence[str],
    folder: Path | None = None,
    data: bytes = b"",
    extra: Mapping[str, str] | None = None,
) -> bytes:
    """What `git` writes to its standard output; raises `GitFailedError` when it refuses."""
    ran = run(arguments, folder, data, extra)
    if ran.code:
        raise GitFailedError(failure(arguments, ran), hint_for(ran.err))
    return ran.out


def failure(arguments: Sequence[str], ran: Ran) -> Text:
    """One sentence about a refusal: the command's name and what Git said last that matters."""
    lines = [line.strip() for line in ran.err.splitlines() if line.strip()]
    told = [line for line in lines if line.startswith(("fatal:", "error:"))]
    said = (told or lines or [f"exit code {ran.code}"])[0]
    command = next((word for word in arguments if not word.startswith("-")), "")
    return T("git {command} failed: {said}", command=command, said=said)


def hint_for(err: str) -> Text | None:
    """What to do about a refusal that people meet often."""
    if ".lock': File exists" in err:
        return T("wait for the other git command, or remove the lock file if none is running")
    if "dubious ownership" in err:
        return T("allow the folder with: git config --global --add safe.directory FOLDER")
    return None
