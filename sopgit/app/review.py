"""What a change would do, told to its reader in plain words, and the verdict.

`review_range` tells what a range of commits would land; `review_case` tells
one case as it stands, for the official who must act on it.

Rules enforced here, at the gate of a request alone: `lap-unfinished`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from itertools import chain

from sopgit.app.guards import admit_range
from sopgit.app.landings import landing_of_branch
from sopgit.app.laps import CASE_BRANCHES
from sopgit.app.office import MAIN, REMOTE_MAIN, Office
from sopgit.app.review_cases import CaseStory
from sopgit.app.review_reader import Reader
from sopgit.app.statements import STATEMENT_BRANCHES
from sopgit.app.told import Page
from sopgit.app.workplace import Workplace
from sopgit.core.disowning import disowned_step, return_targets
from sopgit.core.errors import UsageError
from sopgit.core.finding import Allowed, Finding, Place, Refused, Rule, Verdict
from sopgit.core.journey import is_lap_ended
from sopgit.core.text import T, Text
from sopgit.core.trusted import Trusted

_REQUESTED = (CASE_BRANCHES, *STATEMENT_BRANCHES)
LAP_UNFINISHED = Rule(
    "lap-unfinished",
    "a request is merged when the official whose step ends its acts has signed",
    why="a click on a host's button is no act; the engine itself takes unfinished work",
)


def review_range(
    office: Office,
    base: str,
    head: str,
    now: datetime,
    *,
    gate: bool = False,
    for_others: bool = False,
) -> Page:
    """What `head` brings to `base`, with the verdict that `verify BASE..HEAD` gives at `now`.

    With `gate` the page is that of a request, which waits for whoever ends its laps. A page
    `for_others` holds nothing that only the reader's own key opens.
    """
    repo = office.repo
    history, outcome = admit_range(office, base, head, now)
    start = repo.resolve(base)
    if history.tip != start:  # it has landed and was judged step by step; it is told as a whole
        history = office.verify(start)
    landing = landing_of_branch(repo, history.trusted, repo.resolve(head))
    identity = None if for_others else office.identity()
    reader = Reader(office, history.trusted, landing.after, now, identity)
    with closing(reader.data):
        sections = tuple(reader.tell_landing(landing))
    return Page(
        sections,
        outcome,
        tuple(filter(None, (story.waits() for story in reader.stories))),
        _next_of_range(office, reader, outcome, head),
        tuple(chain(*(_check_lap(story, reader.trusted) for story in reader.stories))),
        gate,
    )


def _check_lap(story: CaseStory, trusted: Trusted) -> Iterator[Finding]:
    """Where the request would be merged before the official whose act ends the lap."""
    state = story.state
    if state.step is None or is_lap_ended(story.events, story.procedure, state.purpose):
        return
    message = T("waiting for {roles}: step {step}", roles=", ".join(story.roles(state)) or "-",
                step=state.step)  # fmt: skip
    command = _next_step(story, trusted)
    hint = T("it may be merged when the official who ends it has acted; next: {command}",
             command=command or "-")  # fmt: skip
    yield LAP_UNFINISHED.broken(Place(f"{state.folder}/case.yaml"), message, hint)


def review_case(office: Office, path: str, now: datetime, *, for_others: bool = False) -> Page:
    """One case as it stands, with the act that is awaited."""
    place = Workplace.of(office)
    identity = None if for_others else office.identity()
    reader = Reader(office, place.trusted, place.tree, now, identity)
    with closing(reader.data):
        sections = tuple(reader.tell_case(path, place.tree.get(path) or b"", None))
    if not reader.stories:
        raise UsageError(T("the policy does not know the procedure of {path}", path=path))
    story = reader.stories[0]
    waits = story.waits()
    missing = (waits,) if waits is not None else ()
    return Page(sections, Allowed("review"), missing, _next_step(story, place.trusted))


def _next_step(story: CaseStory, trusted: Trusted) -> Text | None:
    state = story.state
    disowned = disowned_step(state, trusted.policy)
    if disowned is not None:
        to = return_targets(state, disowned, story.procedure)[-1]
        return T("sopgit return {id} --to {to}", id=state.id, to=to)
    if state.step is None:
        return None
    if story.procedure.step(state.step, state.purpose).review:
        return T("sopgit review {id}", id=state.id)
    return T("sopgit complete {id}", id=state.id)


def _next_of_range(office: Office, reader: Reader, outcome: Verdict, head: str) -> Text | None:
    """The one command: what was not sent goes out, else the official whose turn it is acts."""
    if isinstance(outcome, Refused):
        return None
    repo = office.repo
    branch, tip = repo.head_branch() or "", repo.tip("HEAD")
    theirs = repo.tip(branch.replace("refs/heads/", "refs/remotes/origin/"))
    is_mine = branch == MAIN or (branch.startswith(_REQUESTED) and theirs != tip)
    has_server = repo.tip(REMOTE_MAIN) is not None
    if repo.resolve(head) == tip and is_mine and has_server and reader.is_any:
        return T("sopgit sync")
    steps = (_next_step(story, reader.trusted) for story in reader.stories)
    return next(filter(None, steps), None)
