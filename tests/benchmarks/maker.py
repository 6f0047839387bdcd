"""A real repository of N cases, made fast: real keys, real signatures, `git fast-import`.

Each case walks the nine steps by the book, one commit an act, a kilobyte an event;
twenty cases are under way at a time. Step 3 brings a version of one of 300 datasets, step 4
a small attachment. Every thousandth commit the roots change the policy. The cases
begin over 25 months, so there are as many folders of months.
"""

from __future__ import annotations

import base64
import hashlib
import random
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from sopgit.adapters.resources import read_schemas
from sopgit.app.demo import samples
from sopgit.app.draft import Draft, Ground, compose
from sopgit.app.found import commit_genesis, commit_settings, open_founded, plan, sign
from sopgit.app.identity import SIGNING_KEY
from sopgit.app.office import Office
from sopgit.core.case import CaseState
from sopgit.core.growth import HEADER
from sopgit.core.lineage import sha256
from sopgit.core.paths import POLICY
from sopgit.core.pointer import pointer_bytes
from sopgit.core.procedure import Procedure
from sopgit.core.replay import apply
from sopgit.core.schema import Schemas
from sopgit.core.statement import (
    EVENT_NAMESPACE,
    POLICY_NAMESPACE,
    case_folder,
    event_bytes,
    policy_bytes,
    policy_digest,
)
from sopgit.core.writer import emit, emit_item
from tests import acts
from tests.offices import KASI, STRAIGHT
from tests.signing import Signer

POLICY_EVERY = 1000
UNDER_WAY = 20
DATASETS = 300
SPREAD = timedelta(days=25 * 30)
START = datetime(2023, 1, 2, 8, 0, tzinfo=timezone(timedelta(hours=7)))
"""The last act lies in the past, for a guard takes none that is dated ahead."""

CLONE = KASI
WALK = ((KASI, acts.OPEN), *STRAIGHT)


@dataclass
class Running:
    """A case on its way: what its file holds and where it stands."""

    number: int
    begun: datetime
    path: str = ""
    data: bytes = HEADER
    state: CaseState | None = None
    done: int = 0


@dataclass
class Maker:
    """Makes the commits; `clone` is the office's only clone."""

    clone: Path
    office: Office
    rng: random.Random
    policy: Mapping[str, Any] = field(default_factory=dict)
    pointers: dict[str, bytes] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    tip: str = ""

    def make(self, cases: int) -> None:
        """Import `cases` whole cases, a batch for each version of the policy."""
        self.policy = self.office.trusted.policy.raw
        self.tip = self.office.tip()
        acts_left = self._acts(cases)
        while True:
            batch = [files for _, files in zip(range(POLICY_EVERY - 1), acts_left, strict=False)]
            if not batch:
                break
            self._import([*batch, (batch[-1][0], {POLICY: self._next_policy()})])
        git(self.clone, "repack", "-a", "-d", "-q", "-f")
        git(self.clone, "reset", "-q", "--hard")

    def _acts(self, cases: int) -> Iterator[tuple[datetime, dict[str, bytes]]]:
        """The files of each act, twenty cases under way at a time."""
        waiting = iter(Running(n, START + SPREAD * n / cases) for n in range(1, cases + 1))
        running: list[Running] = []
        while True:
            while len(running) < UNDER_WAY and (one := next(waiting, None)):
                running.append(one)
            if not running:
                return
            case = self.rng.choice(running)
            yield self._act(case)
            if case.done == len(WALK):
                running.remove(case)

    def _act(self, case: Running) -> tuple[datetime, dict[str, bytes]]:
        desk, draft = WALK[case.done]
        person = samples.CLONES[desk]
        at = case.begun + timedelta(hours=case.done)
        event = self._compose(case, draft, person, at)
        beside: dict[str, bytes] = {}
        if case.done == 2:
            said, beside = self._deliver(case.number)
            event |= said
        if case.done == 3:
            data = f"%PDF catatan {case.number}\n".encode() * 20
            event["files"] = [{"path": "catatan.pdf", "old": None, "new": sha256(data)}]
            beside = {f"{case.path.rpartition('/')[0]}/catatan.pdf": data}
        raw = signer(person).sign(EVENT_NAMESPACE, event_bytes(event))
        event["sig"] = base64.b64encode(raw).decode("ascii")
        case.path = case.path or f"{case_folder(event)}/case.yaml"
        case.data += emit_item(event)
        case.state = apply(case.state, event)
        case.done += 1
        return at, {case.path: case.data, **beside}

    def _compose(self, case: Running, draft: Draft, person: str, at: datetime) -> dict[str, Any]:
        trusted = self.office.trusted
        reference = next(iter(trusted.policy.raw["procedures"]))
        ground = Ground(trusted, case.state, reference, self._procedure, person, self.tip, at)
        document = {**(draft.document or {}), "number": f"000.9/{case.number}/D.12/{at.year}"}
        changes: dict[str, Any] = {"document": document}
        if draft.case is not None:
            changes["case"] = {**draft.case, "title": f"Data kecamatan {case.number}"}
        if draft.received is not None:
            changes["received"] = {**draft.received, "at": at.isoformat()}
        return compose(Draft(**{**vars(draft), **changes}), ground)

    @property
    def _procedure(self) -> Procedure:
        trusted = self.office.trusted
        found = trusted.procedure(next(iter(trusted.policy.raw["procedures"])))
        assert found is not None
        return found

    def _deliver(self, number: int) -> tuple[dict[str, Any], dict[str, bytes]]:
        """The next version of one of the datasets, and its files."""
        dataset = f"tapem/kecamatan-{number % DATASETS}"
        version = self.versions[dataset] = self.versions.get(dataset, 0) + 1
        content = f"kode,nama\n{number},Contoh\n".encode()
        md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
        folder = f"datasets/{dataset}"
        description = {**acts.DESCRIPTION, "name": dataset.partition("/")[2]}
        made = {
            f"{folder}/dataset.yaml": emit(description),
            f"{folder}/data.csv.dvc": pointer_bytes(md5, len(content), "data.csv"),
        }
        files = {path: data for path, data in made.items() if self.pointers.get(path) != data}
        listed = [
            {"path": path, "old": sha256(self.pointers.get(path)), "new": sha256(data)}
            for path, data in files.items()
        ]
        self.pointers |= files
        entry = {
            "dataset": dataset,
            "version": version,
            "action": "store" if version == 1 else "update",
            "object": {"md5": md5, "sha256": sha256(content), "size": len(content)},
            "copies": [],
        }
        return {"files": listed, "datasets": [entry]}, files

    def _next_policy(self) -> bytes:
        old = self.policy
        office = {**old["office"], "address": f"Jalan Contoh Nomor {old['version'] + 1}"}
        changes = {"version": old["version"] + 1, "previous": policy_digest(old), "base": self.tip}
        new = {**old, **changes, "office": office, "signatures": []}
        for person in samples.ROOTS:
            raw = signer(person).sign(POLICY_NAMESPACE, policy_bytes(new))
            new["signatures"].append({"by": person, "sig": base64.b64encode(raw).decode()})
        self.policy = new
        return emit(new)

    def _import(self, commits: list[tuple[datetime, dict[str, bytes]]]) -> None:
        parts = []
        for index, (at, files) in enumerate(commits):
            who = f"Contoh <contoh@example.invalid> {int(at.timestamp())} +0700"
            parts.append(f"commit refs/heads/main\nauthor {who}\ncommitter {who}\n".encode())
            parts.append(b"data 4\nact\n\n")
            if index == 0:
                parts.append(f"from {self.tip}\n".encode())
            for path, data in files.items():
                parts.append(f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n")
        git(self.clone, "fast-import", "--quiet", "--done", stdin=b"".join([*parts, b"done\n"]))
        self.tip = git(self.clone, "rev-parse", "main").decode().strip()


def signer(person: str) -> Signer:
    """The key of a person; the same in every run."""
    return Signer.new(person.encode())


def git(folder: Path, *arguments: str, stdin: bytes | None = None) -> bytes:
    """What git prints; raises when it fails."""
    done = subprocess.run(
        ["git", *arguments], cwd=folder, input=stdin, capture_output=True, check=True
    )
    return done.stdout


def make_office(root: Path, cases: int) -> Path:
    """An office of `cases` closed cases below `root`, made only once; its clone."""
    if not (root / "done").exists():
        office = _found(root)
        Maker(root / CLONE, office, random.Random(cases)).make(cases)
        (root / "done").touch()
    return root / CLONE


def _found(root: Path) -> Office:
    people = {}
    (root / "keys").mkdir(parents=True)
    for person, facts in samples.PEOPLE.items():
        signer(person).write_files(root / "keys" / person)
        people[person] = {**facts, "keys": [signer(person).public_line], "recipients": []}
    description = {
        "office": samples.OFFICE,
        "people": people,
        "roles": {desk: [person] for desk, person in samples.CLONES.items()},
        "roots": {"threshold": 2, "people": list(samples.ROOTS)},
        "wali_data": {"name": "Wali Data Rekaan", "recipients": []},
        "agencies": samples.AGENCIES,
        "copies": {"open": 0, "restricted": 0},
    }
    founding = plan(description, Schemas(read_schemas()))
    for person in samples.ROOTS:
        founding = sign(founding, root / "keys" / person)
    repo = commit_genesis(root / CLONE, founding, START)
    repo.config_set(SIGNING_KEY, str(root / "keys" / "agus"))
    office = open_founded(repo, root)
    commit_settings(office, founding, range(2023, 2030), {}, START)
    return Office.open(root / CLONE, root)
