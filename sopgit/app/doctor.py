"""The set-up of this machine and this clone, one thing after the other.

Nothing is changed, and what is wrong with one thing stops no other from being
looked at. A fault is what would stop somebody's work; a note is what most
people will want to do one day.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sopgit.adapters.dvc import RemoteError
from sopgit.app.data import office_storage
from sopgit.app.office import Office
from sopgit.app.trust import trust_of
from sopgit.core.errors import SopgitError
from sopgit.core.text import T, Text

State = Literal["good", "note", "fault"]
_PROGRAMS = ("git", "ssh-keygen")


@dataclass(frozen=True)
class Check:
    """One thing that was looked at; `told` and `hint` say what is the matter with it."""

    what: Text
    state: State = "good"
    told: Text | None = None
    hint: Text | None = None


def examine(repository: Path, home: Path) -> Iterator[Check]:
    """Look at everything, the quick things first."""
    for program in _PROGRAMS:
        yield _program(program)
    what = T("the office")
    try:
        office = Office.open(repository, home)
        history = office.history
    except SopgitError as error:
        yield Check(what, "fault", error.message, error.hint)
        return
    if history.stands:
        yield Check(what)
    else:
        told = T("what the mainline holds is refused")
        yield Check(what, "fault", told, T("see: sopgit verify"))
    yield _anchor(office)
    yield _keeping(T("your signing key"), lambda: office.me)
    yield _identity(office)
    yield from _remotes(office)


def _program(name: str) -> Check:
    what = T("the program {name}", name=name)
    if shutil.which(name):
        return Check(what)
    return Check(what, "fault", T("it is not installed"), T("install git and the OpenSSH client"))


def _anchor(office: Office) -> Check:
    what = T("the anchor")
    if trust_of(office).is_pinned:
        return Check(what)
    told = T("nothing is pinned here: this is what the ledger says of itself")
    return Check(what, "note", told, T("pin what the office keeps on paper: sopgit trust pin"))


def _keeping(what: Text, look: Callable[[], object]) -> Check:
    """A fault where `look` raises."""
    try:
        look()
    except SopgitError as error:
        return Check(what, "fault", error.message, error.hint)
    return Check(what)


def _identity(office: Office) -> Check:
    what = T("your age key")
    try:
        if office.identity() is None:
            hint = T("only readers of restricted data need one")
            return Check(what, "note", T("there is none"), hint)
    except SopgitError as error:
        return Check(what, "fault", error.message, error.hint)
    return Check(what)


def _remotes(office: Office) -> Iterator[Check]:
    """Each remote that the policy names: whether its copies can be reached from here."""
    if office.repo.workdir is None:
        return
    try:
        with office_storage(office) as storage:
            for name, said in office.trusted.policy.raw["remotes"].items():
                what = T("remote {name} ({place})", name=name, place=said["place"])
                try:
                    storage.remotes.verify_there(name)
                except RemoteError as error:
                    yield Check(what, "fault", error.message, error.hint)
                else:
                    yield Check(what)
    except SopgitError as error:
        yield Check(T("the remotes"), "fault", error.message, error.hint)
