"""An identity under a passphrase: stock age opens it, and nothing opens it without."""

from __future__ import annotations

import os
import pty
import resource
import time
from pathlib import Path

import pytest

from sopgit.adapters import age
from sopgit.adapters.age.identity_file import PASSPHRASE, PassphraseError
from sopgit.adapters.files import FileError
from sopgit.adapters.git.program import environment
from sopgit.app.keys import new_keys

WORDS = "kata sandi rekaan"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `sopgit key new` makes; the signing key is left open, since nobody sits here."""
    folder = tmp_path_factory.mktemp("keys")
    new_keys(folder, "rekaan", "", with_age=True)
    plain = (folder / "age.txt").read_bytes()
    (folder / "age.txt").write_bytes(age.lock_identity(plain, WORDS))
    (folder / "open.txt").write_bytes(plain)
    return folder


def test_it_opens_with_its_passphrase(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSPHRASE, WORDS)
    locked, plain = (age.read_identity(folder / name) for name in ("age.txt", "open.txt"))
    assert locked.public == plain.public
    assert b"SECRET" not in (folder / "age.txt").read_bytes()
    assert age.decrypt_bytes(age.encrypt_bytes(b"x", [plain.public]), locked) == b"x"


def test_its_public_half_is_shown_and_nobody_is_asked(folder: Path) -> None:
    assert age.read_identity(folder / "age.txt").public.startswith("age1")


@pytest.mark.parametrize("words", [None, "", "another"])
def test_it_does_not_open_otherwise(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str | None
) -> None:
    if words is not None:
        monkeypatch.setenv(PASSPHRASE, words)
    (tmp_path / "age.txt").write_bytes((folder / "age.txt").read_bytes())
    locked = age.read_identity(tmp_path / "age.txt")
    data = age.encrypt_bytes(b"x", [age.read_identity(folder / "open.txt").public])
    with pytest.raises(PassphraseError) as caught:
        age.decrypt_bytes(data, locked)
    assert str(tmp_path / "age.txt") in str(caught.value)


def test_a_file_that_would_take_all_memory_is_not_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PASSPHRASE, WORDS)
    stanza = b"-> scrypt " + b"A" * 22 + b" 23\n" + b"A" * 43 + b"\n"
    header = b"age-encryption.org/v1\n" + stanza + b"--- " + b"A" * 43 + b"\n"
    (tmp_path / "age.txt").write_bytes(header + bytes(64))
    with pytest.raises(FileError, match="more work"):
        age.read_identity(tmp_path / "age.txt").opens(b"")


def test_no_program_that_git_starts_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hook of the server runs as who pushes, where the server is a folder."""
    monkeypatch.setenv(PASSPHRASE, WORDS)
    monkeypatch.setenv("SOPGIT_OTHER", "x")
    known = environment()
    assert (PASSPHRASE in known, "SOPGIT_OTHER" in known) == (False, True)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_no_crash_writes_a_key_to_the_disk(folder: Path) -> None:
    child = os.fork()
    if not child:
        _, hard = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
        age.read_identity(folder / "open.txt")
        os._exit(resource.getrlimit(resource.RLIMIT_CORE)[0] != 0)
    assert os.waitpid(child, 0)[1] == 0


def test_an_empty_passphrase_locks_nothing() -> None:
    with pytest.raises(PassphraseError):
        age.lock_identity(b"x", "")


@pytest.mark.needs_program("age")
def test_stock_age_opens_it(folder: Path) -> None:
    """On a terminal, since age asks nowhere else."""
    process, terminal = pty.fork()
    if process == 0:
        os.execvp("age", ["age", "-d", str(folder / "age.txt")])  # noqa: S606
    said = b""
    while b"passphrase" not in said:
        said += os.read(terminal, 1024)
    time.sleep(0.1)
    os.write(terminal, WORDS.encode() + b"\n")
    try:
        while block := os.read(terminal, 1024):
            said += block
    except OSError:  # the other end is closed
        pass
    os.waitpid(process, 0)
    assert (folder / "open.txt").read_bytes().replace(b"\n", b"\r\n") in said
