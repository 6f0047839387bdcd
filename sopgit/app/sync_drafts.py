"""Sending drafts and taking away those that were signed.

A draft that was sent is the server's: its branch here goes, so that it does
not come back once somebody signed it.
"""

from __future__ import annotations

from sopgit.adapters.git import delete_ref, fetch, push, refs_below
from sopgit.app.drafts import BRANCHES, GONE, REMOTE
from sopgit.app.office import Office


def settle_drafts(office: Office) -> tuple[int, str]:
    """Exchange drafts with the server as last fetched: how many were sent, what it refused.

    What somebody else changed there meanwhile stays for the next time.
    """
    repo, sent, refused = office.repo, 0, []
    gone, mine = refs_below(repo, GONE), refs_below(repo, BRANCHES)
    for ref, head in gone.items():
        name = ref.removeprefix(GONE)
        if repo.tip(REMOTE + name) == head:
            push(repo, "origin", f":{BRANCHES}{name}", expected=head)
        delete_ref(repo, ref, head)
    for ref, head in mine.items():
        theirs = repo.tip(REMOTE + ref.removeprefix(BRANCHES))
        result = push(repo, "origin", f"{ref}:{ref}", expected=theirs or "")
        if result.ok:
            delete_ref(repo, ref, head)
            sent += 1
        elif not result.moved:
            refused.append(result.output)
    if gone or mine:
        fetch(repo, "origin")
    return sent, "\n".join(refused)
