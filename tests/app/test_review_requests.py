"""Acts that travel on branches and are brought in by requests, whichever button is pressed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sopgit.adapters.git import UncommittedChangesError, fetch, heal, switch
from sopgit.app.draft import Draft
from sopgit.app.hooks import install_server
from sopgit.app.policy_land import Landed
from sopgit.app.review import review_range
from sopgit.app.sync import LapRefused, SetAside
from sopgit.app.views import view_cases, view_one
from sopgit.app.workplace import ActRefused, Workplace, find_case
from sopgit.core.errors import UsageError
from sopgit.core.finding import Allowed
from tests import acts
from tests.forges import branch, found_forge, merged, on_server, rebased, squashed
from tests.offices import KASI, SITI, Folders, codes, run_git
from tests.roots import dewi_acts, grant_kasi_to, landed, made, signed

NOTE = Draft("note", reason="catatan")


@pytest.fixture
def forge(tmp_path: Path) -> Folders:
    return found_forge(tmp_path / "office")


BUTTONS = pytest.mark.parametrize("button", [merged, squashed, rebased])


class TestBranch:
    def test_opening_makes_a_branch_and_leaves_main(self, forge: Folders) -> None:
        main = forge.tip(KASI)
        done = forge.perform(KASI, None, acts.OPEN)
        assert branch(forge, KASI) == f"case/{done.state.id}"
        assert forge.tip(KASI) == main
        assert forge.git(KASI, "status", "--porcelain") == ""
        assert (forge.clone(KASI) / done.state.folder / "case.yaml").exists()

    def test_every_act_renews_the_one_commit(self, forge: Folders) -> None:
        case = forge.perform(KASI, None, acts.OPEN).state.id
        forge.perform(KASI, case, NOTE)
        count = forge.git(KASI, "rev-list", "--count", f"main..case/{case}")
        assert count.strip() == "1"
        assert len(view_one(forge.office(KASI), case, forge.now()).events) == 2

    def test_acts_on_another_case_go_to_its_own_branch(self, forge: Folders) -> None:
        first = forge.perform(KASI, None, acts.OPEN).state
        second = forge.perform(KASI, None, acts.OPEN).state
        assert branch(forge, KASI) == f"case/{second.id}"
        assert not (forge.clone(KASI) / first.folder).exists()
        numbers = [state.documents[0].number for state in (first, second)]
        assert numbers[0] != numbers[1]
        forge.perform(KASI, first.id, NOTE)
        assert branch(forge, KASI) == f"case/{first.id}"
        assert not (forge.clone(KASI) / second.folder).exists()

    @pytest.mark.parametrize("step", ["journal", "ref", "head", "temporary", "index"])
    def test_killed_while_it_goes_to_the_branch_it_is_whole_again(
        self, forge: Folders, step: str
    ) -> None:
        done = forge.perform(KASI, None, acts.OPEN)
        forge.git(KASI, "switch", "-q", "main")

        def pull_the_plug(reached: str) -> None:
            if reached == step:
                raise KeyboardInterrupt

        repo, ref = forge.office(KASI).repo, f"refs/heads/case/{done.state.id}"
        renewed = forge.commit(KASI, {"README.md": b"x\n"}, done.commit)
        with pytest.raises(KeyboardInterrupt):
            switch(repo, ref, done.commit, renewed, after=pull_the_plug)
        assert branch(forge, KASI) in ("main", f"case/{done.state.id}")
        assert heal(forge.office(KASI).repo).found is False
        assert forge.git(KASI, "status", "--porcelain") == ""

    def test_other_work_in_the_folder_is_left_as_it_lies(self, forge: Folders) -> None:
        (forge.clone(KASI) / "README.md").write_text("mine\n")
        forge.perform(KASI, None, acts.OPEN)
        assert (forge.clone(KASI) / "README.md").read_text() == "mine\n"

    def test_work_that_would_be_overwritten_stops_it_and_nothing_changes(
        self, forge: Folders
    ) -> None:
        first = forge.perform(KASI, None, acts.OPEN).state
        path = forge.clone(KASI) / first.folder / "case.yaml"
        path.write_text("mine\n")
        refs = forge.refs(KASI)
        with pytest.raises(UncommittedChangesError):
            forge.perform(KASI, None, acts.OPEN)
        assert (path.read_text(), forge.refs(KASI)) == ("mine\n", refs)
        assert branch(forge, KASI) == f"case/{first.id}"


class TestSending:
    def test_sync_pushes_the_branch_and_not_main(self, forge: Folders) -> None:
        main = on_server(forge, "main")
        case = forge.perform(KASI, None, acts.OPEN).state.id
        synced = forge.sync(KASI)
        assert (synced.received, synced.sent) == (0, 1)
        assert [request.branch for request in synced.requests] == [f"case/{case}"]
        assert on_server(forge, "main") == main
        assert on_server(forge, f"case/{case}") == forge.git(KASI, "rev-parse", "HEAD").strip()
        assert forge.sync(KASI).sent == 0

    def test_a_further_act_replaces_what_was_sent(self, forge: Folders) -> None:
        case = forge.perform(KASI, None, acts.OPEN).state.id
        forge.sync(KASI)
        forge.perform(KASI, case, NOTE)
        assert forge.sync(KASI).sent == 1
        assert on_server(forge, f"case/{case}") == forge.git(KASI, "rev-parse", "HEAD").strip()

    def test_the_address_that_opens_the_request(self, forge: Folders) -> None:
        case = forge.perform(KASI, None, acts.OPEN).state.id
        url = "https://forge.contoh.example/kantor/data.git"
        forge.git(KASI, "remote", "set-url", "origin", url)
        forge.git(KASI, "config", f"url.{forge.server}.insteadOf", url)
        (request,) = forge.sync(KASI).requests
        assert request.address == (
            f"https://forge.contoh.example/kantor/data/compare/main...case/{case}?expand=1"
        )

    def test_others_see_it_beside_the_mainline_and_go_on_with_it(self, forge: Folders) -> None:
        case = forge.perform(KASI, None, acts.OPEN).state.id
        forge.sync(KASI)
        forge.sync(SITI)
        (view,) = view_cases(forge.office(SITI), forge.now())
        assert (view.state.id, view.state.step) == (case, 2)
        forge.perform(SITI, case, acts.LETTER)
        forge.sync(SITI)
        forge.sync(KASI)
        assert view_one(forge.office(KASI), case, forge.now()).state.step == 3
        count = run_git(forge.server, "rev-list", "--count", f"main..case/{case}")
        assert count.strip() == "1"

    def test_a_forged_branch_is_not_shown(self, forge: Folders) -> None:
        done = forge.perform(KASI, None, acts.OPEN)
        forge.sync(KASI)
        path = f"{done.state.folder}/case.yaml"
        data = (forge.clone(KASI) / path).read_bytes()
        forged = data.replace(b"Data kecamatan", b"Data lain lain")
        assert forged != data
        bad = forge.commit(KASI, {path: forged})
        forge.git(KASI, "push", "-q", "-f", "origin", f"{bad}:refs/heads/case/{done.state.id}")
        fetch(forge.office(SITI).repo)
        assert view_cases(forge.office(SITI), forge.now()) == []

    def test_a_broken_case_on_another_branch_is_told(self, forge: Folders) -> None:
        done = forge.perform(KASI, None, acts.OPEN)
        path = f"{done.state.folder}/case.yaml"
        forge.git(KASI, "switch", "-q", "-c", "lain")
        assert view_cases(forge.office(KASI), forge.now())
        broken = (forge.clone(KASI) / path).read_bytes().replace(b"  role: kasi\n", b"")
        forge.git(KASI, "reset", "-q", "--hard", forge.commit(KASI, {path: broken}))
        with pytest.raises(ActRefused) as caught:
            forge.perform(KASI, None, acts.OPEN)
        assert codes(caught.value.refused.findings) == {"schema-missing-key"}

    def test_a_branch_that_nobody_can_read_stops_nothing(self, forge: Folders) -> None:
        case = forge.perform(KASI, None, acts.OPEN).state.id
        tree = forge.git(SITI, "rev-parse", "HEAD^{tree}").strip()
        alone = forge.git(SITI, "commit-tree", tree, "-m", "alone").strip()
        for name in (case, "aaaaaaaaaa", "odd"):
            forge.git(SITI, "push", "-q", "origin", f"{alone}:refs/heads/case/{name}")
        assert forge.sync(KASI).sent == 1
        forge.sync(SITI)
        assert [view.state.id for view in view_cases(forge.office(SITI), forge.now())] == [case]

    def test_work_of_one_s_own_on_a_case_s_branch_is_never_thrown_away(
        self, forge: Folders
    ) -> None:
        case = forge.perform(KASI, None, acts.OPEN).state.id
        forge.sync(KASI)
        merged(forge, case)
        forge.sync(KASI)
        forge.perform(KASI, case, NOTE)
        head = forge.git(KASI, "rev-parse", "HEAD").strip()
        mine = forge.commit(KASI, {"program.py": b"print()\n"}, head)
        forge.git(KASI, "reset", "-q", "--hard", mine)
        with pytest.raises(ActRefused) as caught:
            forge.perform(KASI, case, NOTE)
        assert "path-unknown" in codes(caught.value.refused.findings)
        with pytest.raises(ActRefused):
            forge.sync(KASI)
        assert forge.git(KASI, "rev-parse", "HEAD").strip() == mine

    def test_what_is_no_act_on_the_case_s_branch_is_not_written_over(self, forge: Folders) -> None:
        case = forge.perform(KASI, None, acts.OPEN).state.id
        forge.sync(KASI)
        merged(forge, case)
        forge.sync(KASI)
        forge.git(KASI, "branch", f"case/{case}", "main")
        forge.perform(KASI, case, NOTE)
        forge.git(KASI, "switch", "-q", "main")
        page = forge.commit(KASI, {"README.md": b"x\n"})
        forge.git(KASI, "branch", "-f", f"case/{case}", page)
        with pytest.raises(ActRefused) as caught:
            forge.perform(KASI, case, NOTE)
        assert codes(caught.value.refused.findings) == {"branch-foreign"}
        assert forge.git(KASI, "rev-parse", f"case/{case}").strip() == page
        forge.git(KASI, "branch", "-m", f"case/{case}", "kept")
        forge.perform(KASI, case, NOTE)

    def test_where_both_went_on_mine_is_set_aside_and_kept(self, forge: Folders) -> None:
        case = forge.perform(KASI, None, acts.OPEN).state.id
        forge.sync(KASI)
        forge.sync(SITI)
        forge.perform(SITI, case, acts.LETTER)
        forge.sync(SITI)
        mine = forge.perform(KASI, case, NOTE).commit
        with pytest.raises(SetAside):
            forge.sync(KASI)
        assert mine in forge.refs(KASI)
        assert view_one(forge.office(KASI), case, forge.now()).state.step == 3
        forge.perform(KASI, case, NOTE)
        assert forge.sync(KASI).sent == 1


class TestLanding:
    @BUTTONS
    def test_every_button_keeps_every_proof(
        self, forge: Folders, button: Callable[[Folders, str], None]
    ) -> None:
        case = forge.perform(KASI, None, acts.OPEN).state.id
        forge.perform(KASI, case, NOTE)
        forge.sync(KASI)
        forge.sync(SITI)
        button(forge, case)
        assert forge.sync(KASI).requests == ()
        assert branch(forge, KASI) == "main"
        assert forge.tip(KASI) == on_server(forge, "main")
        assert forge.git(KASI, "status", "--porcelain") == ""
        history = forge.office(KASI).history
        assert history.is_sound
        assert not history.first_use
        assert f"refs/heads/case/{case}" not in forge.refs(KASI)
        forge.sync(SITI)
        forge.perform(SITI, case, acts.LETTER)
        assert forge.sync(SITI).sent == 1
        button(forge, case)
        forge.sync(SITI)
        assert forge.office(SITI).history.is_sound
        assert forge.office(SITI).trusted.case(find(forge, SITI, case)).step == 3  # type: ignore[union-attr]

    @BUTTONS
    def test_a_branch_is_renewed_after_the_landing_of_another(
        self, forge: Folders, button: Callable[[Folders, str], None]
    ) -> None:
        first = forge.perform(KASI, None, acts.OPEN).state.id
        second = forge.perform(KASI, None, acts.OPEN).state.id
        forge.sync(KASI)
        button(forge, first)
        assert forge.sync(KASI).sent == 1
        assert branch(forge, KASI) == f"case/{second}"
        parent = run_git(forge.server, "rev-parse", f"case/{second}^").strip()
        assert parent == on_server(forge, "main")
        button(forge, second)
        forge.sync(KASI)
        assert forge.office(KASI).history.is_sound

    def test_a_twin_number_lands_together_with_its_amendment(self, forge: Folders) -> None:
        mine = forge.perform(KASI, None, acts.OPEN).state.id
        forge.git(KASI, "switch", "-q", "main")
        forge.git(KASI, "branch", "-m", f"case/{mine}", "kept")
        other = forge.perform(KASI, None, acts.OPEN).state.id
        forge.sync(KASI)
        merged(forge, other)
        forge.git(KASI, "branch", "-m", "kept", f"case/{mine}")
        with pytest.raises(LapRefused) as caught:
            forge.sync(KASI)
        assert codes(caught.value.refused.findings) == {"number-twin"}
        document = {"fields": (acts.OPEN.document or {})["fields"], "type": "nota_dinas"}
        forge.perform(KASI, mine, Draft("amend", of=1, reason="nomor kembar", document=document))
        assert forge.sync(KASI).sent == 1
        squashed(forge, mine)
        forge.sync(KASI)
        assert forge.office(KASI).history.is_sound


class TestPolicy:
    """A new policy goes through a request as well."""

    def waiting(self, forge: Folders) -> Landed:
        return landed(forge, signed(forge, made(forge, grant_kasi_to("dewi")), "dewi", "agus"))

    @BUTTONS
    def test_it_waits_on_a_branch_and_comes_in_by_every_button(
        self, forge: Folders, button: Callable[[Folders, str], None]
    ) -> None:
        main = forge.tip(KASI)
        done = self.waiting(forge)
        assert done.branch == "policy/2"
        assert (branch(forge, KASI), forge.tip(KASI)) == ("policy/2", main)
        assert forge.office(KASI).trusted.policy.version == 1
        (request,) = forge.sync(KASI).requests
        assert (request.branch, request.case) == ("policy/2", "policy 2")
        assert on_server(forge, "policy/2") == done.commit
        button(forge, "policy/2")
        assert forge.sync(KASI).requests == ()
        assert branch(forge, KASI) == "main"
        assert "refs/heads/policy/2" not in forge.refs(KASI)
        assert forge.office(KASI).trusted.policy.is_holder("dewi", "kasi")
        assert forge.git(KASI, "status", "--porcelain") == ""

    def test_it_is_put_on_top_of_what_landed_meanwhile(self, forge: Folders) -> None:
        case = forge.perform(KASI, None, acts.OPEN).state.id
        forge.sync(KASI)
        self.waiting(forge)
        merged(forge, case)
        forge.sync(KASI)
        parent = run_git(forge.server, "rev-parse", "policy/2^").strip()
        assert parent == on_server(forge, "main")
        page = review_range(forge.office(KASI), "main", "policy/2", forge.now(), gate=True)
        assert isinstance(page.outcome, Allowed)
        assert [section.kind for section in page.sections] == ["policy"]

    def test_acts_go_on_from_the_mainline_while_it_waits(self, forge: Folders) -> None:
        self.waiting(forge)
        case = forge.perform(KASI, None, acts.OPEN).state.id
        assert branch(forge, KASI) == f"case/{case}"
        changed = forge.git(KASI, "diff", "--name-only", "main", "HEAD").split()
        assert [path.rpartition("/")[2] for path in changed] == ["case.yaml"]

    def test_of_two_proposals_one_lands_and_the_other_is_told(self, forge: Folders) -> None:
        mine = self.waiting(forge)
        forge.git(KASI, "switch", "-q", "main")
        other = signed(
            forge, made(forge, dewi_acts, target=forge.root / "other.yaml"), "dewi", "agus"
        )
        with pytest.raises(UsageError, match="another proposal waits"):
            landed(forge, other)
        forge.git(KASI, "branch", "-m", "policy/2", "kept")
        landed(forge, other)
        forge.sync(KASI)
        merged(forge, "policy/2")
        forge.sync(KASI)
        forge.git(KASI, "branch", "-m", "kept", "policy/2")
        with pytest.raises(LapRefused) as caught:
            forge.sync(KASI)
        assert "changed-on-both-sides" in codes(caught.value.refused.findings)
        assert forge.git(KASI, "rev-parse", "policy/2").strip() == mine.commit

    def test_another_s_proposal_on_the_server_is_not_pushed_away(self, forge: Folders) -> None:
        theirs = self.waiting(forge)
        forge.sync(KASI)
        forge.git(KASI, "switch", "-q", "main")
        forge.git(KASI, "branch", "-D", "policy/2")
        other = made(forge, dewi_acts, target=forge.root / "other.yaml")
        landed(forge, signed(forge, other, "dewi", "agus"))
        with pytest.raises(LapRefused) as caught:
            forge.sync(KASI)
        assert codes(caught.value.refused.findings) == {"branch-foreign"}
        assert on_server(forge, "policy/2") == theirs.commit


class TestGuardedServer:
    """The bare server with its guard takes a renewed branch and no rewritten mainline."""

    def test_a_branch_is_renewed_and_taken_away_and_main_is_not(self, folders: Folders) -> None:
        install_server(folders.guarded(), Path(sys.executable), None)
        case = folders.cases["new"]
        first = folders.perform(SITI, case, acts.LETTER).commit
        ref = f"refs/heads/case/{case}"
        assert folders.push(SITI, f"{first}:{ref}").returncode == 0
        parent = folders.git(SITI, "rev-parse", f"{first}~1").strip()
        for name in ("policy/2", "record/abcdefghij"):
            assert folders.push(SITI, f"{folders.tip(SITI)}:refs/heads/{name}").returncode == 0
        page: dict[str, bytes | None] = {"README.md": b"x\n"}
        other = folders.commit(SITI, page, parent)
        renewed = folders.push(SITI, f"--force-with-lease={ref}:{first}", f"{other}:{ref}")
        assert renewed.returncode == 0, renewed.stderr
        back = folders.push(SITI, "--force", "HEAD~2:refs/heads/main")
        assert back.returncode != 0
        assert "[forward-only]" in back.stderr
        gone = folders.push(SITI, f":{ref}")
        assert gone.returncode == 0, gone.stderr
        assert ref not in folders.server_refs()
        assert "[forward-only]" in folders.push(SITI, ":refs/heads/main").stderr
        beside = folders.push(SITI, "--force", f"{other}:refs/heads/main")
        assert beside.returncode == 0, beside.stderr


def find(forge: Folders, desk: str, case: str) -> str:
    return find_case(Workplace.of(forge.office(desk)), case)
