"""What this clone has seen of the office's mainline, kept where no `git fetch` moves it.

`refs/remotes/origin/main` follows whatever the server shows, and many programs
fetch on their own. So the newest commit that was brought in is kept under a
ref of ours: a server that later shows a mainline without it is found out.

Rules enforced here: `mainline-rewritten`.
"""

from __future__ import annotations

from sopgit.adapters.git import Repository, move_ref
from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.text import T

REWRITTEN = Rule(
    "mainline-rewritten",
    "what was seen of the mainline once is on it for ever",
    why="a server that forgets an act takes it from everybody",
)
SEEN = "refs/sopgit/seen"


def remember(repo: Repository, tip: str) -> None:
    """Keep `tip`, which holds all that was seen before."""
    seen = repo.tip(SEEN)
    if seen != tip:
        move_ref(repo, SEEN, seen, tip)


def check_memory(repo: Repository, tip: str | None) -> list[Finding]:
    """Whether the mainline that ends at `tip` (None: there is none) holds what was seen of it."""
    seen = repo.tip(SEEN)
    if seen is None or (tip is not None and repo.first_parents(tip, {seen})[-1] == seen):
        return []
    message = T("the mainline no longer holds {commit}, which was seen on it", commit=seen[:12])
    hint = T("run sopgit sync; if the server has lost it, keep this clone, for here it is")
    return [REWRITTEN.broken(Place(commit=seen), message, hint)]
