"""The address at which a host opens a request to bring a branch into the mainline.

What the remote's address names is taken apart without asking anybody: HTTPS,
`ssh://` and `git@host:path`. Names and passwords in it never come along. A
remote that is a folder has no such address.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

_SCP = re.compile(r"(?:[^@/\s]+@)?(?P<host>[A-Za-z0-9.-]+):(?!/)(?P<path>[^\s]+)")
_HOST = re.compile(r"[A-Za-z0-9.-]+")
_SCHEMES = ("https", "http", "ssh", "git+ssh")


def request_address(remote: str, branch: str, *, gitlab: bool) -> str | None:
    """Where to open the request for `branch` (`case/ID`); None where no host can be told.

    `gitlab`: the office's rules are written for GitLab; a host that says its
    kind in its name is believed before that.
    """
    place = _host_and_path(remote)
    if place is None:
        return None
    host, path = place
    name = quote(branch, safe="/")
    base = f"{host}/{quote(path, safe='/')}"
    if "gitlab" in host or (gitlab and "github" not in host):
        source = quote(branch, safe="")
        key = "merge_request%5B{}%5D"
        asked = f"{key.format('source_branch')}={source}&{key.format('target_branch')}=main"
        return f"{base}/-/merge_requests/new?{asked}"
    # GitHub, Forgejo and Gitea alike; the last word is GitHub's and the others pass it over.
    return f"{base}/compare/main...{name}?expand=1"


def _host_and_path(remote: str) -> tuple[str, str] | None:
    """`https://HOST[:PORT]` and the repository's path on it."""
    text = remote.strip()
    if "://" in text:
        try:
            parts = urlsplit(text)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            return None
        if parts.scheme not in _SCHEMES or not _HOST.fullmatch(host):
            return None
        is_web = parts.scheme in ("https", "http")
        shown = f"{host}:{port}" if port and is_web else host
        return _clean(f"{parts.scheme if is_web else 'https'}://{shown}", parts.path)
    match = _SCP.fullmatch(text)
    if match is None or (len(match["host"]) == 1 and "@" not in text):  # C:folder
        return None
    return _clean(f"https://{match['host']}", match["path"])


def _clean(host: str, path: str) -> tuple[str, str] | None:
    name = path.strip("/").removesuffix(".git").strip("/")
    return (host, name) if "/" in name else None
