"""The policy's life in real repositories: proposed, signed by the roots, landed, in force."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sopgit.adapters.resources import read_procedure
from sopgit.app import policy_edits as edits
from sopgit.app.policy_edits import Edited
from sopgit.app.policy_inputs import editable_text, set_content
from sopgit.app.policy_sign import read_paper
from sopgit.app.proposing import ProposalRefused
from sopgit.app.review import review_range
from sopgit.app.workplace import ActRefused
from sopgit.core.errors import UsageError
from sopgit.core.finding import Allowed
from sopgit.core.paths import POLICY
from sopgit.core.policy import procedure_path
from sopgit.core.strict_yaml import load, mapping_of
from sopgit.core.writer import emit
from tests import acts
from tests.offices import BUDI, KASI, SITI, Folders, codes
from tests.roots import (
    changed,
    dewi_acts,
    grant_kasi_to,
    landed,
    made,
    refused,
    signed,
    sit,
)


class TestLanding:
    def test_two_roots_sign_and_it_is_in_force_for_everybody(self, folders: Folders) -> None:
        changed(folders, grant_kasi_to("dewi"))
        folders.sync(BUDI)
        for office in (folders.office(BUDI), folders.guarded()):
            assert office.trusted.policy.version == 2
            assert office.trusted.policy.is_holder("dewi", "kasi")
        sit(folders, KASI, "dewi")
        assert folders.act(KASI, None, acts.OPEN).event["by"] == "dewi"

    def test_it_holds_the_policy_and_nothing_else(self, folders: Folders) -> None:
        before = folders.tip(KASI)
        path = signed(folders, made(folders, grant_kasi_to("dewi")), "dewi", "agus")
        commit = landed(folders, path).commit
        assert set(folders.changed(KASI, before, commit)) == {POLICY}

    @pytest.mark.parametrize("people", [(), ("agus",), ("agus", "agus")])
    def test_too_few_roots_are_refused(self, folders: Folders, people: tuple[str, ...]) -> None:
        path = signed(folders, made(folders, grant_kasi_to("dewi")), *people)
        assert refused(lambda: landed(folders, path)) == {"policy-signatures"}
        assert folders.office(KASI).trusted.policy.version == 1

    def test_whoever_is_no_root_cannot_sign(self, folders: Folders) -> None:
        with pytest.raises(UsageError, match="not that of a root"):
            signed(folders, made(folders, grant_kasi_to("dewi")), "siti")

    def test_a_proposal_on_an_older_version_is_refused(self, folders: Folders) -> None:
        late = signed(
            folders,
            made(folders, grant_kasi_to("dewi"), target=folders.root / "late.yaml"),
            "dewi",
            "agus",
        )
        changed(folders, dewi_acts)
        with pytest.raises(UsageError, match="policy in force is version 2"):
            landed(folders, late)
        with pytest.raises(UsageError, match="another version"):
            made(folders, grant_kasi_to("dewi"), target=late)

    def test_a_file_changed_after_signing_is_refused(self, folders: Folders) -> None:
        path = signed(folders, made(folders, grant_kasi_to("dewi")), "dewi", "agus")
        path.write_bytes(path.read_bytes().replace(b"grace: 5", b"grace: 6"))
        assert refused(lambda: landed(folders, path)) == {"policy-sequence"}

    def test_beside_other_work_on_a_branch_it_does_not_land(self, folders: Folders) -> None:
        path = signed(folders, made(folders, grant_kasi_to("dewi")), "dewi", "agus")
        folders.git(KASI, "switch", "-q", "-c", "side")
        commit = folders.commit(KASI, {"README.md": b"x\n"})
        folders.git(KASI, "reset", "-q", "--hard", commit)
        with pytest.raises(UsageError, match="lands alone"):
            landed(folders, path)

    def test_review_tells_it_in_plain_words(self, folders: Folders) -> None:
        before = folders.tip(KASI)
        landed(folders, signed(folders, made(folders, grant_kasi_to("dewi")), "dewi", "agus"))
        page = review_range(folders.office(KASI), before, folders.tip(KASI), folders.now())
        assert isinstance(page.verdict, Allowed)
        told = [str(line).strip() for line in page.lines]
        assert "Dra. Dewi Rekaan, M.M. (dewi) gains the role kasi" in told


class TestProposing:
    def test_what_is_unsound_is_refused_with_all_reasons_and_nothing_is_written(
        self, folders: Folders
    ) -> None:
        def change(edited: Edited) -> None:
            edited.raw["roles"]["kasi"] = ["hantu"]
            edited.raw["numbers"]["nota_dinas"] = {"pattern": "{n}{n}"}

        with pytest.raises(ProposalRefused) as caught:
            made(folders, change, target=folders.root / "p.yaml")
        found = codes(caught.value.refused.findings)
        assert found == {"policy-person-unknown", "policy-number-pattern"}
        assert not (folders.root / "p.yaml").exists()

    def test_a_policy_that_could_never_change_again_is_refused(self, folders: Folders) -> None:
        def leave(edited: Edited) -> None:
            edits.remove_person(edited, "dewi")

        assert refused(lambda: made(folders, leave)) == {"policy-roots"}

    def test_a_second_change_joins_the_first_and_signatures_fall(self, folders: Folders) -> None:
        first = made(folders, grant_kasi_to("dewi"))
        signed(folders, first, "dewi")
        both = made(folders, dewi_acts)
        assert (both.path, both.dropped) == (first.path, 1)
        assert both.proposal.new.version == 2
        assert both.proposal.new.is_holder("dewi", "kasi")
        assert len(both.proposal.new.grants) == 1
        assert read_paper(both.path).missing == 2

    def test_what_changes_nothing_is_said(self, folders: Folders) -> None:
        with pytest.raises(UsageError, match="changes nothing"):
            made(folders, lambda _edited: None)

    def test_the_whole_text_can_be_edited(self, folders: Folders) -> None:
        text = editable_text(folders.office(KASI).trusted.policy).replace("grace: 5", "grace: 9")
        value = mapping_of(text.encode())
        assert "version" not in value
        proposed = made(folders, lambda edited: set_content(edited, value))
        assert proposed.proposal.new.raw["grace"] == 9

    def test_what_an_edit_drops_is_retired(self, folders: Folders) -> None:
        key = folders.office(KASI).trusted.policy.raw["people"]["budi"]["keys"][0]

        def drop(edited: Edited) -> None:
            del edited.raw["people"]["budi"]
            edited.raw["roles"]["administrator_server"] = []

        proposed = made(folders, drop, abandon=True)
        assert proposed.proposal.new.raw["retired"] == {"people": ["budi"], "keys": [key]}
        assert codes(proposed.warnings) == {"role-vacant", "readers-ahead"}

    def test_a_grant_names_the_open_cases_that_it_would_block(self, folders: Folders) -> None:
        warnings = made(folders, grant_kasi_to("budi")).warnings
        assert codes(warnings) == {"separation-ahead"}
        assert {w.message.args["id"] for w in warnings} == {folders.cases["checked"]}


class TestRootsAndFiles:
    def test_a_new_root_signs_too(self, folders: Folders) -> None:
        def change(edited: Edited) -> None:
            edits.change_roots(edited, ["siti"], ["agus"], None)

        proposed = made(folders, change)
        path = signed(folders, proposed, "dewi", "agus")
        assert refused(lambda: landed(folders, path)) == {"policy-signatures"}
        landed(folders, signed(folders, proposed, "siti"))
        assert set(folders.office(KASI).trusted.policy.roots) == {"dewi", "siti"}

    def test_a_protected_file_is_carried_along(self, folders: Folders) -> None:
        data = b"# aturan git\n*.age -diff\n"
        path = ".gitattributes"
        changed(folders, lambda e: edits.protect(e, path, data))
        folders.sync(BUDI)
        assert (folders.clone(BUDI) / path).read_bytes() == data
        changed(folders, lambda e: edits.protect(e, path, None))
        assert not (folders.clone(KASI) / path).exists()

    def test_a_path_that_cannot_be_protected_is_refused(self, folders: Folders) -> None:
        change = lambda e: edits.protect(e, "README.md", b"x\n")  # noqa: E731
        assert refused(lambda: made(folders, change)) == {"policy-alone"}

    def test_a_new_procedure_leaves_old_cases_under_theirs(self, folders: Folders) -> None:
        office = folders.office(KASI)
        (old,) = office.trusted.policy.raw["procedures"]
        name = old.partition("@")[0]
        value = mapping_of(read_procedure(name))
        value["identity"] = {**value["identity"], "number": "SOP/2/2026"}
        data = emit(value)
        changed(folders, lambda e: edits.set_procedure(e, value, data, "open"))
        states = folders.office(KASI).trusted.policy.raw["procedures"]
        (new,) = set(states) - {old}
        assert states == {old: "finish", new: "open"}
        assert (folders.clone(KASI) / procedure_path(new)).read_bytes() == data
        folders.act(SITI, folders.cases["new"], acts.LETTER)
        assert folders.act(KASI, None, acts.OPEN).state.procedure == new
        with pytest.raises((ActRefused, UsageError)):
            folders.perform(KASI, None, replace(acts.OPEN, procedure=old))

    def test_a_procedure_that_goes_takes_its_file_along(self, folders: Folders) -> None:
        (old,) = folders.office(KASI).trusted.policy.raw["procedures"]
        proposed = made(folders, lambda e: e.raw["procedures"].clear())
        assert proposed.proposal.files == {procedure_path(old): None}
        assert "procedure-dropped" in codes(proposed.warnings)


def test_a_proposal_is_strict_yaml_that_names_what_was_asked(folders: Folders) -> None:
    proposed = made(folders, grant_kasi_to("dewi"))
    value = load(proposed.path.read_bytes()).value
    assert isinstance(value, dict)
    assert (value["schema"], value["notes"]) == ("sopgit/proposal/v1", ["test"])
    assert proposed.path.parent == folders.root
