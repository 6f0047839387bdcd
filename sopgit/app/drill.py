"""A drill: bring versions back with nothing but a fresh clone, an empty cache and the keys.

The clone is judged from the pinned anchor, from genesis on. What is restricted
is decrypted and compared with its manifest as it passes by; nothing of it is
written to a disk. All else lies in a private folder that is gone at the end.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sopgit.adapters import age
from sopgit.adapters.files import file_errors, write_atomic
from sopgit.adapters.git import clone
from sopgit.adapters.objects import Seen
from sopgit.app.copies import Found
from sopgit.app.data import office_storage
from sopgit.app.headers import wanted_version
from sopgit.app.office import Office
from sopgit.app.records import Entered, enter_record
from sopgit.app.recovery import open_manifest, write_content
from sopgit.app.storage import Storage
from sopgit.app.versions import Version, mainline_versions
from sopgit.core.drill import MOST, Drilled, Key, Trial, age_in_days, choose, drill_record
from sopgit.core.dvcfiles import LOCAL_CONFIG, without_cache
from sopgit.core.errors import SopgitError, UsageError
from sopgit.core.moments import find_zone, format_moment
from sopgit.core.text import T, Text

Now = Callable[[], datetime]
Keys = Sequence[tuple[Key, age.Identity | None]]
_ORIGIN = "remote.origin.url"


@dataclass(frozen=True)
class Plan:
    """What to bring back: `count` versions drawn by `seed`, from each of `places`, or every remote.

    `recovery` is the file of the recovery key; `here`: clone this repository,
    whatever its origin is.
    """

    seed: str
    count: int = 6
    places: tuple[str, ...] = ()
    recovery: Path | None = None
    here: bool = False


def drill(
    office: Office, plan: Plan, now: Now, on_trial: Callable[[Trial], None] | None = None
) -> Drilled:
    """Bring versions of every class back from every remote, each from an empty cache.

    What fails is told and stops nothing. Raises UsageError (an unknown remote,
    no data, no key for what is restricted, a key that is no recovery key), and
    what making and judging the clone raises.
    """
    keys = _keys(office, plan.recovery)
    zone = find_zone(office.trusted.policy.timezone)
    begun = now()
    with _fresh_clone(office, here=plan.here) as (fresh, source):
        chosen = choose(mainline_versions(fresh), min(plan.count, MOST), plan.seed)
        places = plan.places or tuple(fresh.trusted.policy.raw["remotes"])
        _verify_possible(fresh, chosen, places, keys)
        trials = []
        with office_storage(fresh) as storage:
            drilling = _Drilling(fresh, storage, keys, now)
            for version in chosen:
                for place in places:
                    for trial in drilling.bring(version, place):
                        trials.append(trial)
                        if on_trial is not None:
                            on_trial(trial)
    ended = format_moment(now(), zone)
    return Drilled(format_moment(begun, zone), ended, plan.seed, source, tuple(trials))


def _keys(office: Office, recovery: Path | None) -> Keys:
    """One's own key, where one is set up, and the recovery key, where it is given."""
    found: list[tuple[Key, age.Identity | None]] = []
    own = office.identity()
    if own is not None:
        found.append(("reader", own))
    if recovery is not None:
        opened = age.read_identity(recovery)
        known = [entry["key"] for entry in office.trusted.policy.raw["recovery_recipients"]]
        if opened.public not in known:
            hint = T("recovery keys: {keys}", keys=", ".join(known) or "-")
            raise UsageError(T("{path} is no recovery key of the policy", path=recovery), hint)
        found.append(("recovery", opened))
    return found


def _verify_possible(
    office: Office, chosen: Sequence[Version], places: Sequence[str], keys: Keys
) -> None:
    known = office.trusted.policy.raw["remotes"]
    for place in places:
        if place not in known:
            hint = T("known remotes: {names}", names=", ".join(known) or "-")
            raise UsageError(T("there is no remote {remote}", remote=place), hint)
    if not chosen or not places:
        raise UsageError(T("there is no data on any remote"), T("see: sopgit data list"))
    if not keys and any(version.is_restricted for version in chosen):
        message = T("there is restricted data, and no key here that could open it")
        raise UsageError(message, T("give --recovery-key FILE, or make your keys known"))


@contextmanager
def _fresh_clone(office: Office, *, here: bool) -> Iterator[tuple[Office, str]]:
    """A clone in a private folder, judged from the same anchor; and whence it was made."""
    url = None if here else office.repo.config_get(_ORIGIN)
    local = (office.repo.workdir or office.repo.gitdir) / LOCAL_CONFIG
    with tempfile.TemporaryDirectory(prefix="sopgit-drill-") as folder:
        repo = clone(url or str(office.repo.workdir or office.repo.gitdir), Path(folder) / "clone")
        fresh = Office(repo, office.schemas, office.home, cache=None)
        fresh.pin(office.trusted.anchor)
        if local.is_file() and repo.workdir is not None:
            with file_errors(local):
                settings = without_cache(local.read_bytes())
            write_atomic(repo.workdir / LOCAL_CONFIG, settings, 0o600)
        yield fresh, "origin" if url else "here"


class _Drilling:
    """Brings versions back, one after the other, each into an empty cache."""

    def __init__(self, office: Office, storage: Storage, keys: Keys, now: Now) -> None:
        cache = storage.store.cache
        if not cache.resolve().is_relative_to(storage.root.resolve()):
            message = T("the clone keeps its objects in {folder}", folder=cache)
            raise SopgitError(message, T("a drill needs a cache of its own: see .dvc/config"))
        self._office, self._storage, self._keys, self._now = office, storage, keys, now

    def bring(self, version: Version, place: str) -> Iterator[Trial]:
        """One trial for each key that should open it."""
        shutil.rmtree(self._storage.store.cache, ignore_errors=True)
        begun = self._now()
        seen = self._storage.remotes.fetch(version.object, place, self._storage.store)
        fetched = (self._now() - begun).total_seconds()
        keys: Keys = self._keys if version.is_restricted else [("none", None)]
        for key, identity in keys:
            begun = self._now()
            outcome, why = seen.state, seen.why
            if outcome == "ok":
                why = self._open(version, seen, identity)
            took = fetched + (self._now() - begun).total_seconds()
            result = outcome if outcome != "ok" else "failed" if why else "passed"
            days = age_in_days(version.at, begun)
            yield Trial(version, place, key, result, took, days, why)

    def _open(self, version: Version, seen: Seen, identity: age.Identity | None) -> Text | None:
        """Check every byte of the content; why that failed, or nothing."""
        found = Found((seen,), self._storage.store)
        try:
            wanted = wanted_version(self._office, version, identity)
            manifest = open_manifest(wanted, identity)
            write_content(found, wanted, manifest, identity, None)
        except SopgitError as error:
            return error.message
        return None


def record_drill(office: Office, drilled: Drilled, now: Now) -> Entered:
    """Sign and commit what came back from where, with which key, in which time."""
    said = drill_record(drilled)
    return enter_record(office, "drill", said, "Drill the recovery of data", now())
