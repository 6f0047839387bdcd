"""People come and go: keys are rotated or stolen, roles are lent, acts on the way are not lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from sopgit.app import policy_edits as edits
from sopgit.app.draft import Draft
from sopgit.app.identity import NoKey
from sopgit.app.policy_edits import Edited
from sopgit.app.policy_inputs import acts_signed_with, find_act
from sopgit.app.proposing import ProposalRefused
from sopgit.app.review import review_case
from sopgit.app.sync import SetAside
from sopgit.app.workplace import ActRefused, Workplace, find_case
from sopgit.core.errors import UsageError
from tests import acts
from tests.offices import BUDI, KASI, SITI, START, Folders, codes
from tests.roots import (
    LETTER,
    changed,
    dewi_acts,
    grant_kasi_to,
    landed,
    made,
    new_key,
    refused,
    signed,
    sit,
)


class TestKeys:
    def test_a_key_is_rotated_and_what_the_old_one_signed_stays(self, folders: Folders) -> None:
        old = folders.office(SITI).me.key
        signer = new_key(folders, "siti-2")
        case = folders.act(SITI, folders.cases["new"], acts.LETTER).state.id
        folders.sync(KASI)
        changed(folders, lambda e: edits.revoke_key(e, old.fingerprint, "rotated", [signer.key]))
        folders.sync(SITI)
        with pytest.raises(NoKey):
            folders.perform(SITI, case, Draft("note", reason="lama"))
        sit(folders, SITI, "siti-2")
        folders.act(SITI, case, Draft("note", reason="baru"))
        history = folders.guarded().history
        assert history.is_sound
        assert old.line in history.trusted.policy.raw["retired"]["keys"]

    def test_the_old_key_never_comes_back(self, folders: Folders) -> None:
        old = folders.office(SITI).me.key
        signer = new_key(folders, "siti-2")
        changed(folders, lambda e: edits.revoke_person(e, "siti", "rotated", [signer.key]))
        again = lambda: made(folders, lambda e: edits.add_keys(e, "siti", [old]))  # noqa: E731
        assert refused(again) == {"policy-retired"}

    def test_a_root_changes_its_own_key_by_signing_with_both(self, folders: Folders) -> None:
        signer = new_key(folders, "agus-2")
        proposed = made(folders, lambda e: edits.revoke_person(e, "agus", "rotated", [signer.key]))
        path = signed(folders, proposed, "dewi", "agus")
        assert refused(lambda: landed(folders, path)) == {"policy-signatures"}
        landed(folders, signed(folders, proposed, "agus-2"))
        assert folders.office(KASI).trusted.policy.keys("agus") == (signer.key,)

    @pytest.mark.parametrize("reason", ["rotated", "left"])
    def test_what_cannot_be_meant(self, folders: Folders, reason: edits.Reason) -> None:
        key = folders.office(SITI).me.key
        with pytest.raises(UsageError):
            made(folders, lambda e: edits.revoke_key(e, key.fingerprint, reason))


class TestActing:
    def test_it_is_used_in_an_act_and_dead_after_its_grace(self, folders: Folders) -> None:
        changed(folders, dewi_acts)
        sit(folders, KASI, "dewi")
        draft = replace(acts.OPEN, acting=LETTER)
        assert folders.act(KASI, None, draft).event["acting"] == LETTER
        with pytest.raises(ActRefused) as caught:
            folders.perform(KASI, None, acts.OPEN)
        assert codes(caught.value.refused.findings) == {"role-held"}
        inside = folders.clock
        self.note_on(folders, START + timedelta(days=13))  # the tenth and five days of grace
        folders.sync(KASI)
        folders.clock = inside
        folders.perform(KASI, None, draft)
        self.note_on(folders, START + timedelta(days=14))
        folders.git(KASI, "reset", "-q", "--hard", "origin/main")
        folders.sync(KASI)
        folders.clock = inside + timedelta(hours=1)
        with pytest.raises(ActRefused) as caught:
            folders.perform(KASI, None, draft)
        assert codes(caught.value.refused.findings) == {"role-held"}

    def note_on(self, folders: Folders, day: datetime) -> None:
        folders.clock = day
        folders.act(BUDI, folders.cases["closed"], Draft("note", reason="hari lain"))

    def test_it_is_withdrawn(self, folders: Folders) -> None:
        changed(folders, dewi_acts)
        changed(folders, lambda e: edits.end_acting(e, "kasi", "dewi", LETTER))
        sit(folders, KASI, "dewi")
        with pytest.raises(ActRefused):
            folders.perform(KASI, None, replace(acts.OPEN, acting=LETTER))


class TestRevoking:
    """siti has signed the letter of a case, and nobody has landed it."""

    @pytest.fixture
    def act(self, folders: Folders) -> str:
        """It lies on the server as a branch for its case, and in her clone on main."""
        case = folders.perform(SITI, folders.cases["new"], acts.LETTER).state.id
        assert folders.push(SITI, f"HEAD:refs/heads/case/{case}").returncode == 0
        folders.sync(KASI)
        return case

    @staticmethod
    def leave(edited: Edited) -> None:
        edits.revoke_person(edited, "siti", "left")

    def test_it_waits_for_what_the_person_has_under_way(self, folders: Folders, act: str) -> None:
        with pytest.raises(ProposalRefused) as caught:
            made(folders, self.leave)
        found = [f for f in caught.value.refused.findings if f.severity == "error"]
        assert [(f.code, f.message.args["branch"]) for f in found] == [
            ("act-on-the-way", f"origin/case/{act}")
        ]
        assert found[0].message.args["subject"] == f"{act}:2"

    def test_once_it_has_landed_nothing_stands_against_it(self, folders: Folders, act: str) -> None:
        folders.sync(SITI)
        folders.sync(KASI)
        changed(folders, self.leave)
        assert "siti" not in folders.guarded().trusted.policy.people
        assert folders.guarded().history.is_sound

    def test_a_lost_role_waits_too_and_a_gained_one_does_not(
        self, folders: Folders, act: str
    ) -> None:
        made(folders, grant_kasi_to("dewi"))
        lose = lambda e: edits.ungrant(e, "pengelola_ti", "siti")  # noqa: E731
        assert refused(lambda: made(folders, lose)) == {"act-on-the-way"}

    def test_what_came_after_the_proposal_stops_its_landing(self, folders: Folders) -> None:
        path = signed(folders, made(folders, self.leave), "dewi", "agus")
        folders.perform(SITI, folders.cases["new"], acts.LETTER)
        assert folders.push(SITI, "HEAD:refs/heads/case/new").returncode == 0
        folders.sync(KASI)
        assert refused(lambda: landed(folders, path)) == {"act-on-the-way"}
        assert codes(landed(folders, path, abandon=True).warnings) >= {"act-on-the-way"}

    def test_acts_of_this_clone_that_were_not_sent_count(self, folders: Folders) -> None:
        folders.perform(SITI, folders.cases["new"], acts.LETTER)
        assert refused(lambda: made(folders, self.leave, SITI)) == {"act-on-the-way"}

    def test_given_up_it_is_refused_at_the_landing_and_all_before_stays(
        self, folders: Folders, act: str
    ) -> None:
        before = folders.guarded().trusted.events
        stolen = lambda e: edits.revoke_person(e, "siti", "compromised")  # noqa: E731
        proposed = made(folders, stolen, abandon=True)
        assert codes(proposed.warnings) == {"act-on-the-way"}
        landed(folders, signed(folders, proposed, "dewi", "agus"))
        folders.sync(KASI)
        with pytest.raises(SetAside) as caught:
            folders.sync(SITI)
        assert codes(caught.value.refused.findings) == {"event-signature"}
        history = folders.guarded().history
        assert history.is_sound
        assert history.trusted.events == before

    def test_a_merge_of_the_old_branch_is_refused_by_the_server(
        self, folders: Folders, act: str
    ) -> None:
        changed_by = lambda e: edits.revoke_person(e, "siti", "compromised")  # noqa: E731
        proposed = made(folders, changed_by, abandon=True)
        landed(folders, signed(folders, proposed, "dewi", "agus"))
        folders.sync(KASI)
        branch = f"origin/case/{act}"
        folders.git(KASI, "merge", "-q", "--no-verify", "--no-edit", branch)
        pushed = folders.push(KASI, "main")
        assert pushed.returncode != 0
        assert "[event-signature]" in pushed.stderr


class TestDisowning:
    def test_the_acts_of_a_stolen_key_send_their_case_back(self, folders: Folders) -> None:
        office, case = folders.office(KASI), folders.cases["checked"]
        key = office.trusted.policy.keys("budi")
        subjects = [subject for subject, _at in acts_signed_with(office, key)]
        assert f"{case}:4" in subjects
        assert f"{case}:2" not in subjects
        digest = find_act(office, f"{case}:4")
        changed(folders, lambda e: edits.disown(e, digest))
        with pytest.raises(ActRefused) as caught:
            folders.act(KASI, case, acts.CHECK)
        assert codes(caught.value.refused.findings) == {"disowned-act"}
        path = find_case(Workplace.of(office), case)
        told = review_case(folders.office(KASI), path, folders.now()).next_step
        assert str(told) == f"sopgit return {case} --to 4"
        folders.act(KASI, case, acts.RETURN)
        assert folders.act(BUDI, case, acts.NOTES).state.step == 5

    @pytest.mark.parametrize("reference", ["checked", "checked:99", ":4", "nothing:1"])
    def test_what_names_no_act(self, folders: Folders, reference: str) -> None:
        case = folders.cases["checked"]
        with pytest.raises(UsageError):
            find_act(folders.office(KASI), reference.replace("checked", case))
