"""Three wrongs, each pushed past the client's hooks, each refused by the server.

They are made with the building blocks a hostile colleague would use: their
own clone, their own key, a hand-made commit and `git push --no-verify`.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping

from sopgit.adapters.git import build_commit, push
from sopgit.app.demo import papers
from sopgit.app.demo.players import Players
from sopgit.app.office import MAIN, Office
from sopgit.app.sync import sync
from sopgit.app.workplace import Workplace, find_case
from sopgit.core.dataset import dataset_folder
from sopgit.core.errors import SopgitError
from sopgit.core.growth import split_events
from sopgit.core.pointer import pointer_bytes
from sopgit.core.statement import EVENT_NAMESPACE, chain_link, event_bytes
from sopgit.core.text import T, Text
from sopgit.core.writer import emit_item

REGISTER = "dinsos/penerima-bantuan"


def try_three(players: Players, case: str) -> None:
    """Push each wrong from the pengelola's clone and show what the server says."""
    players.say(T("Three wrongs, each pushed with --no-verify:"))
    sync(players.office("pengelola_ti"), players.now())
    office = players.office("pengelola_ti")
    path = find_case(Workplace.of(office), case)
    forged = _forged_act(office, path)
    _try(players, office, T("an act in the Kasi's name"), forged, "event-signature")
    rewritten = _rewritten_event(office, path)
    _try(players, office, T("an old event rewritten"), rewritten, "case-grows")
    _try(players, office, T("restricted data in the clear"), _data_in_clear(), "data-in-clear")


def _forged_act(office: Office, path: str) -> Mapping[str, bytes | None]:
    """A reopening in the Kasi's name, signed with the pengelola's own key."""
    data = office.trusted.tree.get(path) or b""
    last = split_events(data, path).events[-1]
    event = {
        "seq": last["seq"] + 1,
        "prev": chain_link(last),
        "base": office.base(),
        "at": last["at"],
        "by": "agus",
        "role": "kasi",
        "act": "return",
        "step": 9,
        "to": 8,
        "reason": papers.ALASAN,
        "findings": list(papers.TEMUAN),
    }
    raw = office.me.sign(EVENT_NAMESPACE, event_bytes(event))
    event["sig"] = base64.b64encode(raw).decode("ascii")
    return {path: data + emit_item(event)}


def _rewritten_event(office: Office, path: str) -> Mapping[str, bytes | None]:
    """The finding that returned the case disappears from its event."""
    data = office.trusted.tree.get(path) or b""
    return {path: data.replace(papers.TEMUAN[0].encode(), b"Tidak ada temuan.")}


def _data_in_clear() -> Mapping[str, bytes | None]:
    """A pointer at the register in the clear, in place of the encrypted one."""
    folder = dataset_folder(REGISTER)
    name = "penerima-bantuan.csv"
    return {
        f"{folder}/data.age.dvc": None,
        f"{folder}/{name}.dvc": pointer_bytes("0" * 32, 1, name),
    }


def _try(
    players: Players, office: Office, wrong: Text, files: Mapping[str, bytes | None], code: str
) -> None:
    repo = office.repo
    parent = repo.tip(MAIN)
    author = ("Siti Rekaan, S.Si.", "siti@sopgit.invalid")
    commit = build_commit(repo, parent, files, "Do what may not be done\n", author, players.now())
    result = push(repo, "origin", f"{commit}:{MAIN}")
    reasons = [line.strip() for line in result.output.splitlines() if f"[{code}]" in line]
    if result.ok or not reasons:
        raise SopgitError(T("the server did not refuse {wrong} as it must", wrong=wrong))
    players.say(T("  {wrong}: refused", wrong=wrong))
    players.say(T("      {line}", line=reasons[0].removeprefix("remote: ")))
