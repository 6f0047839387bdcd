"""A restricted case, end to end: readers read it, and nobody else does."""

from __future__ import annotations

from pathlib import Path

import pypdf
import pytest

from sopgit.adapters import age
from sopgit.app.draft import Draft
from sopgit.app.landings import OverlayTree
from sopgit.app.papers import case_papers, print_papers
from sopgit.app.sealed import closed, opened
from sopgit.app.views import view_one
from sopgit.documents.fields import PaperError
from tests import acts
from tests.offices import BUDI, KASI, SITI, Folders
from tests.simulator import Simulator

MARK = "PENANDA-RAHASIA"
CASE = {**acts.CASE, "title": "Rahasia", "restricted": True}
OPEN = Draft(
    "open",
    case=CASE,
    document={"fields": {**(acts.OPEN.document or {})["fields"], "isi": MARK}},
)


def test_the_words_are_nowhere_in_the_clear(folders: Folders, tmp_path: Path) -> None:
    scan = tmp_path / "scan.pdf"
    scan.write_text(MARK)
    case = folders.act(KASI, None, OPEN).state.id
    folders.act(SITI, case, acts.LETTER)
    folders.act(BUDI, case, Draft("note", reason="scan", attachments=(scan,)))
    for path in folders.root.rglob("*"):
        if path.is_file():
            assert MARK.encode() not in path.read_bytes(), path
    names = {path.name for path in folders.clone(BUDI).glob("cases/*/*/*rahasia/*")}
    assert names == {"case.yaml", "body-1.age", "body-2.age", "scan.pdf.age"}


def test_a_reader_opens_the_words_and_prints_the_paper(folders: Folders, tmp_path: Path) -> None:
    case = folders.act(KASI, None, OPEN).state.id
    folders.sync(SITI)
    office = folders.office(SITI)
    view = view_one(office, case, folders.now())
    assert "isi" not in view.events[0]["document"]["fields"]
    papers = case_papers(view, office.trusted.policy, office.trusted.tree, office.identity())
    (path,) = print_papers(papers, tmp_path / "papers")
    assert MARK in pypdf.PdfReader(path).pages[0].extract_text()


def test_somebody_else_sees_that_the_act_was_done_and_no_more(
    folders: Folders, tmp_path: Path
) -> None:
    case = folders.act(KASI, None, OPEN).state.id
    office = folders.office(KASI)
    view = view_one(office, case, folders.now())
    secret, _ = age.new_identity()
    (tmp_path / "stranger.txt").write_text(secret + "\n")
    stranger = age.read_identity(tmp_path / "stranger.txt")
    tree, folder = office.trusted.tree, view.state.folder
    for identity in (None, stranger):
        assert opened(view.events, tree, folder, identity)[0]["document"]["fields"] == {}
        assert closed(view.events, tree, folder, identity) == [1]
    assert closed(view.events, tree, folder, office.identity()) == []
    paper = case_papers(view, office.trusted.policy, tree, stranger)
    (path,) = print_papers(paper, tmp_path / "papers")
    text = pypdf.PdfReader(path).pages[0].extract_text()
    assert MARK not in text
    assert "terenkripsi" in text


@pytest.mark.parametrize("sealed", [b"[" * 100_000, b'{"laporan": 9}', b"[]"], ids=len)
def test_what_was_sealed_changes_no_word_that_was_judged(sealed: bytes, tmp_path: Path) -> None:
    """Whoever writes the body may put anything into it; the file under the signature stands."""
    secret, public = age.new_identity()
    (tmp_path / "age.txt").write_text(secret + "\n")
    event = {"seq": 1, "document": {"fields": {"laporan": 5}}}
    tree = OverlayTree(
        Simulator.shipped().trusted.tree, {"x/body-1.age": age.encrypt_bytes(sealed, [public])}
    )
    (read,) = opened([event], tree, "x", age.read_identity(tmp_path / "age.txt"))
    assert read == event


def test_what_was_sealed_and_is_no_paper_is_said_to_be(folders: Folders) -> None:
    case = folders.act(KASI, None, OPEN).state.id
    office = folders.office(KASI)
    identity, policy = office.identity(), office.trusted.policy
    assert identity is not None
    view = view_one(office, case, folders.now())
    assert len(case_papers(view, policy, office.trusted.tree, identity)) == 1
    body = age.encrypt_bytes(b'{"isi": [[]]}', [identity.public])
    tree = OverlayTree(office.trusted.tree, {f"{view.state.folder}/body-1.age": body})
    with pytest.raises(PaperError, match="event 1"):
        case_papers(view, policy, tree, identity)
