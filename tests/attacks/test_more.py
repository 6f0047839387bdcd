"""X04 to X16: further attacks on paths, trees and the ledger."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pypdf
import pytest

from sopgit.app.draft import Draft
from sopgit.app.landings import landing_of_files
from sopgit.app.office import MAIN
from sopgit.core.admission import SKEW, check_admission, with_clock
from sopgit.core.finding import Allowed
from sopgit.core.lineage import sha256
from sopgit.core.mainline import admit
from sopgit.core.writer import emit
from sopgit.documents.typst import Press
from tests import acts
from tests.attacks.mounting import Attack
from tests.attacks.policies import propose, with_keys
from tests.attacks.raw import raw_entry, with_root
from tests.attacks.test_cases import OTHER
from tests.attacks.test_history import PAGE
from tests.documents import samples
from tests.documents.test_paper import HOSTILE, paper_of, squeezed
from tests.offices import KASI, Folders
from tests.signing import Signer
from tests.simulator import Simulator, codes, sign_event


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
