"""Keeping branches `case/ID` as the mainline's tip and one commit, and sending them.

1. A branch whose acts the mainline holds is done with: it goes.
2. Where others went on with the case on its branch, their acts come in; where
   both went on, mine is set aside, kept, and has to be done again.
3. What is left is put on the mainline's tip as one commit, so that merging,
   squashing and rebasing the request come to the same landing.
4. It is sent in place of what the server had, if that is what was known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sopgit.adapters.git import delete_ref, move_ref, publish, switch
from sopgit.app.landings import BOTH_SIDES
from sopgit.app.laps import (
    CASE_BRANCHES,
    REMOTE_CASES,
    Lap,
    branches,
    case_ref,
    has_landed,
    read_lap,
)
from sopgit.app.office import MAIN, Office
from sopgit.app.restoring import note_leaving, settle_leaving
from sopgit.app.unsent import Overtaken, build_anew
from sopgit.core.case import Event
from sopgit.core.finding import Place, Refused, Verdict
from sopgit.core.growth import HEADER, split_events
from sopgit.core.lineage import FileChange
from sopgit.core.mainline import admit
from sopgit.core.requests import request_address
from sopgit.core.text import T
from sopgit.core.trusted import Trusted
from sopgit.core.writer import emit_item

_ASIDE = "refs/sopgit/aside/"


@dataclass(frozen=True)
class Request:
    """A branch that waits to be brought in, and where its request is opened, if that is known.

    `case` is the ID of the case, or `policy` and a version, or `record` and its ID.
    """

    case: str
    branch: str
    address: str | None


@dataclass
class Laps:
    """What came of the branches.

    `to_send` are refs with what the server has there; `overtaken` was set
    aside under a ref; `refused` cannot land as it is and stays.
    """

    to_send: list[tuple[str, str]] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    overtaken: list[tuple[Overtaken, str]] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def settle_laps(office: Office, trusted: Trusted) -> Laps:
    """Bring every branch for a case of this clone to where `trusted` and the server are."""
    repo, laps = office.repo, Laps()
    others = branches(repo, REMOTE_CASES)
    for case, head in branches(repo, CASE_BRANCHES).items():
        if has_landed(repo, trusted, case, head):
            leave(office, case_ref(case), head)
            continue
        theirs = others.get(case)
        top = _joined(office, trusted, case, head, theirs, laps)
        lap = read_lap(repo, trusted, case, top)
        if lap is None:  # something else lies there; whoever made it knows what for
            continue
        renewed = _renewed(office, trusted, lap, laps)
        if renewed is None:
            continue
        if renewed != head:
            publish(repo, case_ref(case), head, renewed)
            settle_leaving(repo)
        if renewed != theirs:
            laps.to_send.append((case_ref(case), theirs or ""))
        laps.requests.append(request_for(office, trusted, case, case_ref(case)))
    return laps


def leave(office: Office, ref: str, head: str) -> None:
    """Take a branch away; whoever stands on it comes to stand on main."""
    repo = office.repo
    main = repo.tip(MAIN)
    if repo.head_branch() == ref and main is not None:
        switch(repo, MAIN, main, main)
    delete_ref(repo, ref, head)


def _renewed(office: Office, trusted: Trusted, lap: Lap, laps: Laps) -> str | None:
    """The lap as one commit on the mainline's tip; None where it cannot land as it is."""
    repo = office.repo
    if lap.landing.findings:
        outcome: Verdict = Refused(lap.landing.findings)
    else:
        outcome = admit(lap.landing, trusted)
    if isinstance(outcome, Refused):
        laps.refused.append(outcome)
        return None
    if repo.parents(lap.head) == (trusted.tip,):
        return lap.head
    return build_anew(repo, trusted.tip, lap.landing, lap.head)


def _joined(
    office: Office, trusted: Trusted, case: str, head: str, theirs: str | None, laps: Laps
) -> str:
    """Mine or theirs, whichever goes on from the other; theirs where both went on."""
    repo = office.repo
    if theirs is None or theirs == head or has_landed(repo, trusted, case, theirs):
        return head
    mine, other = (read_lap(repo, trusted, case, tip) for tip in (head, theirs))
    if mine is None or other is None or isinstance(admit(other.landing, trusted), Refused):
        return head
    if mine.data.startswith(other.data):
        return head
    if not other.data.startswith(mine.data):
        ref = f"{_ASIDE}{head[:12]}"
        if repo.tip(ref) is None:
            move_ref(repo, ref, None, head)
        lost = _overtaken(mine, other)
        note_leaving(repo, office.schemas, [lost], case_ref(case), head)
        laps.overtaken.append((lost, ref))
    return theirs


def _overtaken(mine: Lap, other: Lap) -> Overtaken:
    """My acts beyond those that both have."""
    pairs = zip(split_events(mine.data).events, split_events(other.data).events, strict=False)
    shared = HEADER + b"".join(_shared(pairs))
    changes = {
        path: FileChange(other.files.get(path, change.old), change.new)
        for path, change in mine.landing.changes.items()
    }
    changes[mine.path] = FileChange(shared, mine.data)
    message = T("somebody else went on with case {id} meanwhile", id=mine.case)
    return Overtaken(mine.head, changes, Refused((BOTH_SIDES.broken(Place(mine.path), message),)))


def _shared(pairs: Iterable[tuple[Event, Event]]) -> Iterator[bytes]:
    for one, other in pairs:
        if one != other:
            return
        yield emit_item(one)


def request_for(office: Office, trusted: Trusted, subject: str, ref: str) -> Request:
    """The request for the branch `ref`."""
    url = office.repo.config_get("remote.origin.url") or ""
    branch = ref.removeprefix("refs/heads/")
    gitlab = ".gitlab-ci.yml" in trusted.policy.protected
    return Request(subject, branch, request_address(url, branch, gitlab=gitlab))
