"""Somebody joins: new headers open to them what was stored before, and nothing is stored again."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from sopgit.adapters.age import WrongKeyError
from sopgit.adapters.git import move_ref
from sopgit.app import policy_edits as edits
from sopgit.app.audit import audit_readers
from sopgit.app.data import bring_back
from sopgit.app.datasets import Added
from sopgit.app.demo import samples
from sopgit.app.disclosure import disclose, readable_by
from sopgit.app.draft import Draft
from sopgit.app.identity import AGE_IDENTITY
from sopgit.app.office import MAIN
from sopgit.app.rekey import Rekeyed, rekey
from sopgit.app.review import review_case
from sopgit.app.sealed import opened
from sopgit.app.taking_in import add_data
from sopgit.app.versions import find_version
from sopgit.app.views import view_one
from sopgit.app.workplace import Workplace, find_case
from sopgit.core.agefile import parse_header
from sopgit.core.errors import UsageError
from sopgit.core.objects import object_name
from sopgit.core.paths import POLICY
from sopgit.core.rewrap import payload_of
from tests import acts
from tests.app.test_sealed import MARK
from tests.app.test_sealed import OPEN as OPEN_RESTRICTED
from tests.offices import BUDI, KASI, SITI, Folders, template
from tests.roots import changed, grant_kasi_to, sit
from tests.test_readme import blocks, section

DATASET = "dinsos/penerima-bantuan"
FOLDER = f"datasets/{DATASET}"
OPEN = Draft("open", case={**acts.CASE, "producers": ["dinsos"]}, document=acts.OPEN.document)


@dataclass
class Story:
    """A register in two versions and a restricted case; then dewi joined, and budi rekeyed."""

    folders: Folders
    case: str
    audited: set[str]
    tried: Rekeyed
    done: Rekeyed
    before: dict[str, bytes]
    refused: list[str]

    def read(self, version: int) -> bytes:
        """What dewi, at the desk of the kasi, gets of a version."""
        return bring(self.folders, version)


def bring(folders: Folders, version: int) -> bytes:
    office = folders.office(KASI)
    place = Workplace.of(office)
    output = folders.root / f"out-{folders.now().timestamp()}.csv"
    bring_back(
        office, find_version(place, DATASET, version, None, None), output, folders.now(), heal=False
    )
    return output.read_bytes()


def register(version: int) -> bytes:
    return samples.REGISTER + f"{samples.REGISTER_MARK},Versi {version},x,y\n".encode()


def store(folders: Folders, case: str, version: int) -> None:
    source = folders.root / "intake" / "register.csv"
    source.parent.mkdir(exist_ok=True)
    source.write_bytes(register(version))
    added = add_data(folders.office(BUDI), case, source, samples.RESTRICTED_DATASET)
    assert isinstance(added, Added)


def dewi_joins(folders: Folders) -> None:
    folders.sync(KASI)
    changed(folders, grant_kasi_to("dewi"))
    sit(folders, KASI, "dewi")
    identity = folders.root / "keys" / "dewi" / "age.txt"
    folders.office(KASI).repo.config_set(AGE_IDENTITY, str(identity))
    folders.sync(BUDI)


def audit(folders: Folders) -> set[str]:
    """The folders that do not open to as many keys as the policy names."""
    found = audit_readers(folders.office(BUDI), folders.now())
    assert {finding.severity for finding in found} <= {"warning"}
    return {finding.place.path for finding in found}


def objects(folders: Folders) -> dict[str, bytes]:
    """Every object of the register on the first remote."""
    place = Workplace.of(folders.office(BUDI))
    found = {}
    for number in (1, 2):
        name = object_name(find_version(place, DATASET, number, None, None).object.md5)
        found[name] = (template().root / "remotes" / "one" / name).read_bytes()
    return found


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    folders = template().copy(tmp_path_factory.mktemp("rekey") / "office")
    case = folders.land(KASI, None, OPEN).state.id
    sealed = folders.land(KASI, None, OPEN_RESTRICTED).state.id
    folders.sync(SITI)
    folders.land(SITI, case, acts.LETTER)
    folders.sync(BUDI)
    store(folders, case, 1)
    folders.perform(BUDI, case, acts.RECEIPT)
    store(folders, case, 2)
    folders.act(BUDI, case, acts.NOTES)
    dewi_joins(folders)
    before, refused = objects(folders), []
    for number in (1, 2):
        with pytest.raises(WrongKeyError) as caught:
            bring(folders, number)
        refused.append(str(caught.value))
    audited = audit(folders)
    tried = rekey(folders.office(KASI), [], folders.now(), None)
    done = rekey(folders.office(BUDI), [], folders.now(), None)
    folders.sync(BUDI)
    folders.sync(KASI)
    return Story(folders, sealed, audited, tried, done, before, refused)


def test_the_joiner_reads_every_version_and_nothing_was_uploaded(story: Story) -> None:
    assert story.refused == ["this key does not open the file"] * 2
    assert [story.read(number) for number in (1, 2)] == [register(1), register(2)]
    assert objects(story.folders) == story.before


def test_the_record_tells_what_was_opened_to_whom(story: Story) -> None:
    (entered,) = story.done.entered
    assert entered.record["people"] == ["agus", "budi", "dewi", "siti"]
    case = story.folders.office(KASI).trusted.folders[story.case]
    assert {entry["path"] for entry in entered.record["files"]} == {
        f"{FOLDER}/headers/data-1.hdr",
        f"{FOLDER}/headers/data-2.hdr",
        f"{FOLDER}/headers/manifest-1.hdr",
        f"{FOLDER}/manifest.age",
        f"{case}/body-1.age",
    }
    assert story.folders.guarded().history.is_sound


def test_a_file_of_git_keeps_every_byte_after_its_header(story: Story) -> None:
    path = f"{FOLDER}/manifest.age"
    commit = story.done.entered[0].commit
    old, new = (
        subprocess.run(
            ["git", "show", f"{at}:{path}"],
            cwd=story.folders.clone(BUDI),
            capture_output=True,
            check=True,
        ).stdout
        for at in (f"{commit}~", commit)
    )
    assert payload_of(old) == payload_of(new)
    assert (parse_header(old).recipients, parse_header(new).recipients) == (4, 5)


def test_the_joiner_reads_the_papers_of_a_restricted_case(story: Story) -> None:
    office = story.folders.office(KASI)
    view = view_one(office, story.case, story.folders.now())
    words = opened(view.events, office.trusted.tree, view.state.folder, office.identity())
    assert words[0]["document"]["fields"]["isi"] == MARK


def test_who_could_read_before_still_reads(story: Story) -> None:
    sit(story.folders, SITI, "siti")
    story.folders.sync(SITI)
    office = story.folders.office(SITI)
    output = story.folders.root / "siti.csv"
    version = find_version(Workplace.of(office), DATASET, 1, None, None)
    bring_back(office, version, output, story.folders.now(), heal=False)
    assert output.read_bytes() == register(1)


def test_the_audit_tells_what_does_not_open_to_the_joiner(story: Story) -> None:
    case = story.folders.office(BUDI).trusted.folders[story.case]
    assert story.audited == {FOLDER, case}
    assert audit(story.folders) == set()


def test_a_second_time_there_is_nothing_to_do(story: Story) -> None:
    again = rekey(story.folders.office(BUDI), [], story.folders.now(), None)
    assert (again.entered, again.files, again.closed, again.away) == ((), (), (), ())


@pytest.mark.needs_program("age")
def test_stock_age_reads_the_header_and_then_the_payload(story: Story, tmp_path: Path) -> None:
    (recipe,) = blocks(section("### Who can read"))
    (name, data), *_ = story.before.items()
    (tmp_path / "data.age").write_bytes(data)
    headers = story.folders.clone(KASI) / FOLDER / "headers"
    (tmp_path / "headers").mkdir()
    (tmp_path / "headers/data-1.hdr").write_bytes((headers / "data-1.hdr").read_bytes())
    (tmp_path / "age.txt").write_bytes((story.folders.root / "keys/dewi/age.txt").read_bytes())
    out = subprocess.run(["sh", "-c", recipe], cwd=tmp_path, capture_output=True, check=True)
    assert out.stdout == register(1), name


def test_who_cannot_read_it_opens_it_to_nobody(story: Story) -> None:
    assert (story.tried.entered, story.tried.files) == ((), ())
    assert set(story.tried.closed) == set(story.done.files)


def test_what_a_person_could_read_is_told_from_the_history(story: Story) -> None:
    office = story.folders.office(BUDI)
    for person in ("siti", "dewi"):
        found = readable_by(office, person)
        assert found.value == {
            "person": person,
            "datasets": [{"dataset": DATASET, "versions": [1, 2]}],
            "cases": [story.case],
        }
    with pytest.raises(UsageError, match="never named"):
        readable_by(office, "nobody")


def test_what_was_stored_after_somebody_left_is_not_in_it(folders: Folders) -> None:
    changed(folders, grant_kasi_to("dewi"))
    first = folders.act(KASI, None, OPEN_RESTRICTED).state.id
    changed(folders, lambda edited: edits.ungrant(edited, "kasi", "dewi"))
    folders.act(KASI, None, OPEN_RESTRICTED)
    found = readable_by(folders.office(KASI), "dewi")
    assert found.value == {"person": "dewi", "datasets": [], "cases": [first]}
    made = disclose(folders.office(KASI), found, "pindah tugas", "800/1/2026", folders.now())
    folders.sync(KASI)
    assert made.record["cases"] == [first]
    assert folders.guarded().history.is_sound


def test_the_joiner_reviews_older_acts_with_what_they_brought(story: Story) -> None:
    place = Workplace.of(office := story.folders.office(KASI))
    assert [story.read(number) for number in (1, 2)] == [register(1), register(2)]
    case = find_case(place, find_version(place, DATASET, 1, None, None).case)
    page = review_case(office, case, story.folders.now())
    rows = {one.name[-1]: one.facts["rows"] for one in page.sections if one.kind == "dataset"}
    assert {number: (told["before"], told["after"]) for number, told in rows.items()} == {
        "1": (0, 4),
        "2": (4, 4),
    }
    assert (rows["2"]["added"], rows["2"]["removed"]) == (1, 1)


def test_what_was_refused_on_the_way_stops_no_reader(story: Story) -> None:
    """Once restored it lies in the history for ever, and it may hold anything."""
    folders = story.folders
    office = folders.office(KASI)
    tree, tip = office.trusted.tree, folders.tip(KASI)
    case = f"{office.trusted.folders[story.case]}/case.yaml"
    odd = b"- at: yesterday\n  by: agus\n  datasets:\n  - action\n  - action: store\n"
    wrong = {
        POLICY: b"people: nobody\n",
        f"{FOLDER}/manifest.age": b"age-encryption.org/v1\n",
        case: (tree.get(case) or b"") + odd,
    }
    refused = folders.commit(KASI, wrong)
    restored = folders.commit(KASI, {path: tree.get(path) for path in wrong}, refused)
    told = readable_by(office, "dewi").value
    move_ref(office.repo, MAIN, tip, restored)
    try:
        assert [commit for commit, _ in folders.office(KASI).history.refused] == [refused]
        assert story.read(1) == register(1)
        assert readable_by(folders.office(KASI), "dewi").value == told
    finally:
        move_ref(office.repo, MAIN, restored, tip)
