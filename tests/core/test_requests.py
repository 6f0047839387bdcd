"""The address that opens a request, by host and by how the remote is named."""

from __future__ import annotations

import pytest

from sopgit.core.requests import request_address

_GITLAB = (
    "https://gitlab.contoh.example/k/d/-/merge_requests/new"
    "?merge_request%5Bsource_branch%5D=case%2Fabc&merge_request%5Btarget_branch%5D=main"
)
_COMPARE = "https://{}/k/d/compare/main...case/abc?expand=1"


@pytest.mark.parametrize(
    ("remote", "gitlab", "address"),
    [
        ("https://github.com/k/d.git", False, _COMPARE.format("github.com")),
        ("https://user:token@github.com/k/d", True, _COMPARE.format("github.com")),
        ("git@github.com:k/d.git", False, _COMPARE.format("github.com")),
        ("ssh://git@forge.contoh.example:2222/k/d.git", False,
         _COMPARE.format("forge.contoh.example")),
        ("https://forge.contoh.example:3000/k/d", False,
         _COMPARE.format("forge.contoh.example:3000")),
        ("git@gitlab.contoh.example:k/d.git", False, _GITLAB),
        ("https://gitlab.contoh.example/k/d.git", True, _GITLAB),
        ("/srv/server.git", False, None),
        ("C:folder/server.git", False, None),
        ("file:///srv/k/d.git", False, None),
        ("https://host/only", False, None),
        ("https://[bad/k/d", False, None),
    ],
)  # fmt: skip
def test_address(remote: str, gitlab: bool, address: str | None) -> None:
    assert request_address(remote, "case/abc", gitlab=gitlab) == address
    assert "token" not in (request_address(remote, "case/abc", gitlab=gitlab) or "")
