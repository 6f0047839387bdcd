"""What of T01 to T55 cannot be mounted here, and what stays open though an attack is refused.

`SECURITY.md` quotes these rows; `make attacks` prints them below the attacks.
A number stands here, or in the name of a test, or in both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Row:
    """A number of the list of threats, why it stands here, and the reason in plain words."""

    number: str
    kind: Literal["cannot apply", "stays open"]
    words: str


ROWS = (
    Row(
        "T02",
        "stays open",
        "The name under a paper is what its author wrote, for a paper may be drawn up for another "
        "to sign. Whose key made the act stands beside it, and that alone is proved.",
    ),
    Row(
        "T08",
        "cannot apply",
        "Alternates: an object is named by its content, so where its bytes lie changes nothing.",
    ),
    Row(
        "T15",
        "stays open",
        "An act says its own time. Until its revocation lands, a stolen key signs acts that count; "
        "afterwards the roots disown them.",
    ),
    Row(
        "T16",
        "stays open",
        "A quorum of roots that conspires, or whose keys are stolen together, is not stopped.",
    ),
    Row(
        "T17",
        "stays open",
        "A clone without the anchor believes the first ledger that it sees. verify says so, and "
        "refuses in CI; the anchor comes on paper, not from the server.",
    ),
    Row(
        "T22",
        "cannot apply",
        "Tags carry no authority and are judged by nobody: the server takes none.",
    ),
    Row(
        "T23",
        "stays open",
        "A server can withhold or delay acts, and show a fresh clone an older, truthful ledger. A "
        "clone that has synced before refuses what lacks the commits it knows.",
    ),
    Row(
        "T27",
        "cannot apply",
        "A merge of many parents, or of a history of another origin, that brings nothing in is "
        "taken: what it changes against its first parent is judged like any landing.",
    ),
    Row(
        "T36",
        "stays open",
        "An amendment of a document may bring the files that came with it anew. It names both "
        "digests, the case goes back to the check that had passed it, and the older file stays in "
        "the history.",
    ),
    Row(
        "T40",
        "stays open",
        "Within the case's own order an actor can date an act back; nobody proves the minute.",
    ),
    Row(
        "T43",
        "stays open",
        "What was pushed to a host without our hook is disclosed to it, even if it is refused "
        "later. Acts, pages and attached texts and tables are scanned for citizens' numbers; what "
        "else is secret in them, or lies in a PDF or a picture, nobody sees.",
    ),
    Row(
        "T44",
        "stays open",
        "An age file does not tell whose keys open it. That it was encrypted to the readers of the "
        "policy and to nobody else is proved only by who opens it; an actor can always give away "
        "what they may read.",
    ),
    Row(
        "T48",
        "stays open",
        "A forge that runs workflows of any branch on push runs those of an unmerged branch, with "
        "the repository's secrets. Keep nothing there but what reads a remote, and give only the "
        "base branch's check the right to write.",
    ),
    Row(
        "T49",
        "stays open",
        "An administrator of the host can switch the guard off. Every clone then refuses the "
        "ledger by name of the commit, until a later landing restores it.",
    ),
    Row(
        "T53",
        "stays open",
        "Whoever can write files as you can also tell your sopgit what was verified. "
        "`sopgit verify` never asks the cache.",
    ),
    Row(
        "T55",
        "cannot apply",
        "No two files of one SHA-1 that say something here can be made at this price; Git and "
        "libgit2 refuse the known way. Acts name files and each other by SHA-256.",
    ),
)
