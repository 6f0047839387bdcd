"""What an act must bring, and who may not bring it.

Rules enforced here: `input-missing`, `document-type`, `document-missing`,
`revision-stale`, `data-misplaced`, `data-missing`, `producer-unknown`,
`separation`; the form of a document's fields is `procedure.check_document`'s.
"""

from __future__ import annotations

from sopgit.core.case import CaseState, Event
from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.letters import check_number
from sopgit.core.policy import Policy
from sopgit.core.procedure import Procedure, Step, check_document
from sopgit.core.sealing import check_body
from sopgit.core.text import T

DATA = "dataset"

INPUT_MISSING = Rule(
    "input-missing",
    "what a step works on is in the case and was not undone",
    why="a check of a report that is not there checks nothing",
)
DOCUMENT_TYPE = Rule(
    "document-type",
    "an act issues a document that its step produces",
    why="a paper of another step would pass for the one that is due",
)
DOCUMENT_MISSING = Rule(
    "document-missing",
    "an act that must issue a document carries one",
    why="every step of the procedure leaves its paper",
)
REVISION_STALE = Rule(
    "revision-stale",
    "a paper about another names the revision that stands",
    why="a check of an older report would be taken for one of the newest",
)
DATA_MISPLACED = Rule(
    "data-misplaced",
    "data comes in at a step that handles data, by a role of that step",
    why="data that comes in elsewhere was received and checked by nobody",
)
DATA_MISSING = Rule(
    "data-missing",
    "a step whose output is data has a dataset to show",
    why="a receipt for nothing would pass for a delivery",
)
PRODUCER_UNKNOWN = Rule(
    "producer-unknown",
    "a dataset comes from a producer that the case names",
    why="data of an agency that nobody asked could be slipped into a case",
)
SEPARATION = Rule(
    "separation",
    "nobody checks their own work",
    why="two pairs of eyes are the point of the procedure",
)


def check_inputs(state: CaseState | None, event: Event, step: Step, place: Place) -> list[Finding]:
    """What the step works on: every row of its inputs, one of each row's entries."""
    if state is None or event["act"] != "complete":
        return []
    findings = []
    for row in step.inputs:
        papers = [entry for entry in row if entry != DATA]
        if state.live_document(papers) or (DATA in row and state.has_live_data()):
            continue
        message = T(
            "step {step} needs {inputs} in the case", step=step.number, inputs=" / ".join(row)
        )
        findings.append(INPUT_MISSING.broken(place, message))
    return findings


def check_content(
    state: CaseState | None,
    event: Event,
    step: Step,
    procedure: Procedure,
    policy: Policy,
    place: Place,
) -> list[Finding]:
    """The document of the act: there, of a right type, complete, rightly numbered."""
    wanted = _wanted_types(event, step)
    document = event.get("document")
    if document is None:
        if not wanted or event["act"] in ("note", "amend"):
            return []
        message = T(
            "{act} at step {step} must carry {types}",
            act=event["act"],
            step=step.number,
            types=" / ".join(wanted),
        )
        return [DOCUMENT_MISSING.broken(place, message)]
    if document["type"] not in wanted:
        message = T(
            "step {step} produces {types}, not {type}",
            step=step.number,
            types=" / ".join(wanted) or "-",
            type=document["type"],
        )
        return [DOCUMENT_TYPE.broken(place, message)]
    restricted = state.restricted if state else event["case"]["restricted"]
    return [
        *check_document(document, procedure, place, sealed=restricted),
        *(check_body(event, place) if restricted else ()),
        *check_number(document, policy.number_pattern(document["type"]), place),
        *_check_revisions(state, event, procedure, place),
    ]


def _wanted_types(event: Event, step: Step) -> tuple[str, ...]:
    if event["act"] == "return":
        return (step.return_document,) if step.return_document else ()
    if event["act"] == "note" and event["to"] is None:
        return ()
    sheet = (step.return_document,) if event["act"] == "amend" and step.return_document else ()
    return () if event["act"] == "cancel" else (*step.documents, *sheet)


def _check_revisions(
    state: CaseState | None, event: Event, procedure: Procedure, place: Place
) -> list[Finding]:
    document = event["document"]
    kind = procedure.documents.get(document["type"])
    before = state.document_of(event["of"]) if state and event["act"] == "amend" else None
    # The sheet of a return names what that return has undone.
    kept = before.content["fields"] if before and before.sheet else {}
    findings = []
    for name, field in kind.fields.items() if kind else ():
        named = document["fields"].get(name)
        if field.kind != "revision" or named in (None, kept.get(name)) or field.of is None:
            continue
        standing = state.live_document([field.of]) if state else None
        if standing is None or standing.seq != named:
            message = T(
                "{field} names event {named}, the {type} that stands is event {standing}",
                field=name,
                named=named,
                type=field.of,
                standing=standing.seq if standing else "-",
            )
            findings.append(REVISION_STALE.broken(place, message))
    return findings


def check_data(state: CaseState | None, event: Event, step: Step, place: Place) -> list[Finding]:
    """Datasets come where data is handled, and are there where a step's output is data."""
    entries = event.get("datasets", ())
    findings = []
    producers = state.producers if state else tuple(event["case"]["producers"])
    if entries and (not step.handles_data or event["role"] not in step.roles):
        message = T("step {step} takes no data from {role}", step=step.number, role=event["role"])
        findings.append(DATA_MISPLACED.broken(place, message))
    for entry in entries:
        producer = entry["dataset"].partition("/")[0]
        if producer not in producers:
            message = T("{dataset} is not of a producer of this case", dataset=entry["dataset"])
            findings.append(PRODUCER_UNKNOWN.broken(place, message))
    if event["act"] == "complete" and step.needs_dataset and not _has_output(state, event, step):
        message = T("step {step} must bring data", step=step.number)
        hint = T("add it with: sopgit data add PRODUCER/NAME FILE --case CASE")
        findings.append(DATA_MISSING.broken(place, message, hint))
    return findings


def _has_output(state: CaseState | None, event: Event, step: Step) -> bool:
    """Whether this act, or one before it at this step, carries data of the wanted kind."""
    actions = [entry["action"] for entry in event.get("datasets", ())]
    if state is not None:
        actions += [e.action for e in state.datasets if e.live and e.step == step.number]
    return any(not step.actions or action in step.actions for action in actions)


def check_separation(
    state: CaseState | None, event: Event, procedure: Procedure, policy: Policy, place: Place
) -> list[Finding]:
    """Whoever completed, amended or brought data to one step of a pair may not do the other."""
    works = event["act"] in ("complete", "amend") or "datasets" in event
    if state is None or not works:
        return []
    findings = []
    for pair in procedure.separation:
        others = [step for step in pair.steps if step != event["step"]]
        if len(others) == len(pair.steps):
            continue
        for other in others:
            if (other, event["by"]) not in state.workers:
                continue
            message = T(
                "{person} did step {other} and may not do step {step} too",
                person=event["by"],
                other=other,
                step=event["step"],
            )
            is_error = pair.severity == "error" and not policy.trial
            findings.append((SEPARATION.broken if is_error else SEPARATION.doubted)(place, message))
    return findings
