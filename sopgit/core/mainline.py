"""Whether a change may land on the mainline: the engine's one question.

`admit` judges one landing P → C by what was verified up to P. It has no clock
and no I/O and gives everybody the same answer. Its duties, in order:

1. Shape: what the raw trees showed is sound, and every path has a class.
2. The policy changes alone, with the protected files that it names.
3. Statements: case files grow by whole events, records come whole.
4. Events: chain, base and signature hold; the act is legal under P's policy.
5. Letter numbers are used once on the whole mainline.
6. Files: every governed change is listed by a statement, digest by digest.
7. Data: versions, pointers, classes, copies and readers fit what events say.

What no rule explains is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sopgit.core.agencies import check_producers
from sopgit.core.beside import check_beside
from sopgit.core.case import CaseState, Event
from sopgit.core.chain import check_base, check_link, check_signature
from sopgit.core.class_change import spent_records
from sopgit.core.dataset import dataset_folder
from sopgit.core.finding import Allowed, Finding, Place, Refused, Rule, Verdict, verdict
from sopgit.core.holdings import Entry as DataEntry
from sopgit.core.holdings import check_holdings
from sopgit.core.lineage import FILE_FOREIGN, FileChange, check_lineage
from sopgit.core.lineage import Entry as FileEntry
from sopgit.core.paths import (
    AGENCIES,
    POLICY,
    PathClass,
    check_path,
    folder_of,
    is_case_file,
    is_header,
    path_class,
)
from sopgit.core.policy_landing import admit_genesis, check_policy_landing, read_policy
from sopgit.core.preread import Preread, preread
from sopgit.core.readers import check_readers
from sopgit.core.record import check_record
from sopgit.core.replay import apply
from sopgit.core.schema import Schemas
from sopgit.core.statement import case_folder
from sopgit.core.text import T
from sopgit.core.trusted import Anchor, Tree, Trusted, later
from sopgit.core.twins import check_twins
from sopgit.core.workflow import decide

CASE_IDENTITY = Rule(
    "case-identity",
    "a case lies in the folder that its first event names, and no other case has its id",
    why="a case copied to another path would be the same act done twice",
)


@dataclass(frozen=True)
class Landing:
    """One step of the mainline: what changes between P's files and C's.

    `id` is C's commit, or a name where there is none yet. `findings` are what
    the raw parse of C's trees and commits already showed; `preread` holds the
    case files that were read ahead, by path.
    """

    id: str
    changes: Mapping[str, FileChange]
    after: Tree
    findings: tuple[Finding, ...] = ()
    preread: Mapping[str, Preread] = field(default_factory=dict)


@dataclass
class _Judgement:
    findings: list[Finding] = field(default_factory=list)
    states: dict[str, CaseState] = field(default_factory=dict)
    files: list[FileEntry] = field(default_factory=list)
    data: list[DataEntry] = field(default_factory=list)
    authors: dict[str, set[str]] = field(default_factory=dict)
    rekeyed: set[str] = field(default_factory=set)
    events: int = 0
    newest: str = ""


def admit(landing: Landing, trusted: Trusted) -> Verdict:
    """Judge `landing` by what was verified up to its parent."""
    return _judge(landing, trusted)[0]


def land(landing: Landing, trusted: Trusted) -> Verdict:
    """Judge `landing` and, if it is allowed, move `trusted` on to it."""
    outcome, judged = _judge(landing, trusted)
    if isinstance(outcome, Allowed):
        _advance(landing, trusted, judged)
    return outcome


def _judge(landing: Landing, trusted: Trusted) -> tuple[Verdict, _Judgement]:
    judged = _Judgement(list(landing.findings), newest=trusted.newest)
    classes = _classify(landing, trusted, judged)  # 1
    if judged.findings and isinstance(verdict("", judged.findings), Refused):
        return verdict("shape", judged.findings), judged
    if PathClass.POLICY in classes.values() or PathClass.PROTECTED in classes.values():  # 2
        judged.findings += check_policy_landing(landing.changes, landing.after, classes, trusted)
        return verdict("policy", judged.findings), judged
    for path, change in landing.changes.items():  # 3
        if is_case_file(path):
            read = landing.preread.get(path)
            _judge_case(path, change, read, trusted, judged)  # 4
        elif classes[path] is PathClass.RECORD:
            _judge_record(path, landing.changes, trusted, judged)
    judged.findings += check_twins(judged.states, trusted.numbers)  # 5
    governed = [path for path, kind in classes.items() if _needs_statement(path, kind)]
    judged.findings += check_lineage(judged.files, landing.changes, governed, trusted.tree)  # 6
    beside = {path: kind for path, kind in classes.items() if path not in judged.rekeyed}
    judged.findings += check_beside(landing.changes, beside, judged.states, trusted.schemas)
    judged.findings += check_holdings(
        judged.data, landing.changes, landing.after, trusted, judged.authors
    )  # 7
    case_of = lambda path: judged.states.get(path) or trusted.case(path)  # noqa: E731
    judged.findings += check_readers(landing.changes, trusted.policy, judged.newest, case_of)
    return verdict(_rule(classes), judged.findings), judged


def _classify(landing: Landing, trusted: Trusted, judged: _Judgement) -> dict[str, PathClass]:
    classes = {}
    for path in landing.changes:
        kind = path_class(path, trusted.policy.free)
        if kind is None:
            judged.findings += check_path(path, trusted.policy.free)
        else:
            classes[path] = kind
    return classes


def _needs_statement(path: str, kind: PathClass) -> bool:
    kept = kind in (PathClass.DATASET, PathClass.SETTINGS)
    return kept or (kind is PathClass.CASE and not is_case_file(path))


def _rule(classes: Mapping[str, PathClass]) -> str:
    kinds = sorted({kind.value for kind in classes.values()})
    return "+".join(kinds) or "empty"


def _judge_case(
    path: str, change: FileChange, read: Preread | None, trusted: Trusted, judged: _Judgement
) -> None:
    read = read or preread(path, change, trusted.schemas, trusted.policy)
    growth = read.growth
    judged.findings += growth.findings
    if growth.findings:
        return
    state = None if change.is_addition else trusted.case(path)
    steps = zip(growth.events, growth.lines, read.signed, read.heads, strict=True)
    for event, line, signer, head in steps:
        place = Place(path, line, 1)
        reference = event["procedure"] if state is None and "procedure" in event else None
        procedure = trusted.procedure(state.procedure if state else reference or "")
        broken = check_link(state, event, trusted.policy.repository, place)
        if state is None and not broken:
            broken += _check_identity(path, event, trusted, judged, place)
        if broken or procedure is None:
            if procedure is None:
                message = T("the policy has no procedure for this case")
                broken.append(CASE_IDENTITY.broken(place, message))
            judged.findings += broken
            return
        judged.findings += check_base(event, trusted.ids, place)
        if "case" in event:
            judged.findings += check_producers(event, trusted.tree.get(AGENCIES), place)
        judged.findings += check_signature(event, trusted.policy, place, signer)
        found = decide(state, event, procedure, trusted.policy, trusted.newest, place)
        judged.findings += found.findings if isinstance(found, Refused) else found.warnings
        if isinstance(found, Refused):
            return
        state = apply(state, event, head)
        _collect(path, event, place, judged)
    if state is not None:
        judged.states[path] = state


def _check_identity(
    path: str, event: Event, trusted: Trusted, judged: _Judgement, place: Place
) -> list[Finding]:
    if "case" not in event:
        return [CASE_IDENTITY.broken(place, T("a case begins with the act open"))]
    folder = case_folder(event)
    known = folder.rpartition("/")[2][:10]
    taken = known in trusted.folders or any(s.id == known for s in judged.states.values())
    if path == f"{folder}/case.yaml" and not taken:
        return []
    message = T("this case belongs to {folder}", folder=folder)
    return [CASE_IDENTITY.broken(place, message, T("a case is never copied or moved"))]


def _collect(path: str, event: Event, place: Place, judged: _Judgement) -> None:
    folder = path.rpartition("/")[0]
    named = {dataset_folder(entry["dataset"]) for entry in event.get("datasets", ())}
    for entry in event.get("files", ()):
        name = entry["path"]
        full = name if name.startswith("datasets/") else f"{folder}/{name}"
        if folder_of(full) not in {folder, *named} or full == path or is_header(full):
            message = T("an event of this case may not list {path}", path=name)
            judged.findings.append(FILE_FOREIGN.broken(place, message))
        judged.files.append(FileEntry(full, entry["old"], entry["new"], place))
        judged.authors.setdefault(full, set()).add(event["by"])
    judged.data += [DataEntry(entry, place) for entry in event.get("datasets", ())]
    judged.events += 1
    judged.newest = later(judged.newest, event["at"])


def _judge_record(
    path: str, changes: Mapping[str, FileChange], trusted: Trusted, judged: _Judgement
) -> None:
    record, findings = check_record(path, changes, trusted)
    judged.findings += findings
    if record is not None:
        place = Place(path)
        judged.files += [FileEntry(e["path"], e["old"], e["new"], place) for e in record["files"]]
        judged.newest = later(judged.newest, record["at"])
        if record["kind"] == "rekey":
            judged.rekeyed |= {entry["path"] for entry in record["files"]}


def _advance(landing: Landing, trusted: Trusted, judged: _Judgement) -> None:
    trusted.spent.update(spent_records(landing.changes, landing.after, trusted.policy))
    trusted.tip = landing.id
    trusted.tree = landing.after
    trusted.ids.add(landing.id)
    trusted.newest = judged.newest
    trusted.events += judged.events
    trusted.landings += 1
    if POLICY in landing.changes:
        policy, _ = read_policy(landing.after, trusted.schemas)
        trusted.policy = policy or trusted.policy
    for path, state in judged.states.items():
        trusted.remember(path, state)


def found(landing: Landing, anchor: Anchor, schemas: Schemas) -> tuple[Verdict, Trusted | None]:
    """Judge the first commit by the anchor; what was verified starts from there."""
    if landing.findings:
        return verdict("shape", landing.findings), None
    judged, policy = admit_genesis(landing.id, landing.changes, landing.after, anchor, schemas)
    if isinstance(judged, Refused) or policy is None:
        return judged, None
    trusted = Trusted(schemas, anchor, landing.id, landing.after, policy, {landing.id}, landings=1)
    return judged, trusted
