"""An office's repository, opened: what every command starts from."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sopgit.adapters.files import write_atomic
from sopgit.adapters.git import CommitTree, Repository, heal
from sopgit.adapters.private import cache_folder
from sopgit.adapters.resources import read_schemas
from sopgit.app.landings import NoLedger
from sopgit.app.language import language_in
from sopgit.app.laps import has_requests
from sopgit.app.ledger import History, verify_history
from sopgit.app.verified import verify_on
from sopgit.core.errors import SopgitError
from sopgit.core.paths import POLICY
from sopgit.core.schema import Schemas
from sopgit.core.text import T
from sopgit.core.trusted import Anchor, Trusted

if TYPE_CHECKING:
    from sopgit.adapters.age import Identity
    from sopgit.app.identity import Me

MAIN = "refs/heads/main"
REMOTE_MAIN = "refs/remotes/origin/main"
_ANCHOR = "anchor.json"


@dataclass
class Office:
    """A clone (or the server's bare repository) and the ledger it holds."""

    repo: Repository
    schemas: Schemas
    home: Path
    cache: Path | None = field(default_factory=cache_folder)

    @classmethod
    def open(cls, folder: Path, home: Path) -> Office:
        """Open the repository around `folder` and finish what a kill left half done."""
        # A hook has nobody at the keyboard: this, the keys and age are a twentieth of its start.
        from sopgit.app.restoring import settle_leaving  # noqa: PLC0415

        repo = Repository.open(folder)
        heal(repo)
        settle_leaving(repo)
        return cls(repo, Schemas(read_schemas()), home)

    @classmethod
    def open_for_hook(cls, home: Path) -> Office:
        return cls(Repository.open_for_hook(), Schemas(read_schemas()), home)

    @property
    def anchor(self) -> Anchor | None:
        """The anchor kept beside the repository, never in its tree."""
        return read_anchor(self.repo.state_folder / _ANCHOR)

    @property
    def language(self) -> str | None:
        """What the policy on the mainline says, judged or not: a bare repository has no files."""
        tip = self.repo.tip(MAIN)
        policy = CommitTree(self.repo, self.repo.tree_of(tip)).get(POLICY) if tip else None
        return language_in(policy) if policy else None

    def pin(self, anchor: Anchor) -> None:
        """Keep `anchor`; every later verification starts from it."""
        self.repo.state_folder.mkdir(parents=True, exist_ok=True)
        write_atomic(self.repo.state_folder / _ANCHOR, anchor_bytes(anchor), 0o644)

    def tip(self) -> str:
        """The mainline's tip in this clone; raises `NoLedger` where there is none."""
        tip = self.repo.tip(MAIN) or self.repo.tip(REMOTE_MAIN)
        if tip is None:
            raise NoLedger(
                T("there is no mainline here"), T("found an office with: sopgit init DIR")
            )
        return tip

    def verify(self, tip: str) -> History:
        """The ledger up to `tip`, judged from the anchor or from a tip verified by it before."""
        anchor = self.anchor
        if self.cache is None or anchor is None:
            return verify_history(self.repo, tip, anchor, self.schemas)
        return verify_on(self.cache, self.repo, tip, anchor, self.schemas)

    @cached_property
    def history(self) -> History:
        """The whole mainline, verified."""
        return self.verify(self.tip())

    @cached_property
    def newest(self) -> History:
        """The remote's mainline as last fetched, verified; without a remote the one here."""
        remote = self.repo.tip(REMOTE_MAIN)
        return self.history if remote is None or remote == self.history.tip else self.verify(remote)

    @cached_property
    def built_on(self) -> History:
        """What acts build on: with requests the remote's mainline, ahead of the one here or not."""
        return self.newest if has_requests(self.trusted.policy) else self.history

    @property
    def trusted(self) -> Trusted:
        return self.history.trusted

    @cached_property
    def me(self) -> Me:
        from sopgit.app.identity import who_am_i  # noqa: PLC0415 - as above

        return who_am_i(self.repo, self.trusted.policy, self.home)

    def identity(self) -> Identity | None:
        """The age identity of whoever reads here; None where none is set up."""
        from sopgit.adapters.age import read_identity  # noqa: PLC0415 - as above
        from sopgit.app.identity import identity_path  # noqa: PLC0415

        path = identity_path(self.repo, self.home)
        return None if path is None else read_identity(path)

    def base(self) -> str:
        """The newest verified commit of the remote's mainline; HEAD without a remote.

        Never a commit that was not sent yet: it may come to lie on top of others'.
        """
        remote = self.repo.tip(REMOTE_MAIN)
        if remote is None:
            return self.trusted.tip
        known = self.trusted.ids
        newest = self.repo.first_parents(remote, known)[-1]
        return newest if newest in known else self.trusted.tip


def anchor_bytes(anchor: Anchor) -> bytes:
    value = {"schema": "sopgit/anchor/v1", **asdict(anchor)}
    return (json.dumps(value, indent=2) + "\n").encode("ascii")


def read_anchor(path: Path) -> Anchor | None:
    """The anchor in the file at `path`; None where there is no file."""
    try:
        value = json.loads(path.read_bytes())
        return Anchor(value["repository"], value["genesis"], value["policy"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise SopgitError(
            T("{path} is not an anchor", path=str(path)),
            T("pin it anew from the page that the office keeps"),
        ) from error
