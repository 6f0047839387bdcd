"""age encryption as checked streams.

pyrage alone can report success on a file cut short by a full disk, destroy an
existing output before it has tried the key, and rename a Ctrl-C (measured).
So it only ever sees our own streams, and nothing is a success before:

1. neither stream met an error;
2. the header parses strictly and has one stanza for each recipient;
3. the ciphertext has the length that its header and the plaintext give;
4. the bytes are on the disk;
5. with an identity at hand, a trial decryption by another reader than pyrage gives the same
   plaintext.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sopgit.adapters.age.errors import AgeError, DamagedError, WrongKeyError
from sopgit.adapters.age.headed import under_header
from sopgit.adapters.age.identity_file import lock_identity, new_passphrase, read_identity
from sopgit.adapters.age.keys import Identity, encrypt_stream, new_identity
from sopgit.adapters.files import file_errors, fsync_directory, settle, temporary_file
from sopgit.adapters.streams import Digest, OnBlock, OnProgress, Reader, Writer, observer
from sopgit.core.agefile import HEADER_LIMIT, check_age_head, ciphertext_size, parse_header
from sopgit.core.objects import StoredObject
from sopgit.core.text import T

__all__ = [
    "AgeError",
    "DamagedError",
    "Identity",
    "Plain",
    "Stored",
    "WrongKeyError",
    "decrypt",
    "decrypt_bytes",
    "decrypt_into",
    "encrypt",
    "encrypt_bytes",
    "lock_identity",
    "new_identity",
    "new_passphrase",
    "read_identity",
    "under_header",
]


# A file so large is sent to the disk while it is proved, whoever waits for it.
_LARGE = 16 * 1024 * 1024


@dataclass(frozen=True)
class Stored:
    """What was written (digests, size) and what it was written from."""

    md5: str
    sha256: str
    size: int
    plain_sha256: str
    plain_size: int

    @property
    def object(self) -> StoredObject:
        """The ciphertext as an event names it."""
        return StoredObject(self.md5, self.sha256, self.size)


@dataclass(frozen=True)
class Plain:
    """SHA-256 and size of a plaintext."""

    sha256: str
    size: int


def encrypt(
    source: BinaryIO,
    target: Path,
    recipients: Sequence[str],
    *,
    identity: Identity | None = None,
    on_block: OnBlock | None = None,
    on_progress: OnProgress | None = None,
    settled: bool = True,
) -> Stored:
    """Encrypt all of `source` into the file `target` (mode 0600), in one pass over it.

    `target` appears, replacing what was there, only after checks 1 to 5 above.
    Without `identity` check 5 is left out: then a wrong byte inside the
    payload is found by the first reader only. `on_block` gets each plaintext
    block, `on_progress` the count of bytes read so far. Unless it is to be
    `settled` here, check 4 is the caller's, who settles many files at once.
    Raises DiskFullError, FileError, AgeError, or what the streams met.
    """
    read = Digest()
    reader = Reader(source, observer(on_block, on_progress), read)
    with file_errors(target), temporary_file(target.parent, "age") as (temporary, file):
        writer = Writer(file, md5=True)
        encrypt_stream(reader, writer, recipients)
        plain = Plain(read.sha256, read.size)
        _verify_outside(file, writer.digest.size, plain.size, len(set(recipients)))
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - hooks never get here

        with ThreadPoolExecutor(1) as beside:
            is_worth_it = settled or plain.size > _LARGE
            settling = beside.submit(settle, file) if is_worth_it else None
            if identity is not None:
                _verify_inside(file, plain, identity)
            if settling is not None:
                settling.result()
        file.close()
        temporary.replace(target)
        if settled:
            fsync_directory(target.parent)
    written = writer.digest
    return Stored(written.md5, written.sha256, written.size, plain.sha256, plain.size)


def _verify_outside(file: BinaryIO, size: int, plain_size: int, recipients: int) -> None:
    """Checks 2 and 3, on what a reader would find in the file."""
    file.seek(0, io.SEEK_END)
    if file.tell() != size:
        raise AgeError(T("the encrypted file is not as long as what was written"))
    file.seek(0)
    _verify_form(file.read(HEADER_LIMIT), size, plain_size, recipients)


def _verify_form(head: bytes, size: int, plain_size: int, recipients: int) -> None:
    for finding in check_age_head(head, size, "age"):
        raise AgeError(finding.message)
    header = parse_header(head)
    if header.recipients != recipients or size != ciphertext_size(header.length, plain_size):
        raise AgeError(T("the encrypted file does not have the form it should have"))


def _verify_inside(file: BinaryIO, plain: Plain, identity: Identity) -> None:
    """Check 5. An identity that is no reader raises WrongKeyError."""
    file.seek(0)
    writer = Writer(None)
    identity.open(Reader(file), writer)
    if (writer.digest.sha256, writer.digest.size) != (plain.sha256, plain.size):
        raise AgeError(T("the encrypted file does not decrypt to what was read"))


def decrypt(
    source: BinaryIO,
    target: Path,
    identity: Identity,
    expected_plain_sha256: str | None,
    *,
    on_progress: OnProgress | None = None,
) -> Plain:
    """Decrypt all of `source` into the file `target` (mode 0600).

    `target` appears, replacing what was there, only when every chunk has been
    authenticated and the digest is the expected one (None: not compared).
    Raises WrongKeyError, DamagedError, DiskFullError, FileError, or what the streams met.
    """
    with file_errors(target), temporary_file(target.parent, "plain") as (temporary, file):
        plain = decrypt_into(source, file, identity, expected_plain_sha256, on_progress)
        settle(file)
        file.close()
        temporary.replace(target)
        fsync_directory(target.parent)
    return plain


def decrypt_into(
    source: BinaryIO,
    target: BinaryIO | None,
    identity: Identity,
    expected_plain_sha256: str | None,
    on_progress: OnProgress | None = None,
) -> Plain:
    """The same into an open file (None: nowhere), which the caller keeps only on success."""
    reader, writer = Reader(source, observer(None, on_progress)), Writer(target)
    identity.open(reader, writer)
    plain = Plain(writer.digest.sha256, writer.digest.size)
    if expected_plain_sha256 not in (None, plain.sha256):
        raise DamagedError(T("the decrypted content is not what was stored"))
    return plain


def encrypt_bytes(data: bytes, recipients: Sequence[str]) -> bytes:
    """A small text as a whole age file, in memory; checks 1 to 3."""
    target = io.BytesIO()
    encrypt_stream(Reader(io.BytesIO(data)), Writer(target), recipients)
    encrypted = target.getvalue()
    _verify_form(encrypted[:HEADER_LIMIT], len(encrypted), len(data), len(set(recipients)))
    return encrypted


def decrypt_bytes(data: bytes, identity: Identity) -> bytes:
    """The plaintext of a small age file. Raises WrongKeyError or DamagedError."""
    target = io.BytesIO()
    identity.decrypt(Reader(io.BytesIO(data)), Writer(target))
    return target.getvalue()
