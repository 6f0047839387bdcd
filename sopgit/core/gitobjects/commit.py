"""The headers of a commit, by one grammar.

A commit is, in this order: one `tree`, any number of distinct `parent`, one
`author`, one `committer`, then in any order at most one `encoding`, at most
one signature (`gpgsig` or `gpgsig-sha256`, never both) and, on a merge only,
`mergetag`; an empty line; the message. No other header and no NUL byte.

Enforced here: `git-commit-nul`, `git-commit-headers`, `git-commit-value`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from sopgit.core.errors import SopgitError
from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.text import T

COMMIT_NUL = Rule(
    "git-commit-nul",
    "a commit holds no NUL byte",
    why="readers stop at a NUL, so one shows the part that another leaves out",
)
COMMIT_HEADERS = Rule(
    "git-commit-headers",
    "a commit has the known headers, each as often and where Git writes it",
    why="with a header twice or out of place two readers see two different commits",
)
COMMIT_VALUE = Rule(
    "git-commit-value",
    "each header of a commit has the form that Git writes",
    why="what is misspelt is read by guessing, and readers guess differently",
)

# The sequence of header names, joined by blanks, that a commit may have.
_SEQUENCE = re.compile(r"tree(?P<parents>(?: parent)*) author committer(?P<extra>(?: [^ ]+)*)")
_EXTRA = frozenset({"encoding", "gpgsig", "gpgsig-sha256", "mergetag"})
_OID = re.compile(rb"[0-9a-f]{40}")
_IDENT = re.compile(
    rb"(?P<name>[^<>\n\0]*) <(?P<email>[^<>\n\0]*)> (?P<at>[0-9]{1,12}) (?P<zone>[+-][0-9]{4})"
)
# What most commits are: at most one parent and no header beyond the four.
_USUAL = re.compile(
    rb"tree (%(oid)s)\n(?:parent (%(oid)s)\n)?author %(ident)s\ncommitter %(ident)s\n\n"
    % {b"oid": _OID.pattern, b"ident": re.sub(rb"\?P<[a-z]+>", b"", _IDENT.pattern)}
)
_ENCODING = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._-]{0,30}")


class Ident(NamedTuple):
    """Who a commit says made it: a claim without authority. `at` is in Unix seconds."""

    name: str
    email: str
    at: int
    zone: str


@dataclass(frozen=True)
class CommitObject:
    """What a well-formed commit says. Bytes that are not UTF-8 are shown escaped."""

    tree: str
    parents: tuple[str, ...]
    author: Ident
    committer: Ident
    message: str


class MalformedCommitError(SopgitError):
    """A commit that the grammar refuses was to be read; `finding` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message, finding.hint)
        self.finding = finding


def parse_commit(raw: bytes) -> CommitObject:
    """The commit in `raw`; `MalformedCommitError` when `check_commit` would find something."""
    found = _read(raw, Place())
    if isinstance(found, Finding):
        raise MalformedCommitError(found)
    return found


def check_commit(raw: bytes, commit_id: str) -> list[Finding]:
    """What is wrong with the raw commit `commit_id`: nothing, or the first thing."""
    found = _read(raw, Place(commit=commit_id))
    return [found] if isinstance(found, Finding) else []


def emit_commit(commit: CommitObject) -> bytes:
    """The raw bytes of `commit`: what `parse_commit` reads back."""
    lines = [f"tree {commit.tree}"]
    lines += [f"parent {parent}" for parent in commit.parents]
    for role, ident in (("author", commit.author), ("committer", commit.committer)):
        lines.append(f"{role} {ident.name} <{ident.email}> {ident.at} {ident.zone}")
    return ("\n".join(lines) + "\n\n" + commit.message).encode()


def _read(raw: bytes, place: Place) -> CommitObject | Finding:
    if b"\0" in raw:
        return COMMIT_NUL.broken(place, T("the commit holds a NUL byte"))
    usual = _USUAL.match(raw)
    if usual:
        tree, parent, *idents = usual.groups()
        parents = (parent.decode(),) if parent else ()
        author, committer = _ident(*idents[:4]), _ident(*idents[4:])
        return CommitObject(tree.decode(), parents, author, committer, _shown(raw[usual.end() :]))
    head, end, message = raw.partition(b"\n\n")
    if not end:
        return COMMIT_HEADERS.broken(place, T("no empty line ends the commit's headers"))
    headers = _split(head)
    wrong = _check_sequence([name for name, _ in headers], place)
    wrong = wrong or _check_values(headers, place)
    if wrong:
        return wrong
    first, *others = (value.decode() for name, value in headers if name in ("tree", "parent"))
    author, committer = (_parse_ident(value) for name, value in headers if name in _IDENTS)
    return CommitObject(first, tuple(others), author, committer, _shown(message))


_IDENTS = ("author", "committer")


def _split(head: bytes) -> list[tuple[str, bytes]]:
    """The headers as (name, value); a line that begins with a blank goes on the one before."""
    headers: list[tuple[str, bytes]] = []
    for line in head.split(b"\n"):
        if line.startswith(b" ") and headers:
            name, value = headers[-1]
            headers[-1] = (name, value + b"\n" + line[1:])
        else:
            label, _, value = line.partition(b" ")
            headers.append((_shown(label), value))
    return headers


def _check_sequence(names: list[str], place: Place) -> Finding | None:
    shape = _SEQUENCE.fullmatch(" ".join(names))
    if shape is None:
        return COMMIT_HEADERS.broken(
            place,
            T("the commit's headers are {names}", names=", ".join(names)),
            T("a commit has one tree, its parents, one author and one committer, in this order"),
        )
    extra = shape["extra"].split()
    for name in extra:
        if name not in _EXTRA:
            return COMMIT_HEADERS.broken(place, T("the commit has the header {name}", name=name))
    if extra.count("encoding") > 1:
        return COMMIT_HEADERS.broken(place, T("the commit has two encodings"))
    if extra.count("gpgsig") + extra.count("gpgsig-sha256") > 1:
        return COMMIT_HEADERS.broken(place, T("the commit has two signatures"))
    if "mergetag" in extra and len(shape["parents"].split()) < 2:
        return COMMIT_HEADERS.broken(place, T("the commit is no merge and has a mergetag"))
    return None


def _check_values(headers: list[tuple[str, bytes]], place: Place) -> Finding | None:
    seen: set[bytes] = set()
    for name, value in headers:
        form = _FORMS.get(name)
        if form and not form.fullmatch(value):
            message = T("the commit's {name} is {value}", name=name, value=_shown(value))
            return COMMIT_VALUE.broken(place, message)
        if name == "parent" and value in seen:
            message = T("the commit has the parent {parent} twice", parent=_shown(value))
            return COMMIT_HEADERS.broken(place, message)
        if name == "parent":
            seen.add(value)
    return None


_FORMS = {
    "tree": _OID,
    "parent": _OID,
    "author": _IDENT,
    "committer": _IDENT,
    "encoding": _ENCODING,
}


def _parse_ident(value: bytes) -> Ident:
    match = _IDENT.fullmatch(value)
    if match is None:  # _check_values came before
        raise ValueError(f"not an identity: {value!r}")
    return _ident(*match.groups())


def _ident(name: bytes, email: bytes, at: bytes, zone: bytes) -> Ident:
    return Ident(_shown(name), _shown(email), int(at), _shown(zone))


def _shown(value: bytes) -> str:
    return value.decode("utf-8", "backslashreplace")
