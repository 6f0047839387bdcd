"""Taking data in for a case of an office: what the ledger and the policy say of it first.

Which version comes next, who may read, what is encrypted and which copies are
required are theirs to say; and whether any act could tell it where the case
stands, for nothing is stored that nobody could ever tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from sopgit.adapters import age, folders
from sopgit.adapters.streams import OnProgress
from sopgit.app.carrying import waiting_data
from sopgit.app.data import office_storage
from sopgit.app.datasets import Added, Failed, Outcome, add_all
from sopgit.app.office import Office
from sopgit.app.pending import pending_cases
from sopgit.app.previous import Previous
from sopgit.app.readers import readers
from sopgit.app.receiving import Intake, Unchanged
from sopgit.app.scan import Known
from sopgit.app.versions import Version, dataset_versions
from sopgit.app.workplace import Workplace, find_case
from sopgit.core.case import CaseState
from sopgit.core.class_change import check_class_change
from sopgit.core.dataset import (
    Dataset,
    check_classification,
    dataset_folder,
    dataset_path,
    is_restricted,
)
from sopgit.core.finding import Finding, Place, Refused, Rule, verdict
from sopgit.core.lineage import FileChange
from sopgit.core.personal import PERSONAL_DATA_OPEN
from sopgit.core.telling import check_tellable, ways_out
from sopgit.core.text import T
from sopgit.core.writer import emit

WAITS_ELSEWHERE = Rule(
    "waits-elsewhere",
    "a dataset waits for one case at a time",
    why="two cases would each bring what they take for the next version",
)


@dataclass(frozen=True)
class Delivery:
    """A file or folder of an agency, and the value of the dataset.yaml that it is a version of.

    `reason` answers the scan's warnings.
    """

    source: Path
    description: Mapping[str, Any]
    reason: str | None = None

    @property
    def dataset(self) -> str:
        """`PRODUCER/NAME`."""
        return f"{self.description['producer']}/{self.description['name']}"


def size_of(deliveries: Sequence[Delivery]) -> int:
    """How many bytes there are to read, as far as that can be seen beforehand."""
    with suppress(OSError):
        return sum(folders.size_of(delivery.source) for delivery in deliveries)
    return 0


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
    """Take one file in for `case`; raises what failed."""
    delivery = Delivery(source, description, reason)
    (outcome,) = add_deliveries(office, case, [delivery], on_progress, known_codes)
    if isinstance(outcome, Failed):
        raise outcome.error
    return outcome


def add_deliveries(
    office: Office,
    case: str,
    deliveries: Sequence[Delivery],
    on_progress: OnProgress | None = None,
    known_codes: Known | None = None,
) -> list[Outcome]:
    """Take files in for `case`, each of another dataset; what came of each, in their order.

    What is added is pending: the next act on the case tells it. `known_codes`
    are regions by coding.
    """
    place = Workplace.of(office)
    path = find_case(place, case)
    state = place.state(path)
    waiting_data(office.repo, state.id, place.events(path))
    ground = _Ground.of(office, place, path, state, known_codes)
    judged = [ground.judge(delivery) for delivery in deliveries]
    intakes = [each for each in judged if isinstance(each, Intake)]
    if not intakes:
        return [each for each in judged if isinstance(each, Refused)]
    with office_storage(office) as storage:
        added = map(ground.with_ways_out, add_all(storage, intakes, on_progress))
    return [each if isinstance(each, Refused) else next(added) for each in judged]


@dataclass(frozen=True)
class _Ground:
    """What is the same for every delivery of one command."""

    office: Office
    place: Workplace
    state: CaseState
    newest: Mapping[str, Version]
    elsewhere: Mapping[str, str]
    known_codes: Known | None

    @classmethod
    def of(
        cls,
        office: Office,
        place: Workplace,
        path: str,
        state: CaseState,
        known_codes: Known | None,
    ) -> _Ground:
        here = place.at(path)
        newest = {version.dataset: version for version in dataset_versions(here)}
        return cls(office, here, state, newest, _elsewhere(office, place, state), known_codes)

    def judge(self, delivery: Delivery) -> Intake | Refused:
        """The intake of one delivery, unless what is known of it refuses it already."""
        where = Place(delivery.dataset)
        broken = [
            *check_classification(delivery.description["classification"], where),
            *self._check_elsewhere(delivery.dataset, where),
            *self._check_tellable(delivery.dataset, where),
        ] or self._check_declassified(delivery)
        judged = verdict("intake", broken)
        return judged if isinstance(judged, Refused) else self._intake(delivery)

    def with_ways_out(self, outcome: Outcome) -> Outcome:
        """A refusal of the scan says what this office and this step really allow."""
        procedure = self.place.trusted.procedure(self.state.procedure)
        if not isinstance(outcome, Refused) or procedure is None:
            return outcome
        hint = ways_out(self.state, procedure, self.place.trusted.policy.raw["encrypt"])
        found = (
            replace(each, hint=hint) if each.code == PERSONAL_DATA_OPEN.code else each
            for each in outcome.findings
        )
        return Refused(tuple(found))

    def _check_declassified(self, delivery: Delivery) -> list[Finding]:
        """What would refuse the act that lowers a class, asked before it lies in the open."""
        old = self.place.tree.get(dataset_path(delivery.dataset))
        return check_class_change(
            delivery.dataset,
            FileChange(old, emit(delivery.description)),
            self.place.trusted.tree,
            self.place.trusted.policy,
            (self.office.me.person,),
            has_new_version=True,
        )

    def _check_elsewhere(self, dataset: str, where: Place) -> list[Finding]:
        case = self.elsewhere.get(dataset)
        if case is None:
            return []
        message = T("a version of {dataset} waits for the case {case}", dataset=dataset, case=case)
        hint = T("let an act there tell it, or forget it with: sopgit data drop {case}", case=case)
        return [WAITS_ELSEWHERE.broken(where, message, hint)]

    def _check_tellable(self, dataset: str, where: Place) -> list[Finding]:
        procedure = self.place.trusted.procedure(self.state.procedure)
        entries = [{"dataset": dataset, "action": "store"}]
        return check_tellable(self.state, entries, procedure, where) if procedure else []

    def _intake(self, delivery: Delivery) -> Intake:
        dataset, policy = Dataset.parse(delivery.description), self.place.trusted.policy
        intake = Intake(
            case=self.state.id,
            dataset=dataset,
            description=emit(delivery.description),
            source=delivery.source,
            encrypt_rule=policy.raw["encrypt"],
            remotes=tuple(policy.raw["remotes"]),
            previous=self._previous(dataset.id),
            reason=delivery.reason,
            known_codes=self.known_codes,
        )
        if not is_restricted(dataset.classification, intake.encrypt_rule):
            return intake
        recipients, identity = self._keys
        return replace(intake, recipients=recipients, identity=identity)

    @cached_property
    def _keys(self) -> tuple[Sequence[str], age.Identity | None]:
        trusted = self.place.trusted
        return readers(trusted.policy, trusted.newest), self.office.me.read_identity()

    def _previous(self, dataset: str) -> Previous | None:
        newest = self.newest.get(dataset)
        if newest is None:
            return None
        paths = self.place.tree.paths(dataset_folder(dataset) + "/")
        files = {path: self.place.tree.get(path) or b"" for path in paths}
        return Previous(newest.version, newest.object, files)


def _elsewhere(office: Office, place: Workplace, state: CaseState) -> dict[str, str]:
    """The other cases for which a dataset's new version waits in this clone, by dataset."""
    paths = {path.split("/")[3][:10]: path for path in place.cases()}
    return {
        item.slot[0]: case
        for case in pending_cases(office.repo.state_folder)
        if case != state.id and case in paths
        for item in waiting_data(office.repo, case, place.events(paths[case])).items
        if item.entry["action"] != "recover"
    }
