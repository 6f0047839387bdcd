"""A pointer has one spelling: the one stock DVC writes."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest
from dvc.utils.serialize import dumps_yaml  # type: ignore[attr-defined, unused-ignore]
from hypothesis import given
from hypothesis import strategies as st

from sopgit.core.pointer import (
    Pointer,
    check_pointer,
    is_file_name,
    parse_pointer,
    pointer_bytes,
)

MD5 = "e5ebd4c02cefbe7955977c67ada242b7"
GOOD = pointer_bytes(MD5, 8, "kecamatan.csv")
PATH = "datasets/diskominfo/kecamatan/kecamatan.csv.dvc"

digests = st.text("0123456789abcdef", min_size=32, max_size=32) | st.from_regex(
    r"[0-9]{1,30}e[0-9]{1,30}", fullmatch=True
).map(lambda text: text.ljust(32, "1")[:32])
names = st.from_regex(
    r"[A-Za-z0-9][A-Za-z0-9_-]{0,9}(\.[A-Za-z0-9_-]{1,5}){0,2}\.[a-zA-Z][a-z0-9]{0,5}",
    fullmatch=True,
).filter(is_file_name)


def test_the_base_passes() -> None:
    assert check_pointer(GOOD, PATH) == []
    assert parse_pointer(GOOD) == Pointer(MD5, 8, "kecamatan.csv")


@pytest.mark.needs_program("git", "dvc")
def test_it_is_what_stock_dvc_add_writes(tmp_path: Path) -> None:
    for command in (["git", "init", "-q"], ["dvc", "init", "-q"]):
        subprocess.run(command, cwd=tmp_path, check=True)
    for name, content in {
        "kecamatan.csv": b"a,b\n1,2\n",
        "data.age": b"",
        "2024-1.xlsx": b"x",
    }.items():
        (tmp_path / name).write_bytes(content)
        subprocess.run(["dvc", "add", "-q", name], cwd=tmp_path, check=True)
        written = (tmp_path / f"{name}.dvc").read_bytes()
        md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
        assert written == pointer_bytes(md5, len(content), name)
        assert check_pointer(written, f"{name}.dvc") == []


@given(md5=digests, size=st.integers(0, 10**15 - 1), name=names)
def test_dvcs_own_writer_gives_the_same_bytes(md5: str, size: int, name: str) -> None:
    out = {"md5": md5, "size": size, "hash": "md5", "path": name}
    data = pointer_bytes(md5, size, name)
    assert data.decode() == dumps_yaml({"outs": [out]})
    assert parse_pointer(data) == Pointer(md5, size, name)
    assert check_pointer(data, f"x/{name}.dvc") == []


@pytest.mark.parametrize(
    ("mutated", "code"),
    [
        (GOOD.replace(MD5.encode(), MD5.encode() + b".dir"), "pointer-folder"),
        (GOOD + GOOD[6:], "pointer-form"),
        (GOOD + b"# kept\n", "pointer-form"),
        (GOOD + b"  remote: one\n", "pointer-form"),
        (GOOD + b"meta: {a: 1}\n", "pointer-form"),
        (b"wdir: ..\n" + GOOD, "pointer-form"),
        (GOOD.replace(b"hash: md5", b"hash: sha256"), "pointer-form"),
        (GOOD.replace(MD5.encode(), MD5.upper().encode()), "pointer-form"),
        (GOOD.replace(MD5.encode(), MD5[1:].encode()), "pointer-form"),
        (GOOD.replace(MD5.encode(), b"'" + MD5.encode() + b"'"), "pointer-form"),
        (GOOD.replace(b"size: 8", b"size: 08"), "pointer-form"),
        (GOOD.replace(b"size: 8", b"size: -8"), "pointer-form"),
        (GOOD.replace(b"path: kecamatan.csv", b"path: ../kecamatan.csv"), "pointer-form"),
        (GOOD.replace(b"path: kecamatan.csv", b"path: kecamatan"), "pointer-form"),
        (GOOD.replace(b"path: kecamatan.csv", b"path: other.csv"), "pointer-path"),
        (GOOD.replace(b"\n", b"\r\n"), "pointer-form"),
        (GOOD[:-1], "pointer-form"),
        (b"\xef\xbb\xbf" + GOOD, "pointer-form"),
        (b"[" * 5000, "pointer-form"),
        (b"", "pointer-form"),
    ],
)
def test_one_mutation_is_refused(mutated: bytes, code: str) -> None:
    assert [finding.code for finding in check_pointer(mutated, PATH)] == [code]


@pytest.mark.parametrize(
    "name", ["dataset.yaml", "a.dvc", "x.age", "a b.csv", "ü.csv", "a/b.csv", "12"]
)
def test_names_that_would_mislead_are_refused(name: str) -> None:
    assert not is_file_name(name)


def test_what_check_refuses_parse_refuses_too() -> None:
    with pytest.raises(ValueError, match="form"):
        parse_pointer(GOOD + b"#")
