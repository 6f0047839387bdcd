"""SSH keys in files and agents: signing, reading public keys, making new ones.

Signing is left to OpenSSH, so that agents, passphrases and security keys work as everywhere
else; what comes back is verified here before anybody may store it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from sopgit.adapters import ssh_keygen
from sopgit.adapters.ssh_keygen import SshError
from sopgit.core.errors import UsageError
from sopgit.core.sshsig import (
    BadKey,
    BadSignature,
    PublicKey,
    dearmour,
    parse_public_key,
    verify_signature,
)
from sopgit.core.text import T

__all__ = [
    "KeyExists",
    "KeyNotFound",
    "KeyRefused",
    "SigningFailed",
    "SshError",
    "new_key",
    "read_public_key",
    "sign",
]

_FILE_LIMIT = 64 * 1024  # bytes; the private half of a long RSA key has 13 KiB


class KeyNotFound(SshError):
    """There is no key file at the path."""


class KeyRefused(SshError):
    """There is a file, but no acceptable key can be read from it."""


class KeyExists(SshError):
    """A key would have been overwritten."""


class SigningFailed(SshError):
    """No signature was made, or not one of the key that was named."""


def sign(key_path: Path, namespace: str, message: bytes) -> bytes:
    """The raw signature (64 bytes, of a security key 69) over `message` in `namespace`.

    `key_path` names a private key, or a public key whose private half is with the agent or in
    a security key. Raises `KeyNotFound`, `KeyRefused`, `SigningFailed`.
    """
    named = _stored_public_key(key_path)
    arguments = ("-Y", "sign", "-f", str(key_path), "-n", namespace)
    done = ssh_keygen.run(arguments, message, touches=named is not None and named.is_hardware)
    if done.returncode != 0:
        reason = ssh_keygen.reason(done)
        raise SigningFailed(
            T("no signature was made with {path}: {reason}", path=key_path, reason=reason),
            ssh_keygen.hint(done),
        )
    return _verified(done.stdout, named, key_path, namespace, message)


def read_public_key(path: Path) -> PublicKey:
    """The public key of `path`, which is a public key, or a private one.

    For a private key the `.pub` beside it is read; where there is none, `ssh-keygen` derives
    it and may ask for the passphrase. Raises `KeyNotFound`, `KeyRefused`.
    """
    stored = _stored_public_key(path)
    if stored is not None:
        return stored
    done = ssh_keygen.run(("-y", "-f", str(path)))
    if done.returncode != 0:
        reason = ssh_keygen.reason(done)
        raise KeyRefused(
            T("no key can be read from {path}: {reason}", path=path, reason=reason),
            ssh_keygen.hint(done),
        )
    return _parse(done.stdout.decode("utf-8", "replace"), path)


def new_key(path: Path, comment: str, passphrase: str | None = None) -> PublicKey:
    """Make an Ed25519 key at `path`, its public half at `path` + `.pub`; never overwrite.

    `passphrase` protects it, "" leaves it open; None lets ssh-keygen ask on the terminal, and
    is a `UsageError` without one. Raises `KeyExists`, `SshError`.
    """
    _check_free(path)
    if not comment.isprintable() or not (passphrase or "").isprintable():
        raise UsageError(
            T("a key's comment and passphrase are one line without control characters")
        )
    arguments = ["-q", "-t", "ed25519", "-f", str(path), "-C", comment]
    if passphrase:
        done = ssh_keygen.run_with_passphrase(arguments, passphrase)
    elif passphrase is not None:
        done = ssh_keygen.run([*arguments, "-N", ""])
    elif sys.stdin.isatty():
        done = ssh_keygen.run_on_terminal(arguments)
    else:
        # ssh-keygen would take the silence of a pipe for an empty passphrase.
        raise UsageError(
            T("there is no terminal to ask for a passphrase on"),
            T("make the key on a terminal, or say that it shall have no passphrase"),
        )
    if done.returncode != 0:
        reason = ssh_keygen.reason(done)
        raise SshError(T("no key was made at {path}: {reason}", path=path, reason=reason))
    if passphrase:
        _require_locked(path)
    return read_public_key(_public_path(path))


def _check_free(path: Path) -> None:
    """See that both files can be made: nothing in their place, and a folder to hold them."""
    for taken in (path, _public_path(path)):
        if os.path.lexists(taken):
            raise KeyExists(T("{path} exists already", path=taken), T("name another file"))
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        message = T("{path} cannot be made: {reason}", path=path.parent, reason=reason)
        raise SshError(message) from error


def _require_locked(path: Path) -> None:
    if ssh_keygen.run(("-y", "-P", "", "-f", str(path))).returncode != 0:
        return
    path.unlink()
    _public_path(path).unlink()
    raise SshError(
        T("ssh-keygen did not take the passphrase for {path}; no key was made", path=path),
        T("let it ask for the passphrase on a terminal"),
    )


def _stored_public_key(path: Path) -> PublicKey | None:
    """The public key in or beside `path`; None for a private key that stands alone."""
    beside = _public_path(path)
    if path.suffix != ".pub" and beside.is_file():
        return _parse(_read_text(beside), beside)
    if not path.is_file():
        hint = T("make a key with: {command}", command="ssh-keygen -t ed25519")
        raise KeyNotFound(T("there is no key at {path}", path=path), hint)
    text = _read_text(path)
    if text.lstrip().startswith("-----BEGIN") and path.suffix != ".pub":
        return None
    return _parse(text, path)


def _public_path(path: Path) -> Path:
    return path.with_name(path.name + ".pub")


def _read_text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_FILE_LIMIT + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        raise KeyRefused(T("{path} cannot be read: {reason}", path=path, reason=reason)) from error
    if len(data) > _FILE_LIMIT:
        raise KeyRefused(T("{path} is too large for a key", path=path))
    return data.decode("utf-8", "replace")


def _parse(text: str, path: Path) -> PublicKey:
    try:
        return parse_public_key(text.strip())
    except BadKey as bad:
        raise _refused(bad, path) from bad


def _refused(bad: BadKey, path: Path) -> KeyRefused:
    return KeyRefused(
        T("the key of {path} is refused: {reason}", path=path, reason=bad.message), bad.hint
    )


def _verified(
    output: bytes, named: PublicKey | None, path: Path, namespace: str, message: bytes
) -> bytes:
    """The raw signature in `output`, verified under the key that was named.

    A private key that stands alone names none: then only ssh-keygen knows whose key it is.
    """
    try:
        key, _, raw = dearmour(output.decode("ascii", "replace").replace("\r\n", "\n"))
        verify_signature(key if named is None else named, namespace, message, raw)
    except BadKey as bad:
        raise _refused(bad, path) from bad
    except BadSignature as bad:
        text = T("the signature of {path} is no good: {reason}", path=path, reason=bad.message)
        raise SigningFailed(text) from bad
    return raw
