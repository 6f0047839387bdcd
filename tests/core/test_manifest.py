"""The manifest of a restricted file, and the counting of its rows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sopgit.core.manifest import Manifest, manifest_bytes, parse_manifest

cells = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=8)


@given(
    st.builds(
        Manifest,
        file=st.text(st.characters(codec="utf-8")),
        sha256=st.just("0" * 64),
        size=st.integers(0, 2**50),
        rows=st.none() | st.integers(0, 2**40),
        columns=st.none() | st.tuples(st.text(st.characters(codec="utf-8"))),
    )
)
def test_a_manifest_reads_back(manifest: Manifest) -> None:
    assert parse_manifest(manifest_bytes(manifest)) == manifest


ENDLESS = b'{"schema":"sopgit/manifest/v1","file":"x","sha256":"x","size":1e999}'
DEEP = b"[" * 100_000


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"schema":"sopgit/manifest/v1"}', b"\xff", ENDLESS, DEEP]
)
def test_anything_else_is_no_manifest(data: bytes) -> None:
    with pytest.raises(ValueError, match="manifest"):
        parse_manifest(data)
