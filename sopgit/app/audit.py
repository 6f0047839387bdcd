"""What is stored, held to the readers that the policy names today.

An age file tells only how many keys it opens to, so that is what is counted:
of the age files of Git and of the newest headers. Of a version that has no
newer header only its manifest lies in Git; it has the readers of the data.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sopgit.app.office import Office
from sopgit.core.agefile import parse_header
from sopgit.core.finding import Finding, Place
from sopgit.core.readers import AGE_READERS, is_closed, reader_keys
from sopgit.core.text import T
from sopgit.core.trusted import Tree


def audit_readers(office: Office, now: datetime) -> list[Finding]:
    """A warning for each folder of which something opens to more or fewer keys."""
    policy = office.trusted.policy
    wanted = len(reader_keys(policy, policy.day(now)))
    odd: dict[str, set[int]] = {}
    for path, count in _counts(office.trusted.tree):
        if count != wanted and is_closed(path, office.trusted.case):
            odd.setdefault(path.rpartition("/")[0].removesuffix("/headers"), set()).add(count)
    hint = T("open it to the present readers with: sopgit data rekey")
    return [
        AGE_READERS.doubted(
            Place(folder),
            T(
                "what is encrypted in {folder} opens to {found} keys, the policy names {wanted}",
                folder=folder,
                found=", ".join(map(str, sorted(counts))),
                wanted=wanted,
            ),
            hint,
        )
        for folder, counts in sorted(odd.items())
    ]


def _counts(tree: Tree) -> Iterator[tuple[str, int]]:
    """How many keys each age file and each header of Git opens to, by path."""
    for prefix in ("cases/", "datasets/"):
        for path in tree.paths(prefix):
            if path.endswith((".age", ".hdr")):
                yield path, parse_header(tree.get(path) or b"").recipients
