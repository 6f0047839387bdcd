"""A whole office in folders: server with its guard, three clones, keys, data on two remotes.

`template` founds one and walks three cases through it, once for each process;
`Folders.copy` gives a test its own. Only the two remotes are shared between
copies, for their paths stand in signed configuration and their objects have
the names of their content.
"""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from sopgit.adapters.git import build_commit
from sopgit.adapters.resources import read_schemas
from sopgit.app.acts import Done, perform
from sopgit.app.datasets import Added
from sopgit.app.demo import samples
from sopgit.app.demo.founding import found_office
from sopgit.app.draft import Draft
from sopgit.app.found import commit_genesis, commit_settings, open_founded, plan, sign
from sopgit.app.identity import SIGNING_KEY
from sopgit.app.landings import read_landing
from sopgit.app.office import MAIN, Office
from sopgit.app.sync import Synced, sync
from sopgit.app.taking_in import add_data
from sopgit.core.schema import Schemas
from sopgit.core.trusted import Anchor
from tests import acts
from tests.signing import Signer

START = datetime(2026, 3, 2, 8, 0, tzinfo=timezone(timedelta(hours=7)))
KASI, SITI, BUDI = "kasi", "pengelola_ti", "administrator_server"
AUTHOR = ("Contoh", "contoh@example.invalid")

STRAIGHT = (
    (SITI, acts.LETTER),
    (BUDI, acts.RECEIPT),
    (BUDI, acts.NOTES),
    (BUDI, acts.REPORT),
    (KASI, acts.CHECK),
    (SITI, acts.FINISH),
    (SITI, acts.CONCEPT),
    (KASI, acts.DELIVER),
)
"""Who does what after the case was opened."""


@dataclass
class Folders:
    """An office below `root`, and the people who act in it; each act is ten minutes later."""

    root: Path
    anchor: Anchor
    clock: datetime = START
    cases: dict[str, str] = field(default_factory=dict)

    @property
    def server(self) -> Path:
        return self.root / "server.git"

    def clone(self, desk: str) -> Path:
        """The work tree of a desk."""
        return self.root / desk

    def now(self) -> datetime:
        """Ten minutes after the last time that somebody asked."""
        self.clock += timedelta(minutes=10)
        return self.clock

    def home(self, desk: str) -> Path:
        return self.root / "keys" / samples.CLONES[desk]

    def office(self, desk: str) -> Office:
        """The clone of a desk, freshly opened."""
        return Office.open(self.clone(desk), self.home(desk))

    def guarded(self) -> Office:
        """The server's bare repository."""
        return Office.open(self.server, self.root)

    def perform(self, desk: str, case: str | None, draft: Draft) -> Done:
        """Act in the desk's clone, and send nothing."""
        return perform(self.office(desk), case, draft, self.now())

    def sync(self, desk: str) -> Synced:
        return sync(self.office(desk), self.now())

    def act(self, desk: str, case: str | None, draft: Draft) -> Done:
        """Bring in what others did, act, and send it through the guard."""
        self.sync(desk)
        done = self.perform(desk, case, draft)
        self.sync(desk)
        return done

    def land(self, desk: str, case: str | None, draft: Draft) -> Done:
        """Act, and bring it to the server past its guard: quick, for what only prepares a test."""
        done = self.perform(desk, case, draft)
        unguarded = f"--receive-pack=git -c core.hooksPath={os.devnull} receive-pack"
        self.git(desk, "push", "-q", unguarded, "origin", MAIN)
        return done

    def take_in(self, desk: str, case: str, content: bytes, name: str = "kecamatan.csv") -> Added:
        """An open dataset waits for the next act on `case`."""
        source = self.root / "intake" / name
        source.parent.mkdir(exist_ok=True)
        source.write_bytes(content)
        taken = add_data(self.office(desk), case, source, samples.OPEN_DATASET)
        assert isinstance(taken, Added)
        return taken

    def walk(self, draft: Draft, until: int, content: bytes = b"") -> str:
        """A case that has finished step `until`, done by all in one clone and not sent."""
        case = self.perform(KASI, None, draft).state.id
        for number, (desk, step) in enumerate(STRAIGHT[: until - 1], 2):
            self.sit_down(KASI, desk)
            if number == 3:
                self.take_in(KASI, case, content)
            self.perform(KASI, case, step)
        self.sit_down(KASI, KASI)
        return case

    def sit_down(self, clone: str, desk: str) -> None:
        """Let the person of `desk` sign in the clone of another desk."""
        office = self.office(clone)
        office.repo.config_set(SIGNING_KEY, str(self.home(desk) / "id_ed25519"))

    def copy(self, target: Path) -> Folders:
        """The same office below the new folder `target`, all but the two remotes."""
        target.mkdir()
        for folder in self.root.iterdir():
            if folder.name != "remotes":
                shutil.copytree(folder, target / folder.name, symlinks=True)
        old, new = os.fsencode(self.root), os.fsencode(target)
        for desk in samples.CLONES:
            config = target / desk / ".git" / "config"
            config.write_bytes(config.read_bytes().replace(old, new))
        return replace(self, root=target, cases=dict(self.cases))

    # Below: what somebody does who goes round sopgit.

    def git(self, desk: str, *arguments: str, ok: bool = True) -> str:
        """What git prints in a clone; with `ok` false also what it complains of, and its code."""
        return run_git(self.clone(desk), *arguments, ok=ok)

    def push(self, desk: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`git push --no-verify origin ...` from a clone."""
        command = ["git", "push", "--no-verify", "origin", *arguments]
        return subprocess.run(
            command, cwd=self.clone(desk), capture_output=True, text=True, check=False
        )

    def commit(
        self, desk: str, files: Mapping[str, bytes | None], parent: str | None = None
    ) -> str:
        """A commit with `files` on `parent` (main, if not said) that no ref points at."""
        repo = self.office(desk).repo
        base = parent or repo.tip(MAIN)
        return build_commit(repo, base, files, "by hand\n", AUTHOR, self.clock)

    def merge(self, desk: str, tree_of: str, *parents: str) -> str:
        """A commit with these parents and the tree of the commit `tree_of`."""
        tree = self.git(desk, "rev-parse", f"{tree_of}^{{tree}}").strip()
        named = [word for parent in parents for word in ("-p", parent)]
        return self.git(desk, "commit-tree", tree, *named, "-m", "merged by hand").strip()

    def tip(self, desk: str) -> str:
        found = self.office(desk).repo.tip(MAIN)
        assert found is not None
        return found

    def server_refs(self) -> str:
        return run_git(self.server, "for-each-ref")

    def refs(self, desk: str) -> str:
        return run_git(self.clone(desk), "for-each-ref")

    def changed(self, desk: str, old: str, new: str) -> dict[str, bytes | None]:
        """What `new` changes against `old`, with its bytes."""
        repo = self.office(desk).repo
        landing, _ = read_landing(repo, repo.tree_of(repo.resolve(old)), new)
        return {path: change.new for path, change in landing.changes.items()}


def run_git(folder: Path, *arguments: str, ok: bool = True) -> str:
    """What git prints; its failure is the test's unless `ok` is false."""
    named = ("-c", "user.name=Contoh", "-c", "user.email=contoh@example.invalid")
    done = subprocess.run(
        ["git", *named, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0 or not ok, f"{arguments}: {done.stdout}{done.stderr}"
    return done.stdout if ok else f"rc={done.returncode}\n{done.stdout}{done.stderr}"


def snapshot(folder: Path) -> dict[str, str]:
    """Digest by path of all below `folder`, but Git's unreachable objects and lock files.

    Two equal snapshots: same refs, same reflogs, same index, same files, same pending data.
    """
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or ".git/objects/" in f"{name}/" or name.endswith("sopgit/lock"):
            continue
        found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def codes(findings: Any) -> set[str]:
    """The codes of findings."""
    return {finding.code for finding in findings}


@functools.cache
def template() -> Folders:
    """The office of this process: a case at step 2, one at 6 and one closed, all landed."""
    root = Path(tempfile.mkdtemp(prefix="sopgit-office-")) / "office"
    root.mkdir()
    folders = Folders(root, Anchor("", "", ""))
    founded = found_office(root, lambda _told: None, folders.now)
    folders.anchor = founded.anchor
    folders.cases["new"] = folders.walk(acts.OPEN, 1)
    folders.cases["checked"] = folders.walk(acts.OPEN, 5, samples.districts(1))
    folders.cases["closed"] = folders.walk(acts.OPEN, 9, samples.districts(2))
    for desk in samples.CLONES:
        folders.sync(desk)
        _slim(folders.clone(desk), folders.clone(desk) / ".git")
    _slim(folders.server, folders.server)
    return folders


def _slim(repository: Path, gitdir: Path) -> None:
    """Leave few files behind, for every test copies them."""
    run_git(repository, "gc", "-q")
    for sample in (gitdir / "hooks").glob("*.sample"):
        sample.unlink()


def found_alone(root: Path, **changes: Any) -> Folders:
    """An office of one clone, `kasi`, with no server; `changes` replace parts of its description.

    All its people can sit down there.
    """
    (root / "keys").mkdir(parents=True)
    people = {}
    for person, facts in samples.PEOPLE.items():
        signer = Signer.new(person.encode())
        (root / "keys" / person).mkdir()
        signer.write_files(root / "keys" / person / "id_ed25519")
        people[person] = {**facts, "keys": [signer.public_line], "recipients": []}
    description = {
        "office": samples.OFFICE,
        "people": people,
        "roles": {desk: [person] for desk, person in samples.CLONES.items()},
        "roots": {"threshold": 2, "people": list(samples.ROOTS)},
        "wali_data": {"name": "Wali Data Rekaan", "recipients": []},
        "agencies": samples.AGENCIES,
        "copies": {"open": 0, "restricted": 0},
    }
    founding = plan({**description, **changes}, Schemas(read_schemas()))
    for root_person in samples.ROOTS:
        founding = sign(founding, root / "keys" / root_person / "id_ed25519")
    repo = commit_genesis(root / KASI, founding, START)
    repo.config_set(SIGNING_KEY, str(root / "keys" / "agus" / "id_ed25519"))
    office = open_founded(repo, root)
    commit_settings(office, founding, range(2026, 2027), {}, START)
    anchor = office.anchor
    assert anchor is not None
    return Folders(root, anchor)


def remove_template() -> None:
    """Take the office of this process away."""
    if template.cache_info().currsize:
        shutil.rmtree(template().root.parent, ignore_errors=True)
