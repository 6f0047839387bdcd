"""Three people at three desks: each acts in their own clone and pushes through the hook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sopgit.app.acts import Done, perform
from sopgit.app.datasets import Added
from sopgit.app.demo.founding import Founded
from sopgit.app.demo.samples import CLONES, OFFICE, PEOPLE
from sopgit.app.draft import Draft
from sopgit.app.office import Office
from sopgit.app.sync import sync
from sopgit.app.taking_in import add_data
from sopgit.core.errors import SopgitError
from sopgit.core.moments import find_zone, format_moment
from sopgit.core.text import T, Text


@dataclass
class Players:
    """The people of the demonstration and how they act."""

    folder: Path
    founded: Founded
    say: Callable[[Text], None]
    now: Callable[[], datetime]

    def office(self, desk: str) -> Office:
        """The clone of the desk (`kasi`, ...), freshly opened."""
        return Office.open(self.folder / desk, self.folder / "keys" / CLONES[desk])

    def moment(self) -> str:
        """Now, as the office's clocks spell it."""
        return format_moment(self.now(), find_zone(OFFICE["timezone"]))

    def act(self, desk: str, case: str | None, draft: Draft, tells: Text) -> Done:
        """Bring in what others did, act, push; the story is told before."""
        sync(self.office(desk), self.now())
        done = perform(self.office(desk), case, draft, self.now())
        sync(self.office(desk), self.now())
        step = T("step {step}", step=done.state.step) if done.state.step else T("the end")
        person = PEOPLE[CLONES[desk]]["name"]
        self.say(
            T(
                "{seq:>2}. {person}: {tells} → {step}",
                seq=done.event["seq"],
                person=person,
                tells=tells,
                step=step,
            )
        )
        return done

    def take_in(self, case: str, source: Path, description: Mapping[str, Any]) -> Added:
        """The administrator takes a file in; it waits for the next act."""
        sync(self.office("administrator_server"), self.now())
        office = self.office("administrator_server")
        taken = add_data(office, case, source, description)
        if not isinstance(taken, Added):
            raise SopgitError(T("{source} was not taken in", source=str(source)))
        return taken
