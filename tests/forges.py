"""An office whose acts come in by requests, and the buttons of a forge, pressed with plain git."""

from __future__ import annotations

import sys
from pathlib import Path

from sopgit.app.demo import samples
from sopgit.app.hooks import install_server
from sopgit.app.identity import SIGNING_KEY
from sopgit.app.office import anchor_bytes
from sopgit.app.trust import pin_anchor
from tests.offices import KASI, SITI, Folders, found_alone, run_git

_MERGING = "merging"
_PROTECTED = f"""#!/bin/sh
[ "$1" != refs/heads/main ] || [ -e "$GIT_DIR/{_MERGING}" ] || {{ echo protected >&2; exit 1; }}
"""


def found_forge(root: Path) -> Folders:
    """Two clones of an office whose bare server has no guard: a forge."""
    folders = found_alone(root, flow="review")
    for desk, person in samples.CLONES.items():
        if not folders.home(desk).exists():
            (folders.root / "keys" / person).rename(folders.home(desk))
    run_git(root, "init", "-q", "--bare", "-b", "main", str(folders.server))
    folders.git(KASI, "remote", "add", "origin", str(folders.server))
    folders.git(KASI, "push", "-q", "origin", "main")
    folders.git(KASI, "fetch", "-q")
    run_git(folders.root, "clone", "-q", str(folders.server), SITI)
    office = folders.office(SITI)
    office.repo.config_set(SIGNING_KEY, str(folders.home(SITI) / "id_ed25519"))
    pin_anchor(office, anchor_bytes(folders.anchor))
    return folders


def protect(folders: Folders) -> None:
    """Guard the server, and let nothing but a button move its mainline."""
    install_server(folders.guarded(), Path(sys.executable), anchor_bytes(folders.anchor))
    hook = folders.server / "hooks" / "update"
    hook.write_text(_PROTECTED)
    hook.chmod(0o755)


def branch(folders: Folders, desk: str) -> str:
    return folders.git(desk, "rev-parse", "--abbrev-ref", "HEAD").strip()


def on_server(folders: Folders, ref: str) -> str:
    return run_git(folders.server, "rev-parse", ref).strip()


def asked(subject: str) -> str:
    """The branch of a request: of a case by its ID, or by its whole name."""
    return f"origin/{subject}" if "/" in subject else f"origin/case/{subject}"


def merged(folders: Folders, case: str) -> None:
    at_forge(folders, "merge", "-q", "--no-ff", "-m", "Merge request", asked(case))


def squashed(folders: Folders, case: str) -> None:
    at_forge(folders, "merge", "-q", "--squash", asked(case))
    at_forge(folders, "commit", "-q", "-m", "Squashed")


def rebased(folders: Folders, case: str) -> None:
    at_forge(folders, "cherry-pick", asked(case))


def at_forge(folders: Folders, *arguments: str) -> None:
    """What the forge does with plain git, in a clone of its own; then main is the server's."""
    clone, merging = folders.root / "forge", folders.server / _MERGING
    if not clone.exists():
        run_git(folders.root, "clone", "-q", str(folders.server), "forge")
    if arguments[0] != "commit":
        run_git(clone, "fetch", "-q")
        run_git(clone, "reset", "-q", "--hard", "origin/main")
    run_git(clone, *arguments)
    merging.touch()
    run_git(clone, "push", "-q", "origin", "main")
    merging.unlink()
