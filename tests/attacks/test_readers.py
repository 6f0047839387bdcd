"""X17 to X27: what lands by the book and would mislead, or stop, everybody who reads it."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sopgit.app.check_files import check_paths
from sopgit.app.demo.samples import RESTRICTED_DATASET
from sopgit.app.draft import Draft
from sopgit.app.hooks import check_message_file
from sopgit.app.wording import check_wording
from sopgit.core.finding import Place
from sopgit.core.gitobjects.tree import TREE_MODE
from sopgit.core.growth import split_events
from sopgit.core.lineage import sha256
from sopgit.core.mainline import found
from sopgit.core.paths import CALENDAR
from sopgit.core.statement import RECORD_NAMESPACE, event_bytes, record_path
from sopgit.core.strict_yaml import mapping_of
from sopgit.core.text import T
from sopgit.core.writer import emit
from tests import acts
from tests.attacks.mounting import Attack, Files, errors
from tests.attacks.policies import propose
from tests.attacks.signed_office import restricted
from tests.attacks.test_data import REGISTER, sealed
from tests.attacks.test_history import PAGE
from tests.offices import KASI, Folders
from tests.simulator import Simulator, codes, sign_event, signer


def test_x17_a_file_is_told_a_past_that_it_never_had(attack: Attack, office: Simulator) -> None:
    path = acts.straight(office, 2)
    scan = f"{path.rpartition('/')[0]}/scan.pdf"
    letter = split_events(office.trusted.tree.get(path) or b"").events[1]["document"]

    def amended(*moves: tuple[str | None, str | None]) -> dict[str, bytes | None]:
        listed = [{"path": "scan.pdf", "old": old, "new": new} for old, new in moves]
        of = office.state(path).seq
        draft = Draft("amend", of=of, reason="salah tulis", document=letter)
        return office.files(office.event("siti", path, draft, files=listed), path)

    one, two, three = (sha256(text) for text in (b"one", b"two", b"three"))
    office.land_files({**amended((None, one)), scan: b"one"})
    base = {**amended((one, two)), scan: b"two"}
    attack.landing(office, base, amended((two, three), (three, two)), "file-chain")


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


def test_x23_a_record_lists_files_that_are_not_its_kinds(attack: Attack, office: Simulator) -> None:
    """A record of new headers cannot exchange what a restricted dataset holds."""
    office.land_files(propose(office, records={"settings": ["kasi"], "rekey": ["kasi"]}))
    path = f"{REGISTER}/manifest.age"
    record: dict[str, Any] = {
        "schema": "sopgit/record/v1",
        "repository": office.policy["repository"],
        "kind": "rekey",
        "base": office.trusted.tip,
        "at": office.tick().isoformat(),
        "by": "agus",
        "role": "kasi",
        "people": ["budi"],
        "files": [{"path": path, "old": None, "new": sha256(b"x")}],
    }
    record["sig"] = base64.b64encode(
        signer("agus").sign(RECORD_NAMESPACE, event_bytes(record))
    ).decode()
    base = office.files(office.event("agus", None, acts.OPEN))
    wrong = {record_path(record): emit(record), path: b"x"}
    attack.landing(office, base, wrong, "rekey-files")


def test_x24_a_restricted_case_is_opened_by_an_amendment(attack: Attack, office: Simulator) -> None:
    files = restricted(office)
    office.land_files(files)
    path = next(iter(files))
    case = {**acts.CASE, "title": "Rahasia", "restricted": True}
    event = office.event("agus", path, Draft("amend", case=case, reason="judul", of=1))
    wrong = sign_event({**event, "case": {**case, "restricted": False}})
    files_ = office.files(event, path), office.files(wrong, path)
    attack.landing(office, *files_, "case-class-kept")


def test_x25_a_message_moves_the_cursor_of_who_reads_the_log(
    attack: Attack, tmp_path: Path
) -> None:
    message = tmp_path / "COMMIT_EDITMSG"
    message.write_text("Complete step 6\n")
    assert check_message_file(message) == []
    message.write_text("Complete step 6\x1b[1A\x1b[2KNothing happened\n")
    attack.refuse("commit-msg", errors(check_message_file(message)), "commit-message")


def test_x26_an_act_holds_what_has_no_one_spelling(attack: Attack, office: Simulator) -> None:
    """Nobody could verify it; it is refused before anybody signs it."""
    event = office.event("agus", None, acts.OPEN)
    assert check_wording(event, office.schemas) == []
    fields = {**event["document"]["fields"], "hal": 10**16}
    wrong = {**event, "document": {**event["document"], "fields": fields}}
    attack.refuse("act", errors(check_wording(wrong, office.schemas)), "event-unwritable")


def test_x27_a_file_is_a_link_out_of_the_office(
    attack: Attack, folders: Folders, tmp_path: Path
) -> None:
    root = folders.clone(KASI)
    assert codes(check_paths([root])) == set()
    page = next(root.glob("datasets/*/*/dataset.yaml"))
    (tmp_path / "elsewhere.yaml").write_bytes(page.read_bytes())
    page.unlink()
    page.symlink_to(tmp_path / "elsewhere.yaml")
    attack.verdict("check", check_paths([root]), "file-not-plain")
