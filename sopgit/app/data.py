"""Datasets of an office: what waits for a case, and bringing back.

Here the ledger meets the storage: which version is the newest, who may read,
and which copies are required are the ledger's and the policy's to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sopgit.adapters import age
from sopgit.adapters.files import file_errors
from sopgit.adapters.objects import Seen
from sopgit.app.carrying import waiting_data
from sopgit.app.datasets import push
from sopgit.app.headers import wanted_version
from sopgit.app.journal import finish_interrupted
from sopgit.app.office import Office
from sopgit.app.pending import change_pending, read_pending
from sopgit.app.recovery import Receipt, get, recover
from sopgit.app.storage import Storage, open_storage
from sopgit.app.versions import Version
from sopgit.app.workplace import ActRefused, Workplace, find_case
from sopgit.core.case import CaseState
from sopgit.core.dvcfiles import CONFIG
from sopgit.core.errors import SopgitError, UsageError
from sopgit.core.finding import Place, Refused
from sopgit.core.lineage import sha256
from sopgit.core.moments import find_zone, format_moment
from sopgit.core.telling import check_tellable
from sopgit.core.text import T


@contextmanager
def office_storage(office: Office) -> Iterator[Storage]:
    """The storage of this clone, and an intake that a kill interrupted there is finished."""
    if office.repo.workdir is None:
        raise UsageError(T("a bare repository holds no data"), T("work in a clone"))
    _verify_config(office, office.repo.workdir)
    with open_storage(office.repo.workdir, office.repo.state_folder) as storage:
        finish_interrupted(storage.state, storage.store)
        yield storage


def _verify_config(office: Office, root: Path) -> None:
    """Raise unless DVC would go by what the roots signed, whatever branch is checked out.

    Its configuration may name servers, and files that name programs to run.
    """
    path = root / CONFIG
    with file_errors(path):
        found = sha256(path.read_bytes()) if path.exists() else None
    # With requests a branch may stand on a mainline that is newer than the one here.
    policies = (office.trusted.policy, office.built_on.trusted.policy)
    if found not in {policy.protected.get(CONFIG) for policy in policies}:
        hint = T("take it back with: git checkout main -- {path}", path=CONFIG)
        raise SopgitError(T("{path} is not the one that the policy names", path=path), hint)


def drop_data(office: Office, case: str) -> tuple[str, ...]:
    """Forget what waits for the next act on `case`; the datasets that were dropped.

    The stored objects stay where they are: nothing that was stored is deleted.
    """
    state = _taking_in(office, Workplace.of(office), case)
    waiting = read_pending(office.repo.state_folder, state.id)
    keys = {item.key for item in waiting.items}
    change_pending(office.repo.state_folder, state.id, lambda held: held.but(keys))
    return tuple(str(entry["dataset"]) for entry in waiting.datasets)


def _taking_in(office: Office, place: Workplace, case: str) -> CaseState:
    """The case that data is for; what waits for it there was told by no act yet."""
    path = find_case(place, case)
    state = place.state(path)
    waiting_data(office.repo, state.id, place.events(path))
    return state


def push_data(office: Office, case: str) -> dict[str, tuple[Seen, ...]]:
    """Finish the copies of what is pending for `case`."""
    place = Workplace.of(office)
    state = _taking_in(office, place, case)
    with office_storage(office) as storage:
        return push(storage, state.id, tuple(place.trusted.policy.raw["remotes"]))


def bring_back(
    office: Office,
    version: Version,
    output: Path,
    now: datetime,
    identity: Path | None = None,
    *,
    heal: bool,
    extract: bool = False,
) -> Receipt:
    """Write `version` to the new file `output`, every byte checked; `heal` repairs bad copies.

    With `extract`, and without `heal`, `output` is the folder that was taken in.
    `identity` is the file with the key that opens what is restricted; None: one's own does.
    """
    policy = office.built_on.trusted.policy
    opening = reading_key(office, identity) if version.is_restricted else None
    wanted = wanted_version(office, version, opening)
    at = format_moment(now, find_zone(policy.timezone))
    with office_storage(office) as storage:
        remotes = tuple(policy.raw["remotes"])
        if heal:
            return recover(storage, wanted, remotes, output, opening, at)
        return get(storage, wanted, remotes, output, opening, at, extract=extract)


def reading_key(office: Office, file: Path | None) -> age.Identity | None:
    """The age identity in `file`, else one's own; None where none is set up."""
    return office.identity() if file is None else age.read_identity(file)


def verify_tellable(office: Office, case: str, dataset: str) -> None:
    """Raise `ActRefused` where no act on `case` could tell what is done with `dataset`."""
    place = Workplace.of(office)
    state = place.state(find_case(place, case))
    procedure = place.trusted.procedure(state.procedure)
    entries = [{"dataset": dataset, "action": "recover"}]
    broken = check_tellable(state, entries, procedure, Place(dataset)) if procedure else []
    if broken:
        raise ActRefused(Refused(tuple(broken)))


def tell_recovery(office: Office, case: str, version: Version, receipt: Receipt) -> None:
    """Let the next act on `case` tell that this version was recovered; no pointer moves."""
    state = _taking_in(office, Workplace.of(office), case)
    entry = {
        "dataset": version.dataset,
        "version": version.version,
        "action": "recover",
        "object": version.object.value,
        "copies": [
            seen.place for seen in receipt.seen if seen.state == "ok" and seen.place != "cache"
        ],
    }
    change_pending(office.repo.state_folder, state.id, lambda held: held.joined(entry, {}))
