"""An OpenSSH server on the loopback interface, for whoever runs the tests: as root or not.

It has its own configuration, host key, port and list of keys, lets people in for Git alone or for
files alone (SFTP), and looks at nothing of the machine's own set-up.
"""

from __future__ import annotations

import os
import pwd
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.signing import Signer

_SEPARATION = Path("/run/sshd")
"""Where a server that runs as root wants an empty folder; systems make it when they start one."""
_SECONDS = 20


@dataclass(frozen=True)
class SshServer:
    """A server that listens on `port` of the loopback interface; its files lie below `root`."""

    root: Path
    port: int
    pid: int

    def url(self, path: Path) -> str:
        """The address of the repository at `path`."""
        return f"ssh://{_account()}@127.0.0.1:{self.port}{path}"

    def cut(self) -> None:
        """End every connection at once, as a power failure does."""
        for session in _below(self.pid):
            with suppress(ProcessLookupError):
                os.kill(session, signal.SIGKILL)

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Whoever is connected hears nothing any more, and the connection does not end either."""
        sessions = list(_below(self.pid))
        assert sessions
        for session in sessions:
            os.kill(session, signal.SIGSTOP)
        try:
            yield
        finally:
            for session in sessions:
                with suppress(ProcessLookupError):
                    os.kill(session, signal.SIGCONT)

    def command(self, key: Path) -> str:
        """What `core.sshCommand` must be for somebody who has the private key `key`."""
        options = {
            "BatchMode": "yes",
            "IdentitiesOnly": "yes",
            "IdentityAgent": "none",
            "StrictHostKeyChecking": "yes",
            "UserKnownHostsFile": str(self.root / "known_hosts"),
        }
        words = ["ssh", "-F", os.devnull, "-i", str(key)]
        words += [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        return shlex.join(words)


@contextmanager
def serve(root: Path, keys: Iterable[str], files: Iterable[str] = ()) -> Iterator[SshServer]:
    """A server below the new folder `root` that lets in who has one of the public `keys` for Git,
    and who has one of `files` for SFTP.
    """
    root.mkdir(mode=0o700)
    host = Signer.new()
    host.write_files(root / "host_key")
    (root / "home").mkdir()
    (root / "authorized_keys").write_text(
        "".join(f'restrict,command="{root}/git-only" {key}\n' for key in keys)
        + "".join(f'restrict,command="internal-sftp" {key}\n' for key in files)
    )
    _write_program(root / "git-only", _git_only(root / "home"))
    _make_separation()
    port = _free_port()
    (root / "known_hosts").write_text(f"[127.0.0.1]:{port} {host.public_line}\n")
    (root / "sshd_config").write_text(_config(root, port))
    with (root / "log").open("wb") as log:
        command = [str(shutil.which("sshd")), "-D", "-e", "-f", str(root / "sshd_config")]
        process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            _wait(process, port, root / "log")
            yield SshServer(root, port, process.pid)
        finally:
            process.terminate()
            process.wait(_SECONDS)


def _below(pid: int) -> Iterator[int]:
    """The processes that the process started, and those that they did (Linux)."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
        return
    for child in children:
        yield int(child)
        yield from _below(int(child))


def _account() -> str:
    """Who runs the tests, and so the server: it lets in nobody else."""
    return pwd.getpwuid(os.geteuid()).pw_name


def _config(root: Path, port: int) -> str:
    lines = {
        "AddressFamily": "inet",
        "ListenAddress": "127.0.0.1",
        "MaxStartups": "200:30:400",
        "Port": str(port),
        "HostKey": str(root / "host_key"),
        "AuthorizedKeysFile": str(root / "authorized_keys"),
        "PidFile": "none",
        "PermitRootLogin": "prohibit-password",
        "PasswordAuthentication": "no",
        "KbdInteractiveAuthentication": "no",
        "AllowUsers": _account(),
        "StrictModes": "no",  # the folders above belong to the test runner
        "UsePAM": "no",
    }
    lines["Subsystem"] = "sftp internal-sftp"
    return "".join(f"{name} {value}\n" for name, value in lines.items())


def _git_only(home: Path) -> str:
    """A login shell for Git alone, in an environment as clean as the tests' own."""
    variables = {
        "HOME": str(home),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }
    named = shlex.join(f"{name}={value}" for name, value in variables.items())
    return f'#!/bin/sh\nexec env -i {named} git-shell -c "$SSH_ORIGINAL_COMMAND"\n'


def _write_program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o700)


def _make_separation() -> None:
    """Make the folder that only root's server needs; two workers may want it at once."""
    if os.geteuid() == 0:
        _SEPARATION.mkdir(mode=0o755, exist_ok=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Wait until the server answers; its log tells why it does not."""
    until = time.monotonic() + _SECONDS
    while process.poll() is None and time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError(log.read_text())
