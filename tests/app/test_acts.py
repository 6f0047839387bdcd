"""Acts: what sopgit does, the server takes; what sopgit refuses, changes nothing at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sopgit.adapters.git import RefMovedError
from sopgit.app.acts import Done
from sopgit.app.committing import build_files
from sopgit.app.demo import papers, samples
from sopgit.app.draft import Draft
from sopgit.app.identity import SIGNING_KEY, NoKey
from sopgit.app.pending import read_pending
from sopgit.app.views import view_cases
from sopgit.app.workplace import ActRefused
from sopgit.core.errors import UsageError
from sopgit.core.growth import split_events
from tests import acts
from tests.offices import BUDI, KASI, SITI, Folders, codes, found_alone, snapshot
from tests.signing import Signer


@pytest.fixture(scope="module")
def untouched(founded: Folders, tmp_path_factory: pytest.TempPathFactory) -> Folders:
    """An office for the tests in which nothing may change."""
    return founded.copy(tmp_path_factory.mktemp("untouched") / "office")


RECEIVED = {
    "at": "2026-03-02T08:20:00+07:00",
    "medium": "usb",
    "sender": "Bagian Rekaan",
    "letter": "1/R/2026",
}


RESTRICTED = {**acts.CASE, "restricted": True}


def amended(folders: Folders, case: str, of: int, **changes: Any) -> Draft:
    """An amendment of the document of event `of`: all as it was but `changes`."""
    office = folders.office(KASI)
    states = office.trusted.cases.values()
    issued = next(s for s in states if s.id == case).document_of(of)
    assert issued is not None
    return Draft("amend", of=of, document={**issued.content, **changes}, reason="salah tulis")


def file(folders: Folders, name: str, content: bytes = b"bukti\n") -> Path:
    path = folders.root / name
    path.write_bytes(content)
    return path


def reopen() -> Draft:
    return Draft("return", to=8, reason="ditolak wali data", findings=("lampiran kurang",))


Doing = tuple[str, str, str, Callable[[Folders, str], Draft]]
# What each act is called, at which desk and on which case it is done, and how. In this order:
# a case that is opened is known by the name of its act from then on.
EVERY_ACT: tuple[Doing, ...] = (
    ("open", KASI, "", lambda _f, _c: acts.OPEN),
    ("complete", SITI, "new", lambda _f, _c: acts.LETTER),
    ("complete a check", KASI, "checked", lambda _f, _c: acts.CHECK),
    (
        "return without a sheet",
        SITI,
        "open",
        lambda _f, _c: Draft("return", reason="kurang jelas", findings=("periode tidak ada",)),
    ),
    ("complete again", KASI, "open", lambda _f, _c: replace(acts.OPEN, act="complete", case=None)),
    ("cancel", KASI, "open", lambda _f, _c: Draft("cancel", reason="tidak jadi")),
    ("note", BUDI, "new", lambda _f, _c: Draft("note", reason="ditelepon\nbelum siap")),
    ("note a receipt", BUDI, "new", lambda _f, _c: Draft("note", received=RECEIVED)),
    (
        "note with files",
        BUDI,
        "closed",
        lambda f, _c: Draft("note", attachments=(file(f, "bukti.txt"), file(f, "Surat_2.pdf"))),
    ),
    (
        "open with a file",
        KASI,
        "",
        lambda f, _c: replace(acts.OPEN, attachments=(file(f, "nota.pdf"),)),
    ),
    (
        "amend with its file anew",
        KASI,
        "open with a file",
        lambda f, c: replace(
            amended(f, c, 1, fields={**papers.NOTA_DINAS, "isi": "Lebih jelas."}),
            attachments=(file(f, "nota.pdf", b"lebih jelas\n"),),
        ),
    ),
    ("open restricted", KASI, "", lambda _f, _c: replace(acts.OPEN, case=RESTRICTED)),
    ("complete restricted", SITI, "open restricted", lambda _f, _c: acts.LETTER),
    (
        "note with a file restricted",
        BUDI,
        "open restricted",
        lambda f, _c: Draft("note", attachments=(file(f, "rahasia.pdf"),)),
    ),
    ("amend a number", KASI, "closed", lambda f, c: amended(f, c, 1, number="000.9/77/D.12/2026")),
    ("amend a date", KASI, "closed", lambda f, c: amended(f, c, 6, date="2026-03-01")),
    ("reopen", KASI, "closed", lambda _f, _c: reopen()),
    (
        "amend what a check had passed",
        BUDI,
        "checked",
        lambda f, c: amended(f, c, 5, fields=papers.LAPORAN_2),
    ),
    ("return", KASI, "checked", lambda _f, _c: acts.RETURN),
    (
        "amend the case",
        KASI,
        "new",
        lambda _f, _c: Draft(
            "amend", of=1, case={**acts.CASE, "title": "Data desa"}, reason="salah judul"
        ),
    ),
)


def sealed_files(folders: Folders, done: list[Done]) -> list[bytes]:
    """What lies beside the restricted case at the server."""
    tree = folders.guarded().trusted.tree
    folder = next(act.state.folder for act in done if act.state.restricted)
    paths = [path for path in tree.paths(folder + "/") if not path.endswith("/case.yaml")]
    assert len(paths) == 3
    return [tree.get(path) or b"" for path in paths]


def test_what_every_act_produces_lands_at_the_server(folders: Folders) -> None:
    done = []
    for name, desk, key, draft in EVERY_ACT:
        folders.sit_down(KASI, desk)
        case = folders.cases.get(key)
        done.append(folders.perform(KASI, case, draft(folders, case or "")))
        folders.cases.setdefault(name, done[-1].state.id)
        assert folders.git(KASI, "status", "--porcelain") == "", name
    assert folders.sync(KASI).sent == len(EVERY_ACT)
    guarded = folders.guarded()
    assert guarded.tip() == done[-1].commit
    assert guarded.history.is_sound
    for act in done:
        data = guarded.trusted.tree.get(f"{act.state.folder}/case.yaml") or b""
        assert split_events(data).events[act.event["seq"] - 1] == act.event
        for entry in act.event.get("files", ()):
            assert guarded.trusted.tree.get(f"{act.state.folder}/{entry['path']}")
    assert not any(b"kecamatan" in blob for blob in sealed_files(folders, done))
    amended_back = done[[name for name, *_ in EVERY_ACT].index("amend what a check had passed")]
    assert amended_back.state.step == 6
    assert done[-1].state.title == "Data desa"


def test_a_delivery_in_parts_lands_with_its_data(folders: Folders) -> None:
    case = folders.cases["new"]
    folders.land(SITI, case, acts.LETTER)
    folders.sync(BUDI)
    folders.take_in(BUDI, case, samples.districts(3))
    note = folders.perform(BUDI, case, Draft("note", reason="kiriman pertama"))
    assert [entry["version"] for entry in note.event["datasets"]] == [3]
    folders.take_in(BUDI, case, samples.districts(4))
    done = folders.act(BUDI, case, acts.RECEIPT)
    assert [entry["version"] for entry in done.event["datasets"]] == [4]
    guarded = folders.guarded()
    assert guarded.tip() == done.commit
    assert sorted(guarded.trusted.versions["tapem/kecamatan"]) == [1, 2, 3, 4]
    assert not read_pending(folders.office(BUDI).repo.state_folder, case)


def test_data_waits_for_a_step_that_handles_data(folders: Folders) -> None:
    case = folders.cases["new"]
    folders.land(SITI, case, acts.LETTER)
    folders.sync(BUDI)
    folders.take_in(BUDI, case, samples.districts(3))
    back = Draft("return", to=2, reason="surat keliru", findings=("alamat keliru",))
    sent = folders.land(BUDI, case, back)
    assert "datasets" not in sent.event
    assert "data-waiting" in codes(sent.warnings)
    folders.sync(SITI)
    folders.land(SITI, case, acts.LETTER)
    folders.sync(BUDI)
    done = folders.perform(BUDI, case, acts.RECEIPT)
    assert [entry["version"] for entry in done.event["datasets"]] == [3]
    assert done.warnings == ()


def test_a_name_of_six_characters_or_a_slug_is_enough(folders: Folders) -> None:
    opened = folders.perform(
        KASI, None, replace(acts.OPEN, case={**acts.CASE, "title": "Register Désa"})
    )
    for name in (opened.state.id[:6], opened.state.id, "register-desa"):
        noted = folders.perform(KASI, name, Draft("note", reason=f"dengan {name}"))
        assert noted.state.id == opened.state.id


def without(field: str, draft: Draft) -> Draft:
    """The draft with one field of its document left out."""
    assert draft.document is not None
    fields = {name: v for name, v in draft.document["fields"].items() if name != field}
    return replace(draft, document={**draft.document, "fields": fields})


def numbered(draft: Draft, **parts: str) -> Draft:
    """The draft with other parts of its document than the fields."""
    return replace(draft, document={**(draft.document or {}), **parts})


Refusal = tuple[str, str | None, Callable[[Folders], Draft], set[str]]
# Each is one wrong thing about an act that the tests above let land.
REFUSALS: dict[str, Refusal] = {
    "another's step": (SITI, "checked", lambda _f: acts.CHECK, {"role-held"}),
    "a role that is not the step's": (
        KASI,
        "new",
        lambda _f: replace(acts.LETTER, role="kasi"),
        {"role-of-step"},
    ),
    "a role that is not mine": (
        KASI,
        "new",
        lambda _f: replace(acts.LETTER, role="pengelola_ti"),
        {"role-held"},
    ),
    "no such letter": (
        SITI,
        None,
        lambda _f: replace(acts.OPEN, role="kasi", acting="1/PLT/2026"),
        {"role-held"},
    ),
    "a return to where no return leads": (
        KASI,
        "checked",
        lambda _f: replace(acts.RETURN, to=2),
        {"step-target"},
    ),
    "a step that is over": (KASI, "closed", lambda _f: acts.DELIVER, {"case-ended"}),
    "a cancelling after the end": (
        KASI,
        "closed",
        lambda _f: Draft("cancel", reason="tidak jadi"),
        {"case-ended"},
    ),
    "a document that the step does not make": (
        KASI,
        "checked",
        lambda _f: replace(
            acts.CHECK, document={"type": "nota_dinas", "fields": papers.NOTA_DINAS}
        ),
        {"document-type"},
    ),
    "no document": (KASI, "checked", lambda _f: Draft("complete"), {"schema-missing-key"}),
    "a field left out": (KASI, None, lambda _f: without("hal", acts.OPEN), {"document-incomplete"}),
    "two fields left out and another's step": (
        BUDI,
        "new",
        lambda _f: without("hal", without("kepada", acts.LETTER)),
        {"document-incomplete", "role-held"},
    ),
    "a number of another form": (
        KASI,
        None,
        lambda _f: numbered(acts.OPEN, number="12"),
        {"letter-number"},
    ),
    "a number of another year": (
        KASI,
        None,
        lambda _f: numbered(acts.OPEN, number="000.9/9/D.12/2025"),
        {"letter-number"},
    ),
    "a number twice": (
        KASI,
        None,
        lambda _f: numbered(acts.OPEN, number="000.9/1/D.12/2026"),
        {"number-twin"},
    ),
    "an amendment of what does not stand": (
        KASI,
        "checked",
        lambda _f: Draft("amend", of=99, document=acts.OPEN.document, reason="salah"),
        {"step-order"},
    ),
    "new words in a closed case": (
        KASI,
        "closed",
        lambda f: amended(f, f.cases["closed"], 1, fields={**papers.NOTA_DINAS, "hal": "Lain"}),
        {"case-ended"},
    ),
    "a control character": (
        KASI,
        "new",
        lambda _f: Draft("note", reason="bunyi \a"),
        {"yaml-character"},
    ),
    "bytes that are no text": (
        KASI,
        "new",
        lambda _f: Draft("note", reason="\udcff"),
        {"yaml-character"},
    ),
    "a blank at the end": (KASI, "new", lambda _f: Draft("note", reason="x "), {"yaml-blank-ends"}),
    "a producer that is no code": (
        KASI,
        None,
        lambda _f: replace(acts.OPEN, case={**acts.CASE, "producers": ["Dinas Sosial"]}),
        {"schema-spelling"},
    ),
    "a receipt without a sender": (
        BUDI,
        "new",
        lambda _f: Draft("note", received={"at": RECEIVED["at"], "medium": "usb"}),
        {"schema-missing-key"},
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refused_act_changes_nothing_and_says_every_reason(untouched: Folders, name: str) -> None:
    folders = untouched
    desk, key, draft, expected = REFUSALS[name]
    asked = draft(folders)
    before = snapshot(folders.clone(desk))
    with pytest.raises(ActRefused) as refused:
        folders.perform(desk, folders.cases[key] if key else None, asked)
    errors = {f.code for f in refused.value.refused.findings if f.severity == "error"}
    assert errors == expected
    assert snapshot(folders.clone(desk)) == before


MISUSES: dict[str, tuple[str, Callable[[Folders], Draft], str]] = {
    "nothing said": ("CASE", lambda _f: Draft("note"), "the note says nothing"),
    "unknown case": ("zzzzzz", lambda _f: acts.CHECK, "no case is called zzzzzz"),
    "no case at all": ("", lambda _f: acts.CHECK, "no case is called "),
    "five characters": ("CASE5", lambda _f: acts.CHECK, "no case is called"),
    "a slug of several": ("data-kecamatan", lambda _f: acts.CHECK, "fits several cases"),
    "a file that is not there": (
        "CASE",
        lambda f: Draft("note", attachments=(f.root / "tidak-ada.pdf",)),
        "cannot be read",
    ),
    "a folder": (
        "CASE",
        lambda f: Draft("note", attachments=(_folder(f.root / "folder.pdf"),)),
        "cannot be read",
    ),
    "a name with a blank": (
        "CASE",
        lambda f: Draft("note", attachments=(file(f, "Surat Dinas.pdf"),)),
        "cannot be called Surat Dinas.pdf",
    ),
    "the case's own name": (
        "CASE",
        lambda f: Draft("note", attachments=(file(f, "case.yaml"),)),
        "cannot be called case.yaml",
    ),
    "a program": (
        "CASE",
        lambda f: Draft("note", attachments=(file(f, "setup.exe"),)),
        "of no kind that may lie beside a case",
    ),
    "one name twice": (
        "CASE",
        lambda f: Draft(
            "note",
            attachments=(file(f, "a.txt"), file(Folders(_folder(f.root / "x"), f.anchor), "a.txt")),
        ),
        "two files are called a.txt",
    ),
    "a day that is none": (
        "CASE",
        lambda _f: numbered(acts.CHECK, date="2026-02-30"),
        "2026-02-30 is no day",
    ),
    "several ways back": (
        "CASE",
        lambda _f: replace(acts.RETURN, to=None),
        "step 6 may return to 5, 4",
    ),
}


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


@pytest.mark.parametrize("name", MISUSES)
def test_what_cannot_be_meant_is_said_and_changes_nothing(untouched: Folders, name: str) -> None:
    folders = untouched
    reference, draft, said = MISUSES[name]
    case = folders.cases["checked"]
    asked = draft(folders)
    before = snapshot(folders.clone(KASI))
    with pytest.raises(UsageError) as wrong:
        folders.perform(KASI, {"CASE": case, "CASE5": case[:5]}.get(reference, reference), asked)
    assert said in str(wrong.value)
    assert snapshot(folders.clone(KASI)) == before


def test_a_step_without_its_data_is_refused(folders: Folders) -> None:
    case = folders.cases["new"]
    folders.land(SITI, case, acts.LETTER)
    folders.sync(BUDI)
    with pytest.raises(ActRefused) as refused:
        folders.perform(BUDI, case, acts.RECEIPT)
    assert codes(refused.value.refused.findings) == {"data-missing"}


def test_a_file_edited_by_hand_is_not_overwritten(folders: Folders) -> None:
    path = next((folders.clone(KASI) / "cases").rglob(f"{folders.cases['checked']}*/case.yaml"))
    path.write_bytes(path.read_bytes() + b"# catatan\n")
    before = snapshot(folders.clone(KASI))
    with pytest.raises(UsageError, match="has changes that were not committed"):
        folders.perform(KASI, folders.cases["checked"], acts.CHECK)
    assert snapshot(folders.clone(KASI)) == before


def test_a_stranger_and_somebody_without_a_key_cannot_act(folders: Folders) -> None:
    stranger = Signer.new(b"stranger").write_files(folders.root / "stranger")
    folders.office(KASI).repo.config_set(SIGNING_KEY, str(stranger))
    with pytest.raises(NoKey, match="is nobody's in the policy"):
        folders.perform(KASI, None, acts.OPEN)
    folders.office(KASI).repo.config_set(SIGNING_KEY, str(folders.root / "none"))
    with pytest.raises(NoKey, match="there is no signing key"):
        folders.perform(KASI, None, acts.OPEN)


def test_without_a_branch_nobody_acts(folders: Folders) -> None:
    folders.git(KASI, "checkout", "-q", "--detach")
    with pytest.raises(UsageError, match="no branch is checked out"):
        folders.perform(KASI, None, acts.OPEN)


def test_acts_on_a_branch_build_on_each_other(folders: Folders) -> None:
    folders.git(KASI, "switch", "-q", "-c", "case/percobaan")
    opened = folders.perform(KASI, None, acts.OPEN)
    second = folders.perform(KASI, None, acts.OPEN)
    assert opened.event["document"]["number"] != second.event["document"]["number"]
    noted = folders.perform(KASI, opened.state.id, Draft("note", reason="lagi"))
    assert noted.state.seq == 2
    assert folders.tip(KASI) == folders.guarded().tip()


BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "a key too few": lambda data: data.replace(b"  role: kasi\n", b"", 1),
    "no YAML": lambda data: data + b"- {seq: 2, [\n",
    "nothing in it": lambda _data: b"",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_case_on_a_branch_is_told_before_anybody_builds_on_it(
    folders: Folders, name: str
) -> None:
    folders.git(KASI, "switch", "-q", "-c", "percobaan")
    done = folders.perform(KASI, None, acts.OPEN)
    path = f"{done.state.folder}/case.yaml"
    shown = view_cases(folders.office(KASI), folders.now())
    assert done.state.id in [view.state.id for view in shown]
    broken = BROKEN[name]((folders.clone(KASI) / path).read_bytes())
    folders.git(KASI, "reset", "-q", "--hard", folders.commit(KASI, {path: broken}, done.commit))
    for work in (
        lambda: folders.perform(KASI, None, acts.OPEN),
        lambda: view_cases(folders.office(KASI), folders.now()),
    ):
        with pytest.raises(ActRefused) as caught:
            work()
        assert {finding.place.path for finding in caught.value.refused.findings} == {path}


ACTING = {
    "role": "kasi",
    "person": "siti",
    "from": "2026-03-02",
    "until": "2026-03-02",
    "letter": "800/1/PLT/2026",
}


def test_an_acting_letter_gives_the_role_for_its_days(tmp_path: Path) -> None:
    folders = found_alone(tmp_path, acting=[ACTING])
    folders.sit_down(KASI, SITI)
    with pytest.raises(ActRefused):
        folders.perform(KASI, None, acts.OPEN)
    done = folders.perform(KASI, None, replace(acts.OPEN, acting=ACTING["letter"]))
    assert (done.event["role"], done.event["acting"]) == ("kasi", ACTING["letter"])
    folders.clock = folders.clock.replace(day=3)
    with pytest.raises(ActRefused) as refused:
        folders.perform(KASI, None, replace(acts.OPEN, acting=ACTING["letter"]))
    assert codes(refused.value.refused.findings) == {"role-held"}
    assert folders.office(KASI).history.is_sound


def test_a_type_without_a_pattern_needs_its_number_given(tmp_path: Path) -> None:
    folders = found_alone(tmp_path, numbers={})
    with pytest.raises(UsageError, match="no number pattern for nota_dinas"):
        folders.perform(KASI, None, acts.OPEN)
    done = folders.perform(KASI, None, numbered(acts.OPEN, number="ND-1"))
    assert done.event["document"]["number"] == "ND-1"


def test_nobody_checks_their_own_report(tmp_path: Path) -> None:
    folders = found_alone(tmp_path, roles={desk: ["agus"] for desk in samples.CLONES})
    case = folders.perform(KASI, None, acts.OPEN).state.id
    folders.perform(KASI, case, acts.LETTER)
    folders.take_in(KASI, case, samples.districts(1))
    for draft in (acts.RECEIPT, acts.NOTES, acts.REPORT):
        folders.perform(KASI, case, draft)
    with pytest.raises(ActRefused) as refused:
        folders.perform(KASI, case, acts.CHECK)
    assert codes(refused.value.refused.findings) == {"separation"}


def test_an_act_is_put_on_no_other_commit_than_it_was_judged_on(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody acts in the same clone between the judging and the committing."""
    case, note, build = folders.cases["new"], Draft("note", reason="catatan"), build_files
    others: list[Done] = []

    def late(*arguments: Any) -> str:
        monkeypatch.setattr("sopgit.app.acts.build_files", build)
        others.append(folders.perform(KASI, case, note))
        return build(*arguments)

    monkeypatch.setattr("sopgit.app.acts.build_files", late)
    with pytest.raises(RefMovedError):
        folders.perform(KASI, case, note)
    assert folders.tip(KASI) == others[0].commit
    assert folders.office(KASI).history.stands
    assert folders.git(KASI, "status", "--porcelain") == ""
