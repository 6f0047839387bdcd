"""Datasets of an office: taking in for a case, listing, and bringing back.

Here the ledger meets the storage: which version is the newest, who may read,
and which copies are required are the ledger's and the policy's to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sopgit.adapters import age
from sopgit.adapters.objects import Seen
from sopgit.adapters.streams import OnProgress
from sopgit.app.carrying import waiting_data
from sopgit.app.datasets import Added, Intake, Unchanged, add, push
from sopgit.app.headers import wanted_version
from sopgit.app.office import Office
from sopgit.app.pending import clear_pending, read_pending, write_pending
from sopgit.app.previous import Previous
from sopgit.app.readers import readers
from sopgit.app.recovery import Receipt, get, recover
from sopgit.app.scan import Known
from sopgit.app.storage import Storage, open_storage
from sopgit.app.versions import Version, dataset_versions
from sopgit.app.workplace import ActRefused, Workplace, find_case
from sopgit.core.case import CaseState
from sopgit.core.class_change import check_class_change
from sopgit.core.dataset import Dataset, check_classification, dataset_folder, dataset_path
from sopgit.core.duties import PRODUCER_UNKNOWN
from sopgit.core.errors import UsageError
from sopgit.core.finding import Finding, Place, Refused, verdict
from sopgit.core.legality import CASE_ENDED
from sopgit.core.lineage import FileChange
from sopgit.core.moments import find_zone, format_moment
from sopgit.core.strict_yaml import mapping_of
from sopgit.core.text import T
from sopgit.core.writer import emit


@contextmanager
def office_storage(office: Office) -> Iterator[Storage]:
    """The storage of this clone; raises where there is no work tree."""
    if office.repo.workdir is None:
        raise UsageError(T("a bare repository holds no data"), T("work in a clone"))
    with open_storage(office.repo.workdir, office.repo.state_folder) as storage:
        yield storage


def add_data(
    office: Office,
    case: str,
    source: Path,
    description: Mapping[str, Any],
    on_progress: OnProgress | None = None,
    *,
    reason: str | None = None,
    known_codes: Known | None = None,
) -> Added | Unchanged | Refused:
    """Take `source` in for `case`; `description` is the value of its dataset.yaml.

    What comes of it is pending: the next act on the case tells it. `reason`
    answers the scan's warnings; `known_codes` are regions by coding.
    """
    place = Workplace.of(office)
    state = _taking_in(office, place, case)
    place = place.at(find_case(place, case))
    where = Place(f"{description['producer']}/{description['name']}")
    broken = [
        *check_taking_in(state, str(description["producer"]), where),
        *check_classification(description["classification"], where),
    ] or check_declassified(office, place, description)
    if isinstance(verdict("intake", broken), Refused):
        return Refused(tuple(broken))
    dataset, policy = Dataset.parse(description), place.trusted.policy
    intake = Intake(
        case=state.id,
        dataset=dataset,
        description=emit(description),
        source=source,
        encrypt_rule=policy.raw["encrypt"],
        remotes=tuple(policy.raw["remotes"]),
        previous=_previous(place, dataset.id),
        reason=reason,
        known_codes=known_codes,
    )
    if intake.is_restricted:
        keys = readers(policy, place.trusted.newest)
        intake = replace(intake, recipients=keys, identity=office.me.read_identity())
    with office_storage(office) as storage:
        return add(storage, intake, on_progress)


def check_taking_in(state: CaseState, producer: str, place: Place) -> list[Finding]:
    """What would make every act that tells the data a refused one."""
    findings = []
    if state.step is None:
        message = T("the case has ended and takes no data")
        findings.append(CASE_ENDED.broken(place, message, T("open another case for it")))
    if producer not in state.producers:
        message = T("{producer} is no producer of this case", producer=producer)
        hint = T("the case names {producers}", producers=", ".join(state.producers))
        findings.append(PRODUCER_UNKNOWN.broken(place, message, hint))
    return findings


def check_declassified(
    office: Office, place: Workplace, description: Mapping[str, Any]
) -> list[Finding]:
    """What would refuse the act that lowers a class, asked before anything lies in the open."""
    dataset = f"{description['producer']}/{description['name']}"
    change = FileChange(place.tree.get(dataset_path(dataset)), emit(description))
    policy, authors = place.trusted.policy, (office.me.person,)
    return check_class_change(
        dataset, change, place.trusted.tree, policy, authors, has_new_version=True
    )


def drop_data(office: Office, case: str) -> tuple[str, ...]:
    """Forget what waits for the next act on `case`; the datasets that were dropped.

    The stored objects stay where they are: nothing that was stored is deleted.
    """
    place = Workplace.of(office)
    state = _taking_in(office, place, case)
    waiting = read_pending(office.repo.state_folder, state.id)
    clear_pending(office.repo.state_folder, state.id)
    return tuple(str(entry["dataset"]) for entry in waiting.datasets)


def _taking_in(office: Office, place: Workplace, case: str) -> CaseState:
    """The case that data is for; what waits for it there was told by no act yet."""
    path = find_case(place, case)
    state = place.state(path)
    waiting_data(office.repo, state.id, place.events(path))
    return state


def _previous(place: Workplace, dataset: str) -> Previous | None:
    versions = [version for version in dataset_versions(place) if version.dataset == dataset]
    if not versions:
        return None
    newest = versions[-1]
    paths = place.tree.paths(dataset_folder(dataset) + "/")
    files = {path: place.tree.get(path) or b"" for path in paths}
    return Previous(newest.version, newest.object, files)


def description_of(place: Workplace, dataset: str) -> dict[str, Any] | None:
    """The dataset.yaml of a dataset that is known already."""
    data = place.tree.get(f"{dataset_folder(dataset)}/dataset.yaml")
    return mapping_of(data) if data is not None else None


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
) -> Receipt:
    """Write `version` to the new file `output`, every byte checked; `heal` repairs bad copies.

    `identity` is the file with the key that opens what is restricted; None: one's own does.
    """
    policy = office.trusted.policy
    opening = reading_key(office, identity) if version.is_restricted else None
    wanted = wanted_version(office, version, opening)
    at = format_moment(now, find_zone(policy.timezone))
    with office_storage(office) as storage:
        bring = recover if heal else get
        return bring(storage, wanted, tuple(policy.raw["remotes"]), output, opening, at)


def reading_key(office: Office, file: Path | None) -> age.Identity | None:
    """The age identity in `file`, else one's own; None where none is set up."""
    return office.identity() if file is None else age.read_identity(file)


def verify_tellable(office: Office, case: str, dataset: str) -> None:
    """Raise `ActRefused` where no act on `case` could tell what is done with `dataset`."""
    place = Workplace.of(office)
    state = place.state(find_case(place, case))
    broken = check_taking_in(state, dataset.partition("/")[0], Place(dataset))
    if broken:
        raise ActRefused(Refused(tuple(broken)))


def tell_recovery(office: Office, case: str, version: Version, receipt: Receipt) -> None:
    """Let the next act on `case` tell that this version was recovered; no pointer moves."""
    place = Workplace.of(office)
    path = find_case(place, case)
    state = place.state(path)
    entry = {
        "dataset": version.dataset,
        "version": version.version,
        "action": "recover",
        "object": version.object.value,
        "copies": [
            seen.place for seen in receipt.seen if seen.state == "ok" and seen.place != "cache"
        ],
    }
    waiting = waiting_data(office.repo, state.id, place.events(path))
    write_pending(office.repo.state_folder, state.id, waiting.joined(entry, {}))
