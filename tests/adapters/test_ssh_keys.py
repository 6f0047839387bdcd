"""Keys in files: reading them, and making new ones, with the real OpenSSH."""

from __future__ import annotations

import stat
import subprocess
from pathlib import Path

import pytest

from sopgit.adapters import ssh
from sopgit.core.errors import UsageError
from tests.signing import HardwareSigner, Signer

EVENT = "sopgit-event"
MESSAGE = b'{"act":"open","seq":1}'

pytestmark = pytest.mark.needs_program("ssh-keygen")


def keygen(*arguments: object, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = ["ssh-keygen", *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, check=False)


class TestReadingAKey:
    def test_from_the_public_file_or_the_private_one(self, tmp_path: Path) -> None:
        path = Signer.new(b"siti").write_files(tmp_path / "key", "siti di kantor")
        expected = Signer.new(b"siti").key
        assert ssh.read_public_key(tmp_path / "key.pub") == expected
        assert ssh.read_public_key(path) == expected
        (tmp_path / "key.pub").rename(tmp_path / "siti.txt")
        assert ssh.read_public_key(path) == expected
        assert ssh.read_public_key(tmp_path / "siti.txt") == expected

    def test_of_a_device_needs_no_private_file(self, tmp_path: Path) -> None:
        device = HardwareSigner.new(b"siti's device")
        assert ssh.read_public_key(device.write_files(tmp_path / "key")) == device.key

    def test_gives_the_fingerprint_that_openssh_prints(self, tmp_path: Path) -> None:
        signers = (Signer.new(b"siti"), HardwareSigner.new(b"siti"))
        for number, signer in enumerate(signers):
            path = tmp_path / f"key{number}"
            signer.write_files(path)
            said = keygen("-l", "-f", f"{path}.pub").stdout.decode()
            assert said.split()[1] == signer.key.fingerprint

    def test_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(ssh.KeyNotFound) as failure:
            ssh.read_public_key(tmp_path / "key")
        assert "ssh-keygen -t ed25519" in str(failure.value.hint)
        with pytest.raises(ssh.KeyNotFound):
            ssh.sign(tmp_path / "key", EVENT, MESSAGE)

    @pytest.mark.parametrize(
        ("options", "algorithm"),
        [
            (("-t", "rsa", "-b", "2048"), "ssh-rsa"),
            (("-t", "rsa", "-b", "2048", "-m", "PEM"), "ssh-rsa"),
            (("-t", "ecdsa"), "ecdsa-sha2-nistp256"),
        ],
    )
    @pytest.mark.parametrize("has_public_file", [True, False])
    def test_of_another_kind_is_refused_by_its_name(
        self, tmp_path: Path, options: tuple[str, ...], algorithm: str, has_public_file: bool
    ) -> None:
        path = tmp_path / "key"
        assert keygen("-q", "-N", "", "-f", path, *options).returncode == 0
        if not has_public_file:
            (tmp_path / "key.pub").unlink()
        with pytest.raises(ssh.KeyRefused, match=algorithm) as failure:
            ssh.read_public_key(path)
        assert "ssh-keygen -t ed25519" in str(failure.value.hint)
        # From an old-style private file ssh-keygen itself finds no public half.
        with pytest.raises((ssh.KeyRefused, ssh.SigningFailed)):
            ssh.sign(path, EVENT, MESSAGE)

    @pytest.mark.parametrize(
        "content",
        [b"", b"\n", b"\xff\xfe", b"hello\n", b"\0" * 70_000, b"-----BEGIN NOTHING-----\n"],
    )
    def test_from_a_file_without_one_is_refused(self, tmp_path: Path, content: bytes) -> None:
        for name in ("key", "other.pub"):
            (tmp_path / name).write_bytes(content)
            with pytest.raises(ssh.KeyRefused):
                ssh.read_public_key(tmp_path / name)

    def test_from_a_public_file_that_holds_the_private_key_is_refused(self, tmp_path: Path) -> None:
        path = Signer.new(b"siti").write_files(tmp_path / "key")
        (tmp_path / "key.pub").write_bytes(path.read_bytes())
        with pytest.raises(ssh.KeyRefused, match="private key"):
            ssh.read_public_key(path)


class TestANewKey:
    def test_is_ed25519_for_its_owner_only(self, tmp_path: Path) -> None:
        path = tmp_path / "keys" / "siti"
        key = ssh.new_key(path, "siti@kantor", "")
        assert key == ssh.read_public_key(path)
        assert path.with_name("siti.pub").read_text() == f"{key.line} siti@kantor\n"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700

    @pytest.mark.parametrize("taken", ["key", "key.pub"])
    def test_never_overwrites(self, tmp_path: Path, taken: str) -> None:
        (tmp_path / taken).write_text("mine")
        with pytest.raises(ssh.KeyExists):
            ssh.new_key(tmp_path / "key", "siti", "")
        assert [file.name for file in tmp_path.iterdir()] == [taken]
        assert (tmp_path / taken).read_text() == "mine"

    def test_never_writes_through_a_dangling_link(self, tmp_path: Path) -> None:
        (tmp_path / "key").symlink_to(tmp_path / "elsewhere")
        with pytest.raises(ssh.KeyExists):
            ssh.new_key(tmp_path / "key", "siti", "")
        assert not (tmp_path / "elsewhere").exists()

    def test_has_a_comment_of_one_line(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError):
            ssh.new_key(tmp_path / "key", "siti\nssh-rsa AAAA", "")

    def test_that_cannot_be_written_says_why(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(ssh.SshError):
            ssh.new_key(tmp_path / "file" / "key", "siti", "")
