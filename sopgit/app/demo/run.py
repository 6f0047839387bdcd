"""The demonstration, act by act.

`run` founds the office, tells one case from nota dinas to wali data, recovers
an old version, tries three wrongs and verifies the whole history. Every act
is a commit that travels as a push through the server's hook.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sopgit.app.acts import Done
from sopgit.app.demo import samples, story, wrongs
from sopgit.app.demo.founding import found_office
from sopgit.app.demo.players import Players
from sopgit.app.papers import case_papers, print_papers
from sopgit.app.views import view_one
from sopgit.core.errors import UsageError
from sopgit.core.text import T, Text

Narrator = Callable[[Text], None]
Clock = Callable[[], datetime]


def run(folder: Path, data: Path | None, narrator: Narrator, now: Clock) -> None:
    """Build the whole demonstration in the new or empty `folder`."""
    _verify_empty(folder)
    _verify_data(data)
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    narrator(
        T("A whole office in {folder}: every key, signature and copy is real.", folder=str(folder))
    )
    founded = found_office(folder, narrator, now)
    players = Players(folder, founded, narrator, now)
    case = _tell_case(players, data)
    _print_papers(players, case)
    story.recover_first_version(players, case)
    wrongs.try_three(players, case)
    _verify_all(players)
    _say_where_to_look(players, case)


def _verify_empty(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise UsageError(T("{folder} is a file", folder=str(folder)), T("name a new folder"))
    if folder.is_dir() and any(folder.iterdir()):
        raise UsageError(
            T("{folder} is not empty, and nothing in it was touched", folder=str(folder)),
            T("name a new folder, or remove this one first"),
        )


def _verify_data(data: Path | None) -> None:
    if data is not None and not data.is_file():
        raise UsageError(T("{path} is no file", path=str(data)), T("name a CSV file with --data"))


def _tell_case(players: Players, data: Path | None) -> str:
    """All nine steps; the case's ID."""
    intake = players.folder / "intake"
    intake.mkdir()
    first, second, register = (
        intake / name for name in ("kecamatan-1.csv", "kecamatan-2.csv", "penerima-bantuan.csv")
    )
    if data is None:
        first.write_bytes(samples.districts(8))
        second.write_bytes(samples.districts(9))
    else:
        first = second = data
    register.write_bytes(samples.REGISTER)
    opened = story.request(players)
    case = opened.state.id
    story.receive(players, case, first, register)
    story.store_and_report(players, case)
    story.send_back(players, case)
    _correct(players, case, data, first, second)
    story.check_and_deliver(players, case)
    return case


def _correct(players: Players, case: str, data: Path | None, first: Path, second: Path) -> Done:
    if data is not None:
        second = players.folder / "intake" / f"2-{data.name}"
        shutil.copyfile(first, second)
        with second.open("ab") as file:
            file.write(b"\n")
    return story.correct(players, case, second)


def _print_papers(players: Players, case: str) -> None:
    office = players.office("kasi")
    view = view_one(office, case, players.now())
    papers = case_papers(view, office.trusted.policy, office.trusted.tree, None)
    paths = print_papers(papers, players.folder / "documents")
    players.say(
        T("{count} official papers are in {folder}.", count=len(paths), folder=str(paths[0].parent))
    )


def _verify_all(players: Players) -> None:
    office = players.office("pengelola_ti")
    history = office.history
    players.say(
        T(
            "verify: {landings} landings and {events} signed events,"
            " from the anchor to the tip: {verdict}.",
            landings=history.trusted.landings,
            events=history.trusted.events,
            verdict=T("allowed") if history.is_sound else T("refused"),
        )
    )


def _say_where_to_look(players: Players, case: str) -> None:
    folder = players.folder
    players.say(T("Where to look, and what to type next:"))
    players.say(T("  papers      {path}", path=str(folder / "documents")))
    players.say(
        T("  one case    sopgit --repo {path} show {case}", path=str(folder / "kasi"), case=case)
    )
    players.say(
        T("  its events  sopgit --repo {path} log {case}", path=str(folder / "kasi"), case=case)
    )
    players.say(T("  proof       sopgit --repo {path} verify", path=str(folder / "pengelola_ti")))
    players.say(
        T(
            '  your turn   sopgit --repo {path} open --title "..." --producer tapem',
            path=str(folder / "kasi"),
        )
    )
