"""Signers for tests: real Ed25519 keys in this process, so that no program is started.

`Signer.new(b"siti")` is the same key in every run. `HardwareSigner` signs as a security key
does, in software.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sopgit.core.sshkey import ED25519, HARDWARE_ED25519
from sopgit.core.sshsig import PublicKey, signed_data


@dataclass(frozen=True)
class Signer:
    """A person's pen: a private key, its public key, and what it signs."""

    private: Ed25519PrivateKey
    key: PublicKey

    @classmethod
    def new(cls, seed: bytes | None = None) -> Self:
        """The key that `seed`, of any length, stands for; a fresh one without a seed."""
        secret = hashlib.sha256(seed if seed is not None else os.urandom(32)).digest()
        private = Ed25519PrivateKey.from_private_bytes(secret)
        return cls(private, cls._public(private.public_key().public_bytes_raw()))

    @classmethod
    def _public(cls, point: bytes) -> PublicKey:
        return PublicKey(ED25519, point)

    @property
    def public_line(self) -> str:
        """`ssh-ed25519 AAAA...`, as the policy lists it."""
        return self.key.line

    def sign(self, namespace: str, message: bytes) -> bytes:
        """The raw signature over `message` in `namespace`."""
        return self.private.sign(signed_data(namespace, message))

    def write_files(self, path: Path, comment: str = "test") -> Path:
        """Write `path` and its `.pub` as ssh-keygen would, without a passphrase."""
        pem = self.private.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
        path.touch(mode=0o600, exist_ok=False)
        path.write_bytes(pem)
        path.with_name(path.name + ".pub").write_text(f"{self.public_line} {comment}\n")
        return path


@dataclass(frozen=True)
class HardwareSigner(Signer):
    """A security key in software, touched unless `flags` says otherwise."""

    flags: int = 0x01
    counter: int = 7

    @classmethod
    def _public(cls, point: bytes) -> PublicKey:
        return PublicKey(HARDWARE_ED25519, point, "ssh:")

    def sign(self, namespace: str, message: bytes) -> bytes:
        return self.sign_data(signed_data(namespace, message))

    def sign_data(self, data: bytes) -> bytes:
        """Signature, flags and counter over what an SSH client hands to the device."""
        tail = bytes([self.flags]) + self.counter.to_bytes(4, "big")
        application = hashlib.sha256(self.key.application.encode()).digest()
        return self.private.sign(application + tail + hashlib.sha256(data).digest()) + tail

    def write_files(self, path: Path, comment: str = "test") -> Path:
        """Write only the `.pub`: the device keeps the private key."""
        path.with_name(path.name + ".pub").write_text(f"{self.public_line} {comment}\n")
        return path
