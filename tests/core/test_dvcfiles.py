"""Two remotes are two places, however their addresses are spelt."""

from __future__ import annotations

import pytest

from sopgit.core.dvcfiles import check_apart, config_bytes, remotes_of

REMOTES = {
    "one": ("/srv/nas-one", ""),
    "two": ("ssh://data@arsip.example.id/srv/salinan", ""),
    "three": ("s3://diskominfo/salinan", "https://s3.example.id"),
}


@pytest.mark.parametrize(
    "again",
    [
        ("/srv//nas-one/", ""),
        ("/srv/x/../nas-one", ""),
        ("ssh://lain@ARSIP.example.id:22/srv/salinan/", ""),
        ("s3://diskominfo/salinan/", "https://s3.example.id/"),
    ],
)
def test_one_place_under_two_names_is_no_second_copy(again: tuple[str, str]) -> None:
    assert list(check_apart(REMOTES, "remotes")) == []
    (found,) = check_apart({**REMOTES, "four": again}, "remotes")
    assert (found.code, found.place.path) == ("remote-address", "remotes/four")
    assert "four and" in str(found.message)


@pytest.mark.parametrize(
    "other",
    [
        ("/srv/nas-two", ""),
        ("ssh://arsip.example.id:2222/srv/salinan", ""),
        ("s3://diskominfo/salinan", "https://s3.example.com"),
        ("s3://diskominfo/lain", "https://s3.example.id"),
    ],
)
def test_another_place_is_another_copy(other: tuple[str, str]) -> None:
    assert list(check_apart({**REMOTES, "four": other}, "remotes")) == []


def test_what_is_written_is_read_back() -> None:
    remotes = {**REMOTES, "four": ("/srv/dua kata", "")}
    urls = {name: url for name, (url, _endpoint) in remotes.items()}
    endpoints = {name: endpoint for name, (_url, endpoint) in remotes.items() if endpoint}
    assert remotes_of(config_bytes(urls, endpoints)) == remotes
