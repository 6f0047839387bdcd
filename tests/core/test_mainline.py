"""What may land on the mainline. Each refusal is one change of a landing that is allowed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from sopgit.app.draft import Draft
from sopgit.app.landings import OverlayTree, landing_of_files
from sopgit.core.finding import Allowed
from sopgit.core.growth import HEADER
from sopgit.core.mainline import Landing, found
from sopgit.core.paths import AGENCIES, POLICY
from sopgit.core.pointer import pointer_bytes
from sopgit.core.statement import policy_digest
from sopgit.core.trusted import Anchor
from sopgit.core.writer import emit, emit_item
from tests import acts
from tests.simulator import (
    REPOSITORY,
    Files,
    Simulator,
    codes,
    explain,
    sign_event,
    sign_policy,
)

Change = Callable[[dict[str, Any]], dict[str, Any]]


@pytest.fixture
def simulator() -> Simulator:
    return Simulator.shipped()


def test_a_straight_case_is_nine_events_and_closes(simulator: Simulator) -> None:
    path = acts.straight(simulator)
    state = simulator.state(path)
    assert (state.seq, state.status, state.step) == (9, "closed", None)
    assert simulator.trusted.events == 9
    assert simulator.trusted.landings == 10


def test_a_whole_lap_may_land_at_once(simulator: Simulator) -> None:
    other = Simulator.shipped()
    path = acts.straight(other)
    files = {
        name: data
        for name in other.trusted.tree.paths("")
        if (data := other.trusted.tree.get(name))
    }
    squashed = {name: data for name, data in files.items() if not name.startswith(".sopgit/")}
    verdict = simulator.try_files(squashed)
    # The later events name base commits that this mainline does not have.
    assert codes(verdict) == {"event-base"}
    for number in range(1, 12):
        simulator.trusted.ids.add(f"{number:040x}")
    assert isinstance(simulator.try_files(squashed), Allowed), explain(
        simulator.try_files(squashed)
    )
    assert path in squashed


def test_with_a_return_the_case_goes_round_again(simulator: Simulator) -> None:
    path = acts.straight(simulator, 5)
    simulator.act("agus", path, acts.RETURN)
    said, files = acts.version(2, b"kode,nama\n1,a\n", simulator)
    event = simulator.event("budi", path, acts.NOTES, **said)
    simulator.land_files({**simulator.files(event, path), **files})
    simulator.act("budi", path, acts.REPORT)
    simulator.act("agus", path, acts.CHECK)
    assert simulator.state(path).step == 7
    assert simulator.state(path).rounds == 1
    assert sorted(simulator.trusted.versions[acts.DATASET]) == [1, 2]


class TestEvent:
    """One change of an event that would be allowed."""

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            (lambda e: {**e, "seq": 3}, "event-chain"),
            (lambda e: {**e, "seq": 1}, "event-chain"),
            (lambda e: {**e, "prev": "0" * 64}, "event-chain"),
            (lambda e: {**e, "base": "f" * 40}, "event-base"),
            (lambda e: {**e, "at": "2026-03-01T08:00:00+07:00"}, "time-order"),
            (lambda e: {**e, "by": "budi"}, "role-held"),
            (lambda e: {**e, "by": "hantu"}, "role-held"),
            (lambda e: {**e, "role": "kasi"}, "role-of-step"),
            (lambda e: {**e, "step": 3}, "step-order"),
            (lambda e: {**e, "to": 4}, "step-target"),
            (lambda e: {**e, "acting": "800/1/2026"}, "role-held"),
            (lambda e: {k: v for k, v in e.items() if k != "document"}, "schema-missing-key"),
            (lambda e: {**e, "extra": "x"}, "schema-unknown-key"),
        ],
    )
    def test_is_refused_though_well_signed(
        self, simulator: Simulator, change: Change, code: str
    ) -> None:
        path = simulator.act("agus", None, acts.OPEN)
        event = simulator.event("siti", path, acts.LETTER)
        assert codes(simulator.try_files(simulator.files(event, path))) == set()
        changed = change(event)
        if changed["by"] != "hantu":
            changed = sign_event(changed)
        assert code in codes(simulator.try_files(simulator.files(changed, path)))

    def test_signed_by_somebody_else_is_refused(self, simulator: Simulator) -> None:
        path = simulator.act("agus", None, acts.OPEN)
        event = simulator.event("siti", path, acts.LETTER)
        forged = sign_event(event, by="budi")
        assert codes(simulator.try_files(simulator.files(forged, path))) == {"event-signature"}

    def test_changed_after_signing_is_refused(self, simulator: Simulator) -> None:
        path = simulator.act("agus", None, acts.OPEN)
        event = simulator.event("siti", path, acts.LETTER)
        event["document"] = {**event["document"], "date": "2026-03-03"}
        assert codes(simulator.try_files(simulator.files(event, path))) == {"event-signature"}

    def test_of_another_repository_is_refused(self, simulator: Simulator) -> None:
        event = simulator.event("agus", None, acts.OPEN)
        assert codes(simulator.try_files(simulator.files(event))) == set()
        strange = sign_event({**event, "prev": hashlib.sha256(b"other").hexdigest()})
        assert "event-chain" in codes(simulator.try_files(simulator.files(strange)))


class TestCaseFile:
    """A case file keeps every byte and only grows by whole events."""

    @pytest.fixture
    def path(self, simulator: Simulator) -> str:
        return acts.straight(simulator, 2)

    def test_an_old_event_cannot_change(self, simulator: Simulator, path: str) -> None:
        old = simulator.trusted.tree.get(path) or b""
        event = simulator.event("budi", path, Draft("note", reason="catatan"))
        good = simulator.files(event, path)
        assert codes(simulator.try_files(good)) == set()
        new = good[path] or b""
        assert codes(simulator.try_files({path: new.replace(b"Biasa", b"Cepat", 1)})) == {
            "case-grows"
        }
        assert codes(simulator.try_files({path: old[: len(old) // 2]})) == {"case-grows"}

    @pytest.mark.parametrize(
        "suffix",
        [b"# seen\n", b"\n", b"  extra: x\n", b"...\n", b"- seq: 3\n", b"  sig: AAAA\n"],
    )
    def test_nothing_but_events_can_be_appended(
        self, simulator: Simulator, path: str, suffix: bytes
    ) -> None:
        event = simulator.event("budi", path, Draft("note", reason="catatan"))
        good = simulator.files(event, path)[path] or b""
        assert codes(simulator.try_files({path: good})) == set()
        assert codes(simulator.try_files({path: good + suffix}))
        old = simulator.trusted.tree.get(path) or b""
        assert codes(simulator.try_files({path: old + suffix}))

    def test_an_event_has_one_spelling(self, simulator: Simulator, path: str) -> None:
        event = simulator.event("budi", path, Draft("note", reason="catatan"))
        new = simulator.files(event, path)[path] or b""
        quoted = new.replace(b"reason: catatan", b'reason: "catatan"')
        assert codes(simulator.try_files({path: quoted})) == {"case-grows"}

    def test_it_cannot_go(self, simulator: Simulator, path: str) -> None:
        assert codes(simulator.try_files({path: None})) == {"case-deleted"}

    def test_it_cannot_be_copied_elsewhere(self, simulator: Simulator, path: str) -> None:
        data = simulator.trusted.tree.get(path)
        other = path.replace("data-kecamatan", "salinan")
        assert codes(simulator.try_files({other: data})) == {"case-identity"}

    def test_it_lies_where_its_first_event_says(self, simulator: Simulator) -> None:
        event = simulator.event("agus", None, acts.OPEN)
        good = simulator.files(event)
        assert codes(simulator.try_files(good)) == set()
        moved = {
            path.replace("cases/2026/03", "cases/2026/04"): data for path, data in good.items()
        }
        assert codes(simulator.try_files(moved)) == {"case-identity"}


class TestLetterNumbers:
    """A letter number is used once for a type of document on the whole mainline."""

    def test_a_twin_is_refused(self, simulator: Simulator) -> None:
        simulator.act("agus", None, acts.OPEN)
        other = Draft("open", case={**acts.CASE, "title": "Lain"}, document=acts.OPEN.document)
        good = simulator.event("agus", None, other)
        assert good["document"]["number"] == "000.9/2/D.12/2026"
        assert codes(simulator.try_files(simulator.files(good))) == set()
        twin = {**good, "document": {**good["document"], "number": "000.9/1/D.12/2026"}}
        assert codes(simulator.try_files(simulator.files(sign_event(twin)))) == {"number-twin"}

    def test_a_twin_lands_together_with_its_amendment(self, simulator: Simulator) -> None:
        other = Draft("open", case={**acts.CASE, "title": "Lain"}, document=acts.OPEN.document)
        twin = simulator.event("agus", None, other)
        simulator.act("agus", None, acts.OPEN)
        files = simulator.files(twin)
        assert codes(simulator.try_files(files)) == {"number-twin"}
        path = next(iter(files))
        aside = Simulator.shipped()
        aside.land_files(files)
        document = {**twin["document"], "number": "000.9/2/D.12/2026"}
        draft = Draft("amend", of=1, reason="nomor kembar", document=document)
        amended = aside.event("agus", path, draft)
        both = {
            path: (files[path] or b"") + emit_item(sign_event({**amended, "base": twin["base"]}))
        }
        assert codes(simulator.try_files(both)) == set()


class TestFiles:
    """Unsigned content does not ride along with signed content."""

    def test_a_listed_attachment_lands(self, simulator: Simulator) -> None:
        path = acts.straight(simulator, 2)
        folder = path.rpartition("/")[0]
        data = b"%PDF-1.7\n"
        listed = [{"path": "scan.pdf", "old": None, "new": hashlib.sha256(data).hexdigest()}]
        event = simulator.event("budi", path, Draft("note", reason="scan"), files=listed)
        good = {**simulator.files(event, path), f"{folder}/scan.pdf": data}
        assert codes(simulator.try_files(good)) == set()
        assert codes(simulator.try_files({**good, f"{folder}/scan.pdf": b"other"})) == {
            "file-chain"
        }
        assert codes(simulator.try_files(simulator.files(event, path))) == {"file-chain"}
        extra = {**good, f"{folder}/second.pdf": data}
        assert codes(simulator.try_files(extra)) == {"file-unlisted"}
        code = {**good, f"{folder}/run.sh": data}
        assert {"attachment", "file-unlisted"} <= codes(simulator.try_files(code))

    def test_an_event_lists_only_its_own(self, simulator: Simulator) -> None:
        path = acts.straight(simulator, 2)
        for name in ("datasets/tapem/other/dataset.yaml", "case.yaml"):
            listed = [{"path": name, "old": None, "new": "0" * 64}]
            event = simulator.event("budi", path, Draft("note", reason="x"), files=listed)
            assert codes(simulator.try_files(simulator.files(event, path)))

    @pytest.mark.parametrize(
        "path",
        [
            "notes.txt",
            "cases/README.md",
            "datasets/tapem/kecamatan/kecamatan.csv",
            ".sopgit/other.yaml",
            "hooks/pre-receive",
            ".gitmodules",
            "docs/tool.py",
        ],
    )
    def test_what_no_rule_explains_is_refused(self, simulator: Simulator, path: str) -> None:
        assert codes(simulator.try_files({"docs/page.md": b"hello\n"})) == set()
        assert codes(simulator.try_files({path: b"hello\n"})) & {"path-unknown", "free-file"}


class TestData:
    """Versions, pointers and copies fit what the events say."""

    def landing(self, simulator: Simulator, path: str, **changes: Any) -> dict[str, bytes | None]:
        said, files = acts.version(1, b"kode,nama\n", simulator)
        said["datasets"][0] |= changes
        event = simulator.event("budi", path, acts.RECEIPT, **said)
        return {**simulator.files(event, path), **files}

    def test_each_change_of_a_good_delivery_is_refused(self, simulator: Simulator) -> None:
        path = acts.straight(simulator, 2)
        assert codes(simulator.try_files(self.landing(simulator, path))) == set()
        other = {"md5": "1" * 32, "sha256": "2" * 64, "size": 3}
        for changes, code in (
            ({"version": 2}, "version-order"),
            ({"object": other}, "pointer-stale"),
            ({"copies": ["one"]}, "copies-missing"),
            ({"copies": ["one", "three"]}, "copies-missing"),
            ({"dataset": "dinsos/kecamatan"}, "producer-unknown"),
        ):
            found_ = codes(simulator.try_files(self.landing(simulator, path, **changes)))
            assert code in found_, (changes, found_)

    def test_a_step_whose_output_is_data_brings_data(self, simulator: Simulator) -> None:
        path = acts.straight(simulator, 2)
        event = simulator.event("budi", path, acts.RECEIPT)
        assert codes(simulator.try_files(simulator.files(event, path))) == {"data-missing"}

    def test_a_stored_version_never_changes(self, simulator: Simulator) -> None:
        path = acts.straight(simulator, 3)
        said, files = acts.version(1, b"other\n", simulator)
        event = simulator.event("budi", path, acts.NOTES, **said)
        found_ = codes(simulator.try_files({**simulator.files(event, path), **files}))
        assert "version-order" in found_

    def test_a_pointer_does_not_move_by_itself(self, simulator: Simulator) -> None:
        acts.straight(simulator, 3)
        moved = {
            f"datasets/{acts.DATASET}/kecamatan.csv.dvc": pointer_bytes(
                "1" * 32, 1, "kecamatan.csv"
            )
        }
        assert "file-unlisted" in codes(simulator.try_files(moved))


class TestPolicy:
    """The policy changes alone, one version at a time, by enough old and new roots."""

    def change(
        self, simulator: Simulator, *signers: str, **changes: Any
    ) -> dict[str, bytes | None]:
        policy = {
            **simulator.policy,
            "version": simulator.policy["version"] + 1,
            "previous": policy_digest(simulator.policy),
            "base": simulator.trusted.tip,
            **changes,
        }
        return {POLICY: emit(sign_policy({**policy, "signatures": []}, *signers))}

    def test_two_roots_change_it(self, simulator: Simulator) -> None:
        simulator.land_files(self.change(simulator, "agus", "siti", grace=7))
        assert simulator.trusted.policy.raw["grace"] == 7

    @pytest.mark.parametrize(
        ("signers", "changes", "code"),
        [
            (("agus",), {}, "policy-signatures"),
            (("agus", "agus"), {}, "policy-signatures"),
            (("agus", "dewi"), {}, "policy-signatures"),
            (("agus", "siti"), {"version": 3}, "policy-sequence"),
            (("agus", "siti"), {"version": 1}, "policy-sequence"),
            (("agus", "siti"), {"previous": "0" * 64}, "policy-sequence"),
            (("agus", "siti"), {"base": "f" * 40}, "event-base"),
            (("agus", "siti"), {"repository": REPOSITORY.replace("0", "1")}, "policy-sequence"),
            (("agus", "siti"), {"roots": {"threshold": 1, "people": ["agus"]}}, "policy-roots"),
            (
                ("agus", "siti"),
                {"roots": {"threshold": 2, "people": ["agus", "hantu"]}},
                "policy-person-unknown",
            ),
            (
                ("agus", "siti"),
                {"roots": {"threshold": 2, "people": ["budi", "dewi"]}},
                "policy-signatures",
            ),
            (
                ("agus", "siti"),
                {"protected": {".github/workflows/x.yml": "0" * 64}},
                "protected-file",
            ),
        ],
    )
    def test_one_change_of_a_good_proposal_is_refused(
        self, simulator: Simulator, signers: tuple[str, ...], changes: dict[str, Any], code: str
    ) -> None:
        assert codes(simulator.try_files(self.change(simulator, "agus", "siti"))) == set()
        assert code in codes(simulator.try_files(self.change(simulator, *signers, **changes)))

    def test_an_older_version_cannot_come_back(self, simulator: Simulator) -> None:
        old = simulator.trusted.tree.get(POLICY)
        simulator.land_files(self.change(simulator, "agus", "siti", grace=7))
        assert "policy-sequence" in codes(simulator.try_files({POLICY: old}))

    def test_it_changes_alone(self, simulator: Simulator) -> None:
        files = self.change(simulator, "agus", "siti")
        event = simulator.event("agus", None, acts.OPEN)
        assert codes(simulator.try_files({**files, **simulator.files(event)})) == {"policy-alone"}
        assert codes(simulator.try_files({**files, "docs/page.md": b"x\n"})) == {"policy-alone"}

    def test_a_protected_file_does_not_change_without_it(self, simulator: Simulator) -> None:
        assert codes(simulator.try_files({".gitattributes": b"x\n"})) == {"protected-file"}

    def test_a_revoked_key_is_dead_from_the_landing_on(self, simulator: Simulator) -> None:
        path = acts.straight(simulator, 1)
        late = simulator.files(simulator.event("siti", path, acts.LETTER), path)
        assert codes(simulator.try_files(late)) == set()
        roles = {**simulator.policy["roles"], "pengelola_ti": []}
        simulator.land_files(self.change(simulator, "agus", "siti", roles=roles))
        assert codes(simulator.try_files(late)) == {"role-held"}


class TestGenesis:
    """The ledger begins with what the anchor names and nothing else."""

    def verdict(self, simulator: Simulator, anchor: Anchor, **files: bytes) -> set[str]:
        content = {**simulator.genesis_files(simulator.first), **files}
        landing = simulator.genesis(content)
        return codes(
            found(
                Landing("0" * 39 + "1", landing.changes, Files(content)), anchor, simulator.schemas
            )[0]
        )

    def test_it_fits_the_anchor(self, simulator: Simulator) -> None:
        anchor = simulator.trusted.anchor
        assert self.verdict(simulator, anchor) == set()
        for wrong in (
            Anchor(anchor.repository, "f" * 40, anchor.policy),
            Anchor(anchor.repository, anchor.genesis, "0" * 64),
            Anchor("11111111-0000-4000-8000-000000000000", anchor.genesis, anchor.policy),
        ):
            assert self.verdict(simulator, wrong) == {"genesis-anchor"}

    def test_it_holds_nothing_else(self, simulator: Simulator) -> None:
        assert "policy-alone" in self.verdict(
            simulator, simulator.trusted.anchor, **{"README.md": b"x"}
        )


def test_a_landing_of_nothing_is_allowed(simulator: Simulator) -> None:
    assert isinstance(simulator.try_files({}), Allowed)


def test_a_case_needs_its_header(simulator: Simulator) -> None:
    files = simulator.files(simulator.event("agus", None, acts.OPEN))
    assert codes(simulator.try_files(files)) == set()
    path = next(iter(files))
    headless = (files[path] or b"").removeprefix(HEADER)
    assert codes(simulator.try_files({path: headless})) == {"case-grows"}
    landing = landing_of_files(simulator.trusted, files, "x")
    assert landing.changes[path].old is None


def test_a_case_names_agencies_that_the_office_knows(simulator: Simulator) -> None:
    known = {"schema": "sopgit/agencies/v1", "agencies": {"tapem": {"name": "Bagian Rekaan"}}}
    files = simulator.files(simulator.event("agus", None, acts.OPEN))
    simulator.trusted.tree = OverlayTree(simulator.trusted.tree, {AGENCIES: emit(known)})
    assert codes(simulator.try_files(files)) == set()
    other = {**known, "agencies": {"dinsos": {"name": "Dinas Rekaan"}}}
    simulator.trusted.tree = OverlayTree(simulator.trusted.tree, {AGENCIES: emit(other)})
    assert codes(simulator.try_files(files)) == {"agency-unknown"}
