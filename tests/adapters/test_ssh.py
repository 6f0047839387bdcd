"""The real OpenSSH on the other side: it signs and we verify, we sign and it verifies."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sopgit.adapters import ssh
from sopgit.core.errors import SopgitError, UsageError
from sopgit.core.sshsig import (
    PublicKey,
    allowed_signers_line,
    armour,
    dearmour,
    is_signature_good,
)
from tests.signing import HardwareSigner, Signer
from tests.ssh_agent import running_agent

EVENT = "sopgit-event"
MESSAGE = b'{"act":"open","seq":1}'

pytestmark = pytest.mark.needs_program("ssh-keygen")


@pytest.fixture(autouse=True)
def nobody_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    """No agent, no graphical session, and no way to ask but what a test provides."""
    for name in ("SSH_AUTH_SOCK", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SSH_ASKPASS", "/bin/false")
    monkeypatch.setenv("SSH_ASKPASS_REQUIRE", "force")


@pytest.fixture
def agent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """OpenSSH's own agent, empty."""
    socket = tmp_path / "a"
    process = subprocess.Popen(
        ["ssh-agent", "-D", "-a", str(socket)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    monkeypatch.setenv("SSH_AUTH_SOCK", str(socket))
    yield socket
    process.terminate()
    process.communicate()


def keygen(*arguments: object, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = ["ssh-keygen", *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, check=False)


def openssh_accepts(
    folder: Path, key: PublicKey, raw: bytes, message: bytes = MESSAGE, namespace: str = EVENT
) -> bool:
    """What `ssh-keygen -Y verify` says to the files that sopgit prints for anybody."""
    signers, signature = folder / "allowed_signers", folder / "statement.sig"
    signers.write_text(allowed_signers_line("siti", key, EVENT) + "\n")
    signature.write_text(armour(key, namespace, raw))
    options = ("-f", signers, "-I", "siti", "-n", namespace, "-s", signature)
    return keygen("-Y", "verify", *options, stdin=message).returncode == 0


class TestSigning:
    def test_with_a_private_key_verifies_here_and_there(self, tmp_path: Path) -> None:
        key = ssh.new_key(tmp_path / "key", "siti", "")
        raw = ssh.sign(tmp_path / "key", EVENT, MESSAGE)
        assert is_signature_good(key, EVENT, MESSAGE, raw)
        assert openssh_accepts(tmp_path, key, raw)
        assert not openssh_accepts(tmp_path, key, raw, message=MESSAGE + b"\n")
        assert not openssh_accepts(tmp_path, key, raw, namespace="sopgit-record")

    @pytest.mark.parametrize("signer", [Signer.new(b"siti"), HardwareSigner.new(b"siti")])
    def test_in_process_is_what_openssh_accepts(self, tmp_path: Path, signer: Signer) -> None:
        for message in (b"", MESSAGE, bytes(range(256)) * 257):
            raw = signer.sign(EVENT, message)
            assert openssh_accepts(tmp_path, signer.key, raw, message=message)
            assert not openssh_accepts(tmp_path, signer.key, raw, message=message + b"x")

    def test_without_a_touch_is_refused_here_though_openssh_lets_it_pass(
        self, tmp_path: Path
    ) -> None:
        untouched = replace(HardwareSigner.new(b"siti"), flags=0)
        raw = untouched.sign(EVENT, MESSAGE)
        assert not is_signature_good(untouched.key, EVENT, MESSAGE, raw)
        # Measured with OpenSSH 9.2: `-Y verify` checks the flags' signature, not their value.
        assert openssh_accepts(tmp_path, untouched.key, raw)

    def test_in_process_and_by_openssh_is_the_same_signature(self, tmp_path: Path) -> None:
        signer = Signer.new(b"siti")
        path = signer.write_files(tmp_path / "key")
        assert ssh.sign(path, EVENT, MESSAGE) == signer.sign(EVENT, MESSAGE)

    def test_writes_the_file_that_openssh_writes(self, tmp_path: Path) -> None:
        path = Signer.new(b"siti").write_files(tmp_path / "key")
        theirs = keygen("-Y", "sign", "-f", path, "-n", EVENT, stdin=MESSAGE).stdout.decode()
        assert armour(*dearmour(theirs)) == theirs

    def test_with_a_key_in_the_agent_needs_only_the_public_file(
        self, tmp_path: Path, agent: Path
    ) -> None:
        assert agent.exists()
        path = Signer.new(b"siti").write_files(tmp_path / "key")
        subprocess.run(["ssh-add", "-q", str(path)], check=True)
        path.unlink()
        expected = Signer.new(b"siti").sign(EVENT, MESSAGE)
        assert ssh.sign(tmp_path / "key.pub", EVENT, MESSAGE) == expected
        assert ssh.sign(tmp_path / "key", EVENT, MESSAGE) == expected

    def test_with_a_security_key_stores_flags_and_counter(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        device = HardwareSigner.new(b"siti's device")
        device.write_files(tmp_path / "key")
        with running_agent(tmp_path / "a", device) as socket:
            monkeypatch.setenv("SSH_AUTH_SOCK", str(socket))
            raw = ssh.sign(tmp_path / "key.pub", EVENT, MESSAGE)
        assert raw == device.sign(EVENT, MESSAGE)
        assert raw[64:] == b"\1" + (7).to_bytes(4, "big")

    def test_with_a_security_key_that_was_not_touched_fails(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        device = replace(HardwareSigner.new(b"siti's device"), flags=0)
        device.write_files(tmp_path / "key")
        with running_agent(tmp_path / "a", device) as socket:
            monkeypatch.setenv("SSH_AUTH_SOCK", str(socket))
            with pytest.raises(ssh.SigningFailed, match="touched"):
                ssh.sign(tmp_path / "key.pub", EVENT, MESSAGE)

    def test_with_a_public_key_nobody_holds_says_what_to_do(self, tmp_path: Path) -> None:
        path = Signer.new(b"siti").write_files(tmp_path / "key")
        path.unlink()
        with pytest.raises(ssh.SigningFailed) as failure:
            ssh.sign(tmp_path / "key.pub", EVENT, MESSAGE)
        assert "ssh-add" in str(failure.value.hint)

    def test_with_another_keys_public_file_beside_fails(self, tmp_path: Path) -> None:
        path = Signer.new(b"siti").write_files(tmp_path / "key")
        (tmp_path / "key.pub").write_text(Signer.new(b"budi").public_line + "\n")
        with pytest.raises(ssh.SigningFailed) as failure:
            ssh.sign(path, EVENT, MESSAGE)
        assert "renew the .pub file" in str(failure.value.hint)

    def test_without_a_public_file_works(self, tmp_path: Path) -> None:
        path = Signer.new(b"siti").write_files(tmp_path / "key")
        (tmp_path / "key.pub").unlink()
        assert ssh.sign(path, EVENT, MESSAGE) == Signer.new(b"siti").sign(EVENT, MESSAGE)

    def test_with_a_file_that_others_may_read_says_what_to_do(self, tmp_path: Path) -> None:
        path = Signer.new(b"siti").write_files(tmp_path / "key")
        path.chmod(0o644)
        with pytest.raises(ssh.SigningFailed) as failure:
            ssh.sign(path, EVENT, MESSAGE)
        assert "chmod 600" in str(failure.value.hint)

    def test_without_openssh_says_what_to_install(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = Signer.new(b"siti").write_files(tmp_path / "key")
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(SopgitError, match="ssh-keygen is not installed") as failure:
            ssh.sign(path, EVENT, MESSAGE)
        assert "OpenSSH" in str(failure.value.hint)

    def test_never_runs_a_program_from_the_working_folder(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = Signer.new(b"siti").write_files(tmp_path / "key")
        program = tmp_path / "ssh-keygen"
        program.write_text("#!/bin/sh\ntouch ran\n")
        program.chmod(0o755)
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("PATH", ".")
        with pytest.raises(SopgitError, match="not installed"):
            ssh.sign(path, EVENT, MESSAGE)
        assert not (tmp_path / "ran").exists()


class TestPassphrases:
    SIGN = (
        "import pathlib, sys; from sopgit.adapters import ssh;"
        "path = pathlib.Path(sys.argv[1]);"
        "raw = ssh.sign(path, 'sopgit-event', b'text');"
        "path.with_name('raw').write_bytes(raw)"
    )
    MAKE = (
        "import pathlib, sys; from sopgit.adapters import ssh;"
        "path = pathlib.Path(sys.argv[1]);"
        "path.with_name('line').write_text(ssh.new_key(path, 'siti').line)"
    )

    def test_are_asked_for_by_the_users_own_program(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        key = ssh.new_key(tmp_path / "key", "siti", "rahasia sekali")
        askpass = tmp_path / "askpass"
        askpass.write_text("#!/bin/sh\necho rahasia sekali\n")
        askpass.chmod(0o700)
        monkeypatch.setenv("SSH_ASKPASS", str(askpass))
        raw = ssh.sign(tmp_path / "key", EVENT, MESSAGE)
        assert is_signature_good(key, EVENT, MESSAGE, raw)

    def test_that_nobody_can_be_asked_for_fail_with_a_hint(self, tmp_path: Path) -> None:
        ssh.new_key(tmp_path / "key", "siti", "rahasia sekali")
        with pytest.raises(ssh.SigningFailed, match="incorrect passphrase") as failure:
            ssh.sign(tmp_path / "key", EVENT, MESSAGE)
        assert "ssh-add" in str(failure.value.hint)

    def test_are_typed_on_the_terminal_even_in_a_graphical_session(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        key = ssh.new_key(tmp_path / "key", "siti", "rahasia sekali")
        monkeypatch.delenv("SSH_ASKPASS")
        monkeypatch.delenv("SSH_ASKPASS_REQUIRE")
        monkeypatch.setenv("DISPLAY", ":99")
        shown = typed(self.SIGN, tmp_path / "key", "rahasia sekali")
        assert shown.count("passphrase") == 1
        assert is_signature_good(key, EVENT, b"text", (tmp_path / "raw").read_bytes())

    def test_of_a_new_key_are_typed_twice_on_the_terminal(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("SSH_ASKPASS")
        monkeypatch.delenv("SSH_ASKPASS_REQUIRE")
        typed(self.MAKE, tmp_path / "key", "rahasia sekali", "rahasia sekali")
        assert keygen("-y", "-P", "", "-f", tmp_path / "key").returncode != 0
        made = keygen("-y", "-P", "rahasia sekali", "-f", tmp_path / "key")
        assert made.stdout.decode().startswith((tmp_path / "line").read_text())

    def test_of_a_new_key_need_a_terminal_unless_given(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="no terminal"):
            ssh.new_key(tmp_path / "key", "siti")
        assert not (tmp_path / "key").exists()

    def test_given_protect_the_new_key(self, tmp_path: Path) -> None:
        key = ssh.new_key(tmp_path / "key", "siti", "rahasia sekali")
        assert keygen("-y", "-P", "", "-f", tmp_path / "key").returncode != 0
        made = keygen("-y", "-P", "rahasia sekali", "-f", tmp_path / "key")
        assert made.stdout.decode().startswith(key.line)

    def test_of_two_lines_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="one line"):
            ssh.new_key(tmp_path / "key", "siti", "rahasia\nsekali")


def typed(program: str, path: Path, *answers: str) -> str:
    """Run `program` on a terminal of its own, answer its questions, return what it showed."""
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.executable, [sys.executable, "-c", program, str(path)])  # noqa: S606
    shown = b""
    waiting = list(answers)
    while True:
        try:
            more = os.read(terminal, 1024)
        except OSError:  # how Linux reports that the other side is closed
            break
        if not more:
            break
        shown += more
        if waiting and more.rstrip().endswith(b":"):
            os.write(terminal, waiting.pop(0).encode() + b"\n")
    os.close(terminal)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0, shown.decode()
    return shown.decode()
