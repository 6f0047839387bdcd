"""What everybody with a clone could read: no number of a citizen gets there unseen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sopgit.adapters.git import build_commit
from sopgit.app.check_files import check_folder
from sopgit.app.demo import papers
from sopgit.app.draft import Draft
from sopgit.app.guards import RefUpdate, admit_index, admit_push, admit_range
from sopgit.app.ledger import outcome_of
from sopgit.app.office import MAIN
from sopgit.app.workplace import ActRefused
from sopgit.core.finding import Allowed, Finding, Refused, Verdict
from sopgit.core.lineage import sha256
from tests import acts
from tests.by_hand import Files, Hand
from tests.offices import AUTHOR, KASI, Folders
from tests.workbooks import workbook

CITIZEN = "1810014101809999"
SERVANT = "198001012005011999"
PERSONAL = "personal-data-open"


@pytest.fixture(scope="module")
def hand(founded: Folders, tmp_path_factory: pytest.TempPathFactory) -> Hand:
    """An office of whose main nothing moves."""
    return Hand(founded.copy(tmp_path_factory.mktemp("opened") / "office"))


def note(hand: Hand, text: str) -> Files:
    return hand.act("budi", "new", Draft("note", reason=f"Tentang warga {text}"))


def letter(hand: Hand, text: str) -> Files:
    fields = {**papers.SURAT_PENDATAAN, "pembuka": f"Atas nama\n{text}"}
    draft = Draft("complete", document={"type": "surat_pendataan", "fields": fields})
    return hand.act("siti", "new", draft)


def paragraphs(hand: Hand, text: str) -> Files:
    """Where a line is empty the file has quotes, in which letters stand for the line ends."""
    return hand.act("budi", "new", Draft("note", reason=f"Warga:\n\n{text}"))


def title(hand: Hand, text: str) -> Files:
    case = {**acts.CASE, "title": f"Data {text}"}
    return hand.act("agus", None, Draft("open", case=case, document=acts.OPEN.document))


def page(_hand: Hand, text: str) -> Files:
    return {"docs/warga.md": f"# Warga\n\n{text}\n".encode()}


def attached(name: str, make: Callable[[str], bytes]) -> Callable[[Hand, str], Files]:
    """A note that brings a file."""

    def files(hand: Hand, text: str) -> Files:
        data = make(text)
        listed = [{"path": name, "old": None, "new": sha256(data)}]
        folder = hand.path("closed").rpartition("/")[0]
        told = hand.act("budi", "closed", Draft("note", reason="lampiran"), files=listed)
        return {**told, f"{folder}/{name}": data}

    return files


def table(text: str) -> bytes:
    return f"nama;nilai\nSatu;1.234,56\nDua;{text}\n".encode("utf-16")


def sheet(text: str) -> bytes:
    number: Any = float(text[:15] + "0") if text.isdecimal() and len(text) == 16 else text
    return workbook({"Warga": [["nama", "nik"], ["Satu", number], ["Dua", number]]})


PLACES: Mapping[str, Callable[[Hand, str], Files]] = {
    "a reason": note,
    "a letter": letter,
    "a text in paragraphs": paragraphs,
    "a title": title,
    "a free page": page,
    "an attached text": attached("isi.txt", lambda text: f"Nomor: {text}\n".encode("utf-16")),
    "an attached message": attached("surat.eml", lambda text: f"To: x\n\n{text}\n".encode()),
    "an attached table": attached("warga.csv", table),
    "an attached workbook": attached("warga.xlsx", sheet),
}


def errors(outcome: Verdict) -> set[str]:
    return {finding.code for finding in outcome.findings} if isinstance(outcome, Refused) else set()


def asked(hand: Hand, commit: str) -> dict[str, Verdict]:
    """What each guard says to one commit on main."""
    folders, office = hand.folders, hand.office
    base = office.repo.resolve("refs/remotes/origin/main")
    folders.git(KASI, "read-tree", commit)
    index = admit_index(office)
    folders.git(KASI, "read-tree", "HEAD")
    return {
        "index": index,
        "push": admit_push(office, [RefUpdate(base, commit, MAIN)], folders.now()),
        "branch": admit_push(
            office, [RefUpdate("0" * 40, commit, "refs/heads/case/aaaaaaaaaa")], folders.now()
        ),
        "range": admit_range(office, base, commit, folders.now())[1],
        "verify": outcome_of(office.verify(commit)),
    }


@pytest.mark.parametrize("place", PLACES)
def test_every_guard_refuses_a_citizens_number_and_history_stays_as_it_is(
    hand: Hand, place: str
) -> None:
    plain = hand.folders.commit(KASI, PLACES[place](hand, "tanpa nomor"))
    answers = asked(hand, plain)
    assert not any(map(errors, answers.values()))
    told = asked(hand, hand.folders.commit(KASI, PLACES[place](hand, CITIZEN)))
    assert isinstance(told.pop("verify"), Allowed)
    assert [errors(outcome) for outcome in told.values()] == [{PERSONAL}] * 4


def test_the_finding_says_where_and_masks(hand: Hand) -> None:
    outcome = asked(hand, hand.folders.commit(KASI, letter(hand, CITIZEN)))["push"]
    assert isinstance(outcome, Refused)
    (found,) = outcome.findings
    path = hand.path("new")
    lines = (letter(hand, CITIZEN)[path] or b"").decode().splitlines()
    assert found.place.path == path
    assert CITIZEN in lines[found.place.line - 1]
    assert "1810************" in str(found.message)
    assert CITIZEN not in str(found.message)


def test_officials_and_how_to_reach_them_may_be_named(hand: Hand) -> None:
    text = f"NIP {SERVANT}, a@contoh.id, NPWP 01.234.567.4-321.000, 0812-3456-7890"
    outcome = asked(hand, hand.folders.commit(KASI, letter(hand, text)))["push"]
    assert isinstance(outcome, Allowed)
    assert [finding.code for finding in outcome.warnings] == [PERSONAL, PERSONAL]


def message(hand: Hand, text: str) -> str:
    repo, files = hand.office.repo, page(hand, "kosong")
    return build_commit(
        repo, repo.tip(MAIN), files, f"Halaman\n\n{text}\n", AUTHOR, hand.folders.clock
    )


@pytest.mark.parametrize(
    ("text", "code"), [(f"NIK {CITIZEN}", PERSONAL), ("naik\x1b[1A", "commit-message")]
)
def test_a_commits_message_is_refused_too(hand: Hand, text: str, code: str) -> None:
    assert not any(map(errors, asked(hand, message(hand, "biasa")).values()))
    told = asked(hand, message(hand, text))
    assert {name: errors(told[name]) for name in ("push", "branch", "range", "verify")} == {
        "push": {code},
        "branch": {code},
        "range": {code},
        "verify": set(),
    }


def test_what_was_shown_and_taken_away_again_has_been_handed_out(hand: Hand) -> None:
    shown = hand.folders.commit(KASI, page(hand, CITIZEN))
    clean = hand.folders.commit(KASI, {"docs/warga.md": None}, shown)
    told = asked(hand, clean)
    assert {name: errors(told[name]) for name in ("index", "push", "branch", "range")} == {
        "index": set(),
        "push": {PERSONAL},
        "branch": {PERSONAL},
        "range": {PERSONAL},
    }


def test_what_has_landed_is_never_asked_again(folders: Folders) -> None:
    base = folders.tip(KASI)
    commit = folders.commit(KASI, page(Hand(folders), CITIZEN))
    folders.git(KASI, "reset", "-q", "--hard", commit)
    office = folders.office(KASI)
    assert isinstance(admit_range(office, base, commit, folders.now())[1], Allowed)
    assert isinstance(admit_index(office), Allowed)


def test_an_act_is_refused_before_anything_is_written(folders: Folders, tmp_path: Path) -> None:
    restricted = replace(acts.OPEN, case={**acts.CASE, "restricted": True})
    fields = {**papers.NOTA_DINAS, "isi": f"Mohon dicek {CITIZEN}."}
    sealed = folders.perform(KASI, None, replace(restricted, document={"fields": fields}))
    assert sealed.state.restricted
    before = folders.tip(KASI)
    paper = tmp_path / "warga.csv"
    paper.write_text(f"nama,nik\nSatu,{CITIZEN}\n")
    for draft in (
        replace(acts.OPEN, document={"fields": fields}),
        replace(acts.OPEN, attachments=(paper,)),
        replace(restricted, case={**acts.CASE, "title": CITIZEN, "restricted": True}),
    ):
        with pytest.raises(ActRefused) as caught:
            folders.perform(KASI, None, draft)
        assert {finding.code for finding in caught.value.refused.findings} == {PERSONAL}
    assert folders.tip(KASI) == before
    folders.perform(KASI, None, replace(restricted, attachments=(paper,)))


def test_files_judged_as_files_are_scanned_too(folders: Folders) -> None:
    office = folders.office(KASI)

    def found() -> list[Finding]:
        return [f for f in check_folder(folders.clone(KASI), office.schemas) if f.code == PERSONAL]

    assert found() == []
    for path, data in note(Hand(folders), CITIZEN).items():
        (folders.clone(KASI) / path).write_bytes(data or b"")
    assert len(found()) == 1
