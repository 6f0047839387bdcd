"""Who is at the keyboard: the keys of this machine and the person they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sopgit.adapters import age, ssh
from sopgit.adapters.git import Repository
from sopgit.core.errors import SopgitError
from sopgit.core.policy import Policy
from sopgit.core.sshsig import PublicKey
from sopgit.core.text import T

SIGNING_KEY = "sopgit.signingkey"
AGE_IDENTITY = "sopgit.ageidentity"


class NoKey(SopgitError):
    """No signing key is set up, or it is nobody's in the policy."""


@dataclass(frozen=True)
class Me:
    """The person, their signing key and, where set up, their age identity file."""

    person: str
    key: PublicKey
    key_path: Path
    identity_path: Path | None

    def sign(self, namespace: str, message: bytes) -> bytes:
        return ssh.sign(self.key_path, namespace, message)

    def read_identity(self) -> age.Identity | None:
        """The age identity of this person, or None where none is set up."""
        return age.read_identity(self.identity_path) if self.identity_path else None


def default_folder(home: Path) -> Path:
    """Where `sopgit key new` puts keys."""
    return home / ".config" / "sopgit"


def key_path(repo: Repository | None, home: Path) -> Path:
    """The signing key of this clone, else that of this user; raises `NoKey`."""
    configured = repo.config_get(SIGNING_KEY) if repo else None
    path = Path(configured) if configured else default_folder(home) / "id_ed25519"
    if not path.exists():
        raise NoKey(
            T("there is no signing key at {path}", path=str(path)),
            T("make one with: sopgit key new"),
        )
    return path


def identity_path(repo: Repository | None, home: Path) -> Path | None:
    configured = repo.config_get(AGE_IDENTITY) if repo else None
    path = Path(configured) if configured else default_folder(home) / "age.txt"
    return path if path.exists() else None


def who_am_i(repo: Repository, policy: Policy, home: Path) -> Me:
    """The person whose key this clone signs with; raises `NoKey` if the policy knows nobody."""
    path = key_path(repo, home)
    key = ssh.read_public_key(path)
    person = policy.person_of(key)
    if person is None:
        raise NoKey(
            T("the key {fingerprint} is nobody's in the policy", fingerprint=key.fingerprint),
            T("have a root add it: sopgit key show prints what to send"),
        )
    return Me(person, key, path, identity_path(repo, home))
