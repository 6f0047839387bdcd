"""The guarded repository as most offices have it: one account on a server, reached over SSH."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from sopgit.app.demo import samples
from sopgit.app.draft import Draft
from sopgit.app.office import MAIN
from tests import acts
from tests.by_hand import Files, Hand
from tests.offices import BUDI, KASI, SITI, Folders
from tests.pushes import HONEST, WRONGS, check
from tests.ssh_server import SshServer, serve

# One worker: the server of a second would lose the folder that the first takes away.
pytestmark = [
    pytest.mark.needs_program("sshd", "ssh"),
    pytest.mark.server,
    pytest.mark.xdist_group("sshd"),
]

NOTE = Draft("note", reason="catatan")


@pytest.fixture(scope="module")
def ssh_server(founded: Folders, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshServer]:
    """Lets in the three people of the office, each with the key that they sign with."""
    keys = [(founded.home(desk) / "id_ed25519.pub").read_text() for desk in samples.CLONES]
    with serve(tmp_path_factory.mktemp("ssh") / "server", map(str.strip, keys)) as server:
        yield server


def over_ssh(folders: Folders, server: SshServer) -> Folders:
    """Let the clones reach the office's server by its `ssh://` address."""
    for desk in samples.CLONES:
        key = folders.home(desk) / "id_ed25519"
        folders.git(desk, "remote", "set-url", "origin", server.url(folders.server))
        folders.git(desk, "config", "core.sshCommand", server.command(key))
    return folders


@pytest.fixture
def office(folders: Folders, ssh_server: SshServer) -> Folders:
    """An office of the test's own, reached over SSH."""
    return over_ssh(folders, ssh_server)


def test_each_of_the_three_roles_fetches_and_pushes(office: Folders) -> None:
    for desk, case, draft in (
        (SITI, "new", acts.LETTER),
        (BUDI, "checked", NOTE),
        (KASI, "checked", acts.CHECK),
    ):
        office.git(desk, "pull", "-q", "--ff-only", "origin", "main")
        commit = office.perform(desk, office.cases[case], draft).commit
        taken = office.push(desk, MAIN)
        assert taken.returncode == 0, taken.stderr
        assert office.guarded().tip() == commit
    assert office.guarded().history.is_sound


def test_the_commands_go_over_ssh_as_well(office: Folders) -> None:
    done = office.act(SITI, office.cases["new"], acts.LETTER)
    assert office.guarded().tip() == done.commit


def test_nobody_else_comes_in(office: Folders, ssh_server: SshServer) -> None:
    stranger = office.root / "keys" / "dewi" / "id_ed25519"
    office.git(KASI, "config", "core.sshCommand", ssh_server.command(stranger))
    assert "Permission denied" in office.push(KASI, MAIN).stderr


def refused(office: Folders, desk: str, *refspecs: str) -> str:
    """What the server says to a push of which it must take nothing."""
    before = office.server_refs()
    answer = office.push(desk, *refspecs)
    assert answer.returncode != 0
    assert "Traceback" not in answer.stderr
    assert office.server_refs() == before
    return answer.stderr


# Whose act each desk would do in the other's stead.
OTHERS = {
    KASI: ("siti", "new", acts.LETTER),
    SITI: ("agus", "checked", acts.CHECK),
    BUDI: ("agus", "checked", acts.CHECK),
}


@pytest.mark.parametrize("desk", OTHERS)
def test_each_of_the_three_roles_is_refused_what_is_forged(office: Folders, desk: str) -> None:
    """Everybody may write to the server's disk; nobody may do another's act there."""
    person, (other, name, draft) = samples.CLONES[desk], OTHERS[desk]
    hand = Hand(office)
    honest = hand.event(other, name, draft)
    in_their_name = hand.signed(honest, person)
    assert "[event-signature]" in pushed(office, desk, hand.files(in_their_name, name))
    in_their_role = hand.signed({**honest, "by": person}, person)
    assert "[role-held]" in pushed(office, desk, hand.files(in_their_role, name))
    roles = {**hand.policy["roles"], honest["role"]: [person]}
    assert "[policy-signatures]" in pushed(office, desk, hand.next_policy(person, roles=roles))
    taken = office.push(desk, commit_of(office, desk, hand.files(honest, name)))
    assert taken.returncode == 0, taken.stderr


def pushed(office: Folders, desk: str, files: Files) -> str:
    """What the server says to these files on main, of which it must take nothing."""
    return refused(office, desk, commit_of(office, desk, files))


def commit_of(office: Folders, desk: str, files: Files) -> str:
    return f"{office.commit(desk, files)}:{MAIN}"


@pytest.mark.parametrize("name", WRONGS)
def test_a_wrong_push_is_refused(folders: Folders, ssh_server: SshServer, name: str) -> None:
    make, said = WRONGS[name]
    refspecs = make(folders)
    assert said in refused(over_ssh(folders, ssh_server), KASI, *refspecs)


def test_a_merge_and_a_branch_for_a_case_land_together(office: Folders) -> None:
    refspecs = [*HONEST["a merge of a side branch"][1](office), "case/samping"]
    taken = office.push(KASI, *refspecs)
    assert taken.returncode == 0, taken.stderr
    assert office.guarded().tip() == office.tip(KASI)


def test_nobody_switches_the_guard_off_from_afar(office: Folders) -> None:
    """What git would run at the other end is chosen here, but the account runs git alone."""
    check(office)
    unguarded = f"--receive-pack=git -c core.hooksPath={os.devnull} receive-pack"
    assert "unrecognized command" in refused(office, KASI, unguarded, MAIN)
    assert office.push(KASI, MAIN).returncode == 0


def test_one_bad_ref_refuses_the_good_ones_beside_it(office: Folders) -> None:
    good = f"{check(office)}:{MAIN}"
    page = office.commit(KASI, {"docs/halaman.md": b"# Halaman\n"})
    branch = f"{page}:refs/heads/case/halaman"
    for bad in (
        f"{page}:refs/heads/lain",
        f"{page}:refs/tags/v1",
        f"{office.commit(KASI, {'rahasia.csv': b'nama'})}:refs/heads/case/rahasia",
    ):
        refused(office, KASI, good, branch, bad)
    taken = office.push(KASI, good, branch)
    assert taken.returncode == 0, taken.stderr
    assert office.guarded().tip() == good.partition(":")[0]


def test_the_mainline_is_neither_forced_back_nor_deleted(office: Folders) -> None:
    tip, case_branch = office.tip(KASI), "refs/heads/case/halaman"
    for refspec in (f"+{tip}~1:{MAIN}", f":{MAIN}"):
        assert "[forward-only]" in refused(office, KASI, "--force", refspec)
    assert office.push(KASI, f"{tip}:{case_branch}").returncode == 0
    assert "[forward-only]" in refused(office, KASI, f":{MAIN}", f":{case_branch}")
    for hidden in ("refs/sopgit/request", "refs/replace/" + tip):
        assert "[ref-allowed]" in refused(office, KASI, f"{tip}:{hidden}")
