"""Changing the policy of an office in folders, as its roots do: propose, sign, land."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sopgit.app import policy_edits as edits
from sopgit.app.identity import SIGNING_KEY
from sopgit.app.policy_edits import Edited
from sopgit.app.policy_land import Landed, land_policy
from sopgit.app.policy_sign import read_paper, sign_paper
from sopgit.app.proposing import ProposalRefused, Proposed, propose
from sopgit.core.proposal import BadProposal
from tests.offices import KASI, Folders, codes
from tests.signing import Signer

Change = Callable[[Edited], object]
LETTER = "800/7/2026"


def made(folders: Folders, change: Change, desk: str = KASI, **options: Any) -> Proposed:
    return propose(folders.office(desk), change, "test", **options)


def signed(folders: Folders, proposed: Proposed, *people: str) -> Path:
    for person in people:
        sign_paper(read_paper(proposed.path), folders.root / "keys" / person / "id_ed25519")
    return proposed.path


def landed(folders: Folders, path: Path, desk: str = KASI, **options: Any) -> Landed:
    return land_policy(folders.office(desk), path, folders.now(), **options)


def changed(folders: Folders, change: Change, *others: str, **options: Any) -> None:
    """Propose, sign by both roots and `others`, land, and send it through the guard."""
    path = signed(folders, made(folders, change, **options), "dewi", "agus", *others)
    landed(folders, path)
    folders.sync(KASI)


def refused(call: Callable[[], object]) -> set[str]:
    try:
        call()
    except (ProposalRefused, BadProposal) as error:
        return codes(f for f in error.refused.findings if f.severity == "error")
    raise AssertionError("this was not refused")


def new_key(folders: Folders, name: str) -> Signer:
    """A throwaway key at `keys/NAME`."""
    signer = Signer.new(name.encode())
    (folders.root / "keys" / name).mkdir()
    signer.write_files(folders.root / "keys" / name / "id_ed25519")
    return signer


def sit(folders: Folders, desk: str, name: str) -> None:
    """Let the key at `keys/NAME` sign in a clone."""
    path = folders.root / "keys" / name / "id_ed25519"
    folders.office(desk).repo.config_set(SIGNING_KEY, str(path))


def dewi_acts(edited: Edited) -> None:
    grant = {"role": "kasi", "person": "dewi", "from": "2026-03-01", "until": "2026-03-10"}
    edits.make_acting(edited, {**grant, "letter": LETTER})


def grant_kasi_to(person: str) -> Change:
    return lambda edited: edits.grant(edited, "kasi", person)
