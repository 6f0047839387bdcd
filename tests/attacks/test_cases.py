"""T31 to T41: acts that are not done, not in order, not by whom, not now, not here."""

from __future__ import annotations

from typing import Any

import pytest

from sopgit.app.draft import Draft
from sopgit.core.growth import HEADER, split_events
from sopgit.core.statement import chain_link
from sopgit.core.writer import emit_item
from tests import acts
from tests.attacks.mounting import Attack
from tests.attacks.policies import propose, with_role
from tests.attacks.raw import raw_entry, with_root
from tests.offices import KASI, Folders
from tests.simulator import Simulator, sign_event

OTHER = Draft("open", case={**acts.CASE, "title": "Lain"}, document=acts.OPEN.document)


@pytest.mark.parametrize(
    "changes",
    [{"step": 3, "to": 4}, {"to": 4}, {"to": None}, {"step": 1, "to": 2}],
    ids=["the next step is done", "it leads further", "it closes the case", "a step is done again"],
)
def test_t31_a_step_is_skipped_or_repeated(
    attack: Attack, office: Simulator, changes: dict[str, Any]
) -> None:
    path = acts.straight(office, 1)
    event = office.event("siti", path, acts.LETTER)
    wrong = sign_event({**event, **changes})
    files = office.files(event, path), office.files(wrong, path)
    attack.landing(office, *files, "step-order", "step-target")


def test_t31_a_step_goes_back_where_it_may_not(attack: Attack, office: Simulator) -> None:
    path = acts.straight(office, 5)
    event = office.event("agus", path, acts.RETURN)
    wrong = sign_event({**event, "to": 2})
    files = office.files(event, path), office.files(wrong, path)
    attack.landing(office, *files, "step-target")


def test_t31_a_step_is_done_without_its_input(attack: Attack, office: Simulator) -> None:
    """The report was undone by a return: checking it again needs a new one."""
    path = acts.straight(office, 5)
    check = office.event("agus", path, acts.CHECK)
    base = office.files(check, path)
    returned = office.event("agus", path, acts.RETURN)
    after = office.files(returned, path)
    wrong = {path: (after[path] or b"") + emit_item(_following(returned, check))}
    attack.landing(office, base, wrong, "input-missing", "step-order")


def _following(before: dict[str, Any], event: dict[str, Any]) -> dict[str, Any]:
    """`event` again as the one after `before`, well signed."""
    return sign_event({**event, "seq": before["seq"] + 1, "prev": chain_link(before)})


@pytest.mark.parametrize(
    ("person", "role", "code"),
    [("siti", "kasi", "role-held"), ("siti", "pengelola_ti", "role-of-step")],
    ids=["in the official's name of office", "in a role of their own"],
)
def test_t32_the_wrong_official_checks(
    attack: Attack, office: Simulator, person: str, role: str, code: str
) -> None:
    path = acts.straight(office, 5)
    event = office.event("agus", path, acts.CHECK)
    wrong = sign_event({**event, "by": person, "role": role})
    attack.landing(office, office.files(event, path), office.files(wrong, path), code)


def test_t32_an_acting_official_without_a_letter(attack: Attack, office: Simulator) -> None:
    grant = {
        "role": "pengelola_ti",
        "person": "dewi",
        "from": "2026-03-02",
        "until": "2026-03-03",
        "letter": "800/1/2026",
    }
    office.land_files(propose(office, acting=[grant]))
    path = acts.straight(office, 1)
    draft = Draft("complete", document=acts.LETTER.document, acting="800/1/2026")
    base = office.event("dewi", path, draft)
    for wrong in (
        {**base, "acting": "800/2/2026"},
        {**base, "at": "2026-03-04T08:00:00+07:00"},
        {**base, "by": "budi"},
        {key: value for key, value in base.items() if key != "acting"},
    ):
        files = office.files(base, path), office.files(sign_event(wrong), path)
        attack.landing(office, *files, "role-held")


def both_roles(office: Simulator, person: str) -> None:
    """Somebody becomes kasi and administrator, beside those who are."""
    roles = with_role(office, "kasi", "agus", person)
    servers = list(dict.fromkeys(["budi", person]))
    office.land_files(propose(office, roles={**roles, "administrator_server": servers}))


def test_t33_somebody_checks_their_own_report(attack: Attack, office: Simulator) -> None:
    both_roles(office, "budi")
    path = acts.straight(office, 5)
    base, wrong = (office.event(person, path, acts.CHECK) for person in ("agus", "budi"))
    attack.landing(office, office.files(base, path), office.files(wrong, path), "separation")


def test_t33_somebody_mends_the_report_that_they_checked(attack: Attack, office: Simulator) -> None:
    both_roles(office, "dewi")
    path = acts.straight(office, 5)
    office.act("dewi", path, acts.CHECK)
    report = split_events(office.trusted.tree.get(path) or b"").events[4]["document"]
    mended = {**report, "fields": {**report["fields"], "hasil": "lain"}}
    draft = Draft("amend", of=5, document=mended, reason="salah", role="administrator_server")
    base, wrong = (office.event(person, path, draft) for person in ("budi", "dewi"))
    attack.landing(office, office.files(base, path), office.files(wrong, path), "separation")


def test_t33_somebody_checks_the_data_that_they_brought_by_a_note(
    attack: Attack, office: Simulator
) -> None:
    """A colleague completes the step that oneself has done."""
    both_roles(office, "dewi")
    path = acts.straight(office, 3)
    said, files = acts.version(2, b"kode,nama\n1,a\n", office)
    note = Draft("note", reason="susulan", role="administrator_server")
    event = office.event("dewi", path, note, **said)
    office.land_files({**office.files(event, path), **files})
    office.act("budi", path, acts.NOTES)
    office.act("budi", path, acts.REPORT)
    base, wrong = (office.event(person, path, acts.CHECK) for person in ("agus", "dewi"))
    attack.landing(office, office.files(base, path), office.files(wrong, path), "separation")


def test_t34_an_old_approval_is_used_again(attack: Attack, office: Simulator) -> None:
    path = acts.straight(office, 5)
    old = office.event("agus", path, acts.CHECK)
    office.act("agus", path, acts.RETURN)
    office.act("budi", path, acts.NOTES)
    office.act("budi", path, acts.REPORT)
    fresh = office.event("agus", path, acts.CHECK)
    attack.landing(office, office.files(fresh, path), office.files(old, path), "event-chain")


def test_t34_an_approval_names_an_older_report(attack: Attack, office: Simulator) -> None:
    path = acts.straight(office, 5)
    office.act("agus", path, acts.RETURN)
    office.act("budi", path, acts.NOTES)
    office.act("budi", path, acts.REPORT)
    event = office.event("agus", path, acts.CHECK)
    fields = {**event["document"]["fields"]}
    (name,) = (key for key, value in fields.items() if value == 8)
    document = {**event["document"], "fields": {**fields, name: 5}}
    wrong = sign_event({**event, "document": document})
    files = office.files(event, path), office.files(wrong, path)
    attack.landing(office, *files, "revision-stale")


def test_t35_an_approval_is_moved_to_another_case(attack: Attack, office: Simulator) -> None:
    path, other = acts.straight(office, 1), office.act("agus", None, OTHER)
    event = office.event("siti", path, acts.LETTER)
    attack.landing(office, office.files(event, path), office.files(event, other), "event-chain")


def test_t36_what_was_approved_is_changed_and_stays_approved(
    attack: Attack, office: Simulator
) -> None:
    path = acts.straight(office, 6)
    report = split_events(office.trusted.tree.get(path) or b"").events[4]["document"]
    mended = {**report, "fields": {**report["fields"], "hasil": "lain"}}
    base = office.event("budi", path, Draft("amend", of=5, document=mended, reason="salah"))
    assert base["to"] == 6
    wrong = sign_event({**base, "to": 7})
    files = office.files(base, path), office.files(wrong, path)
    attack.landing(office, *files, "step-target")


@pytest.mark.parametrize("how", ["a word changes", "an act goes", "two acts change places"])
def test_t37_the_past_of_a_case_is_edited(attack: Attack, office: Simulator, how: str) -> None:
    path = acts.straight(office, 3)
    old = office.trusted.tree.get(path) or b""
    one, two, three = map(emit_item, split_events(old).events)
    act = emit_item(office.event("budi", path, acts.NOTES))
    past = {
        "a word changes": old.replace(b"Biasa", b"Cepat", 1),
        "an act goes": HEADER + one + two,
        "two acts change places": HEADER + one + three + two,
    }
    assert HEADER + one + two + three == old != past[how]
    attack.landing(office, {path: old + act}, {path: past[how] + act}, "case-grows")


@pytest.mark.parametrize("how", ["it is deleted", "it is renamed", "its events go"])
def test_t38_a_case_disappears(attack: Attack, office: Simulator, how: str) -> None:
    path = acts.straight(office, 2)
    data = office.trusted.tree.get(path)
    base = office.files(office.event("budi", path, Draft("note", reason="x")), path)
    wrong: dict[str, dict[str, bytes | None]] = {
        "it is deleted": {path: None},
        "it is renamed": {path: None, path.replace("data-kecamatan", "lain"): data},
        "its events go": {path: HEADER},
    }
    attack.landing(office, base, wrong[how], "case-deleted", "case-grows")


def test_t39_two_officials_do_the_same_step(attack: Attack, office: Simulator) -> None:
    path = acts.straight(office, 1)
    first = office.event("siti", path, acts.LETTER)
    second = office.event("siti", path, acts.LETTER)
    base = office.files(first, path)
    wrong = {path: (base[path] or b"") + emit_item(second)}
    attack.landing(office, base, wrong, "event-chain")


def test_t40_an_act_is_dated_back(attack: Attack, office: Simulator) -> None:
    path = acts.straight(office, 1)
    event = office.event("siti", path, acts.LETTER)
    wrong = sign_event({**event, "at": "2026-03-02T08:05:00+07:00"})
    files = office.files(event, path), office.files(wrong, path)
    attack.landing(office, *files, "time-order")


def test_t40_an_act_is_dated_back_in_another_zone(attack: Attack, office: Simulator) -> None:
    """Later on the clock, earlier in truth."""
    path = acts.straight(office, 1)
    event = office.event("siti", path, acts.LETTER)
    wrong = sign_event({**event, "at": "2026-03-02T09:00:00+14:00"})
    files = office.files(event, path), office.files(wrong, path)
    attack.landing(office, *files, "time-order")


def test_t41_two_cases_have_one_id(attack: Attack, office: Simulator) -> None:
    path = acts.straight(office, 1)
    data = office.trusted.tree.get(path)
    base = office.files(office.event("agus", None, OTHER))
    month = path.replace("/03/", "/04/")
    attack.landing(office, base, {month: data}, "case-identity")


@pytest.mark.parametrize("name", [b"Cases", b"cases.", b"cases ", b"CASES"], ids=ascii)
def test_t41_a_folder_is_the_same_on_some_systems(
    attack: Attack, folders: Folders, name: bytes
) -> None:
    repo = folders.office(KASI).repo
    honest = folders.commit(KASI, {"docs/page.md": b"x\n"})
    cases = repo.walk.find(repo.tree_of(honest), "cases")
    assert cases is not None
    wrong = with_root(repo, honest, raw_entry("40000", name, cases.oid))
    attack.history(folders, honest, wrong, "git-tree-twins", "git-tree-name")


def test_t41_a_letter_number_is_used_twice(attack: Attack, office: Simulator) -> None:
    acts.straight(office, 1)
    base = office.event("agus", None, OTHER)
    document = {**base["document"], "number": "000.9/1/D.12/2026"}
    wrong = sign_event({**base, "document": document})
    attack.landing(office, office.files(base), office.files(wrong), "number-twin")
