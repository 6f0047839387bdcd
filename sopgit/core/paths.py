"""Every path of an office's repository has a class, told before any content is read.

The first row that fits decides; what fits none is refused. Names are compared
as they stand: `sopgit.core.gitobjects` has already refused odd ones.

Rules enforced here: `path-unknown`, `free-file`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum

from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.text import T

PATH_UNKNOWN = Rule(
    "path-unknown",
    "every path belongs to a known class",
    why="what no rule explains could carry anything into the ledger",
)
FREE_FILE = Rule(
    "free-file",
    "a free file has a plain extension and stays small",
    why="free files are not signed, so they must not carry data or code",
)

POLICY = ".sopgit/policy.yaml"
CALENDAR = ".sopgit/calendar.yaml"
AGENCIES = ".sopgit/agencies.yaml"

FREE_SUFFIXES = (".md", ".txt", ".png", ".jpg", ".pdf")
FREE_LIMIT = 2 * 1024 * 1024
ATTACHMENT_LIMIT = 10 * 1024 * 1024


class PathClass(Enum):
    """What a path is, and so what may explain a change of it."""

    POLICY = "policy"
    PROTECTED = "protected"
    SETTINGS = "settings"
    CASE = "case"
    DATASET = "dataset"
    RECORD = "record"
    FREE = "free"


_CASE_FOLDER = r"cases/[0-9]{4}/[0-9]{2}/[a-z2-7]{10}-[a-z0-9-]{1,60}"
_NAME = r"[a-z0-9][a-z0-9-]{0,39}"
_CASE = re.compile(rf"({_CASE_FOLDER})/([A-Za-z0-9][A-Za-z0-9._-]{{0,99}})")
_DATASET = re.compile(
    rf"(datasets/{_NAME}/{_NAME})/"
    r"(dataset\.yaml|manifest\.age|[A-Za-z0-9][A-Za-z0-9._-]{0,95}\.dvc|headers/(?:data|manifest)-[1-9][0-9]{0,5}\.hdr)"
)
_RECORD = re.compile(r"records/[0-9]{4}/[a-z2-7]{10}\.yaml")
_PROTECTED = re.compile(
    r"\.sopgit/(procedures|templates)/[^/]+|\.github/.+|\.gitlab-ci\.yml|\.dvc/config"
    r"|\.gitattributes|\.gitignore|CODEOWNERS|\.pre-commit-config\.yaml"
)
ATTACHMENT_SUFFIXES = (
    ".pdf",
    ".png",
    ".jpg",
    ".txt",
    ".json",
    ".csv",
    ".xlsx",
    ".docx",
    ".eml",
    ".age",
)


def path_class(path: str, free: Iterable[str]) -> PathClass | None:
    """The class of `path`; `free` is the policy's list of files and `DIR/` prefixes."""
    if path == POLICY:
        return PathClass.POLICY
    if path in (CALENDAR, AGENCIES):
        return PathClass.SETTINGS
    if _PROTECTED.fullmatch(path):
        return PathClass.PROTECTED
    if _CASE.fullmatch(path):
        return PathClass.CASE
    if _DATASET.fullmatch(path):
        return PathClass.DATASET
    if _RECORD.fullmatch(path):
        return PathClass.RECORD
    governed = path.startswith((".", "cases/", "datasets/", "records/"))
    if not governed and any(path == entry or _is_below(path, entry) for entry in free):
        return PathClass.FREE
    return None


def _is_below(path: str, entry: str) -> bool:
    return entry.endswith("/") and path.startswith(entry)


def check_path(path: str, free: Iterable[str]) -> list[Finding]:
    """One finding when `path` belongs to no class."""
    if path_class(path, free) is not None:
        return []
    hint = T("only a path that the policy lists as free may hold files of your own")
    return [PATH_UNKNOWN.broken(Place(path), T("{path} belongs to no class", path=path), hint)]


def check_free_file(path: str, data: bytes) -> list[Finding]:
    """A free file has one of `FREE_SUFFIXES` and at most `FREE_LIMIT` bytes."""
    if path.endswith(FREE_SUFFIXES) and len(data) <= FREE_LIMIT:
        return []
    allowed = ", ".join(FREE_SUFFIXES)
    hint = T("free files end in {allowed} and hold at most 2 MiB", allowed=allowed)
    return [FREE_FILE.broken(Place(path), T("{path} may not be a free file", path=path), hint)]


def folder_of(path: str) -> str:
    """The case's or dataset's folder that `path` lies in, or an empty string."""
    match = _CASE.fullmatch(path) or _DATASET.fullmatch(path)
    return match.group(1) if match else ""


def is_header(path: str) -> bool:
    """Whether `path` is a header that takes the place of the one that a stored file begins with."""
    return bool(_DATASET.fullmatch(path)) and path.endswith(".hdr")


def header_path(folder: str, kind: str, version: int) -> str:
    """Where the newest header of a version's data or manifest (`kind`) stands, once it has one."""
    return f"{folder}/headers/{kind}-{version}.hdr"


def header_version(path: str) -> int:
    """The version whose data or manifest the header at `path` opens."""
    return int(path.rpartition("-")[2].removesuffix(".hdr"))


def is_case_file(path: str) -> bool:
    """Whether `path` is a case's list of events."""
    match = _CASE.fullmatch(path)
    return bool(match) and path.endswith("/case.yaml")


def is_attachment_name(name: str, restricted: bool) -> bool:
    """Whether a case may carry a file called `name`; in a restricted case only age files."""
    return name.endswith(".age") if restricted else name.endswith(ATTACHMENT_SUFFIXES)
