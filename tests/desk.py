"""One clone of a small office, a reader, and deliveries to be taken in."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from sopgit.adapters import age
from sopgit.app.datasets import Added, add
from sopgit.app.pending import read_pending
from sopgit.app.previous import Previous
from sopgit.app.receiving import Intake
from sopgit.app.storage import Storage
from sopgit.core.dataset import Dataset
from sopgit.core.objects import StoredObject, object_name
from tests.storing import MARKER, files_below, git, leaks, write

CASE = "abcdefgh23"
RULE = {"public": ["dikecualikan"], "archive": ["terbatas"], "personal": ["spesifik"]}
OPEN = {"public": "terbuka", "archive": "biasa", "personal": "tidak_ada"}
FOLDER = "datasets/diskominfo/register"


def table(rows: int, first: str = "satu") -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["kode", "rahasia"])
    writer.writerow([first, MARKER.decode()])
    writer.writerows([[str(number), "isi" * 30] for number in range(rows - 1)])
    return text.getvalue().encode()


class Desk:
    """One clone, one reader, and a folder outside the repository where deliveries arrive."""

    def __init__(self, folder: Path, storage: Storage) -> None:
        self.folder = folder
        self.storage = storage
        self.deliveries = folder / "deliveries"
        self.deliveries.mkdir()
        self.key = age.Identity(age.new_identity()[0])

    def intake(self, data: bytes, *, restricted: bool, name: str = "Data Ñ (1).csv") -> Intake:
        classes = OPEN | {"personal": "spesifik"} if restricted else OPEN
        value: dict[str, Any] = {"producer": "diskominfo", "name": "register", "title": "Register"}
        source = self.deliveries / name
        source.write_bytes(data)
        return Intake(
            case=CASE,
            dataset=Dataset.parse(value | {"classification": classes}),
            description=b"schema: sopgit/dataset/v1\n",
            source=source,
            encrypt_rule=RULE,
            remotes=("one", "two"),
            recipients=(self.key.public,),
            identity=self.key,
        )

    def copies(self, stored: StoredObject) -> list[Path]:
        return [self.folder / "remotes" / name / object_name(stored.md5) for name in ("one", "two")]

    def kept(self) -> list[str]:
        """Every object in the cache and in the remotes."""
        places = [self.storage.store.cache, self.folder / "remotes"]
        return [name for place in places for name in files_below(place)]

    def leaks(self) -> list[Path]:
        return leaks(self.storage.root, self.folder / "remotes")

    def land(self) -> None:
        """Commit what is pending, as the next act does."""
        for path, data in read_pending(self.storage.state, CASE).files.items():
            if data is None:
                (self.storage.root / path).unlink()
            else:
                write(self.storage.root / path, data)
        git(self.storage.root, "add", "-A")
        git(self.storage.root, "commit", "-q", "-m", "an act")


def added(desk: Desk, intake: Intake) -> Added:
    result = add(desk.storage, intake)
    assert isinstance(result, Added)
    return result


def previous(result: Added) -> Previous:
    files = {path: data for path, data in result.pending.files.items() if data is not None}
    return Previous(result.entry["version"], StoredObject.parse(result.entry["object"]), files)
