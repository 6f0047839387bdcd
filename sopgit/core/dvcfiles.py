"""The files that an office's repository needs so that stock DVC works in it.

Two are enough (measured with DVC 3.67): `.dvc/config` and the root
`.gitignore`. `dvc init` also writes `.dvc/.gitignore` and `.dvcignore`, but DVC
adds the former only where Git does not ignore its own folders already, and
never misses the latter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

CONFIG = ".dvc/config"
GITIGNORE = ".gitignore"

_REMOTE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
# The option is written bare when DVC's reader takes it as it stands.
_BARE = re.compile(r"[A-Za-z0-9/:.@_+=~-]+")

_IGNORED = b"""\
# DVC's own folder: only its configuration belongs in Git.
/.dvc/*
!/.dvc/config

# Data lies beside its pointer and never in Git. Names with a dot only: were the
# folders themselves matched, DVC would skip the pointers and report success.
/datasets/*/*/*.*
!/datasets/*/*/*.dvc
!/datasets/*/*/dataset.yaml
!/datasets/*/*/manifest.age
"""


def init_files(remotes: Mapping[str, str]) -> dict[str, bytes]:
    """The two files, by path, for remotes {name: address}; the first is DVC's default.

    A folder's address must be absolute: DVC reads a relative one as relative to
    each clone. ValueError for a name or an address that DVC would misread.
    """
    return {CONFIG: config_bytes(remotes), GITIGNORE: _IGNORED}


def config_bytes(remotes: Mapping[str, str]) -> bytes:
    """`.dvc/config`: no telemetry, no update checks, no staging; every remote verifies."""
    lines = [
        "[core]",
        "    analytics = false",
        "    check_update = false",
        "    autostage = false",
    ]
    lines += [f"    remote = {name}" for name in list(remotes)[:1]]
    for name, url in remotes.items():
        if not _REMOTE.fullmatch(name):
            raise ValueError(f"no name for a remote: {name!r}")
        lines += [f"['remote \"{name}\"']", f"    url = {_value(url)}", "    verify = true"]
    return ("\n".join(lines) + "\n").encode()


def _value(url: str) -> str:
    if _BARE.fullmatch(url):
        return url
    if not url or '"' in url or not url.isprintable():
        raise ValueError(f"no address of a remote: {url!r}")
    return f'"{url}"'
