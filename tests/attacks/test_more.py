"""X01 to X22: further attacks, found while building: on the spelling, the tree, the ledger."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pypdf
import pytest

from sopgit.app.demo.samples import RESTRICTED_DATASET
from sopgit.app.draft import Draft
from sopgit.app.landings import landing_of_files
from sopgit.app.office import MAIN
from sopgit.core.admission import SKEW, check_admission, with_clock
from sopgit.core.finding import Allowed, Place
from sopgit.core.gitobjects.tree import TREE_MODE
from sopgit.core.lineage import sha256
from sopgit.core.mainline import admit, found
from sopgit.core.paths import CALENDAR
from sopgit.core.pointer import pointer_bytes
from sopgit.core.statement import RECORD_NAMESPACE, event_bytes, record_path
from sopgit.core.strict_yaml import mapping_of
from sopgit.core.text import T
from sopgit.core.writer import emit
from sopgit.documents.typst import Press
from tests import acts
from tests.attacks.mounting import Attack, Files
from tests.attacks.policies import propose, together, with_keys
from tests.attacks.raw import raw_entry, with_root
from tests.attacks.test_cases import OTHER
from tests.attacks.test_data import POINTER, REGISTER, sealed
from tests.attacks.test_history import PAGE
from tests.documents import samples
from tests.documents.test_paper import HOSTILE, paper_of, squeezed
from tests.offices import KASI, Folders
from tests.signing import Signer
from tests.simulator import Simulator, codes, sign_event

SUFFIXES = {
    "X01": {
        "the signature goes on": b"    AAAA\n",
        "the signature goes on after a blank line": b"\n    AAAA\n",
    },
    "X02": {
        "a key": b"  drafted_by: agus\n",
        "a key in quotes": b'  "reason": x\n',
        "a key of the file": b"note: x\n",
        "a merge key": b"  <<: {reason: x}\n",
    },
    "X03": {
        "a comment": b"# dibaca\n",
        "a comment without an end": b"#",
        "an end of the document": b"...\n",
        "a second document": b"---\n- x\n",
        "an empty line": b"\n",
        "a blank": b" ",
        "an item that nobody signed": b"- x\n",
        "an empty item": b"- {}\n",
        "a list in a list": b"- - x\n",
        "a flow": b"- {seq: 2}\n",
        "an open quote": b'- "',
        "a NUL": b"\0",
        "half a character": b"\xc3",
    },
}


FORM = (
    "case-grows", "yaml-syntax", "yaml-one-document", "yaml-merge-key", "yaml-character",
    "yaml-not-utf-8", "schema-missing-key", "schema-unknown-key",
)  # fmt: skip


def suffixed(number: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("suffix", SUFFIXES[number].values(), ids=SUFFIXES[number])


def mount_suffix(attack: Attack, office: Simulator, suffix: bytes) -> None:
    """Alone, and after a good act; the act alone still lands."""
    path = acts.straight(office, 1)
    old = office.trusted.tree.get(path) or b""
    base = office.files(office.event("siti", path, acts.LETTER), path)
    for wrong in (old + suffix, (base[path] or b"") + suffix):
        attack.landing(office, base, {path: wrong}, *FORM)


@suffixed("X01")
def test_x01_a_suffix_extends_the_old_signature(
    attack: Attack, office: Simulator, suffix: bytes
) -> None:
    mount_suffix(attack, office, suffix)


@suffixed("X02")
def test_x02_a_suffix_adds_a_key_to_the_last_event(
    attack: Attack, office: Simulator, suffix: bytes
) -> None:
    mount_suffix(attack, office, suffix)


@suffixed("X03")
def test_x03_a_suffix_bricks_the_next_append(
    attack: Attack, office: Simulator, suffix: bytes
) -> None:
    mount_suffix(attack, office, suffix)


def test_x04_a_case_is_copied_under_another_path(attack: Attack, office: Simulator) -> None:
    path = acts.straight(office, 2)
    base = office.files(office.event("budi", path, Draft("note", reason="x")), path)
    wrong = {path.replace("data-kecamatan", "salinan"): office.trusted.tree.get(path)}
    attack.landing(office, base, wrong, "case-identity")


def test_x05_a_foxtrot_merge(attack: Attack, folders: Folders) -> None:
    """A merge whose first parent is a branch from before: the mainline moves to the side."""
    older = folders.git(KASI, "rev-parse", "HEAD~1").strip()
    tip = folders.tip(KASI)
    side = folders.commit(KASI, PAGE, older)
    both = folders.commit(KASI, PAGE)
    wrong = folders.merge(KASI, both, side, tip)
    base = folders.merge(KASI, both, tip, side)
    attack.push(folders, KASI, f"{base}:{MAIN}", f"{wrong}:{MAIN}", "forward-only")


def test_x06_the_ledger_is_rebuilt_with_the_stolen_key_first(
    attack: Attack, office: Simulator
) -> None:
    """Every honest act names a commit that the rebuilt ledger does not have."""
    office.act("agus", None, acts.OPEN)
    revoked = propose(office, "agus", "budi", people=with_keys(office, "siti", Signer.new(b"n")))
    office.land_files(revoked)
    honest = office.files(office.event("agus", None, OTHER))
    rebuilt = Simulator.shipped()
    rebuilt.count = 900
    rebuilt.land_files(PAGE)
    rebuilt.act("siti", rebuilt.act("agus", None, acts.OPEN), acts.LETTER)
    assert codes(office.try_files(honest)) == set()
    for wrong in (honest, revoked):
        attack.refuse("history", codes(rebuilt.try_files(wrong)), "event-base")


@pytest.mark.parametrize(
    ("name", "mode"),
    [(b"README.md", "100644"), (b"cases", "40000"), (b"readme.md", "100644"), (b"CASES", "40000")],
    ids=["a file twice", "a folder twice", "a file in small letters", "a folder in capitals"],
)
def test_x07_a_tree_has_one_name_twice(
    attack: Attack, folders: Folders, name: bytes, mode: str
) -> None:
    repo = folders.office(KASI).repo
    honest = folders.commit(KASI, {**PAGE, "README.md": b"# Kantor\n"})
    cases = repo.walk.find(repo.tree_of(honest), "cases")
    assert cases is not None
    oid = cases.oid if mode == "40000" else repo.objects.write_blob(b"other\n")
    wrong = with_root(repo, honest, raw_entry(mode, name, oid))
    attack.history(folders, honest, wrong, "git-tree-twins")


@pytest.mark.parametrize("mode", ["100664", "60000", "040000", "100600", "0100644", "20000"])
def test_x08_a_mode_that_git_does_not_write(attack: Attack, folders: Folders, mode: str) -> None:
    repo = folders.office(KASI).repo
    honest = folders.commit(KASI, PAGE)
    oid = repo.objects.write_blob(b"x\n")
    if mode == "040000":
        oid = repo.objects.write_tree(raw_entry("100644", b"x.md", oid))
    wrong = with_root(repo, honest, raw_entry(mode, b"docs2", oid))
    attack.history(folders, honest, wrong, "git-tree-mode")


def test_x09_a_pointer_in_a_free_path_names_a_folder_to_write_in(
    attack: Attack, office: Simulator
) -> None:
    pointer = b"wdir: ../..\n" + pointer_bytes("1" * 32, 10, "x.csv")
    attack.landing(office, {"docs/x.md": pointer}, {"docs/x.csv.dvc": pointer}, "free-file")


POINTERS = {
    "a folder to write in": (b"wdir: ../..\n", b"", "pointer-form"),
    "a second file": (b"", b"- md5: " + b"2" * 32 + b"\n  size: 1\n  path: y\n", "pointer-form"),
    "a command": (b"cmd: rm -rf /\n", b"", "pointer-form"),
    "a remote": (b"", b"  remote: evil\n", "pointer-form"),
}


def mount_pointer(attack: Attack, office: Simulator, pointer: bytes, code: str) -> None:
    path = acts.straight(office, 2)
    said, files = acts.version(1, b"kode,nama\n", office)
    event = office.event("budi", path, acts.RECEIPT, **said)
    base = together(office.files(event, path), files)
    listed = [
        {**entry, "new": sha256(pointer)} if entry["path"] == POINTER else entry
        for entry in said["files"]
    ]
    wrong = sign_event({**event, "files": listed})
    attack.landing(
        office, base, together(base, office.files(wrong, path), {POINTER: pointer}), code
    )


@pytest.mark.parametrize("how", POINTERS)
def test_x09_a_pointer_says_more_than_which_object(
    attack: Attack, office: Simulator, how: str
) -> None:
    before, after, code = POINTERS[how]
    pointer = pointer_bytes("1" * 32, 10, "kecamatan.csv")
    mount_pointer(attack, office, before + pointer + after, code)


def test_x09_a_pointer_leads_out_of_its_folder(attack: Attack, office: Simulator) -> None:
    mount_pointer(attack, office, pointer_bytes("1" * 32, 10, "other.csv"), "pointer-path")


def test_x10_a_pointer_names_a_folder_object(attack: Attack, office: Simulator) -> None:
    pointer = pointer_bytes("1" * 32, 10, "kecamatan.csv").replace(b"1" * 32, b"1" * 32 + b".dir")
    mount_pointer(attack, office, pointer, "pointer-folder")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("datasets/tapem/lain/dataset.yaml", "file-foreign"),
        ("../lain/scan.pdf", "schema-spelling"),
        ("/etc/passwd", "schema-spelling"),
        (".sopgit/policy.yaml", "schema-spelling"),
        ("case.yaml", "schema-value"),
    ],
)
def test_x11_an_event_lists_files_outside_its_case(
    attack: Attack, office: Simulator, name: str, code: str
) -> None:
    path = acts.straight(office, 2)
    folder = path.rpartition("/")[0]

    def noted(listed: str) -> dict[str, Any]:
        entry = {"path": listed, "old": None, "new": sha256(b"x")}
        return office.event("budi", path, Draft("note", reason="scan"), files=[entry])

    base = {**office.files(noted("scan.pdf"), path), f"{folder}/scan.pdf": b"x"}
    attack.landing(office, base, office.files(noted(name), path), code)


def test_x12_unsigned_content_rides_on_a_signed_event(attack: Attack, office: Simulator) -> None:
    path = acts.straight(office, 2)
    base = office.files(office.event("budi", path, Draft("note", reason="x")), path)
    scan = f"{path.rpartition('/')[0]}/scan.pdf"
    attack.landing(office, base, {**base, scan: b"%PDF-1.7\n"}, "file-unlisted")


def test_x12_settings_ride_on_a_signed_event(attack: Attack, office: Simulator) -> None:
    base = office.files(office.event("agus", None, acts.OPEN))
    agencies = emit({"schema": "sopgit/agencies/v1", "agencies": {"x": {"name": "X"}}})
    wrong = {**base, ".sopgit/agencies.yaml": agencies}
    attack.landing(office, base, wrong, "file-unlisted")


@pytest.mark.parametrize("kept", ["finish", "gone"])
def test_x13_a_case_is_opened_under_an_old_weak_procedure(
    attack: Attack, office: Simulator, kept: str
) -> None:
    base = office.files(office.event("agus", None, acts.OPEN))
    old = office.reference
    assert codes(office.try_files(base)) == set()
    name, _, digest = old.partition("@")
    path = f".sopgit/procedures/{name}-{digest[:10]}.yaml"
    stricter = (office.trusted.tree.get(path) or b"").replace(
        b"severity: warning", b"severity: error", 1
    )
    digest = str(sha256(stricter))
    new = f"{name}@{digest}"
    procedures = {new: "open", **({old: "finish"} if kept == "finish" else {})}
    files = propose(office, procedures=procedures)
    files[f".sopgit/procedures/{name}-{digest[:10]}.yaml"] = stricter
    if kept == "gone":
        files[path] = None
    office.land_files(files)
    renewed = sign_event({**office.event("agus", None, acts.OPEN), "procedure": new})
    attack.landing(office, office.files(renewed), base, "procedure-allowed", "case-identity")


def test_x14_an_act_is_dated_in_2099(attack: Attack, folders: Folders) -> None:
    """It would be the newest act for ever, and end every acting grant."""
    honest = folders.perform(KASI, folders.cases["checked"], acts.CHECK).commit
    folders.git(KASI, "reset", "-q", "--hard", f"{honest}~1")
    clock, folders.clock = folders.clock, folders.clock.replace(year=2099)
    wrong = folders.perform(KASI, folders.cases["checked"], acts.CHECK).commit
    folders.clock = clock
    attack.push(folders, KASI, f"{honest}:{MAIN}", f"{wrong}:{MAIN}", "act-in-future")


def test_x14_an_act_is_dated_after_the_clock(attack: Attack, office: Simulator) -> None:
    event = office.event("agus", None, acts.OPEN)
    landing = landing_of_files(office.trusted, office.files(event), "attempt")
    allowed = admit(landing, office.trusted)
    on_time = office.clock - SKEW
    assert isinstance(with_clock(allowed, landing, on_time), Allowed)
    late = with_clock(allowed, landing, on_time - timedelta(seconds=1))
    attack.verdict("clock", late, "act-in-future")
    # What has landed is never asked again.
    office.land_files(office.files(event))
    nothing = landing_of_files(office.trusted, {}, "attempt")
    assert check_admission(nothing, on_time - timedelta(days=365)) == []


def test_x15_a_request_edits_its_own_workflow(attack: Attack, office: Simulator) -> None:
    base = office.files(office.event("agus", None, acts.OPEN))
    wrong = {**base, ".github/workflows/sopgit.yml": b"on: push\n"}
    attack.landing(office, base, wrong, "policy-alone", "protected-file")


def test_x15_the_roots_name_one_workflow_and_another_lands(
    attack: Attack, office: Simulator
) -> None:
    path = ".github/workflows/sopgit.yml"
    base = {**propose(office, protected={path: sha256(b"good\n")}), path: b"good\n"}
    attack.landing(office, base, {**base, path: b"evil\n"}, "protected-file")
    more = {**base, ".github/workflows/evil.yml": b"on: push\n"}
    attack.landing(office, base, more, "protected-file")


def test_x16_a_template_is_slipped_in(attack: Attack, office: Simulator) -> None:
    base = {"docs/page.md": b"x\n"}
    wrong = {".sopgit/templates/surat.typ": b'#read("/etc/passwd")\n'}
    attack.landing(office, base, wrong, "protected-file")


def test_x16_the_words_of_a_paper_run_as_code(attack: Attack) -> None:
    event = samples.laporan()
    event["document"]["number"] = HOSTILE
    paper = paper_of(event)
    text = "".join(
        page.extract_text() for page in pypdf.PdfReader(BytesIO(Press().render([paper])[0])).pages
    )
    assert squeezed(HOSTILE) in squeezed(text)
    assert "root:" not in text
    attack.harmless("paper", "the words are printed as they are")


def test_x17_a_file_is_told_a_past_that_it_never_had(attack: Attack, office: Simulator) -> None:
    path = acts.straight(office, 2)
    folder = path.rpartition("/")[0]

    def noted(*moves: tuple[str | None, str | None]) -> dict[str, bytes | None]:
        listed = [{"path": "scan.pdf", "old": old, "new": new} for old, new in moves]
        event = office.event("budi", path, Draft("note", reason="scan"), files=listed)
        return office.files(event, path)

    one, two = sha256(b"one"), sha256(b"two")
    base = {**noted((None, one)), f"{folder}/scan.pdf": b"one"}
    attack.landing(office, base, noted((one, two), (two, one)), "file-chain")


@pytest.mark.parametrize(
    ("axis", "old", "new"),
    [("archive", "sangat_rahasia", "terbatas"), ("personal", "spesifik", "umum")],
)
def test_x18_a_class_is_lowered(
    attack: Attack, office: Simulator, axis: str, old: str, new: str
) -> None:
    def described(value: str) -> bytes:
        classes = {**RESTRICTED_DATASET["classification"], axis: value}
        return emit({**RESTRICTED_DATASET, "classification": classes})

    case = {**acts.CASE, "producers": ["tapem", "dinsos"]}
    path = office.act("agus", None, Draft("open", case=case, document=acts.OPEN.document))
    office.act("siti", path, acts.LETTER)
    office.land_files(sealed(office, path, dataset__yaml=described(old)))
    entry = {
        "dataset": "dinsos/penerima-bantuan",
        "version": 1,
        "action": "recover",
        "copies": [],
        "object": office.trusted.versions["dinsos/penerima-bantuan"][1],
    }

    def told(data: bytes) -> Files:
        listed = [
            {"path": f"{REGISTER}/dataset.yaml", "old": sha256(described(old)), "new": sha256(data)}
        ]
        event = office.event("budi", path, acts.NOTES, files=listed, datasets=[entry])
        return {**office.files(event, path), f"{REGISTER}/dataset.yaml": data}

    retitled = described(old).replace(b"Register", b"Daftar", 1)
    attack.landing(office, told(retitled), told(described(new)), "class-lowered")


def test_x19_a_genesis_is_hand_made(attack: Attack, office: Simulator) -> None:
    """Its objects are judged like those of every other commit."""
    anchor = office.trusted.anchor
    files = office.genesis_files(office.first)
    landing = replace(office.genesis(files), id=anchor.genesis)
    assert codes(found(landing, anchor, office.schemas)[0]) == set()
    odd = replace(landing, findings=(TREE_MODE.broken(Place("x"), T("x is a link")),))
    attack.verdict("first clone", found(odd, anchor, office.schemas)[0], "git-tree-mode")


@pytest.mark.parametrize("moment", ["1001-02-02T08:00:00+07:00", "2999-02-02T08:00:00+07:00"])
@pytest.mark.parametrize("where", ["at", "begun", "received"])
def test_x21_an_act_names_a_moment_that_no_calendar_reaches(
    attack: Attack, office: Simulator, where: str, moment: str
) -> None:
    """Every list of cases would stop at it, for ever."""
    event = office.event("agus", None, acts.OPEN)
    received = {"at": event["at"], "medium": "usb", "sender": "Bagian Rekaan"}
    base = sign_event({**event, "received": received, "case": {**acts.CASE, "begun": event["at"]}})
    wrong = {
        "at": {**base, "at": moment},
        "begun": {**base, "case": {**acts.CASE, "begun": moment}},
        "received": {**base, "received": {**received, "at": moment}},
    }[where]
    files = office.files(base), office.files(sign_event(wrong))
    attack.landing(office, *files, "schema-spelling")


@pytest.mark.parametrize("how", ["no hour is worked", "it is removed"])
def test_x22_the_calendar_stops_every_clock(attack: Attack, folders: Folders, how: str) -> None:
    office = folders.office(KASI)
    old = office.trusted.tree.get(CALENDAR)
    value = mapping_of(old or b"")
    longer = {**value, "holidays": {**value["holidays"], "2026-06-06": LOCAL_HOLIDAY}}
    idle = {**value, "hours": {day: [] for day in value["hours"]}, "periods": []}
    base = settled(folders, emit(longer))
    wrong = settled(folders, emit(idle) if how == "no hour is worked" else None)
    attack.history(folders, base, wrong, "calendar-empty", "settings-kept")


LOCAL_HOLIDAY = {"name": "Hari jadi", "kind": "local"}


def settled(folders: Folders, calendar: bytes | None) -> str:
    """A commit with a settings record of the kasi that puts `calendar` there."""
    office = folders.office(KASI)
    old = office.trusted.tree.get(CALENDAR)
    record: dict[str, Any] = {
        "schema": "sopgit/record/v1",
        "repository": office.trusted.policy.repository,
        "kind": "settings",
        "base": office.base(),
        "at": folders.now().isoformat(),
        "by": "agus",
        "role": "kasi",
        "files": [{"path": CALENDAR, "old": sha256(old), "new": sha256(calendar)}],
    }
    raw = office.me.sign(RECORD_NAMESPACE, event_bytes(record))
    record["sig"] = base64.b64encode(raw).decode()
    return folders.commit(KASI, {CALENDAR: calendar, record_path(record): emit(record)})


def test_x20_a_record_is_changed_later(attack: Attack, folders: Folders) -> None:
    office = folders.office(KASI)
    (record,) = office.trusted.tree.paths("records/")
    base = folders.commit(KASI, PAGE)
    wrong = folders.commit(KASI, {record: None})
    attack.history(folders, base, wrong, "record-kept")
