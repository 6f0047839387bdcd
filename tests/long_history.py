"""A long and lively history, all of it legal, made fast: six people, keys in this process.

Eight cases are under way at a time. Some are straight, some come back from the check, some get
another number, notes and scans, some are cancelled. What people do lands as plain commits,
merges, octopuses, squashes and rebases. Meanwhile the roots change the policy: people come and
go, one acts for another, a key is rotated, a protected file changes.
"""

from __future__ import annotations

import base64
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pygit2
from pygit2.enums import Option

from sopgit.adapters.git import build_commit, move_ref
from sopgit.app.demo import samples
from sopgit.app.draft import Draft, Ground, compose
from sopgit.app.office import MAIN, Office
from sopgit.core.case import CaseState
from sopgit.core.gitobjects import emit_commit, parse_commit
from sopgit.core.growth import HEADER
from sopgit.core.lineage import sha256
from sopgit.core.paths import POLICY
from sopgit.core.pointer import pointer_bytes
from sopgit.core.policy import Policy
from sopgit.core.procedure import Procedure
from sopgit.core.replay import apply
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
from tests.lives import LIVES, SCANNED, Planned
from tests.offices import AUTHOR, KASI, START, Folders, found_alone, run_git
from tests.reigns import DAY, NEWCOMERS, POLICY_CHANGES, ROLES, Moment
from tests.signing import Signer

Files = dict[str, bytes | None]

UNDER_WAY = 8


@dataclass
class Running:
    """A case on its way: what its file holds, and which of its planned acts are done."""

    number: int
    plan: tuple[Planned, ...]
    path: str = ""
    data: bytes = HEADER
    state: CaseState | None = None
    done: int = 0
    letter: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        return self.done == len(self.plan)


@dataclass
class Chronicle:
    """The history so far; `tips` are the landings, oldest first, `kinds` how many of each kind."""

    folders: Folders
    office: Office
    rng: random.Random
    clock: datetime = START + DAY
    tips: list[str] = field(default_factory=list)
    sides: list[tuple[str, str]] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    letters: int = 0
    people: Counter[str] = field(default_factory=Counter)
    keys: dict[str, Signer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.trusted = replace(self.office.trusted)
        self.tips.append(self.trusted.tip)
        reference = next(iter(self.policy["procedures"]))
        procedure = self.trusted.procedure(reference)
        assert procedure is not None
        self.reference, self.procedure = reference, procedure

    reference: str = field(init=False)
    procedure: Procedure = field(init=False)

    @property
    def policy(self) -> Mapping[str, Any]:
        return self.trusted.policy.raw

    @property
    def tip(self) -> str:
        return self.tips[-1]

    def write(self, cases: int) -> None:
        """Let `cases` cases run to their end, and the roots change the policy eight times."""
        waiting = [Running(n, LIVES[n % len(LIVES)]) for n in range(cases, 0, -1)]
        running: list[Running] = []
        changes = list(POLICY_CHANGES)
        while waiting or running:
            while waiting and len(running) < UNDER_WAY:
                running.append(waiting.pop())
            if len(waiting) <= cases * len(changes) // (len(POLICY_CHANGES) + 1) and changes:
                self._land("policy", self._policy_files(changes.pop(0)(self._moment())))
            self._some_work(running)
            running = [case for case in running if not case.is_over]
        move_ref(self.office.repo, MAIN, self.tips[0], self.tip)

    def _some_work(self, running: list[Running]) -> None:
        """One or two cases go on, and it lands in one of the ways in which work can land."""
        one, *others = self.rng.sample(running, min(3, len(running)))
        way = self.rng.choice(("plain", "plain", "merge", "octopus", "squash", "rebase"))
        base = self.tip
        if way == "plain" or len(others) < 2:
            self._land("plain", self._act(one, base))
        elif way == "merge":
            side = self._branch(base, self._act(one, base))
            self._land("plain", self._act(others[0], base))
            self._merge("merge", side)
        elif way == "octopus":
            sides = [self._branch(base, self._act(case, base)) for case in (one, others[0])]
            self._land("plain", self._act(others[1], base))
            self._merge("octopus", *sides)
        else:
            work = [self._act(one, base)]
            if not one.is_over:
                work.append(self._act(one, base))
            self._land("plain", self._act(others[0], base))
            whole = [{key: data for part in work for key, data in part.items()}]
            for files in whole if way == "squash" else work:
                self._land(way, files)

    # How it lands.

    def _commit(self, parent: str, files: Files) -> str:
        return build_commit(self.office.repo, parent, files, "act\n", AUTHOR, self.clock)

    def _land(self, kind: str, files: Files) -> None:
        self.tips.append(self._commit(self.tip, files))
        self.kinds[kind] += 1

    def _branch(self, base: str, files: Files) -> tuple[str, Files]:
        side = self._commit(base, files)
        self.sides.append((base, side))
        return side, files

    def _merge(self, kind: str, *sides: tuple[str, Files]) -> None:
        repo = self.office.repo
        files = {path: data for _, part in sides for path, data in part.items()}
        flat = parse_commit(repo.objects.commit(self._commit(self.tip, files)))
        merged = replace(flat, parents=(self.tip, *(side for side, _ in sides)))
        self.tips.append(repo.objects.write_commit(emit_commit(merged)))
        self.kinds[kind] += 1

    # What is said.

    def _act(self, case: Running, base: str) -> Files:
        """The next planned act on the case, signed by somebody who may do it now."""
        role, draft = case.plan[case.done]
        self.clock += timedelta(minutes=10)
        person, letter = self._somebody(role)
        ground = Ground(
            self.trusted, case.state, self.reference, self.procedure, person, base, self.clock
        )
        event = compose(self._filled(replace(draft, acting=letter, role=role), case), ground)
        beside: Files = {}
        if draft is acts.RECEIPT:
            beside = self._deliver(event, case.number)
        elif (role, draft) == SCANNED:
            beside = self._scan(event, case)
        elif draft is acts.LETTER:
            case.letter = event["document"]
        raw = self.keys[person].sign(EVENT_NAMESPACE, event_bytes(event))
        event["sig"] = base64.b64encode(raw).decode("ascii")
        case.path = case.path or f"{case_folder(event)}/case.yaml"
        case.data += emit_item(event)
        case.state = apply(case.state, event)
        case.done += 1
        self.kinds[event["act"]] += 1
        self.people[person] += 1
        return {**beside, case.path: case.data}

    def _somebody(self, role: str) -> tuple[str, str | None]:
        """A holder of the role, or who acts for them today."""
        day = self.clock.date()
        for grant in self.trusted.policy.grants:
            if grant.role == role and grant.first_day <= day <= grant.last_day:
                self.kinds["acting"] += 1
                return grant.person, grant.letter
        return self.rng.choice(self.policy["roles"][role]), None

    def _filled(self, draft: Draft, case: Running) -> Draft:
        """The draft with the next letter number and what belongs to this case alone."""
        changes: dict[str, Any] = {}
        given = case.letter if draft.act == "amend" else draft.document
        if given is not None:
            self.letters += 1
            number = f"000.9/{self.letters}/D.12/{self.clock.year}"
            changes["document"] = {**given, "number": number}
        if draft.case is not None:
            changes["case"] = {**draft.case, "title": f"Data kecamatan {case.number}"}
        if draft.received is not None:
            changes["received"] = {**draft.received, "at": self.clock.isoformat()}
        return replace(draft, **changes)

    def _deliver(self, event: dict[str, Any], number: int) -> Files:
        """A dataset of the case's own comes with the event."""
        dataset = f"tapem/kecamatan-{number}"
        content = f"kode,nama\n{number},Contoh\n".encode()
        md5 = f"{number:032x}"
        made: Files = {
            f"datasets/{dataset}/dataset.yaml": emit(
                {**acts.DESCRIPTION, "name": f"kecamatan-{number}"}
            ),
            f"datasets/{dataset}/data.csv.dvc": pointer_bytes(md5, len(content), "data.csv"),
        }
        event["files"] = [
            {"path": path, "old": None, "new": sha256(data)} for path, data in made.items()
        ]
        stored = {"md5": md5, "sha256": sha256(content), "size": len(content)}
        event["datasets"] = [
            {"dataset": dataset, "version": 1, "action": "store", "object": stored, "copies": []}
        ]
        return made

    def _scan(self, event: dict[str, Any], case: Running) -> Files:
        name, data = f"pindaian-{event['seq']}.pdf", b"%PDF-1.7\n"
        event["files"] = [{"path": name, "old": None, "new": sha256(data)}]
        return {f"{case.path.rpartition('/')[0]}/{name}": data}

    def _moment(self) -> Moment:
        return Moment(self.policy, self.keys, self.clock.date())

    def _policy_files(self, changes: Mapping[str, Any]) -> Files:
        """The next policy, signed by its roots, with the protected files that come with it."""
        old = self.policy
        given = dict(changes)
        files: Files = given.pop("files", {})
        head = {"version": old["version"] + 1, "previous": policy_digest(old), "base": self.tip}
        new = {**old, **head, **given, "signatures": []}
        for person in old["roots"]["people"]:
            raw = self.keys[person].sign(POLICY_NAMESPACE, policy_bytes(new))
            new["signatures"].append({"by": person, "sig": base64.b64encode(raw).decode()})
        self.trusted.policy = Policy.parse(new)
        return {POLICY: emit(new), **files}


def write_history(root: Path, cases: int) -> Chronicle:
    """An office below `root` with one clone, in which `cases` cases have come to their end."""
    known = {**samples.PEOPLE, "eko": NEWCOMERS["eko"]}
    keys = {person: Signer.new(person.encode()) for person in (*known, "rina")}
    people = {
        person: {**facts, "keys": [keys[person].public_line], "recipients": []}
        for person, facts in known.items()
    }
    folders = found_alone(root, people=people, roles=ROLES)
    chronicle = Chronicle(folders, folders.office(KASI), random.Random(cases), keys=keys)
    with _careless():
        chronicle.write(cases)
    run_git(folders.clone(KASI), "repack", "-a", "-d", "-q")
    folders.clock = chronicle.clock
    return chronicle


@contextmanager
def _careless() -> Iterator[None]:
    """Let Git leave it to the disk when an object is written: thousands are made here."""
    pygit2.option(Option.ENABLE_FSYNC_GITDIR, False)
    try:
        yield
    finally:
        pygit2.option(Option.ENABLE_FSYNC_GITDIR, True)
