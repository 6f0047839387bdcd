"""Runs the program `ssh-keygen`, and puts what it says into our words.

What it asks (a passphrase, a touch of the security key) reaches the user on the terminal, or
through their `SSH_ASKPASS`; sopgit neither asks nor sees it. Its whole environment is the
user's, so agents work.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from sopgit.core.errors import SopgitError
from sopgit.core.text import T, Text

Done = subprocess.CompletedProcess[bytes]

_PROGRAM = "ssh-keygen"
_TERMINAL = "/dev/tty"

# What ssh-keygen says, part by part, and what helps. OpenSSH is not translated.
_HINTS: tuple[tuple[str, Text], ...] = (
    (
        "incorrect passphrase",
        T("sign on a terminal and type the passphrase, or load the key first: ssh-add KEY"),
    ),
    (
        "doesn't match private",
        T("renew the .pub file: {command}", command="ssh-keygen -y -f KEY > KEY.pub"),
    ),
    ("too open", T("let only yourself read the private key: chmod 600 KEY")),
    ("agent refused", T("the agent has the key but did not sign: unlock it, or touch the device")),
    ("device not found", T("plug in the security key that made this key")),
    (
        "No private key found",
        T("load the private key into the agent (ssh-add KEY), or name the file that holds it"),
    ),
)
_TRY_BY_HAND = T("try by hand: {command}", command="ssh-keygen -Y sign -n test -f KEY FILE")


class SshError(SopgitError):
    """OpenSSH could not be run, or did not do what it was asked for."""


def run(arguments: Sequence[str], stdin: bytes = b"", *, touches: bool = False) -> Done:
    """Run with `stdin` in a pipe.

    With `touches` its messages go to the terminal instead of the result: for a security key,
    "confirm user presence" is one of them.
    """
    words = None if touches and sys.stderr.isatty() else subprocess.PIPE
    environ = _asking_environ()
    return _translated(
        lambda program: subprocess.run(
            [program, *arguments],
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=words,
            env=environ,
            check=False,
        )
    )


def run_on_terminal(arguments: Sequence[str]) -> Done:
    """Run as if the user had typed it, but with everything it says on standard error."""
    sys.stderr.flush()
    return _translated(
        lambda program: subprocess.run([program, *arguments], stdout=sys.stderr, check=False)
    )


def run_with_passphrase(arguments: Sequence[str], passphrase: str) -> Done:
    """Run, answering both questions for a new passphrase by a pipe.

    Never by an argument, which every user of the machine can read. Only in a session without
    a terminal does ssh-keygen read the pipe.
    """
    environ = {**os.environ, "SSH_ASKPASS_REQUIRE": "never"}
    return _translated(
        lambda program: subprocess.run(
            [program, *arguments],
            input=f"{passphrase}\n{passphrase}\n".encode(),
            capture_output=True,
            env=environ,
            start_new_session=True,
            check=False,
        )
    )


def reason(done: Done) -> Text | str:
    """The last thing that the program said."""
    said = _said(done).strip()
    if not said:
        return T("ssh-keygen ended with status {status}", status=done.returncode)
    return said.splitlines()[-1].strip()


def hint(done: Done) -> Text:
    """What helps against what the program said."""
    said = _said(done)
    return next((help_ for phrase, help_ in _HINTS if phrase in said), _TRY_BY_HAND)


def _said(done: Done) -> str:
    return (done.stderr or b"").decode("utf-8", "replace")


def _translated(start: Callable[[str], Done]) -> Done:
    program = shutil.which(_PROGRAM)
    # On Windows the working folder is searched first, and a repository could bring a program.
    if program is None or not Path(program).is_absolute():
        raise SshError(
            T("the program {program} is not installed", program=_PROGRAM),
            T("install the OpenSSH client (package openssh-client or openssh)"),
        )
    try:
        return start(program)
    except OSError as error:
        why = error.strerror or str(error)
        raise SshError(
            T("{program} cannot be run: {reason}", program=program, reason=why)
        ) from error


def _asking_environ() -> Mapping[str, str]:
    """The user's environment, made to ask on the terminal where there is one.

    With its input in a pipe and a graphical session around, ssh-keygen would look for an
    askpass program, and take an absent one for an empty passphrase.
    """
    if "SSH_ASKPASS" in os.environ or "SSH_ASKPASS_REQUIRE" in os.environ:
        return os.environ
    try:
        os.close(os.open(_TERMINAL, os.O_RDWR))
    except OSError:
        return os.environ
    return {**os.environ, "SSH_ASKPASS_REQUIRE": "never"}
