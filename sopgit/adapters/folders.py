"""A folder as one archive, and an archive as a folder again.

The same folder gives the same bytes on every machine: an uncompressed tar file
(POSIX.1-2001) of its files in the order of their names, without owners, times
or permissions; of its folders only those that are empty. What an archive cannot
carry faithfully is refused by name: links, devices, pipes, names that are no text.

An archive is unpacked by us, member by member, into a new folder: nothing in it
can name a place outside, be a link, or unpack to more than it holds.
"""

from __future__ import annotations

import os
import stat
import tarfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol, cast

from sopgit.adapters.files import FileError, file_errors, steady_file
from sopgit.adapters.outputs import new_part, scratch_file
from sopgit.adapters.streams import BLOCK, Writer, copy
from sopgit.core.errors import UsageError
from sopgit.core.text import T, Text

SUFFIX = ".tar"
_RECORD = 512
_CONTROL = {chr(number) for number in (*range(32), 127)}


class Watcher(Protocol):
    """Sees every file of a folder pass by while it is archived."""

    def begin(self, name: str, /) -> None:
        """The file `name` comes next."""

    def member(self, block: bytes, /) -> None:
        """The next block of it."""


@dataclass(frozen=True)
class Member:
    """One file or empty folder; `mark` changes when somebody touches it."""

    name: str
    path: Path
    is_folder: bool
    size: int
    mark: tuple[int, ...]


@contextmanager
def steady_folder(folder: Path, watcher: Watcher) -> Iterator[BinaryIO]:
    """The archive of `folder` for one reading; FileError when the folder changed meanwhile.

    UsageError for what no archive of ours holds.
    """
    with file_errors(folder):
        members = list_members(folder)
    yield cast(BinaryIO, _Archive(members, watcher))
    with file_errors(folder):
        if list_members(folder) != members:
            raise _changed(folder)


def _changed(path: Path) -> FileError:
    hint = T("wait until nobody writes in it, then try again")
    return FileError(T("{path} changed while it was read", path=path), hint)


def list_members(folder: Path) -> list[Member]:
    """All that is in `folder`, by name. UsageError: nothing is, or something that may not be."""
    members: dict[str, Member] = {}
    for member in _walk(folder, ""):
        if member.name in members:
            raise _unfit(member.path, T("its name is that of another file, spelt otherwise"))
        members[member.name] = member
    if all(member.is_folder for member in members.values()):
        raise UsageError(T("there is no file in {path}", path=str(folder)), T("name another"))
    return [members[name] for name in sorted(members, key=str.encode)]


def size_of(path: Path) -> int:
    """How many bytes the files at or below `path` hold."""
    if not path.is_dir():
        return path.stat().st_size
    return sum(each.stat().st_size for each in path.rglob("*") if each.is_file())


def _walk(folder: Path, before: str) -> Iterator[Member]:
    with os.scandir(folder) as entries:
        found = list(entries)
    if before and not found:
        yield Member(before, folder, True, 0, ())
    for entry in found:
        path, status = Path(entry.path), entry.stat(follow_symlinks=False)
        name = before + _fit_name(path)
        if stat.S_ISDIR(status.st_mode):
            yield from _walk(path, f"{name}/")
        elif not stat.S_ISREG(status.st_mode):
            raise _unfit(path, T("it is a link, a device or a pipe"))
        elif status.st_nlink > 1:
            raise _unfit(path, T("it has several names (hard links)"))
        else:
            yield Member(name, path, False, status.st_size, _mark(status))


def _mark(status: os.stat_result) -> tuple[int, ...]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _fit_name(path: Path) -> str:
    try:
        path.name.encode("utf-8")
    except UnicodeEncodeError:
        raise _unfit(path, T("its name is no text in UTF-8")) from None
    if "\\" in path.name or _CONTROL & set(path.name):
        raise _unfit(path, T("its name has characters that other systems cannot store"))
    return unicodedata.normalize("NFC", path.name)


def _unfit(path: Path, why: Text) -> UsageError:
    message = T("{path} cannot be taken in: {why}", path=str(path), why=why)
    return UsageError(message, T("take it out of the folder, or put a plain copy in its place"))


class _Archive:
    """Reads like a file: the archive of `members`, made while it is read."""

    def __init__(self, members: list[Member], watcher: Watcher) -> None:
        self._pieces = _pieces(members, watcher)
        self._held = b""

    def read(self, size: int = -1, /) -> bytes:
        """At least one byte and at most `size`; nothing at the end."""
        wanted = BLOCK if size < 0 else size
        parts, length = [self._held], len(self._held)
        while length < wanted:
            piece = next(self._pieces, None)
            if piece is None:
                break
            parts.append(piece)
            length += len(piece)
        whole = b"".join(parts)
        self._held = whole[wanted:]
        return whole[:wanted]


def _pieces(members: list[Member], watcher: Watcher) -> Iterator[bytes]:
    for member in members:
        yield _head(member)
        if not member.is_folder:
            yield from _content(member, watcher)
    yield bytes(2 * _RECORD)


def _head(member: Member) -> bytes:
    info = tarfile.TarInfo(member.name)
    info.type = tarfile.DIRTYPE if member.is_folder else tarfile.REGTYPE
    info.mode = 0o755 if member.is_folder else 0o644
    info.size = member.size
    return info.tobuf(tarfile.PAX_FORMAT, "utf-8", "strict")


def _content(member: Member, watcher: Watcher) -> Iterator[bytes]:
    watcher.begin(member.name)
    left = member.size
    with steady_file(member.path) as file:
        if _mark(os.fstat(file.fileno())) != member.mark:  # another took its name
            raise _changed(member.path)
        while block := file.read(BLOCK):
            left -= len(block)
            watcher.member(block)
            yield block
    if left:
        raise _changed(member.path)
    yield bytes(-member.size % _RECORD)


@contextmanager
def new_folder(target: Path, *, private: bool) -> Iterator[BinaryIO]:
    """A file to write an archive to; at the end what is in it is the new folder `target`.

    The file has no name, so that no second copy is left. UsageError when it is
    no archive of a folder, or something is at `target`.
    """
    with file_errors(target), scratch_file(target) as file:
        yield file
        file.seek(0)
        with new_part(target, 0o700 if private else 0o755) as part:
            _unpack(file, part, 0o600 if private else 0o644)


def _unpack(file: BinaryIO, folder: Path, mode: int) -> None:
    try:
        with tarfile.open(fileobj=file, mode="r:") as archive:
            for info in archive:
                target = folder.joinpath(*_safe_parts(info))
                if info.isdir():
                    target.mkdir(parents=True, exist_ok=True)
                    continue
                target.parent.mkdir(parents=True, exist_ok=True)
                source = cast(BinaryIO, archive.extractfile(info))
                with target.open("xb", buffering=0) as output:
                    target.chmod(mode)
                    if copy(source, Writer(output)).size != info.size:
                        raise _no_folder(T("{name} is cut short", name=info.name))
            _verify_end(file, archive.offset)
    except (tarfile.TarError, EOFError) as error:
        raise _no_folder(T("it cannot be read")) from error
    except FileExistsError as error:
        raise _no_folder(T("two of its files have one name")) from error


def _verify_end(file: BinaryIO, offset: int) -> None:
    """Raise UsageError unless only the end's zeros follow: tarfile stops without a word."""
    file.seek(offset)
    block = file.read(BLOCK)
    if len(block) < _RECORD:
        raise _no_folder(T("it has no end"))
    while block:
        if block.strip(b"\0"):
            raise _no_folder(T("it cannot be read to its end"))
        block = file.read(BLOCK)


def _safe_parts(info: tarfile.TarInfo) -> tuple[str, ...]:
    """Where a member belongs below its folder."""
    path = PurePosixPath(info.name)
    is_plain = (info.isreg() or info.isdir()) and not info.issparse()
    is_inside = not path.is_absolute() and ".." not in path.parts and bool(path.parts)
    if not is_plain or not is_inside or {"\\", ":"} & set(info.name) or _CONTROL & set(info.name):
        raise _no_folder(T("{name} would lie outside, or is no plain file", name=info.name))
    return path.parts


def _no_folder(why: Text) -> UsageError:
    message = T("this is no archive of a folder: {why}", why=why)
    return UsageError(message, T("bring it back as it is, without --extract"))
