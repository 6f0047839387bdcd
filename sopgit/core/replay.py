"""Events add up to the state of a case.

`apply` folds one event into the state before it and trusts the event; whether
the event may happen is `workflow.decide`'s to say. The same events give the
same state, whoever replays them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sopgit.core.attached import passed_on, with_files
from sopgit.core.case import Carried, CaseState, Event, Issued, StandingAct
from sopgit.core.statement import case_folder, chain_link, statement_id


def begin(event: Event, head: str) -> CaseState:
    """The state after the first event, which opens the case and finishes its first step."""
    case = event["case"]
    state = CaseState(
        id=statement_id(event),
        folder=case_folder(event),
        procedure=event["procedure"],
        title=case["title"],
        producers=tuple(case["producers"]),
        purpose=case["purpose"],
        restricted=case["restricted"],
        begun=case.get("begun", event["at"]),
        status="open",
        step=event["step"],
        seq=0,
        head="",
        at=event["at"],
        entered=case.get("begun", event["at"]),
    )
    return _move_on(_carry(state, event, head), event)


def apply(state: CaseState | None, event: Event, head: str | None = None) -> CaseState:
    """The state after `event`; the state before it is None for the first.

    `head` is the digest of `event`, where it is known already.
    """
    head = head or chain_link(event)
    if state is None:
        return begin(event, head)
    return _ACTS[event["act"]](_carry(state, event, head), event)


def replay(events: Iterable[Event]) -> CaseState:
    """The state after all of `events`; there is at least one."""
    state: CaseState | None = None
    for event in events:
        state = apply(state, event)
    if state is None:
        raise ValueError("a case has at least one event")
    return state


def _changed(state: CaseState, **changes: Any) -> CaseState:
    """`dataclasses.replace`, which asks each field and costs more than the rules of an act."""
    made = object.__new__(CaseState)
    made.__dict__.update(state.__dict__, **changes)
    return made


def _carry(state: CaseState, event: Event, head: str) -> CaseState:
    """What every act does: the chain moves on, data and a receipt come in."""
    seq, step = event["seq"], event["step"]
    carried = tuple(
        Carried(seq, step, *(entry[key] for key in ("dataset", "version", "action", "object")))
        for entry in event.get("datasets", ())
    )
    received = event.get("received")
    return _changed(
        state,
        seq=seq,
        head=head,
        at=event["at"],
        datasets=state.datasets + carried,
        received=received["at"] if received else state.received,
        standing=(*state.standing, StandingAct(step, event["act"], head)),
        attached=with_files(state.attached, event),
    )


def _issue(state: CaseState, event: Event, *, sheet: bool = False) -> CaseState:
    document = event.get("document")
    if document is None:
        return state
    kind, number, date = (document[key] for key in ("type", "number", "date"))
    issued = Issued(event["seq"], event["step"], kind, number, date, document, sheet=sheet)
    return _changed(state, documents=(*state.documents, issued))


def _move_on(state: CaseState, event: Event) -> CaseState:
    state = _issue(state, event)
    to = event["to"]
    return _changed(
        state,
        step=to,
        status="closed" if to is None else "open",
        entered=event["at"],
        received=None,
        returned=False,
        workers=state.workers | {(event["step"], event["by"])},
        passed=state.passed | {event["step"]},
    )


def _go_back(state: CaseState, event: Event) -> CaseState:
    """Stand at `to` again: all that was done from there on is undone, but this act itself."""
    to = event["to"]
    return _changed(
        state,
        step=to,
        status="open",
        entered=event["at"],
        received=None,
        returned=True,
        rounds=state.rounds + 1,
        documents=tuple(
            replace(issued, live=False) if issued.step >= to and not issued.sheet else issued
            for issued in state.documents
        ),
        datasets=tuple(
            replace(entry, live=False) if entry.step >= to else entry for entry in state.datasets
        ),
        passed=frozenset(step for step in state.passed if step < to),
        standing=(*(act for act in state.standing if act.step < to), state.standing[-1]),
    )


def _return(state: CaseState, event: Event) -> CaseState:
    return _issue(_go_back(state, event), event, sheet=True)


def _amend(state: CaseState, event: Event) -> CaseState:
    worked = _changed(state, workers=state.workers | {(event["step"], event["by"])})
    if "case" in event:
        case = event["case"]
        worked = _changed(
            worked,
            title=case["title"],
            producers=tuple(case["producers"]),
            purpose=case["purpose"],
            restricted=case["restricted"],
            begun=case.get("begun", worked.begun),
        )
    else:
        before = worked.document_of(event["of"])
        kept = tuple(
            replace(issued, live=False) if issued is before else issued
            for issued in worked.documents
        )
        is_sheet = before is not None and before.sheet
        passed = passed_on(worked.attached, event)
        worked = _issue(_changed(worked, documents=kept, attached=passed), event, sheet=is_sheet)
    return worked if event["to"] == state.step else _go_back(worked, event)


def _note(state: CaseState, event: Event) -> CaseState:
    if "datasets" not in event:
        return state
    # Whoever brings data in has done work of the step, whoever completes it.
    return _changed(state, workers=state.workers | {(event["step"], event["by"])})


def _cancel(state: CaseState, event: Event) -> CaseState:
    return _changed(state, step=None, status="cancelled", returned=False)


_ACTS = {
    "complete": _move_on,
    "return": _return,
    "amend": _amend,
    "note": _note,
    "cancel": _cancel,
}
