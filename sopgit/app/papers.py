"""The official papers of a case, as PDF."""

from __future__ import annotations

from pathlib import Path

from sopgit.adapters.age import Identity
from sopgit.adapters.files import write_atomic
from sopgit.app.sealed import opened
from sopgit.app.views import CaseView
from sopgit.core.policy import Policy
from sopgit.core.statement import chain_link
from sopgit.core.trusted import Tree
from sopgit.documents.paper import Paper, paper_from_event
from sopgit.documents.typst import Press


def case_papers(
    view: CaseView, policy: Policy, tree: Tree, identity: Identity | None
) -> list[tuple[str, Paper]]:
    """The paper of every event that issued a document, with its file name.

    In a restricted case `identity` opens what its reader may read.
    """
    papers = []
    digests = {event["seq"]: chain_link(event) for event in view.events}
    events = opened(view.events, tree, view.state.folder, identity)
    for event in events:
        if event.get("document") is None:
            continue
        paper = paper_from_event(
            event, view.procedure.raw, policy.raw, view.state.id, digests[event["seq"]], events
        )
        name = f"{view.state.id}-{event['seq']:02d}-{event['document']['type']}.pdf"
        papers.append((name, paper))
    return papers


def print_papers(papers: list[tuple[str, Paper]], folder: Path) -> list[Path]:
    """Render `papers` into `folder`; each appears whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    rendered = Press().render([paper for _, paper in papers])
    paths = []
    for (name, _), data in zip(papers, rendered, strict=True):
        write_atomic(folder / name, data, 0o644)
        paths.append(folder / name)
    return paths
