"""A `.dvc` file read as data: which object a version of a dataset is.

A pointer has one spelling, the one stock DVC 3 writes for one file: exactly one
out with `md5`, `size`, `hash: md5` and `path`, and nothing else. Whatever DVC
would read differently, or read more into, is therefore refused.

Rules enforced here: `pointer-form`, `pointer-folder`, `pointer-path`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.text import T, Text

POINTER_FORM = Rule(
    "pointer-form",
    "a pointer is exactly what stock DVC writes for one file",
    why="a second out, a remote or a folder of its own would send DVC elsewhere",
)
POINTER_FOLDER = Rule(
    "pointer-folder",
    "a pointer never names a folder",
    why="stock DVC writes the entries of a hostile folder object outside the repository",
)
POINTER_PATH = Rule(
    "pointer-path",
    "a pointer's path is its own file name without .dvc",
    why="DVC writes the data where the path says",
)

SUFFIX = ".dvc"
RESTRICTED_NAME = "data.age"
LIMIT = 1024

_NAME = re.compile(
    r"(?=.{1,95}\Z)[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*\.[A-Za-z][A-Za-z0-9]{0,9}"
)
_TAKEN_SUFFIXES = (".dvc", ".yaml", ".yml", ".age", ".hdr")
_MD5 = re.compile(r"[0-9a-f]{32}")
# What a YAML 1.2 reader takes for a number stands in quotes, as DVC's writer puts it.
_NUMBER = re.compile(r"[0-9][0-9_]*(\.[0-9_]*)?(e[+-]?[0-9]+)?", re.IGNORECASE)
_FORM = re.compile(
    r"outs:\n- md5: (?P<md5>[^\n]*)\n  size: (?P<size>[^\n]*)\n"
    r"  hash: md5\n  path: (?P<path>[^\n]*)\n"
)
_FOLDER = re.compile(rb"^- md5: '?[0-9a-f]{32}\.dir'?$", re.MULTILINE)
_SIZE = re.compile(r"0|[1-9][0-9]{0,14}")

_HINT = T("write pointers with sopgit data add")


@dataclass(frozen=True)
class Pointer:
    """`md5` (hex) and `size` (bytes) of the stored object, and the file name it stands for."""

    md5: str
    size: int
    path: str

    @property
    def is_restricted(self) -> bool:
        """Whether the object is an age file."""
        return self.path == RESTRICTED_NAME


def is_file_name(name: str) -> bool:
    """Whether `name` may stand for a dataset's file: ASCII, with an extension, none of ours."""
    if name == RESTRICTED_NAME:
        return True
    return bool(_NAME.fullmatch(name)) and not name.lower().endswith(_TAKEN_SUFFIXES)


def pointer_bytes(md5: str, size: int, path: str) -> bytes:
    """The bytes of the pointer, as stock DVC writes them."""
    text = f"outs:\n- md5: {_scalar(md5)}\n  size: {size}\n  hash: md5\n  path: {_scalar(path)}\n"
    return text.encode("ascii")


def parse_pointer(data: bytes) -> Pointer:
    """The pointer that `data` is; ValueError for what `check_pointer` refuses."""
    pointer = _read(data)
    if isinstance(pointer, Text):
        raise ValueError(str(pointer))
    return pointer


def check_pointer(data: bytes, path: str) -> list[Finding]:
    """What is wrong with the pointer `data` that stands at `path` in the tree."""
    place = Place(path)
    if _FOLDER.search(data[:LIMIT]):
        hint = T("a folder is stored as one archive")
        return [POINTER_FOLDER.broken(place, T("the pointer names a folder"), hint)]
    pointer = _read(data)
    if isinstance(pointer, Text):
        return [POINTER_FORM.broken(place, pointer, _HINT)]
    name = path.rpartition("/")[2]
    if name == pointer.path + SUFFIX:
        return []
    message = T("the pointer {name} names {path}", name=name, path=pointer.path)
    return [POINTER_PATH.broken(place, message, _HINT)]


def _read(data: bytes) -> Pointer | Text:
    """The pointer, or what is wrong with its form."""
    if len(data) > LIMIT:
        return T("the pointer is longer than {limit} bytes", limit=LIMIT)
    try:
        match = _FORM.fullmatch(data.decode("ascii"))
    except UnicodeDecodeError:
        return T("the pointer is not plain ASCII text")
    if match is None:
        return T("the pointer is not in the form that DVC writes for one file")
    md5, path = _plain(match["md5"]), _plain(match["path"])
    if not _MD5.fullmatch(md5):
        return T("{md5} is no MD5 digest", md5=md5)
    if not _SIZE.fullmatch(match["size"]):
        return T("{size} is no size in bytes", size=match["size"])
    if not is_file_name(path):
        return T("{path} may not be the name of a dataset's file", path=path)
    pointer = Pointer(md5, int(match["size"]), path)
    if pointer_bytes(pointer.md5, pointer.size, pointer.path) != data:
        return T("the pointer is not in the form that DVC writes for one file")
    return pointer


def _scalar(value: str) -> str:
    return f"'{value}'" if _NUMBER.fullmatch(value) else value


def _plain(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == "'" else text
