"""Encryption never reports a false success and never destroys what was there."""

from __future__ import annotations

import hashlib
import io
import subprocess
from pathlib import Path

import pytest

from sopgit.adapters import age
from sopgit.adapters.files import DiskFullError, FileError
from sopgit.core.agefile import ciphertext_size, parse_header
from tests.storing import MARKER, files_below, full_disk, leaks

# Version line, one X25519 stanza, end; pyrage adds random filling to it.
SHORTEST_HEADER = 22 + 54 + 44 + 48
SIZES = [0, 1, 65535, 65536, 65537, 3 * 1024 * 1024 + 1]


@pytest.fixture(scope="module")
def key() -> age.Identity:
    return age.Identity(age.new_identity()[0])


def content(size: int) -> bytes:
    return (MARKER + bytes(range(256)) * (size // 256 + 1))[:size]


def encrypted(path: Path, data: bytes, key: age.Identity) -> bytes:
    age.encrypt(io.BytesIO(data), path, [key.public], identity=key)
    return path.read_bytes()


@pytest.mark.parametrize("size", SIZES)
def test_what_is_encrypted_comes_back(tmp_path: Path, key: age.Identity, size: int) -> None:
    data, counts = content(size), [0]
    blocks: list[bytes] = []
    stored = age.encrypt(
        io.BytesIO(data),
        tmp_path / "object",
        [key.public],
        identity=key,
        on_block=blocks.append,
        on_progress=counts.append,
    )
    written = (tmp_path / "object").read_bytes()
    assert stored.plain_sha256 == hashlib.sha256(data).hexdigest()
    assert stored.sha256 == hashlib.sha256(written).hexdigest()
    assert stored.md5 == hashlib.md5(written, usedforsecurity=False).hexdigest()
    assert (stored.size, stored.plain_size) == (len(written), size)
    assert (b"".join(blocks), counts[-1]) == (data, size)
    assert (tmp_path / "object").stat().st_mode & 0o777 == 0o600
    plain = age.decrypt(io.BytesIO(written), tmp_path / "plain", key, stored.plain_sha256)
    assert (tmp_path / "plain").read_bytes() == data
    assert (tmp_path / "plain").stat().st_mode & 0o777 == 0o600
    assert (plain.sha256, plain.size) == (stored.plain_sha256, size)
    assert files_below(tmp_path) == ["object", "plain"]


@pytest.mark.needs_program("age")
@pytest.mark.parametrize("size", SIZES)
def test_the_age_program_reads_it_and_is_read(tmp_path: Path, size: int) -> None:
    secret, public = age.new_identity()
    (tmp_path / "key").write_text(f"# created for a test\n{secret}\n")
    key = age.read_identity(tmp_path / "key")
    assert key.public == public
    data = content(size)
    encrypted(tmp_path / "ours", data, key)
    opened = subprocess.run(
        ["age", "-d", "-i", tmp_path / "key", tmp_path / "ours"], capture_output=True, check=True
    )
    assert opened.stdout == data
    theirs = subprocess.run(["age", "-r", public], input=data, capture_output=True, check=True)
    age.decrypt(io.BytesIO(theirs.stdout), tmp_path / "plain", key, None)
    assert (tmp_path / "plain").read_bytes() == data


@pytest.mark.parametrize("size", [100, 65536, 200_000])
def test_a_full_disk_is_no_success_at_any_byte(
    tmp_path: Path, key: age.Identity, size: int
) -> None:
    data = content(size)
    whole = ciphertext_size(SHORTEST_HEADER, size)
    target = tmp_path / "disk" / "object"
    target.parent.mkdir()
    spread = {
        0,
        1,
        150,
        *range(whole - 16384, whole - 400, 509),
        *range(whole - 400, whole - 60, 23),
    }
    for limit in sorted(offset for offset in spread if offset >= 0):
        with full_disk(limit), pytest.raises(DiskFullError, match="disk full"):
            age.encrypt(io.BytesIO(data), target, [key.public], identity=key)
        assert files_below(target.parent) == []


@pytest.mark.parametrize("missing", [1, 16, 17, 8000, 16384, 70000])
def test_a_full_disk_leaves_no_plaintext(tmp_path: Path, key: age.Identity, missing: int) -> None:
    data = content(200_000)
    ciphertext = encrypted(tmp_path / "object", data, key)
    (tmp_path / "out").mkdir()
    with full_disk(len(data) - missing), pytest.raises(DiskFullError):
        age.decrypt(io.BytesIO(ciphertext), tmp_path / "out" / "plain", key, None)
    assert files_below(tmp_path / "out") == []


@pytest.mark.parametrize("kept", [0, 10, 100, 250, 65000, -1, -16, -17, -65552])
def test_a_ciphertext_cut_short_gives_no_output(
    tmp_path: Path, key: age.Identity, kept: int
) -> None:
    ciphertext = encrypted(tmp_path / "object", content(200_000), key)
    output = tmp_path / "out" / "plain"
    output.parent.mkdir()
    output.write_bytes(b"precious")
    with pytest.raises(age.AgeError):
        age.decrypt(io.BytesIO(ciphertext[:kept]), output, key, None)
    assert output.read_bytes() == b"precious"
    assert files_below(output.parent) == ["plain"]


def test_a_flipped_byte_gives_no_output(tmp_path: Path, key: age.Identity) -> None:
    ciphertext = bytearray(encrypted(tmp_path / "object", content(200_000), key))
    ciphertext[-100] ^= 1
    with pytest.raises(age.DamagedError):
        age.decrypt(io.BytesIO(ciphertext), tmp_path / "plain", key, None)
    assert files_below(tmp_path) == ["object"]


def test_the_wrong_key_gives_no_output(tmp_path: Path, key: age.Identity) -> None:
    ciphertext = encrypted(tmp_path / "object", content(500), key)
    other = age.Identity(age.new_identity()[0])
    with pytest.raises(age.WrongKeyError):
        age.decrypt(io.BytesIO(ciphertext), tmp_path / "plain", other, None)
    assert files_below(tmp_path) == ["object"]


def test_another_plaintext_than_expected_gives_no_output(tmp_path: Path, key: age.Identity) -> None:
    ciphertext = encrypted(tmp_path / "object", content(500), key)
    with pytest.raises(age.DamagedError):
        age.decrypt(io.BytesIO(ciphertext), tmp_path / "plain", key, "0" * 64)
    assert leaks(tmp_path) == []


def test_an_identity_that_cannot_read_its_own_work_is_told(
    tmp_path: Path, key: age.Identity
) -> None:
    other = age.Identity(age.new_identity()[0])
    with pytest.raises(age.WrongKeyError):
        age.encrypt(io.BytesIO(b"x"), tmp_path / "object", [other.public], identity=key)
    assert files_below(tmp_path) == []


class Interrupted(io.BytesIO):
    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() > 2 * 1024 * 1024:
            raise KeyboardInterrupt("ctrl-c")
        return super().read(size)


class Failing(io.BytesIO):
    def read(self, size: int | None = -1, /) -> bytes:
        raise OSError(5, "Input/output error")


def test_an_interruption_stays_one_and_leaves_nothing(tmp_path: Path, key: age.Identity) -> None:
    source = Interrupted(content(4 * 1024 * 1024))
    with pytest.raises(KeyboardInterrupt, match="ctrl-c"):
        age.encrypt(source, tmp_path / "object", [key.public])
    assert files_below(tmp_path) == []
    ciphertext = encrypted(tmp_path / "object", content(4 * 1024 * 1024), key)
    with pytest.raises(KeyboardInterrupt, match="ctrl-c"):
        age.decrypt(Interrupted(ciphertext), tmp_path / "plain", key, None)
    assert files_below(tmp_path) == ["object"]


def test_a_source_that_cannot_be_read_is_a_failing_world(tmp_path: Path, key: age.Identity) -> None:
    with pytest.raises(FileError, match="Input/output error"):
        age.encrypt(Failing(), tmp_path / "object", [key.public])
    assert files_below(tmp_path) == []


@pytest.mark.parametrize("recipients", [[], ["age1nonsense"], ["ssh-ed25519 AAAA"]])
def test_a_bad_list_of_readers_refuses(tmp_path: Path, recipients: list[str]) -> None:
    with pytest.raises(age.AgeError):
        age.encrypt(io.BytesIO(b"x"), tmp_path / "object", recipients)
    assert files_below(tmp_path) == []


def test_small_texts_stay_in_memory(key: age.Identity) -> None:
    other = age.Identity(age.new_identity()[0])
    sealed = age.encrypt_bytes(MARKER, [key.public, other.public, key.public])
    assert MARKER not in sealed
    assert parse_header(sealed).recipients == 2
    assert age.decrypt_bytes(sealed, key) == age.decrypt_bytes(sealed, other) == MARKER
    with pytest.raises(age.WrongKeyError):
        age.decrypt_bytes(sealed, age.Identity(age.new_identity()[0]))
    with pytest.raises(age.DamagedError):
        age.decrypt_bytes(sealed[:-1], key)


@pytest.mark.parametrize("text", ["", "nonsense", "AGE-SECRET-KEY-1\n", "two"])
def test_a_file_that_is_no_identity_says_so(tmp_path: Path, text: str) -> None:
    secret = age.new_identity()[0]
    (tmp_path / "key").write_text(f"{secret}\n{secret}\n" if text == "two" else text)
    with pytest.raises(FileError, match="identity"):
        age.read_identity(tmp_path / "key")
    with pytest.raises(FileError):
        age.read_identity(tmp_path / "absent")


def test_a_secret_is_not_shown() -> None:
    secret, _ = age.new_identity()
    assert secret not in repr(age.Identity(secret))
    with pytest.raises(age.AgeError) as raised:
        age.Identity(secret[:-1])
    assert secret[:20] not in str(raised.value)
