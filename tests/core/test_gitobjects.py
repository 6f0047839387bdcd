"""Git's objects are read by one narrow grammar, and trees are compared without libraries."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sopgit.core.gitobjects import (
    Change,
    CommitObject,
    Entry,
    Ident,
    MalformedCommitError,
    TreeWalk,
    check_commit,
    emit_commit,
    emit_tree,
    parse_commit,
    parse_tree,
)
from sopgit.core.gitobjects.folder import parse_folder, parse_near, shared_ends

OID = "1" * 40
OTHER = "2" * 40
THIRD = "3" * 40
SIGNATURE = b"gpgsig -----BEGIN SSH SIGNATURE-----\n U1NIU0lH\n \n -----END SSH SIGNATURE-----\n"
WHO = b"Siti Contoh <siti@example.test> 1784764800 +0700\n"


def commit(*, parents: int = 1, extra: bytes = b"", message: bytes = b"buka kasus\n") -> bytes:
    lines = b"".join(b"parent " + digit.encode() * 40 + b"\n" for digit in "234"[:parents])
    head = b"tree " + OID.encode() + b"\n" + lines + b"author " + WHO + b"committer " + WHO
    return head + extra + b"\n" + message


def codes(raw: bytes) -> list[str]:
    return [finding.code for finding in check_commit(raw, THIRD)]


class TestCommit:
    def test_is_read(self) -> None:
        ident = Ident("Siti Contoh", "siti@example.test", 1784764800, "+0700")
        assert parse_commit(commit()) == CommitObject(OID, (OTHER,), ident, ident, "buka kasus\n")

    @pytest.mark.parametrize(
        "raw",
        [
            commit(parents=0),
            commit(parents=2),
            commit(extra=SIGNATURE),
            commit(extra=b"encoding ISO-8859-1\n" + SIGNATURE),
            commit(extra=SIGNATURE + b"encoding ISO-8859-1\n"),
            commit(parents=2, extra=b"mergetag object " + b"4" * 40 + b"\n type commit\n"),
            commit(message=b""),
            commit(message=b"\xff\n"),
            commit().replace(b"Siti Contoh", b""),
        ],
    )
    def test_that_git_writes_passes(self, raw: bytes) -> None:
        assert codes(raw) == []

    @pytest.mark.parametrize(
        ("old", "new", "code"),
        [
            (b"tree 1", b"tree 1\0", "git-commit-nul"),
            (b"kasus", b"\0kasus", "git-commit-nul"),
            (b"\n\n", b"\n", "git-commit-headers"),
            (b"tree 1", b"tree " + b"4" * 40 + b"\ntree 1", "git-commit-headers"),
            (b"author", b"tree " + b"4" * 40 + b"\nauthor", "git-commit-headers"),
            (b"committer", b"author " + WHO + b"committer", "git-commit-headers"),
            (b"author", b"committer", "git-commit-headers"),
            (b"parent", b"Parent", "git-commit-headers"),
            (b"author", b"parent " + b"2" * 40 + b"\nauthor", "git-commit-headers"),
            (b"author Siti", b"author  <x> 1 +0000\nparent " + b"5" * 40 + b"\nauthor Siti",
             "git-commit-headers"),
            (b"\n\n", b"\nHG:extra 1\n\n", "git-commit-headers"),
            (b"\n\n", b"\n" + SIGNATURE + SIGNATURE + b"\n", "git-commit-headers"),
            (b"\n\n", b"\n" + SIGNATURE + SIGNATURE.replace(b"gpgsig", b"gpgsig-sha256") + b"\n",
             "git-commit-headers"),
            (b"author", SIGNATURE + b"author", "git-commit-headers"),
            (b"\n\n", b"\nencoding a\nencoding a\n\n", "git-commit-headers"),
            (b"\n\n", b"\nmergetag object 1\n\n", "git-commit-headers"),
            (b"tree 1", b" tree 1", "git-commit-headers"),
            (b"tree 1", b"\ntree 1", "git-commit-headers"),
            (b"tree 1", b"tree g", "git-commit-value"),
            (b"tree 1", b"tree 11", "git-commit-value"),
            (b"parent 2", b"parent \n 2", "git-commit-value"),
            (b"1784764800", b"-1", "git-commit-value"),
            (b"Siti", b"Si<ti", "git-commit-value"),
            (b"\n\n", b"\nencoding \n\n", "git-commit-value"),
        ],
    )  # fmt: skip
    def test_changed_in_one_place_is_refused(self, old: bytes, new: bytes, code: str) -> None:
        changed = commit().replace(old, new, 1)
        assert (codes(commit()), codes(changed)) == ([], [code])
        with pytest.raises(MalformedCommitError):
            parse_commit(changed)

    def test_finding_names_the_commit(self) -> None:
        finding = check_commit(commit(extra=b"HG:extra 1\n"), THIRD)[0]
        assert finding.place.commit == THIRD
        assert str(finding.message) == "the commit has the header HG:extra"

    @given(st.binary(max_size=300))
    def test_noise_is_a_finding_never_a_crash(self, noise: bytes) -> None:
        assert len(check_commit(commit()[:60] + noise, THIRD)) == 1

    def test_is_written_as_it_is_read(self) -> None:
        assert emit_commit(parse_commit(commit(parents=2))) == commit(parents=2)


def tree(*entries: tuple[str, str]) -> bytes:
    """A raw tree in the order given: (mode, name)."""
    pairs = ((mode.encode() + b" " + name.encode() + b"\0") for mode, name in entries)
    return b"".join(pair + bytes.fromhex(OID) for pair in pairs)


SOUND = [("100644", "a.yaml"), ("100644", "cases.txt"), ("40000", "cases"), ("100644", "zz")]


class TestTree:
    def test_is_read(self) -> None:
        assert parse_tree(tree(*SOUND)) == (
            tuple(Entry(name, mode, OID) for mode, name in SOUND),
            [],
        )

    @pytest.mark.parametrize(
        ("mode", "words"),
        [
            ("100755", "an executable file"),
            ("120000", "a symbolic link"),
            ("160000", "a submodule"),
            ("100664", "a file writable by a group"),
            ("0100644", "of a kind that Git does not write"),
        ],
    )
    def test_with_another_mode_is_refused_by_name(self, mode: str, words: str) -> None:
        _, findings = parse_tree(tree((mode, "a.yaml"), *SOUND[1:]), "cases")
        assert [finding.code for finding in findings] == ["git-tree-mode"]
        assert words in str(findings[0].message)
        assert findings[0].place.path == "cases/a.yaml"

    def test_with_a_padded_folder_mode_is_refused(self) -> None:
        _, findings = parse_tree(tree(*SOUND[:2], ("040000", "cases"), SOUND[3]))
        assert [finding.code for finding in findings] == ["git-tree-mode"]

    @pytest.mark.parametrize(
        "name",
        [
            "-rf", ".", "..", ".git", ".GIT", ".Git", "a.", "con", "CON.txt", "nul", "Com1.yaml",
            "lpt9", "prn", "aux.a.b", "a b", "a/b", "a\\b", "é", "a\nb", "a:b", "git~1", "x" * 101,
            "\u212a", "\u017f",
        ],
    )  # fmt: skip
    def test_with_a_dangerous_name_is_refused(self, name: str) -> None:
        _, findings = parse_tree(tree(("100644", name)))
        assert [finding.code for finding in findings] == ["git-tree-name"]

    @pytest.mark.parametrize(
        "name", ["a", "x" * 100, ".gitignore", ".github", "console", "com.txt", "a..b", "A-b_c.9"]
    )
    def test_with_a_plain_name_passes(self, name: str) -> None:
        assert parse_tree(tree(("100644", name)))[1] == []

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            (lambda e: [e[1], e[0], *e[2:]], "git-tree-order"),
            (lambda e: [e[0], e[2], e[1], e[3]], "git-tree-order"),
            (lambda e: [e[0], *e], "git-tree-twins"),
            (lambda e: [("100644", "A.yaml"), *e], "git-tree-twins"),
            (lambda e: [*e, ("40000", "zz")], "git-tree-twins"),
        ],
    )
    def test_out_of_order_or_with_twins_is_refused(
        self, change: Callable[[list[tuple[str, str]]], list[tuple[str, str]]], code: str
    ) -> None:
        assert parse_tree(tree(*SOUND))[1] == []
        assert {finding.code for finding in parse_tree(tree(*change(SOUND)))[1]} == {code}

    @pytest.mark.parametrize("cut", [1, 19, 20, 21, 25])
    def test_cut_short_is_refused(self, cut: int) -> None:
        assert "git-tree-form" in {f.code for f in parse_tree(tree(*SOUND)[:-cut])[1]}

    def test_beyond_the_size_limit_is_not_read(self) -> None:
        entries, findings = parse_tree(b"\0" * (4 * 1024 * 1024 + 1))
        assert (entries, [f.code for f in findings]) == ((), ["git-tree-form"])

    @given(st.binary(max_size=200))
    def test_noise_is_a_finding_never_a_crash(self, noise: bytes) -> None:
        parse_tree(tree(*SOUND) + noise)

    def test_is_written_as_it_is_read(self) -> None:
        entries, _ = parse_tree(tree(*SOUND))
        assert emit_tree(reversed(entries)) == tree(*SOUND)


NAMES = st.sampled_from(["a", "A", "b", "a.b", "a-b", "a0", "cases", "c1", "c2", "c3", "z"])
ENTRIES = st.dictionaries(
    NAMES, st.tuples(st.sampled_from(["100644", "40000", "100755"]), st.sampled_from([OID, OTHER]))
)


def raw_of(entries: dict[str, tuple[str, str]]) -> bytes:
    return emit_tree(Entry(name, mode, oid) for name, (mode, oid) in entries.items())


@given(ENTRIES, ENTRIES, st.binary(max_size=30), st.integers(0, 400), st.booleans())
def test_parsing_near_another_folder_is_parsing_the_whole(
    old: dict[str, tuple[str, str]],
    new: dict[str, tuple[str, str]],
    noise: bytes,
    at: int,
    merged: bool,
) -> None:
    near = parse_folder(raw_of(old))
    raw = raw_of({**old, **new} if merged else new)
    raw = raw[:at] + noise + raw[at:]
    whole = parse_folder(raw)
    if near.findings or not near.entries:
        return
    cheap = parse_near(raw, near, shared_ends(near, raw))
    if cheap is not None:
        assert cheap.findings == whole.findings == []
        assert (cheap.entries, cheap.starts, cheap.folded) == (
            whole.entries,
            whole.starts,
            whole.folded,
        )


class Memory:
    """Objects in memory, counting the trees that are opened."""

    def __init__(self) -> None:
        self.trees: dict[str, bytes] = {}
        self.opened = 0

    def put(self, raw: bytes) -> str:
        oid = hashlib.sha1(b"tree %d\0" % len(raw) + raw, usedforsecurity=False).hexdigest()
        self.trees[oid] = raw
        return oid

    def files(self, files: Mapping[str, str]) -> str:
        """The tree of files given as path: blob id."""
        below: dict[str, dict[str, str]] = {}
        entries = []
        for path, oid in files.items():
            folder, slash, rest = path.partition("/")
            if slash:
                below.setdefault(folder, {})[rest] = oid
            else:
                entries.append(Entry(path, "100644", oid))
        entries += [Entry(name, "40000", self.files(held)) for name, held in below.items()]
        return self.put(emit_tree(entries))

    def tree(self, oid: str) -> bytes:
        self.opened += 1
        return self.trees[oid]

    def commit(self, oid: str) -> bytes:
        raise AssertionError("no commit is asked for")

    blob = commit


LEAVES = st.text(alphabet="abc", min_size=1, max_size=2)
PATHS = st.lists(LEAVES, min_size=1, max_size=3).map("/".join)
BLOBS = st.sampled_from([OID, OTHER, THIRD])


def without_clashes(files: dict[str, str]) -> dict[str, str]:
    """No path that is a file here and a folder there."""
    return {
        path: oid
        for path, oid in files.items()
        if not any(other.startswith(path + "/") for other in files)
    }


FILES = st.dictionaries(PATHS, BLOBS, max_size=12).map(without_clashes)


class TestWalk:
    @given(st.lists(FILES, min_size=1, max_size=6))
    def test_diff_is_the_difference_of_the_files(self, versions: list[dict[str, str]]) -> None:
        memory = Memory()
        walk = TreeWalk(memory)
        old: dict[str, str] = {}
        old_tree: str | None = None
        for new in versions:
            new_tree = memory.files(new)
            expected = {
                path: Change(old.get(path), new.get(path))
                for path in old.keys() | new.keys()
                if old.get(path) != new.get(path)
            }
            assert walk.diff(old_tree, new_tree) == (expected, [])
            assert dict(walk.list_tree(new_tree)) == new
            old, old_tree = new, new_tree
        assert walk.diff(old_tree, None)[0] == {
            path: Change(oid, None) for path, oid in old.items()
        }

    def test_only_changed_folders_are_opened(self) -> None:
        memory = Memory()
        files = {f"cases/2026/{month:02}/k{n}/case.yaml": OID for month in (1, 2) for n in range(9)}
        old, new = memory.files(files), memory.files({**files, "cases/2026/02/k3/case.yaml": OTHER})
        changes, findings = TreeWalk(memory).diff(old, new)
        assert changes == {"cases/2026/02/k3/case.yaml": Change(OID, OTHER)}
        assert (findings, memory.opened) == ([], 2 * 5)

    def test_listing_begins_at_a_folder_or_a_file(self) -> None:
        memory = Memory()
        walk = TreeWalk(memory)
        root = memory.files({"a/b/c": OID, "a/b/d": OTHER, "a/e": THIRD, "f": OID})
        assert list(walk.list_tree(root, "a/b")) == [("a/b/c", OID), ("a/b/d", OTHER)]
        assert list(walk.list_tree(root, "a/e")) == [("a/e", THIRD)]
        assert list(walk.list_tree(root, "nothing/there")) == []
        assert walk.find(root, "f/x") is None

    def test_a_name_inside_the_bytes_of_an_id_is_not_taken_for_an_entry(self) -> None:
        memory = Memory()
        trap = (b" b\0" + b"\x07" * 17).hex()
        root = memory.put(emit_tree([Entry("a", "100644", trap), Entry("b", "100644", OID)]))
        assert TreeWalk(memory).find(root, "b") == Entry("b", "100644", OID)
        root = memory.put(emit_tree([Entry("a", "100644", trap)]))
        assert TreeWalk(memory).find(root, "b") is None

    def test_shape_of_the_new_side_is_reported_with_its_place(self) -> None:
        memory = Memory()
        link = memory.put(tree(("120000", "link")))
        new = memory.put(emit_tree([Entry("cases", "40000", link)]))
        old = memory.files({"cases/x": OID})
        walk = TreeWalk(memory)
        assert [(f.code, f.place.path) for f in walk.diff(old, new)[1]] == [
            ("git-tree-mode", "cases/link")
        ]
        assert walk.diff(new, old)[1] == []

    def test_shape_is_reported_next_to_a_sound_old_folder_too(self) -> None:
        memory = Memory()
        old = memory.put(tree(*SOUND))
        new = memory.put(tree(*SOUND, ("100644", "ZZ")))
        codes = {finding.code for finding in TreeWalk(memory).diff(old, new)[1]}
        assert codes == {"git-tree-order", "git-tree-twins"}

    def test_an_empty_folder_is_refused(self) -> None:
        memory = Memory()
        empty = memory.put(b"")
        new = memory.put(emit_tree([Entry("a", "40000", empty), Entry("b", "100644", OID)]))
        changes, findings = TreeWalk(memory).diff(memory.files({"b": OID}), new)
        assert (changes, [f.code for f in findings]) == ({}, ["git-tree-empty"])

    def test_depth_is_bounded(self) -> None:
        memory = Memory()
        walk = TreeWalk(memory, max_depth=3)
        assert walk.diff(None, memory.files({"a/b/c": OID}))[1] == []
        deep = memory.files({"a/b/c/d": OID})
        assert [f.code for f in walk.diff(None, deep)[1]] == ["git-tree-depth"]

    def test_a_tree_that_unfolds_into_millions_of_paths_is_refused_quickly(self) -> None:
        memory = Memory()
        bomb = memory.files({f"f{n}": OID for n in range(50)})
        for _ in range(6):
            bomb = memory.put(emit_tree([Entry(f"d{n:02}", "40000", bomb) for n in range(50)]))
        changes, findings = TreeWalk(memory, max_entries=1000).diff(None, bomb)
        assert [f.code for f in findings] == ["git-tree-size"]
        assert len(changes) <= 1000
