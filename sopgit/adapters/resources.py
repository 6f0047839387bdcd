"""The files that travel with the tool: schemas, hook stubs, shipped procedures.

`schemas/` and `hooks/` stand at the top of the project, where people look for
them, and are put inside the package when a wheel is built. An editable
install leaves them at the top. So each is looked for in the package first and
then in the checkout, which must be recognisably ours: beside an installed
package lie other people's folders. What is packaged is code, as trusted as
the rest of the tool; nothing is ever read from the office's repository here.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from sopgit.core.errors import SopgitError
from sopgit.core.text import T

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_SCHEMA_SUFFIX = ".schema.json"
_ENGINE = ("core", "adapters", "app")
_CODE = (".py", ".json")
# `importlib.resources` would find it inside of an archive too, for 7 ms of every start.
_PACKAGE = Path(__file__).resolve().parents[1]


class ResourceError(SopgitError):
    """The installation is incomplete, or a name names nothing that is shipped."""


@cache
def read_schemas() -> dict[str, dict[str, Any]]:
    """Every schema by its short name: `case` for `schemas/case.schema.json`.

    Read once for a process; the caller does not change what it gets.
    """
    found = {
        entry.name.removesuffix(_SCHEMA_SUFFIX): json.loads(entry.read_bytes())
        for entry in _folder("schemas").iterdir()
        if entry.name.endswith(_SCHEMA_SUFFIX)
    }
    if not found:
        raise _incomplete("schemas")
    return dict(sorted(found.items()))


def read_hook(name: str) -> bytes:
    """The stub that Git runs as hook `name`."""
    return _read("hooks", name, "")


def read_procedure(name: str) -> bytes:
    """The shipped procedure `name`, as `init` copies it into an office's repository."""
    return _read("procedures", name, ".yaml")


def read_workflow(name: str) -> bytes:
    """The CI workflow for the host `name`, as `init` writes it for an office with requests."""
    return _read("workflows", name, ".yml")


def procedure_names() -> list[str]:
    """The names that `read_procedure` takes."""
    entries = (entry.name for entry in _folder("procedures").iterdir())
    return sorted(name.removesuffix(".yaml") for name in entries if name.endswith(".yaml"))


@cache
def engine_mark() -> str:
    """Tells states of the installed code apart: a digest of all that has a part in a verdict."""
    return digest_of([*(_PACKAGE / part for part in _ENGINE), _folder("schemas")])


def digest_of(folders: Iterable[Path]) -> str:
    """SHA-256, in hex, of the names and bytes of every `.py` and `.json` file below `folders`."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in _code_below(str(folder)):
            with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - half of what a Path costs
                data = file.read()
            digest.update(f"{path[len(str(folder)) :]}\0{len(data)}\0".encode())
            digest.update(data)
    return digest.hexdigest()


def _code_below(folder: str) -> Iterator[str]:
    """Sorted by name in each folder; many times quicker than `rglob`, and every act asks."""
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda found: found.name):
            if entry.is_dir():
                yield from _code_below(entry.path)
            elif entry.name.endswith(_CODE):
                yield entry.path


def _read(kind: str, name: str, suffix: str) -> bytes:
    if not _NAME.fullmatch(name):
        raise ResourceError(T("{name} names nothing in {kind}", name=name, kind=kind))
    entry = _folder(kind) / f"{name}{suffix}"
    if not entry.is_file():
        raise ResourceError(T("there is no {name} in {kind}", name=name, kind=kind))
    return entry.read_bytes()


def _folder(kind: str) -> Path:
    places = [_PACKAGE / kind, _PACKAGE / "data" / kind]
    checkout = _checkout()
    if checkout:
        places.append(checkout / kind)
    for place in places:
        if place.is_dir():
            return place
    raise _incomplete(kind)


def _checkout() -> Path | None:
    """The project's own folder, when the package is run from there."""
    top = _PACKAGE.parent
    project = top / "pyproject.toml"
    if project.is_file() and 'name = "sopgit"' in project.read_text(encoding="utf-8"):
        return top
    return None


def _incomplete(kind: str) -> ResourceError:
    return ResourceError(
        T("this installation of sopgit has no {kind}", kind=kind),
        T("install it again, or run it from a whole checkout"),
    )
