"""`decide` against a second, hand-written table: every step, target, role and act."""

from __future__ import annotations

from itertools import product

import pytest

from sopgit.app.demo import papers
from sopgit.app.draft import Draft
from sopgit.core.finding import Allowed, Refused
from sopgit.core.workflow import decide
from tests import acts
from tests.policies import changed
from tests.simulator import Simulator, codes, explain

# step: who does it, where it leads, where it may be sent back to
TABLE = {
    2: ("siti", 3, (1,)),
    3: ("budi", 4, (2,)),
    4: ("budi", 5, (3,)),
    5: ("budi", 6, ()),
    6: ("agus", 7, (5, 4)),
    7: ("siti", 8, (6,)),
    8: ("siti", 9, ()),
    9: ("agus", None, ()),
}
ROLES = {"agus": "kasi", "siti": "pengelola_ti", "budi": "administrator_server"}
DRAFTS = {
    2: acts.LETTER,
    3: acts.RECEIPT,
    4: acts.NOTES,
    5: acts.REPORT,
    6: acts.CHECK,
    7: acts.FINISH,
    8: acts.CONCEPT,
    9: acts.DELIVER,
}
TARGETS = (1, 2, 3, 4, 5, 6, 7, 8, 9, None)


@pytest.fixture(scope="module", params=sorted(TABLE))
def standing(request: pytest.FixtureRequest) -> tuple[Simulator, str, int]:
    """A case that stands at each step in turn."""
    simulator = Simulator.shipped()
    return simulator, acts.straight(simulator, request.param - 1), request.param


def judge(simulator: Simulator, path: str, event: dict[str, object]) -> set[str]:
    verdict = decide(
        simulator.state(path), event, simulator.procedure, simulator.trusted.policy, ""
    )
    return codes(verdict)


def test_only_the_rows_of_the_table_complete_a_step(
    standing: tuple[Simulator, str, int],
) -> None:
    simulator, path, step = standing
    said = acts.version(1, b"x", simulator)[0] if step == 3 else {}
    base = simulator.event(TABLE[step][0], path, DRAFTS[step], **said)
    assert judge(simulator, path, base) == set()
    allowed = []
    for number, target, person in product(range(1, 10), TARGETS, ROLES):
        event = {**base, "step": number, "to": target, "by": person, "role": ROLES[person]}
        if not judge(simulator, path, event):
            allowed.append((number, target, person))
    assert allowed == [(step, TABLE[step][1], TABLE[step][0])]


def test_only_the_rows_of_the_table_return_a_case(standing: tuple[Simulator, str, int]) -> None:
    simulator, path, step = standing
    person, _, returns = TABLE[step]
    sheet = {"fields": papers.PEMERIKSAAN_KEMBALI} if step == 6 else None
    draft = Draft("return", to=1, document=sheet, reason="belum", findings=("kurang",))
    base = simulator.event(person, path, draft)
    allowed = []
    for number, target, actor in product(range(1, 10), TARGETS, ROLES):
        event = {**base, "step": number, "to": target, "by": actor, "role": ROLES[actor]}
        if not judge(simulator, path, event):
            allowed.append((number, target, actor))
    assert sorted(allowed) == sorted((step, to, person) for to in returns)


def test_a_role_that_is_not_held_is_refused_whatever_the_step(
    standing: tuple[Simulator, str, int],
) -> None:
    simulator, path, step = standing
    said = acts.version(1, b"x", simulator)[0] if step == 3 else {}
    base = simulator.event(TABLE[step][0], path, DRAFTS[step], **said)
    for person in (*(set(ROLES) - {TABLE[step][0]}), "dewi", "nobody"):
        assert "role-held" in judge(simulator, path, {**base, "by": person})


def test_a_note_is_for_every_role_and_moves_nothing(standing: tuple[Simulator, str, int]) -> None:
    simulator, path, step = standing
    for person in ROLES:
        event = simulator.event(person, path, Draft("note", reason="catatan"))
        assert (event["step"], event["to"]) == (step, step)
        assert judge(simulator, path, event) == set()
        assert judge(simulator, path, {**event, "to": step - 1}) == {"step-target"}


def test_only_the_kasi_cancels(standing: tuple[Simulator, str, int]) -> None:
    simulator, path, _ = standing
    for person in ROLES:
        event = simulator.event(person, path, Draft("cancel", reason="batal"))
        assert (judge(simulator, path, event) == set()) == (person == "agus")


def test_a_closed_case_is_reopened_to_step_8_by_the_kasi_alone() -> None:
    simulator = Simulator.shipped()
    path = acts.straight(simulator)
    draft = Draft("return", reason="ditolak wali data", findings=("kurang",))
    base = simulator.event("agus", path, draft)
    assert base["to"] == 8
    for target, person in product(TARGETS, ROLES):
        event = {**base, "to": target, "by": person, "role": ROLES[person]}
        refused = judge(simulator, path, event)
        assert (not refused) == ((target, person) == (8, "agus")), (target, person, refused)


def test_a_closed_case_takes_no_step_and_a_cancelled_one_no_return() -> None:
    simulator = Simulator.shipped()
    path = acts.straight(simulator)
    assert judge(simulator, path, simulator.event("agus", path, acts.DELIVER)) >= {"case-ended"}
    other = simulator.act("agus", None, acts.OPEN, case={**acts.CASE, "title": "Lain"})
    simulator.act("agus", other, Draft("cancel", reason="batal"))
    event = simulator.event("agus", other, Draft("return", to=1, reason="x", findings=("y",)))
    assert "case-ended" in judge(simulator, other, event)


def test_all_reasons_are_given_at_once() -> None:
    simulator = Simulator.shipped()
    path = acts.straight(simulator, 1)
    event = simulator.event("siti", path, acts.LETTER)
    event |= {"by": "budi", "to": 7, "document": {**event["document"], "number": "satu"}}
    assert judge(simulator, path, event) == {"role-held", "step-target", "letter-number"}


class TestSeparation:
    """Nobody checks their own work; how strictly is the procedure's to say."""

    @staticmethod
    def merged() -> Simulator:
        simulator = Simulator.shipped()
        roles = {**simulator.roles, "kasi": ["agus", "budi"]}
        return Simulator(simulator.procedures, roles, simulator.people)

    def test_the_author_of_the_report_may_not_check_it(self) -> None:
        simulator = self.merged()
        path = acts.straight(simulator, 5)
        event = simulator.event("budi", path, acts.CHECK)
        verdict = decide(
            simulator.state(path), event, simulator.procedure, simulator.trusted.policy, ""
        )
        assert isinstance(verdict, Refused)
        assert codes(verdict) == {"separation"}
        assert judge(simulator, path, simulator.event("agus", path, acts.CHECK)) == set()

    def test_a_pair_that_only_warns_lets_the_act_through(self) -> None:
        simulator = Simulator.shipped()
        roles = {**simulator.roles, "pengelola_ti": ["siti", "budi"]}
        simulator = Simulator(simulator.procedures, roles, simulator.people)
        path = acts.straight(simulator, 6)
        event = simulator.event("budi", path, acts.FINISH)
        verdict = decide(
            simulator.state(path), event, simulator.procedure, simulator.trusted.policy, ""
        )
        assert isinstance(verdict, Allowed), explain(verdict)
        assert [finding.code for finding in verdict.warnings] == ["separation"]


def test_a_check_names_the_report_that_stands() -> None:
    simulator = Simulator.shipped()
    path = acts.straight(simulator, 5)
    event = simulator.event("agus", path, acts.CHECK)
    assert event["document"]["fields"]["laporan"] == 5
    stale = {**event["document"], "fields": {**event["document"]["fields"], "laporan": 4}}
    assert judge(simulator, path, {**event, "document": stale}) == {"revision-stale"}


def test_what_a_return_undid_is_no_input_any_more() -> None:
    simulator = Simulator.shipped()
    path = acts.straight(simulator, 5)
    simulator.act("agus", path, acts.RETURN)
    state = simulator.state(path)
    assert (state.step, state.returned) == (4, True)
    assert state.live_document(["laporan_pengelolaan"]) is None
    assert state.live_document(["lembar_pemeriksaan"]) is None
    simulator.act("budi", path, acts.NOTES)
    simulator.act("budi", path, acts.REPORT)
    assert simulator.event("agus", path, acts.CHECK)["document"]["fields"]["laporan"] == 8


class TestAmendment:
    """An amendment replaces a document whole; what a check had passed is checked again."""

    def test_a_new_date_keeps_the_case_where_it_is(self) -> None:
        simulator = Simulator.shipped()
        path = acts.straight(simulator, 6)
        old = simulator.state(path).document_of(5)
        assert old is not None
        draft = Draft(
            "amend", of=5, reason="tanggal", document={**old.content, "date": "2026-03-03"}
        )
        event = simulator.event("budi", path, draft)
        assert event["to"] == 7
        assert judge(simulator, path, event) == set()

    def test_new_words_send_it_back_to_the_check(self) -> None:
        simulator = Simulator.shipped()
        path = acts.straight(simulator, 6)
        old = simulator.state(path).document_of(5)
        assert old is not None
        fields = {**old.content["fields"], "hasil": "Lain"}
        draft = Draft("amend", of=5, reason="isi", document={**old.content, "fields": fields})
        event = simulator.event("budi", path, draft)
        assert event["to"] == 6
        assert judge(simulator, path, event) == set()
        assert judge(simulator, path, {**event, "to": 7}) == {"step-target"}

    def test_on_a_closed_case_only_number_and_date_change(self) -> None:
        simulator = Simulator.shipped()
        path = acts.straight(simulator)
        old = simulator.state(path).document_of(9)
        assert old is not None
        small = Draft(
            "amend", of=9, reason="nomor", document={**old.content, "number": "000.9/7/D.12/2026"}
        )
        assert judge(simulator, path, simulator.event("agus", path, small)) == set()
        fields = {**old.content["fields"], "ringkasan": "Lain"}
        large = Draft("amend", of=9, reason="isi", document={**old.content, "fields": fields})
        assert "case-ended" in judge(simulator, path, simulator.event("agus", path, large))

    def test_an_undone_document_is_never_touched(self) -> None:
        simulator = Simulator.shipped()
        path = acts.straight(simulator, 5)
        old = simulator.state(path).document_of(5)
        assert old is not None
        simulator.act("agus", path, acts.RETURN)
        draft = Draft("amend", of=5, reason="nomor", document={**old.content, "date": "2026-03-03"})
        assert "step-order" in judge(simulator, path, simulator.event("budi", path, draft))

    def test_the_amended_sheet_of_a_return_is_still_no_input(self) -> None:
        simulator = Simulator.shipped()
        path = acts.straight(simulator, 5)
        simulator.act("agus", path, acts.RETURN)
        old = simulator.state(path).document_of(6)
        assert old is not None
        draft = Draft(
            "amend", of=6, reason="tanggal", document={**old.content, "date": "2026-03-03"}
        )
        # It names the report that the return has undone, as it did before.
        assert judge(simulator, path, simulator.event("agus", path, draft)) == set()
        fields = {**old.content["fields"], "laporan": 4}
        wrong = Draft("amend", of=6, reason="lain", document={**old.content, "fields": fields})
        assert judge(simulator, path, simulator.event("agus", path, wrong)) == {"revision-stale"}
        simulator.act("agus", path, draft)
        assert simulator.state(path).live_document([old.type]) is None

    def test_a_restricted_case_is_never_opened_up(self) -> None:
        simulator = Simulator.shipped()
        path = acts.straight(simulator, 1)
        raised = Draft("amend", reason="rahasia", case={**acts.CASE, "restricted": True})
        event = simulator.event("agus", path, raised)
        assert judge(simulator, path, event) == set()


@pytest.mark.parametrize(
    ("at", "holds"),
    [
        ("2026-03-01T00:00:00+07:00", True),
        ("2026-03-02T23:59:59+07:00", True),
        ("2026-03-03T08:00:00+14:00", False),
        ("2026-03-02T19:30:00+00:00", False),  # the letter's last day elsewhere, the next one here
        ("2026-03-02T22:01:00-12:59", False),
        ("2026-03-01T00:00:00+14:00", False),
    ],
)
def test_an_acting_grant_runs_by_the_days_of_the_office(at: str, holds: bool) -> None:
    grant = {
        "role": "kasi",
        "person": "budi",
        "from": "2026-03-01",
        "until": "2026-03-02",
        "letter": "800/1/2026",
    }
    policy = changed(Simulator.shipped(), acting=[grant])
    assert policy.has_role("budi", "kasi", "800/1/2026", at, "") is holds
