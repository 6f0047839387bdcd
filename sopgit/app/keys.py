"""A person's keys: making them, and what is sent to those who keep the policy."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sopgit.adapters import age, ssh
from sopgit.adapters.files import file_errors, write_atomic
from sopgit.adapters.git import NoRepositoryError, Repository
from sopgit.app.identity import AGE_IDENTITY, SIGNING_KEY, identity_path, key_path
from sopgit.core.errors import UsageError
from sopgit.core.sshsig import PublicKey
from sopgit.core.text import T


@dataclass(frozen=True)
class Keys:
    """The public halves, and where the secret ones lie."""

    signing: PublicKey
    signing_path: Path
    recipient: str | None
    identity_path: Path | None


def new_keys(folder: Path, comment: str, passphrase: str | None, *, with_age: bool) -> Keys:
    """Make a signing key and an age identity in `folder`; never overwrites.

    `passphrase`: "" for none, None lets each be asked for on the terminal. An
    age identity under one is an armoured age file, with its public half beside it.
    """
    signing_path, age_path = folder / "id_ed25519", folder / "age.txt"
    if with_age and age_path.exists():
        raise UsageError(
            T("{path} exists already", path=str(age_path)), T("say --no-age to keep it")
        )
    lock = age.new_passphrase(age_path) if with_age and passphrase is None else passphrase
    signing = ssh.new_key(signing_path, comment, passphrase)
    if not with_age:
        return Keys(signing, signing_path, None, None)
    secret, recipient = age.new_identity()
    text = f"# public key: {recipient}\n{secret}\n".encode("ascii")
    with file_errors(age_path):
        write_atomic(age_path, age.lock_identity(text, lock) if lock else text, 0o600)
        write_atomic(age_path.with_suffix(".pub"), f"{recipient}\n".encode("ascii"), 0o644)
    return Keys(signing, signing_path, recipient, age_path)


def known_keys(folder: Path, home: Path) -> Keys:
    """The keys in use around `folder`: those of a clone, else those of the user."""
    try:
        repo: Repository | None = Repository.open(folder)
    except NoRepositoryError:
        repo = None
    path, identity = key_path(repo, home), identity_path(repo, home)
    recipient = age.read_identity(identity).public if identity else None
    return Keys(ssh.read_public_key(path), path, recipient, identity)


def keys_at(path: Path) -> Keys:
    """The keys of the signing key at `path`: the age identity is an `age.txt` beside it."""
    beside = path.with_name("age.txt")
    identity = beside if beside.is_file() else None
    recipient = age.read_identity(identity).public if identity else None
    return Keys(ssh.read_public_key(path), path, recipient, identity)


def use_keys(repo: Repository, signing: Path | None, identity: Path | None) -> None:
    """Let this clone sign with the key at `signing` and decrypt with that at `identity`."""
    for name, path in ((SIGNING_KEY, signing), (AGE_IDENTITY, identity)):
        if path is not None:
            repo.config_set(name, str(path.absolute()))
