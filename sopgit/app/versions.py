"""Every version of every dataset, as the events of all cases name them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sopgit.app.office import Office
from sopgit.app.workplace import ID_LENGTH, Workplace, find_case
from sopgit.core.dataset import dataset_folder, manifest_path
from sopgit.core.errors import UsageError
from sopgit.core.growth import split_events
from sopgit.core.lastread import LastRead, last_read, words_of_event, words_of_record
from sopgit.core.moments import find_zone, format_moment, parse_moment
from sopgit.core.objects import StoredObject
from sopgit.core.pointer import SUFFIX
from sopgit.core.strict_yaml import mapping_of
from sopgit.core.text import T


@dataclass(frozen=True)
class Version:
    """One version of a dataset as the ledger names it.

    `manifest` is the digest of its manifest.age, None for open data; `file`
    the name of the file as its pointer has it.
    """

    dataset: str
    version: int
    object: StoredObject
    action: str
    at: str
    by: str
    case: str
    copies: tuple[str, ...]
    manifest: str | None
    file: str = ""

    @property
    def is_restricted(self) -> bool:
        """Whether it is stored encrypted."""
        return self.manifest is not None


def dataset_versions(place: Workplace) -> list[Version]:
    """Every version that an event of any case stores or updates, by dataset and number."""
    found: dict[tuple[str, int], Version] = {}
    for path in place.cases():
        for event in split_events(place.tree.get(path) or b"", path).events:
            for entry in event.get("datasets", ()):
                if entry["action"] != "recover":
                    found[(entry["dataset"], entry["version"])] = _version(entry, event, path)
    return [found[key] for key in sorted(found)]


def read_copies(place: Workplace) -> dict[str, dict[str, LastRead]]:
    """When each copy was last read back, by the object's MD5 and the remote's name."""
    objects = {(v.dataset, v.version): v.object.md5 for v in dataset_versions(place)}
    events = (
        event
        for path in place.cases()
        for event in split_events(place.tree.get(path) or b"", path).events
    )
    records = (mapping_of(place.tree.get(path) or b"") for path in place.tree.paths("records/"))
    told = [word for event in events for word in words_of_event(event)]
    told += [word for record in records for word in words_of_record(record, objects)]
    return last_read(told)


def mainline(office: Office) -> Workplace:
    """The mainline alone, whatever is checked out."""
    trusted = office.built_on.trusted
    return Workplace(trusted, {}, trusted.tree)


def mainline_versions(office: Office) -> list[Version]:
    """Every version on the mainline."""
    return dataset_versions(mainline(office))


def _version(entry: Mapping[str, Any], event: Mapping[str, Any], path: str) -> Version:
    sealed = manifest_path(entry["dataset"])
    listed = {item["path"]: item["new"] for item in event.get("files", ())}
    return Version(
        entry["dataset"],
        entry["version"],
        StoredObject.parse(entry["object"]),
        entry["action"],
        event["at"],
        event["by"],
        path.split("/")[3][:ID_LENGTH],
        tuple(entry["copies"]),
        listed.get(sealed),
        next((_file_name(name) for name in listed if _is_pointer(name, entry, listed)), ""),
    )


def _is_pointer(path: str, entry: Mapping[str, Any], listed: Mapping[str, Any]) -> bool:
    folder = dataset_folder(entry["dataset"])
    return path.startswith(f"{folder}/") and path.endswith(SUFFIX) and listed[path] is not None


def _file_name(pointer: str) -> str:
    return pointer.rpartition("/")[2].removesuffix(SUFFIX)


def find_version(
    place: Workplace, dataset: str, version: int | None, day: str | None, case: str | None
) -> Version:
    """By number, as of the end of a day, or as a case stored it; the newest if nothing is said."""
    known = [entry for entry in dataset_versions(place) if entry.dataset == dataset]
    zone = find_zone(place.trusted.policy.timezone)
    stored_by = None if case is None else find_case(place, case).split("/")[3][:ID_LENGTH]
    if not known:
        raise UsageError(T("no dataset is called {name}", name=dataset), T("see: sopgit data list"))
    fitting = [
        entry
        for entry in known
        if (version is None or entry.version == version)
        and (day is None or format_moment(parse_moment(entry.at), zone)[:10] <= day)
        and stored_by in (None, entry.case)
    ]
    if not fitting:
        listed = ", ".join(str(entry.version) for entry in known)
        raise UsageError(
            T("{name} has no such version", name=dataset),
            T("its versions: {versions}", versions=listed),
        )
    return fitting[-1]
