"""Git's hooks: installing their stubs, and what the small ones ask.

A stub that is installed names the Python that installed it, so that what is
on somebody's PATH does not decide; a stub that finds no sopgit refuses.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from sopgit.adapters.files import file_errors, write_atomic
from sopgit.adapters.git import Repository
from sopgit.adapters.resources import read_hook
from sopgit.app.guards import ABSENT, RefUpdate, admit_push
from sopgit.app.ledger import outcome_of
from sopgit.app.office import MAIN, Office
from sopgit.app.opened import check_message
from sopgit.app.trust import pin_anchor
from sopgit.core.errors import SopgitError, UsageError
from sopgit.core.finding import Allowed, Finding, Place, Verdict, verdict
from sopgit.core.text import T

CLIENT_HOOKS = ("pre-commit", "commit-msg", "pre-push")
SERVER_HOOKS = ("pre-receive",)
# The guard itself keeps the mainline, and only that: a branch of a case or a draft is renewed in
# place and taken away when it is done with, which git's own settings, for all alike, would forbid.
_SERVER_SETTINGS = {
    "receive.denyDeletes": "false",
    "receive.denyNonFastForwards": "false",
    "receive.fsckObjects": "true",
}
_OURS = b"sopgit hook "


def install_client(office: Office, python: Path) -> list[Path]:
    """Write the stubs into this clone's hooks folder."""
    if office.repo.workdir is None:
        hint = T("a bare repository is a server: sopgit hook install --server")
        raise UsageError(T("this repository has no work tree"), hint)
    return _write_stubs(office.repo, CLIENT_HOOKS, python)


def install_server(office: Office, python: Path, anchor: bytes | None) -> list[Path]:
    """Make a repository the guarded one: stub, git's own refusals, and the anchor.

    Without `anchor` the one that is pinned already is kept; there must be one.
    """
    if anchor is not None:
        pin_anchor(office, anchor)
    elif office.anchor is None:
        raise UsageError(
            T("a server needs the anchor: it believes nothing on first use"),
            T("give it with --anchor FILE; a clone prints it: sopgit trust show --format json"),
        )
    for key, value in _SERVER_SETTINGS.items():
        office.repo.config_set(key, value)
    return _write_stubs(office.repo, SERVER_HOOKS, python)


def _write_stubs(repo: Repository, names: Iterable[str], python: Path) -> list[Path]:
    elsewhere = repo.config_get("core.hooksPath")
    if elsewhere is not None:
        raise UsageError(
            T("this repository takes its hooks from {path}", path=elsewhere),
            T("let git look here again: git config --unset core.hooksPath"),
        )
    folder = repo.commondir / "hooks"
    with file_errors(folder):
        folder.mkdir(exist_ok=True)
    paths = [folder / name for name in names]
    for path in paths:
        _verify_free(path)
    for path in paths:
        line = f"python={shlex.quote(str(python))}\n".encode()
        write_atomic(path, read_hook(path.name).replace(b"python=\n", line, 1), 0o755)
    return paths


def _verify_free(path: Path) -> None:
    """Raise for a hook that somebody else put there."""
    with file_errors(path):
        if path.exists() and _OURS not in path.read_bytes():
            hint = T("move it away, or let it call: sopgit hook {name}", name=path.name)
            raise UsageError(T("{path} is another program's hook", path=str(path)), hint)


def check_message_file(path: Path) -> list[Finding]:
    """What is wrong with the commit message that lies in the file at `path`."""
    with file_errors(path):
        text = path.read_bytes().decode("utf-8", "replace")
    return check_message(text, Place(path.name))


def read_outgoing(lines: Iterable[str]) -> list[RefUpdate]:
    """What git tells pre-push: `LOCAL-REF LOCAL REMOTE-REF REMOTE` a line."""
    updates = []
    for line in lines:
        if not line.strip():
            continue
        words = line.split()
        if len(words) != 4:
            raise SopgitError(T("git told pre-push {line}", line=line.strip()))
        updates.append(RefUpdate(words[3], words[1], words[2]))
    return updates


def admit_outgoing(office: Office, updates: list[RefUpdate], now: datetime) -> Verdict:
    """Judge what is about to be sent; without an anchor by the ledger's own beginning."""
    if office.anchor is not None:
        return admit_push(office, updates, now)
    tips = [update.new for update in updates if update.ref == MAIN and update.new != ABSENT]
    findings = [finding for tip in tips for finding in _findings_of(office, tip)]
    return verdict("push", findings)


def _findings_of(office: Office, tip: str) -> tuple[Finding, ...]:
    outcome = outcome_of(office.verify(tip))
    return outcome.warnings if isinstance(outcome, Allowed) else outcome.findings
