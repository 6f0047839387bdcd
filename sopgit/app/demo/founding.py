"""Founding the demonstration's office: keys, server, hook, three clones."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sopgit.adapters import age, ssh
from sopgit.adapters.files import write_atomic
from sopgit.adapters.git import Repository, clone, fetch, init_bare, push
from sopgit.adapters.resources import read_schemas
from sopgit.app.demo import samples
from sopgit.app.found import commit_genesis, commit_settings, open_founded, plan, sign
from sopgit.app.hooks import install_server
from sopgit.app.identity import AGE_IDENTITY, SIGNING_KEY
from sopgit.app.office import MAIN, Office, anchor_bytes
from sopgit.app.sync import PushRefused
from sopgit.core.schema import Schemas
from sopgit.core.text import T, Text
from sopgit.core.trusted import Anchor
from sopgit.render.i18n import language

_WELCOME = b"""\
# Repositori data sektoral (peragaan)

Semua orang dan register di sini rekaan. Setiap tindakan dilakukan dengan `sopgit`.
"""


@dataclass(frozen=True)
class Founded:
    """What founding left: the anchor and where the server is."""

    anchor: Anchor
    server: Path


def found_office(
    folder: Path, narrator: Callable[[Text], None], now: Callable[[], datetime]
) -> Founded:
    """Make keys, found the office, guard the server, set up a clone for each role."""
    description = _describe(folder)
    schemas = Schemas(read_schemas())
    founding = plan(description, schemas)
    for root in samples.ROOTS:
        founding = sign(founding, _keys(folder, root) / "id_ed25519")
    server = init_bare(folder / "server.git").gitdir
    first = folder / "kasi"
    repo = commit_genesis(first, founding, now())
    _set_up(repo, folder, "kasi")
    office = open_founded(repo, _keys(folder, "agus"))
    year = now().year
    commit_settings(office, founding, range(year, year + 2), {"README.md": _WELCOME}, now())
    anchor = office.trusted.anchor
    install_server(Office.open(server, folder), Path(sys.executable), anchor_bytes(anchor))
    repo.config_set("remote.origin.url", str(server))
    repo.config_set("remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*")
    sent = push(repo, "origin", f"{MAIN}:{MAIN}")
    if not sent.ok:
        raise PushRefused(sent.output)
    fetch(repo, "origin")
    narrator(
        T(
            "Two roots signed policy 1; the server's hook knows the anchor {genesis}.",
            genesis=anchor.genesis[:12],
        )
    )
    for desk in samples.CLONES:
        if desk != "kasi":
            _set_up(clone(str(server), folder / desk), folder, desk)
            Office.open(folder / desk, folder).pin(anchor)
    return Founded(anchor, server)


def _keys(folder: Path, person: str) -> Path:
    return folder / "keys" / person


def _describe(folder: Path) -> dict[str, object]:
    people = {}
    for person, facts in samples.PEOPLE.items():
        home = _keys(folder, person)
        home.mkdir(parents=True, mode=0o700)
        key = ssh.new_key(home / "id_ed25519", f"{person} (peragaan)", "")
        secret, public = age.new_identity()
        write_atomic(home / "age.txt", f"{secret}\n".encode(), 0o600)
        recipients = [{"kind": "x25519", "key": public}]
        people[person] = {**facts, "keys": [key.line], "recipients": recipients}
    secret, recovery = age.new_identity()
    write_atomic(folder / "keys" / "recovery.txt", f"{secret}\n".encode(), 0o600)
    remotes = {}
    for name in ("one", "two"):
        place = folder / "remotes" / name
        place.mkdir(parents=True)
        remotes[name] = {"place": f"Folder {name}", "url": str(place)}
    return {
        "office": {**samples.OFFICE, "language": language()},
        "people": people,
        "roles": {desk: [person] for desk, person in samples.CLONES.items()},
        "roots": {"threshold": 2, "people": list(samples.ROOTS)},
        "remotes": remotes,
        "wali_data": {"name": "Wali Data Kabupaten Pringsewu", "recipients": []},
        "recovery_recipients": [
            {"kind": "x25519", "key": recovery, "custodian": "Sekretaris Dinas"}
        ],
        "agencies": samples.AGENCIES,
    }


def _set_up(repo: Repository, folder: Path, desk: str) -> None:
    home = _keys(folder, samples.CLONES[desk])
    repo.config_set(SIGNING_KEY, str(home / "id_ed25519"))
    repo.config_set(AGE_IDENTITY, str(home / "age.txt"))
