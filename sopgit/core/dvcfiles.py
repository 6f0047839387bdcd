"""The files that an office's repository needs so that stock DVC works in it.

Two are enough (measured with DVC 3.67): `.dvc/config` and the root
`.gitignore`. `dvc init` also writes `.dvc/.gitignore` and `.dvcignore`, but DVC
adds the former only where Git does not ignore its own folders already, and
never misses the latter.

Rules enforced here: `remote-address`.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.text import T

REMOTE_ADDRESS = Rule(
    "remote-address",
    "a remote is an absolute folder, ssh://HOST/FOLDER or s3://BUCKET, without a password in it",
    why="everybody with a clone reads the address, and DVC must read it as it was meant",
)

CONFIG = ".dvc/config"
LOCAL_CONFIG = ".dvc/config.local"
GITIGNORE = ".gitignore"

_REMOTE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_FOLDER = re.compile(r"/|[A-Za-z]:[/\\]")
# The option is written bare when DVC's reader takes it as it stands.
_BARE = re.compile(r"[A-Za-z0-9/:.@_+=~-]+")

_SECTION = re.compile(r"(?m)^\['remote \"([^\"]+)\"'\]\n((?:[^\[\n].*\n|\n)*)")

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


def check_remotes(
    remotes: Mapping[str, str], endpoints: Mapping[str, str], path: str
) -> Iterator[Finding]:
    """What is wrong with remotes {name: address} and the servers {name: address} of S3."""
    for name, url in remotes.items():
        place = Place(f"{path}/{name}")
        if not _REMOTE.fullmatch(name):
            hint = T("use lower-case letters, digits, - and _")
            yield REMOTE_ADDRESS.broken(place, T("no name for a remote: {name}", name=name), hint)
        if not _is_address(url):
            # The address may hold a password, and so it is not shown.
            hint = T(
                "give an absolute folder, ssh://HOST/FOLDER or s3://BUCKET, without a password"
            )
            yield REMOTE_ADDRESS.broken(place, T("no address for a remote"), hint)
    for name, url in endpoints.items():
        if not _is_server(url) or not remotes.get(name, "").startswith("s3://"):
            hint = T("a remote s3://... may name its server: https://HOST")
            place = Place(f"{path}/{name}")
            yield REMOTE_ADDRESS.broken(place, T("no endpoint for this remote"), hint)


def check_apart(remotes: Mapping[str, tuple[str, str]], path: str) -> Iterator[Finding]:
    """What is wrong where two remotes, {name: (address, endpoint)}, are one place."""
    known: dict[tuple[str, str], str] = {}
    for name, (url, endpoint) in remotes.items():
        other = known.setdefault((_place(url), endpoint.rstrip("/")), name)
        if other != name:
            message = T("{name} and {other} are one place", name=name, other=other)
            hint = T("two copies in one place are lost together; name another")
            yield REMOTE_ADDRESS.broken(Place(f"{path}/{name}"), message, hint)


def _place(url: str) -> str:
    """The address without what makes no difference: who logs in, a slash at the end."""
    if "://" not in url:
        return posixpath.normpath(url)
    parts = urlsplit(url)
    server = parts.netloc.rpartition("@")[2].lower().removesuffix(":22")
    return f"{parts.scheme}://{server}{posixpath.normpath(parts.path or '/')}"


def _is_address(url: str) -> bool:
    if not url or '"' in url or not url.isprintable():
        return False
    if "://" not in url:
        return _FOLDER.match(url) is not None
    parts = urlsplit(url)
    whole = bool(parts.hostname) and parts.password is None
    return whole and (parts.scheme == "s3" or (parts.scheme == "ssh" and len(parts.path) > 1))


def _is_server(url: str) -> bool:
    parts = urlsplit(url)
    return (
        _BARE.fullmatch(url) is not None
        and parts.scheme in {"http", "https"}
        and bool(parts.hostname)
        and "@" not in parts.netloc
    )


def init_files(
    remotes: Mapping[str, str], endpoints: Mapping[str, str] | None = None
) -> dict[str, bytes]:
    """The two files, by path, for remotes {name: address}; the first is DVC's default.

    A folder's address must be absolute: DVC reads a relative one as relative to
    each clone. `endpoints` are the servers of S3 remotes. ValueError for a name
    or an address that DVC would misread.
    """
    return {CONFIG: config_bytes(remotes, endpoints), GITIGNORE: _IGNORED}


def config_bytes(remotes: Mapping[str, str], endpoints: Mapping[str, str] | None = None) -> bytes:
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
        lines += _remote_lines(name, url, (endpoints or {}).get(name, ""))
    return ("\n".join(lines) + "\n").encode()


def _remote_lines(name: str, url: str, endpoint: str) -> list[str]:
    lines = [_heading(name), f"    url = {_value(url)}", "    verify = true"]
    return lines + ([f"    endpointurl = {_value(endpoint)}"] if endpoint else [])


def _heading(name: str) -> str:
    return f"['remote \"{name}\"']"


def with_remote(config: bytes, name: str, url: str, endpoint: str = "") -> bytes:
    """`.dvc/config` with this remote, in the place of one of its name; the first is the default."""
    added = "\n".join(_remote_lines(name, url, endpoint)) + "\n"
    kept = _without(config, name)
    if not re.search(rb"(?m)^\s*remote\s*=", kept):
        kept = kept.replace(b"[core]\n", f"[core]\n    remote = {name}\n".encode(), 1)
    return kept + added.encode()


def remotes_of(config: bytes) -> dict[str, tuple[str, str]]:
    """The remotes of `.dvc/config` as it is written here: {name: (address, endpoint)}."""
    found = {}
    for name, rest in _SECTION.findall(config.decode("utf-8", "replace")):
        said = dict(line.strip().split(" = ", 1) for line in rest.splitlines() if " = " in line)
        url, endpoint = (said.get(key, "").strip('"') for key in ("url", "endpointurl"))
        found[name] = (url, endpoint)
    return found


def without_remote(config: bytes, name: str) -> bytes:
    """`.dvc/config` without the remote; if it was DVC's default, the next one is."""
    kept = _without(config, name)
    others = re.findall(rb"(?m)^\['remote \"([^\"]+)\"'\]$", kept)
    default = b"    remote = %s\n" % others[0] if others else b""
    return re.sub(rb"(?m)^\s*remote\s*=\s*%s\n" % re.escape(name.encode()), default, kept)


def _without(config: bytes, name: str) -> bytes:
    section = re.escape(_heading(name).encode()) + rb"\n(?:[^\[\n].*\n|\n)*"
    return re.sub(rb"(?m)^" + section, b"", config)


def _value(url: str) -> str:
    if _BARE.fullmatch(url):
        return url
    if not url or '"' in url or not url.isprintable():
        raise ValueError(f"no address of a remote: {url!r}")
    return f'"{url}"'


def without_cache(config: bytes) -> bytes:
    """`.dvc/config.local` without its `cache` section: how to get in, not where to keep."""
    kept, keeps = [], True
    for line in config.splitlines(keepends=True):
        section = line.strip()
        if section.startswith(b"["):
            keeps = section.strip(b"[]'\" ").lower() != b"cache"
        if keeps:
            kept.append(line)
    return b"".join(kept)
