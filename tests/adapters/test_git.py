"""Repositories, commits, publishing and exchange, with real repositories and the real `git`."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pygit2
import pytest

from sopgit.adapters.git import (
    CommitTree,
    GitFailedError,
    Healed,
    MissingObjectError,
    NoRepositoryError,
    RefMovedError,
    RemoteAwayError,
    Repository,
    UncommittedChangesError,
    UnfitCommitError,
    UnfitRepositoryError,
    build_commit,
    check_clean,
    clone,
    fetch,
    heal,
    init,
    init_bare,
    move_ref,
    publish,
    push,
)
from sopgit.core.errors import SopgitError, UsageError
from sopgit.core.gitobjects import check_commit, parse_commit

MAIN = "refs/heads/main"
WHO = ("Siti Contoh", "siti@example.test")
WHEN = datetime(2026, 11, 23, 8, 0, tzinfo=timezone(timedelta(hours=7)))
CASE = "cases/2026/11/abcdefghij-jalan/case.yaml"
FIRST = {CASE: b"satu\n", "README.md": b"# Kantor\n", "docs/a.txt": b"a\n"}


def git(folder: Path, *arguments: str, **environment: str) -> str:
    ran = subprocess.run(
        ["git", "-c", "user.name=n", "-c", "user.email=e@example.test", *arguments],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout


def put(repo: Repository, changes: dict[str, bytes | None], message: str = "ubah\n") -> str:
    """Commit `changes` on main and publish them."""
    old = repo.tip(MAIN)
    new = build_commit(repo, old, changes, message, WHO, WHEN)
    publish(repo, MAIN, old, new)
    return new


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    """A repository with one published commit."""
    repo = init(tmp_path / "kantor")
    put(repo, dict(FIRST))
    return repo


def folder(repo: Repository) -> Path:
    assert repo.workdir is not None
    return repo.workdir


def is_sound(repo: Repository) -> bool:
    """Nothing uncommitted, nothing broken, no litter."""
    fsck = git(folder(repo), "fsck", "--strict", "--no-dangling")
    status = git(folder(repo), "status", "--porcelain", "--untracked-files=all")
    return (fsck, status, list(repo.state_folder.glob("journal*"))) == ("", "", [])


class TestOpening:
    def test_finds_the_repository_around_a_folder(self, repo: Repository) -> None:
        inside = Repository.open(folder(repo) / "cases" / "2026")
        assert inside.workdir == repo.workdir
        assert inside.gitdir == folder(repo) / ".git"
        assert inside.state_folder == folder(repo) / ".git" / "sopgit"

    def test_a_bare_repository_has_no_work_tree(self, tmp_path: Path) -> None:
        bare = init_bare(tmp_path / "server.git")
        assert (bare.workdir, bare.head_branch(), bare.tip("HEAD")) == (None, MAIN, None)

    def test_no_repository_is_said_so(self, tmp_path: Path) -> None:
        with pytest.raises(NoRepositoryError, match="is in no Git repository"):
            Repository.open(tmp_path)
        with pytest.raises(NoRepositoryError):
            Repository.open(tmp_path / "absent")

    def test_the_environment_does_not_steer(
        self, repo: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        other = init(tmp_path / "other")
        monkeypatch.setenv("GIT_DIR", str(other.gitdir))
        assert Repository.open(folder(repo)).gitdir == repo.gitdir
        assert Repository.open(folder(repo)).index_tree() == repo.tree_of(repo.tip(MAIN) or "")

    def test_a_shallow_clone_is_refused(self, repo: Repository, tmp_path: Path) -> None:
        put(repo, {"docs/b.txt": b"b\n"})
        git(tmp_path, "clone", "-q", "--depth=1", f"file://{folder(repo)}", "shallow")
        with pytest.raises(UnfitRepositoryError, match="shallow"):
            Repository.open(tmp_path / "shallow")

    def test_a_partial_clone_is_refused(self, repo: Repository, tmp_path: Path) -> None:
        git(folder(repo), "config", "uploadpack.allowFilter", "true")
        git(tmp_path, "clone", "-q", "--filter=blob:none", "--no-checkout",
            f"file://{folder(repo)}", "partial")  # fmt: skip
        with pytest.raises(UnfitRepositoryError, match="partial"):
            Repository.open(tmp_path / "partial")

    def test_grafts_are_refused(self, repo: Repository) -> None:
        (repo.gitdir / "info" / "grafts").write_text(f"{repo.tip(MAIN)}\n")
        with pytest.raises(UnfitRepositoryError, match="grafts"):
            Repository.open(folder(repo))

    def test_replaced_objects_are_read_as_they_are(self, repo: Repository) -> None:
        old = repo.tip(MAIN) or ""
        new = put(repo, {"docs/b.txt": b"b\n"})
        git(folder(repo), "replace", new, old)
        again = Repository.open(folder(repo))
        assert again.first_parents(new) == [new, old]
        assert parse_commit(again.objects.commit(new)).parents == (old,)

    @pytest.mark.skipif(sys.platform == "win32" or os.getuid() != 0, reason="needs root")
    def test_somebody_elses_repository_is_explained(self, repo: Repository) -> None:
        os.chown(folder(repo), 65534, 65534)
        with pytest.raises(NoRepositoryError, match="another user") as caught:
            Repository.open(folder(repo))
        assert "safe.directory" in str(caught.value.hint)

    def test_a_linked_work_tree_shares_the_state_folder(self, repo: Repository) -> None:
        git(folder(repo), "worktree", "add", "-q", "-b", "sisi", "../sisi")
        side = Repository.open(folder(repo).parent / "sisi")
        assert side.state_folder == repo.state_folder
        assert side.head_branch() == "refs/heads/sisi"


class TestReading:
    def test_objects_are_raw_and_of_the_kind_asked_for(self, repo: Repository) -> None:
        tip = repo.tip(MAIN) or ""
        assert check_commit(repo.objects.commit(tip), tip) == []
        for wrong in (repo.objects.tree, repo.objects.blob):
            with pytest.raises(MissingObjectError):
                wrong(tip)

    @pytest.mark.parametrize("oid", ["0" * 40, "a" * 39, "a" * 4, "", "HEAD", "A" * 40])
    def test_a_missing_or_shortened_id_is_a_missing_object(
        self, repo: Repository, oid: str
    ) -> None:
        with pytest.raises(MissingObjectError):
            repo.objects.commit(oid)
        with pytest.raises(MissingObjectError):
            repo.objects.commit((repo.tip(MAIN) or "")[:10])

    def test_a_damaged_object_is_a_missing_object(self, repo: Repository) -> None:
        oid = CommitTree(repo, repo.tree_of(repo.tip(MAIN) or "")).oid("README.md") or ""
        path = repo.gitdir / "objects" / oid[:2] / oid[2:]
        path.chmod(0o644)
        path.write_bytes(b"damaged")
        with pytest.raises(MissingObjectError, match="damaged"):
            Repository.open(folder(repo)).objects.blob(oid)

    def test_a_tree_is_a_lazy_mapping(self, repo: Repository) -> None:
        tree = CommitTree(repo, repo.tree_of(repo.tip(MAIN) or ""))
        assert tree.get(CASE) == b"satu\n"
        assert tree.get("cases") is None
        assert tree.get("cases/nothing") is None
        assert sorted(tree) == sorted(FIRST)
        assert list(tree.paths("cases/")) == [CASE]
        assert list(tree.paths("cases/2026/11/abc")) == [CASE]
        assert list(tree.paths("case.")) == []
        assert "README.md" in tree
        with pytest.raises(KeyError):
            tree["nothing"]

    def test_a_link_is_no_file_of_a_tree(self, repo: Repository) -> None:
        (folder(repo) / "link").symlink_to("README.md")
        git(folder(repo), "add", "link")
        assert CommitTree(repo, repo.index_tree()).get("link") is None

    def test_refs_and_revisions(self, repo: Repository) -> None:
        tip = repo.tip(MAIN)
        assert repo.tip("HEAD") == tip
        assert repo.tip("refs/heads/nothing") is None
        assert repo.resolve("main") == repo.resolve("HEAD~0") == tip
        with pytest.raises(UsageError, match="nothing names no commit"):
            repo.resolve("nothing")
        git(folder(repo), "checkout", "-q", "--detach")
        assert repo.head_branch() is None

    def test_configuration_is_this_repositorys_own(self, repo: Repository) -> None:
        assert repo.config_get("sopgit.signingkey") is None
        repo.config_set("sopgit.signingkey", "/keys/siti")
        assert repo.config_get("sopgit.signingkey") == "/keys/siti"
        assert git(folder(repo), "config", "sopgit.signingkey") == "/keys/siti\n"

    def test_index_tree_is_what_would_be_committed(self, repo: Repository) -> None:
        (folder(repo) / "docs" / "b.txt").write_bytes(b"b\n")
        git(folder(repo), "add", "docs/b.txt")
        git(folder(repo), "commit", "-q", "-m", "b")
        assert repo.index_tree() == repo.tree_of(repo.tip(MAIN) or "")

    def test_index_tree_in_a_hook_is_that_of_the_commit_under_way(
        self, repo: Repository, tmp_path: Path
    ) -> None:
        hook = repo.gitdir / "hooks" / "pre-commit"
        program = (
            "from sopgit.adapters.git import Repository; from pathlib import Path\n"
            f"Path({str(tmp_path / 'seen')!r}).write_text(Repository.open().index_tree())\n"
        )
        write_hook(hook, program)
        (folder(repo) / "README.md").write_bytes(b"# Lain\n")
        (folder(repo) / "docs" / "a.txt").write_bytes(b"staged\n")
        git(folder(repo), "add", "docs/a.txt")
        git(folder(repo), "commit", "-q", "-m", "only one path", "README.md")
        assert (tmp_path / "seen").read_text() == repo.tree_of(repo.tip(MAIN) or "")


def write_hook(path: Path, program: str) -> None:
    """A hook that runs `program` with this Python and this checkout."""
    project = Path(__file__).resolve().parents[2]
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(project)!r})\n{program}"
    )
    path.chmod(0o755)


class TestHistory:
    def test_first_parents_and_new_commits_through_a_merge(self, repo: Repository) -> None:
        root = repo.tip(MAIN) or ""
        mine = put(repo, {"docs/m.txt": b"m\n"})
        side = build_commit(repo, root, {"docs/s.txt": b"s\n"}, "sisi\n", WHO, WHEN)
        move_ref(repo, "refs/heads/sisi", None, side)
        git(folder(repo), "merge", "-q", "--no-ff", "-m", "gabung", "sisi")
        merge = repo.tip(MAIN) or ""
        assert repo.first_parents(merge) == [merge, mine, root]
        assert sorted(repo.new_commits(merge, [mine])) == sorted([side, merge])
        assert repo.new_commits(merge, [mine])[-1] == merge
        assert repo.new_commits(mine, [root]) == [mine]
        assert repo.new_commits(mine, [merge]) == []
        assert repo.new_commits(mine, []) == [root, mine]
        assert (repo.is_ancestor(side, merge), repo.is_ancestor(side, mine)) == (True, False)
        assert repo.merge_base(side, mine) == root
        assert repo.parents(merge) == (mine, side)

    def test_histories_without_a_common_commit_have_no_base(self, repo: Repository) -> None:
        other = build_commit(repo, None, {"x.md": b"x\n"}, "lain\n", WHO, WHEN)
        assert repo.merge_base(other, repo.tip(MAIN) or "") is None

    def test_dates_that_run_backwards_hide_no_commit(self, repo: Repository) -> None:
        root = repo.tip(MAIN) or ""
        chain = [root]
        for step in range(12):
            when = WHEN - timedelta(days=400 * (step % 3))
            chain.append(build_commit(repo, chain[-1], {"x.md": b"%d" % step}, "x\n", WHO, when))
        assert repo.new_commits(chain[-1], [root]) == chain[1:]
        assert set(repo.new_commits(chain[-1], [chain[4]])) >= set(chain[5:])


class TestBuilding:
    def test_touches_no_ref_index_or_file(self, repo: Repository) -> None:
        before = (git(folder(repo), "show-ref"), git(folder(repo), "status", "--porcelain"))
        build_commit(repo, repo.tip(MAIN), {CASE: b"dua\n"}, "m\n", WHO, WHEN)
        assert before == (git(folder(repo), "show-ref"), git(folder(repo), "status", "--porcelain"))

    def test_makes_what_git_would_make(self, repo: Repository) -> None:
        changes: dict[str, bytes | None] = {CASE: b"dua\n", "docs/a.txt": None, "a-b/c": b"\0\xff"}
        changes |= {"a.b": b"", "a/b/c/d": b"x\n"}
        new = build_commit(repo, repo.tip(MAIN), changes, "Ubah\n\nIsi é\n", WHO, WHEN)
        assert git(folder(repo), "fsck", "--strict", "--no-dangling") == ""
        listed = git(folder(repo), "ls-tree", "-r", "--name-only", new).split()
        assert listed == sorted([CASE, "README.md", "a-b/c", "a.b", "a/b/c/d"])
        shown = git(folder(repo), "log", "-1", "--format=%an|%ae|%cI|%B", new)
        assert (
            shown.strip() == "Siti Contoh|siti@example.test|2026-11-23T08:00:00+07:00|Ubah\n\nIsi é"
        )
        reset = git(folder(repo), "read-tree", new) + git(folder(repo), "write-tree")
        assert reset.strip() == repo.tree_of(new)

    def test_folders_left_empty_go(self, repo: Repository) -> None:
        new = build_commit(repo, repo.tip(MAIN), {CASE: None}, "m\n", WHO, WHEN)
        assert sorted(CommitTree(repo, repo.tree_of(new))) == ["README.md", "docs/a.txt"]
        gone = build_commit(repo, new, {"README.md": None, "docs/a.txt": None}, "m\n", WHO, WHEN)
        assert list(CommitTree(repo, repo.tree_of(gone))) == []

    @pytest.mark.parametrize(
        "changes",
        [
            {"a b": b""}, {"": b""}, {"/a": b""}, {"../a": b""}, {".git/config": b""},
            {"docs/CON": b""}, {"nothing": None}, {"README.md/x": b""}, {"docs": b""},
            {"docs": None}, {"readme.md": b""}, {"x": b"", "x/y": b""}, {"x/y": b"", "x": b""},
        ],
    )  # fmt: skip
    def test_refuses_what_the_rules_refuse(
        self, repo: Repository, changes: dict[str, bytes | None]
    ) -> None:
        with pytest.raises(UnfitCommitError):
            build_commit(repo, repo.tip(MAIN), changes, "m\n", WHO, WHEN)

    @pytest.mark.parametrize("author", [("Siti <x>", "s@example.test"), ("Siti", "s\n@x")])
    def test_refuses_an_identity_that_git_would_misread(
        self, repo: Repository, author: tuple[str, str]
    ) -> None:
        with pytest.raises(UnfitCommitError):
            build_commit(repo, repo.tip(MAIN), {"x": b""}, "m\n", author, WHEN)

    def test_a_ref_moves_only_from_where_it_was_seen(self, repo: Repository) -> None:
        old = repo.tip(MAIN) or ""
        new = build_commit(repo, old, {"x": b""}, "m\n", WHO, WHEN)
        for seen in (None, new):
            with pytest.raises(RefMovedError):
                move_ref(repo, MAIN, seen, new)
        assert repo.tip(MAIN) == old
        move_ref(repo, MAIN, old, new)
        assert repo.tip(MAIN) == new


STEPS = ["journal", "ref", "temporary", f"file {CASE}", "file docs/a.txt", "index", "done"]
CHANGES: dict[str, bytes | None] = {CASE: b"satu\ndua\n", "docs/a.txt": None, "new/b.txt": b"b\n"}
KILLED = """
import os, signal, sys
from pathlib import Path
from sopgit.adapters.git import Repository, publish
folder, old, new, wanted = sys.argv[1:]
def after(step):
    if step == wanted:
        os.kill(os.getpid(), signal.SIGKILL)
publish(Repository.open(Path(folder)), "refs/heads/main", old, new, after=after)
"""


def publish_and_die(repo: Repository, old: str, new: str, step: str) -> None:
    program = [sys.executable, "-c", KILLED, str(folder(repo)), old, new, step]
    died = subprocess.run(program, cwd=Path(__file__).resolve().parents[2], check=False)
    assert died.returncode == -9


class TestPublishing:
    def test_brings_ref_index_and_files_along(self, repo: Repository) -> None:
        new = put(repo, dict(CHANGES))
        assert (repo.tip(MAIN), is_sound(repo)) == (new, True)
        assert (folder(repo) / CASE).read_bytes() == b"satu\ndua\n"
        assert not (folder(repo) / "docs").exists()

    def test_leaves_other_work_of_the_person_alone(self, repo: Repository) -> None:
        (folder(repo) / "README.md").write_bytes(b"draft\n")
        (folder(repo) / "staged.txt").write_bytes(b"s\n")
        (folder(repo) / "docs" / "untracked.txt").write_bytes(b"u\n")
        git(folder(repo), "add", "staged.txt")
        before = git(folder(repo), "status", "--porcelain")
        put(repo, dict(CHANGES))
        assert git(folder(repo), "status", "--porcelain", "-uall").split("\n")[:2] == [
            " M README.md",
            "A  staged.txt",
        ]
        assert before.startswith(" M README.md")
        assert (folder(repo) / "docs" / "untracked.txt").read_bytes() == b"u\n"

    def test_refuses_to_write_over_uncommitted_work(self, repo: Repository) -> None:
        old = repo.tip(MAIN) or ""
        new = build_commit(repo, old, CHANGES, "m\n", WHO, WHEN)
        (folder(repo) / "new").mkdir()
        for path, data in ((CASE, b"mine\n"), ("new/b.txt", b"mine\n")):
            before = (folder(repo) / path).read_bytes() if path == CASE else None
            (folder(repo) / path).write_bytes(data)
            assert check_clean(repo, CHANGES) == [path]
            with pytest.raises(UncommittedChangesError, match=path):
                publish(repo, MAIN, old, new)
            assert (repo.tip(MAIN), (folder(repo) / path).read_bytes()) == (old, data)
            if before is None:
                (folder(repo) / path).unlink()
            else:
                (folder(repo) / path).write_bytes(before)
        publish(repo, MAIN, old, new)

    def test_sees_staged_removed_and_linked_paths_as_uncommitted(self, repo: Repository) -> None:
        work = folder(repo)
        assert check_clean(repo, FIRST) == []
        (work / "README.md").write_bytes(b"staged\n")
        git(work, "add", "README.md")
        (work / "README.md").write_bytes(FIRST["README.md"])
        (work / "docs" / "a.txt").unlink()
        (work / "cases").rename(work / "moved")
        (work / "cases").symlink_to("moved")
        assert check_clean(repo, FIRST) == sorted(FIRST)

    def test_never_writes_through_a_link(self, repo: Repository, tmp_path: Path) -> None:
        (tmp_path / "outside").mkdir()
        (folder(repo) / "new").symlink_to(tmp_path / "outside")
        old = repo.tip(MAIN)
        new = build_commit(repo, old, CHANGES, "m\n", WHO, WHEN)
        with pytest.raises(UncommittedChangesError):
            publish(repo, MAIN, old, new)
        assert list((tmp_path / "outside").iterdir()) == []

    def test_line_ends_that_git_converts_are_no_change(self, repo: Repository) -> None:
        git(folder(repo), "config", "core.autocrlf", "true")
        (folder(repo) / CASE).write_bytes(b"satu\r\n")
        assert check_clean(repo, [CASE]) == []

    def test_on_another_branch_only_the_ref_moves(self, repo: Repository) -> None:
        git(folder(repo), "checkout", "-q", "-b", "sisi")
        new = put(repo, dict(CHANGES))
        assert (repo.tip(MAIN), is_sound(repo)) == (new, True)
        assert (folder(repo) / CASE).read_bytes() == b"satu\n"

    def test_a_moved_ref_changes_nothing(self, repo: Repository) -> None:
        old = repo.tip(MAIN) or ""
        new = build_commit(repo, old, CHANGES, "m\n", WHO, WHEN)
        with pytest.raises(RefMovedError):
            publish(repo, MAIN, new, new)
        put(repo, {"docs/z.txt": b"z\n"})
        with pytest.raises(RefMovedError):
            publish(repo, MAIN, old, new)
        assert is_sound(repo)

    def test_a_bare_repository_is_published_to_as_well(self, tmp_path: Path) -> None:
        bare = init_bare(tmp_path / "b.git")
        assert put(bare, dict(FIRST)) == bare.tip("HEAD")

    def test_nothing_to_heal_is_said_so(self, repo: Repository) -> None:
        assert heal(repo) == Healed(found=False)


@pytest.mark.skipif(sys.platform == "win32", reason="kills with a signal")
class TestKilled:
    @pytest.mark.parametrize("step", STEPS)
    def test_at_any_step_leaves_what_heals_to_a_sound_repository(
        self, repo: Repository, step: str
    ) -> None:
        old = repo.tip(MAIN) or ""
        new = build_commit(repo, old, CHANGES, "m\n", WHO, WHEN)
        (folder(repo) / "README.md").write_bytes(b"draft\n")
        publish_and_die(repo, old, new, step)
        again = Repository.open(folder(repo))
        assert heal(again) == Healed(found=step != "done")
        assert again.tip(MAIN) == (old if step == "journal" else new)
        assert (folder(repo) / "README.md").read_bytes() == b"draft\n"
        git(folder(repo), "checkout", "README.md")
        assert is_sound(again)
        if step == "journal":
            publish(again, MAIN, old, new)
        assert is_sound(again)
        assert put(again, {"docs/next.txt": b"n\n"}) == again.tip(MAIN)

    def test_then_edited_by_a_person_keeps_the_edit(self, repo: Repository) -> None:
        old = repo.tip(MAIN) or ""
        new = build_commit(repo, old, CHANGES, "m\n", WHO, WHEN)
        publish_and_die(repo, old, new, "ref")
        (folder(repo) / CASE).write_bytes(b"mine\n")
        assert heal(repo) == Healed(True, (CASE,))
        assert (folder(repo) / CASE).read_bytes() == b"mine\n"
        assert git(folder(repo), "status", "--porcelain") == f" M {CASE}\n"

    def test_then_moved_on_to_another_branch_heals_to_that_branch(self, repo: Repository) -> None:
        old = repo.tip(MAIN) or ""
        git(folder(repo), "branch", "lama")
        new = build_commit(repo, old, CHANGES, "m\n", WHO, WHEN)
        publish_and_die(repo, old, new, f"file {CASE}")
        git(folder(repo), "symbolic-ref", "HEAD", "refs/heads/lama")
        heal(repo)
        assert is_sound(repo)
        assert (folder(repo) / CASE).read_bytes() == b"satu\n"

    def test_in_a_linked_work_tree_is_healed_there(self, repo: Repository) -> None:
        git(folder(repo), "checkout", "-q", "-b", "sisi")
        git(folder(repo), "worktree", "add", "-q", "../utama", "main")
        side = Repository.open(folder(repo).parent / "utama")
        old = side.tip(MAIN) or ""
        new = build_commit(side, old, CHANGES, "m\n", WHO, WHEN)
        publish_and_die(side, old, new, "ref")
        assert heal(repo) == Healed(found=False)
        assert heal(side) == Healed(found=True)
        assert is_sound(side)
        assert is_sound(repo)

    def test_a_journal_that_is_none_is_not_guessed_at(self, repo: Repository) -> None:
        (repo.state_folder / "journal.json").write_text("{}")
        with pytest.raises(SopgitError, match="no journal"):
            heal(repo)


SEES = """
from sopgit.adapters.git import Repository
from sopgit.core.gitobjects import TreeWalk, check_commit
import os
repo = Repository.open_for_hook()
assert "GIT_QUARANTINE_PATH" in os.environ
for line in sys.stdin:
    old, new, ref = line.split()
    for commit in repo.new_commits(new, [] if old == "0" * 40 else [old]):
        assert check_commit(repo.objects.commit(commit), commit) == []
        changes, findings = TreeWalk(repo.objects).diff(None, repo.tree_of(commit))
        assert findings == []
        for path, change in changes.items():
            print("sees", path, len(repo.objects.blob(change.new)))
    try:
        Repository.open(".").objects.commit(new)
        print("was seen without the quarantine")
    except Exception as error:
        print("outside:", type(error).__name__)
"""


class TestExchange:
    @pytest.fixture
    def server(self, tmp_path: Path) -> Repository:
        return init_bare(tmp_path / "server.git")

    @pytest.fixture
    def mine(self, server: Repository, tmp_path: Path) -> Repository:
        mine = clone(str(server.gitdir), tmp_path / "mine")
        put(mine, dict(FIRST))
        assert push(mine, "origin", MAIN).ok
        fetch(mine)
        return mine

    def test_clone_push_and_fetch(
        self, server: Repository, mine: Repository, tmp_path: Path
    ) -> None:
        theirs = clone(str(server.gitdir), tmp_path / "theirs")
        assert theirs.tip(MAIN) == server.tip(MAIN) == mine.tip(MAIN)
        new = put(theirs, {"docs/b.txt": b"b\n"})
        assert push(theirs, "origin", f"{MAIN}:{MAIN}").ok
        fetch(mine, "origin")
        assert mine.tip("refs/remotes/origin/main") == new

    def test_a_remote_that_moved_is_recognised(
        self, server: Repository, mine: Repository, tmp_path: Path
    ) -> None:
        theirs = clone(str(server.gitdir), tmp_path / "theirs")
        put(theirs, {"docs/b.txt": b"b\n"})
        assert push(theirs, "origin", MAIN).ok
        put(mine, {"docs/c.txt": b"c\n"})
        result = push(mine, "origin", MAIN)
        assert (result.ok, result.moved) == (False, True)

    def test_a_branch_is_replaced_only_while_it_is_as_expected(self, mine: Repository) -> None:
        root = mine.tip(MAIN) or ""
        one, two = (
            build_commit(mine, root, {"x": data}, "m\n", WHO, WHEN) for data in (b"1", b"2")
        )
        target = "refs/heads/case/x"
        assert push(mine, "origin", f"{one}:{target}").ok
        refused = push(mine, "origin", f"{two}:{target}", expected=root)
        assert (refused.ok, refused.moved) == (False, True)
        assert push(mine, "origin", f"{two}:{target}", expected=one).ok

    def test_the_servers_hook_runs_and_its_words_are_kept(
        self, server: Repository, mine: Repository
    ) -> None:
        hook = server.gitdir / "hooks" / "pre-receive"
        write_hook(hook, "print('tolak: kasus salah')\nprint('  petunjuk')\nsys.exit(1)\n")
        put(mine, {"docs/c.txt": b"c\n"})
        result = push(mine, "origin", MAIN)
        assert (result.ok, result.moved) == (False, False)
        assert result.output.splitlines()[:2] == ["tolak: kasus salah", "  petunjuk"]
        assert server.tip(MAIN) != mine.tip(MAIN)

    def test_the_clients_hook_does_not_run(self, mine: Repository) -> None:
        write_hook(mine.gitdir / "hooks" / "pre-push", "sys.exit(1)\n")
        put(mine, {"docs/c.txt": b"c\n"})
        assert push(mine, "origin", MAIN).ok

    def test_a_hook_sees_the_objects_in_quarantine(
        self, server: Repository, mine: Repository
    ) -> None:
        write_hook(server.gitdir / "hooks" / "pre-receive", SEES)
        put(mine, {"docs/new.txt": b"12345"})
        result = push(mine, "origin", MAIN)
        assert result.ok, result.output
        assert "sees docs/new.txt 5" in result.output
        assert "sees README.md 9" in result.output
        assert "outside: MissingObjectError" in result.output

    def test_a_remote_that_is_away_is_said_so(self, mine: Repository, tmp_path: Path) -> None:
        git(folder(mine), "remote", "set-url", "origin", str(tmp_path / "gone.git"))
        for attempt in (lambda: fetch(mine), lambda: push(mine, "origin", MAIN)):
            with pytest.raises(RemoteAwayError, match="cannot be reached"):
                attempt()
        with pytest.raises(RemoteAwayError):
            clone(str(tmp_path / "gone.git"), tmp_path / "nothing")

    def test_what_looks_like_an_option_is_none(self, mine: Repository, tmp_path: Path) -> None:
        with pytest.raises(SopgitError):
            clone("--upload-pack=touch owned", tmp_path / "x")
        with pytest.raises(SopgitError):
            push(mine, "--receive-pack=touch owned", MAIN)
        assert not (folder(mine) / "owned").exists()

    def test_a_ref_that_is_not_there_is_gits_own_error(self, mine: Repository) -> None:
        with pytest.raises(GitFailedError, match="git push failed"):
            push(mine, "origin", "refs/heads/nothing")

    def test_a_stale_branch_of_the_remote_goes_on_fetch(
        self, server: Repository, mine: Repository
    ) -> None:
        assert push(mine, "origin", f"{MAIN}:refs/heads/draft/x").ok
        fetch(mine)
        assert mine.tip("refs/remotes/origin/draft/x") is not None
        move = pygit2.Repository(str(server.gitdir)).references
        move.delete("refs/heads/draft/x")
        fetch(mine)
        assert mine.tip("refs/remotes/origin/draft/x") is None


def test_published_files_are_plain(repo: Repository) -> None:
    mode = stat.S_IMODE((folder(repo) / CASE).stat().st_mode)
    assert mode & 0o111 == 0


def test_a_time_without_a_zone_is_a_bug(repo: Repository) -> None:
    with pytest.raises(ValueError, match="zone"):
        build_commit(repo, None, {"x": b""}, "m\n", WHO, datetime(2026, 1, 1))  # noqa: DTZ001
    assert build_commit(repo, None, {"x": b""}, "m\n", WHO, datetime(2026, 1, 1, tzinfo=UTC))
