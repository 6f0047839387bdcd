"""Every version of every dataset, as the events of all cases name them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sopgit.app.workplace import Workplace
from sopgit.core.dataset import manifest_path
from sopgit.core.errors import UsageError
from sopgit.core.growth import split_events
from sopgit.core.objects import StoredObject
from sopgit.core.text import T


@dataclass(frozen=True)
class Version:
    """One version of a dataset as the ledger names it."""

    dataset: str
    version: int
    object: StoredObject
    action: str
    at: str
    by: str
    case: str
    copies: tuple[str, ...]
    manifest: str | None


def dataset_versions(place: Workplace) -> list[Version]:
    """Every version that an event of any case stores or updates, by dataset and number."""
    found: dict[tuple[str, int], Version] = {}
    for path in place.cases():
        for event in split_events(place.tree.get(path) or b"", path).events:
            for entry in event.get("datasets", ()):
                if entry["action"] != "recover":
                    found[(entry["dataset"], entry["version"])] = _version(entry, event, path)
    return [found[key] for key in sorted(found)]


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
        path.split("/")[3][:10],
        tuple(entry["copies"]),
        listed.get(sealed),
    )


def find_version(
    place: Workplace, dataset: str, version: int | None, day: str | None, case: str | None
) -> Version:
    """By number, as of the end of a day, or as a case stored it; the newest if nothing is said."""
    known = [entry for entry in dataset_versions(place) if entry.dataset == dataset]
    if not known:
        raise UsageError(T("no dataset is called {name}", name=dataset), T("see: sopgit data list"))
    fitting = [
        entry
        for entry in known
        if (version is None or entry.version == version)
        and (day is None or entry.at[:10] <= day)
        and (case is None or entry.case.startswith(case))
    ]
    if not fitting:
        listed = ", ".join(str(entry.version) for entry in known)
        raise UsageError(
            T("{name} has no such version", name=dataset),
            T("its versions: {versions}", versions=listed),
        )
    return fitting[-1]
