"""Reading stored copies back, as long as the budget lasts, and telling what each was.

What was found, and when, is noted in `.git/sopgit/scrub.json` as the run goes
on, so that an interrupted one is taken up where it stood; what acts and records
say that others found counts with it. Only real bytes count.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sopgit.adapters.files import DiskFullError, FileError, file_errors, write_atomic
from sopgit.adapters.objects import CACHE, Seen
from sopgit.app.copies import LostError, find_copy
from sopgit.app.data import office_storage
from sopgit.app.office import Office
from sopgit.app.records import Entered, enter_record
from sopgit.app.storage import Storage
from sopgit.app.versions import mainline, mainline_versions, read_copies
from sopgit.core.errors import UsageError
from sopgit.core.moments import find_zone, format_moment
from sopgit.core.scrub import Copy, Reading, Scrubbed, known_good, plan_scrub, scrub_records
from sopgit.core.text import T, Text

SCHEMA = "sopgit/scrubbed/v1"
_NOTES = "scrub.json"
_NOTE_EVERY = timedelta(seconds=5)
# After so many failures in a row the place is taken to be away as a whole.
_PATIENCE = 3

Now = Callable[[], datetime]


def scrub(
    office: Office,
    now: Now,
    budget: timedelta | None = None,
    places: Sequence[str] = (),
    *,
    heal: bool = False,
    on_reading: Callable[[Reading], None] | None = None,
) -> Scrubbed:
    """Read the copies in `places`, the longest unread first; no place: the cache and every remote.

    None begins once `budget` is used up (None: all are read); one that has
    begun is read to its end. `heal` replaces what is damaged or missing from a
    good copy, if there is one. Raises UsageError for an unknown place.
    """
    policy = office.trusted.policy
    zone = find_zone(policy.timezone)
    begun = now()
    known = (CACHE, *policy.raw["remotes"])
    for place in places:
        if place not in known:
            hint = T("known places: {names}", names=", ".join(known))
            raise UsageError(T("there is no remote {remote}", remote=place), hint)
    notes = office.repo.state_folder / _NOTES
    versions = mainline_versions(office)
    recorded = known_good(read_copies(mainline(office)))
    with office_storage(office) as storage, _noted(notes, recorded, now) as note:
        day = begun.date().isoformat()
        copies = plan_scrub(versions, places or known, note.good, day)
        reader = _Reader(storage, tuple(policy.raw["remotes"]), heal=heal)
        readings = []
        left = len(copies)
        for copy in copies:
            if budget is not None and now() - begun >= budget:
                break
            left -= 1
            reading = reader.read(copy)
            note.take(copy, is_good=reading is None or reading.outcome in {"ok", "healed"})
            if reading is not None:
                readings.append(reading)
                if on_reading is not None:
                    on_reading(reading)
    ended = format_moment(now(), zone)
    return Scrubbed(format_moment(begun, zone), ended, tuple(readings), left)


class _Reader:
    """Reads copies, one after the other; gives a place up that is away."""

    def __init__(self, storage: Storage, remotes: Sequence[str], *, heal: bool) -> None:
        self._storage, self._remotes, self._heal = storage, remotes, heal
        self._away: Counter[str] = Counter()
        self._reason: dict[str, Text | None] = {}

    def read(self, copy: Copy) -> Reading | None:
        """None: nothing is there, and nothing has to be."""
        place = copy.place
        if self._away[place] >= _PATIENCE:
            return Reading(copy, "unreachable", self._reason[place])
        seen = self._look(copy)
        if seen.state == "unreachable":
            self._away[place] += 1
            self._reason[place] = seen.why
        else:
            self._away[place] = 0
        if seen.state == "missing" and (not copy.is_due or place == CACHE):
            return None
        # A copy out of reach too: a remote that answers may hold bytes that it cannot read.
        if self._heal and seen.state != "ok" and self._heals(copy):
            return Reading(copy, "healed", seen.why)
        return Reading(copy, seen.state, seen.why)

    def _look(self, copy: Copy) -> Seen:
        if copy.place == CACHE:
            return self._storage.store.look(copy.object)
        return self._storage.remotes.look(copy.object, copy.place)

    def _heals(self, copy: Copy) -> bool:
        """Replace the copy from a good one; the damaged one is kept in quarantine."""
        storage = self._storage
        others = [remote for remote in self._remotes if remote != copy.place]
        try:
            with find_copy(storage, copy.object, others) as found:
                if found.store is not storage.store:
                    return False
                return copy.place == CACHE or storage.prove(copy.object, copy.place).state == "ok"
        except (LostError, FileError, DiskFullError):
            return False


class _Notes:
    """When each copy was last found good, and on this machine bad; `good` starts with records.

    A moment that is yet to come counts for nothing: somebody's clock was wrong.
    """

    def __init__(self, path: Path, recorded: Mapping[str, str], now: Now) -> None:
        own, bad = _read_notes(path)
        self._own, self._bad = dict(own), dict(bad)
        self._path, self._now = path, now
        self._written = now()
        present = format_moment(now(), UTC)
        self.good: dict[str, str] = {}
        for key, at in (*own.items(), *recorded.items()):
            if max(bad.get(key, ""), self.good.get(key, "")) < at <= present:
                self.good[key] = at

    def take(self, copy: Copy, *, is_good: bool) -> None:
        """Note what became of one copy."""
        at = format_moment(self._now(), UTC)
        noted, other = (self._own, self._bad) if is_good else (self._bad, self._own)
        noted[copy.key] = at
        other.pop(copy.key, None)
        if self._now() - self._written >= _NOTE_EVERY:
            self.write()

    def write(self) -> None:
        """Put the notes on the disk."""
        with file_errors(self._path):
            self._path.parent.mkdir(parents=True, exist_ok=True)
        value = {"schema": SCHEMA, "good": self._own, "bad": self._bad}
        write_atomic(self._path, json.dumps(value, indent=0).encode("ascii"), 0o600)
        self._written = self._now()


@contextmanager
def _noted(path: Path, recorded: Mapping[str, str], now: Now) -> Iterator[_Notes]:
    notes = _Notes(path, recorded, now)
    try:
        yield notes
    finally:
        notes.write()


def _read_notes(path: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Notes that cannot be read are none: then all is read again."""
    try:
        value = json.loads(path.read_bytes())
        if value["schema"] != SCHEMA:
            return {}, {}
        good, bad = (
            {str(key): str(at) for key, at in value[name].items()} for name in ("good", "bad")
        )
        return good, bad
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return {}, {}


def record_scrub(office: Office, scrubbed: Scrubbed, now: Now) -> tuple[Entered, ...]:
    """Sign and commit what was read where, in as many records as it takes."""
    entered = []
    for said in scrub_records(scrubbed):
        entered.append(enter_record(office, "scrub", said, "Scrub stored copies", now()))
        office = Office.open(office.repo.workdir or office.repo.gitdir, office.home)
    return tuple(entered)
