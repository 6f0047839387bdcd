"""The official papers of a case, as PDF."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sopgit.adapters.age import Identity
from sopgit.adapters.files import write_atomic
from sopgit.app.office import Office
from sopgit.app.sealed import opened
from sopgit.app.views import CaseView
from sopgit.app.workplace import Workplace
from sopgit.core.finding import Place
from sopgit.core.policy import Policy
from sopgit.core.procedure import check_document
from sopgit.core.statement import chain_link, statement_id
from sopgit.core.text import T
from sopgit.core.trusted import Tree
from sopgit.documents.fields import PaperError
from sopgit.documents.paper import Paper, has_paper, paper_from_event
from sopgit.documents.plain import INDENT, plain_lines
from sopgit.documents.typst import Press


def case_papers(
    view: CaseView, policy: Policy, tree: Tree, identity: Identity | None
) -> list[tuple[str, Paper]]:
    """The paper of every event that issued a document, with its file name.

    In a restricted case `identity` opens what its reader may read. Raises PaperError.
    """
    papers = []
    digests = {event["seq"]: chain_link(event) for event in view.events}
    events = opened(view.events, tree, view.state.folder, identity)
    for event, before in zip(events, view.events, strict=True):
        if event.get("document") is None:
            continue
        # What was sealed has been seen by no engine.
        if event is not before and check_document(event["document"], view.procedure, Place()):
            message = T("what was sealed with event {seq} makes no paper", seq=event["seq"])
            raise PaperError(message, T("let its author amend the document"))
        paper = paper_from_event(
            event, view.procedure.raw, policy.raw, view.state.id, digests[event["seq"]], events
        )
        name = f"{view.state.id}-{event['seq']:02d}-{event['document']['type']}.pdf"
        papers.append((name, paper))
    return papers


def draft_lines(
    office: Office, event: Mapping[str, Any], path: str | None, width: int
) -> list[str]:
    """The paper that `event` would make on the case at `path`, as text; its reason without one."""
    place = Workplace.of(office).at(path)
    state = place.state(path) if path else None
    procedure = place.trusted.procedure(state.procedure if state else event["procedure"])
    if procedure is None or not has_paper(event):
        return [f"{INDENT}{event.get('reason', '-')}"]
    before = place.events(path) if path else ()
    case = state.id if state else statement_id(event)
    policy = office.trusted.policy.raw
    return plain_lines(paper_from_event(event, procedure.raw, policy, case, "", before), width)


def print_papers(papers: list[tuple[str, Paper]], folder: Path) -> list[Path]:
    """Render `papers` into `folder`; each appears whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    rendered = Press().render([paper for _, paper in papers])
    paths = []
    for (name, _), data in zip(papers, rendered, strict=True):
        write_atomic(folder / name, data, 0o644)
        paths.append(folder / name)
    return paths
