"""A machine that changes one thing of what an office signed, and asks whether it may land.

`history` is an office of everything that governed files can be, kept landing by
landing with what was trusted before each. `mutants` draws single changes of
it: of a landing on its way in, or of any file long after it has landed. The
same seed gives the same mutants, in every run.
"""

from __future__ import annotations

import base64
import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any

from sopgit.app.draft import Draft
from sopgit.app.landings import landing_of_files
from sopgit.core.finding import Allowed, Verdict
from sopgit.core.growth import HEADER, split_events
from sopgit.core.lineage import sha256
from sopgit.core.mainline import admit
from sopgit.core.paths import AGENCIES, POLICY, PathClass, is_case_file, path_class
from sopgit.core.statement import RECORD_NAMESPACE, event_bytes, record_path
from sopgit.core.strict_yaml import load
from sopgit.core.trusted import Trusted
from sopgit.core.writer import KEY_ORDER, emit, emit_item
from tests import acts
from tests.attacks.policies import propose, together, with_role
from tests.attacks.test_cases import OTHER
from tests.attacks.test_data import age_file, sealed
from tests.simulator import Simulator, signer

Files = Mapping[str, bytes | None]
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Step:
    """What was trusted, and what then landed; the last step brings nothing."""

    trusted: Trusted
    files: Files

    def judge(self, files: Files) -> Verdict:
        return admit(landing_of_files(self.trusted, files, "mutant"), self.trusted)

    def governed(self, files: Files) -> dict[str, object]:
        """What the tree says once `files` have landed: bytes, or what they mean."""
        tree = {path: self.trusted.tree.get(path) for path in self.trusted.tree.paths("")}
        tree.update(files)
        return {
            path: meaning(path, data)
            for path, data in tree.items()
            if data is not None and kind_of(path) is not PathClass.FREE
        }


@dataclass
class Recorder(Simulator):
    """A simulator that remembers every landing."""

    steps: list[Step] = field(default_factory=list)

    def land_files(self, files: Files) -> Allowed:
        self.steps.append(self.step(files))
        return super().land_files(files)

    def step(self, files: Files) -> Step:
        shared = {id(self.schemas): self.schemas, id(self.trusted.tree): self.trusted.tree}
        return Step(copy.deepcopy(self.trusted, shared), dict(files))


def kind_of(path: str) -> PathClass | None:
    return path_class(path, ("README.md", "docs/"))


def meaning(path: str, data: bytes) -> object:
    """The bytes of cases and records; the parsed content of all else that is YAML.

    In which order roots have signed a policy carries no meaning.
    """
    if path.endswith(".yaml") and kind_of(path) not in (PathClass.CASE, PathClass.RECORD):
        value = load(data, path).value
        if path == POLICY and isinstance(value, dict):
            signed = sorted(value["signatures"], key=lambda entry: (entry["by"], entry["sig"]))
            return emit({**value, "signatures": signed})
        return value
    return data


@cache
def history() -> tuple[Step, ...]:
    """An office with every kind of file, in landings of one statement each."""
    roles = {"kasi": ["agus"], "pengelola_ti": ["siti"], "administrator_server": ["budi"]}
    shipped = Simulator.shipped()
    office = Recorder(shipped.procedures, roles, shipped.people)
    office.land_files({"README.md": b"# Kantor\n", "docs/a.md": b"# A\n"})
    office.land_files(settings(office, {"tapem": {"name": "Tapem"}, "dinsos": {"name": "Dinsos"}}))
    path = acts.straight(office, 6)
    office.act("agus", None, OTHER)
    scan = b"%PDF-1.7\n"
    listed = [{"path": "scan.pdf", "old": None, "new": sha256(scan)}]
    noted = office.event("budi", path, Draft("note", reason="scan"), files=listed)
    office.land_files({**office.files(noted, path), f"{path.rpartition('/')[0]}/scan.pdf": scan})
    both = {**acts.CASE, "title": "Register", "producers": ["tapem", "dinsos"]}
    register = office.act("agus", None, Draft("open", case=both, document=acts.OPEN.document))
    office.act("siti", register, acts.LETTER)
    office.land_files(sealed(office, register))
    said, files = acts.version(2, b"kode,nama\n1,a\n", office)
    event = office.event("budi", register, acts.NOTES, **said)
    office.land_files(together(office.files(event, register), files))
    office.act("budi", register, acts.REPORT)
    office.act("agus", register, acts.RETURN)
    office.land_files(restricted(office))
    office.land_files(propose(office, roles=with_role(office, "kasi", "agus", "dewi")))
    office.act("siti", path, acts.FINISH)
    office.act("siti", path, acts.CONCEPT)
    office.land_files(propose(office, "agus", "budi", grace=7))
    return (*office.steps, office.step({}))


def restricted(office: Simulator) -> dict[str, bytes | None]:
    """A restricted case, whose words lie in an age file."""
    body = age_file(40, b"body")
    case = {**acts.CASE, "title": "Rahasia", "restricted": True}
    listed = [{"path": "body-1.age", "old": None, "new": sha256(body)}]
    draft = Draft("open", case=case, document={"fields": {}})
    files = office.files(office.event("agus", None, draft, files=listed))
    return {**files, f"{next(iter(files)).rpartition('/')[0]}/body-1.age": body}


def settings(office: Simulator, agencies: Mapping[str, Any]) -> dict[str, bytes | None]:
    """The agencies under a record of the kasi."""
    data = emit({"schema": "sopgit/agencies/v1", "agencies": dict(agencies)})
    record: dict[str, Any] = {
        "schema": "sopgit/record/v1",
        "repository": office.policy["repository"],
        "kind": "settings",
        "base": office.trusted.tip,
        "at": office.tick().isoformat(),
        "by": "agus",
        "role": "kasi",
        "files": [{"path": AGENCIES, "old": None, "new": sha256(data)}],
    }
    raw = signer("agus").sign(RECORD_NAMESPACE, event_bytes(record))
    record["sig"] = base64.b64encode(raw).decode()
    return {AGENCIES: data, record_path(record): emit(record)}


# One change of bytes.


LETTERS = b"0123456789abcXYZ -:#'\"\n\t.{}[]&*!|>%@`\x00\xff"
ADDED = (
    b" ", b"\n", b"#", b"x", b"# x\n", b"- x\n", b"  x: 1\n", b"\r", b"---\n", b"...\n",
    b"\xc2\x85", b"\0",
)  # fmt: skip


def flip(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << random.randrange(8)]) + data[at + 1 :]


def letter(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data))
    return (
        data[:at]
        + bytes([random.choice(b"0123456789abcXYZ -:#'\"\n\t.{}[]&*!|>%@`\x00\xff")])
        + data[at + 1 :]
    )


def insert(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data) + 1)
    added = random.choice(
        [
            b" ",
            b"\n",
            b"#",
            b"x",
            b"# x\n",
            b"- x\n",
            b"  x: 1\n",
            b"\r",
            b"---\n",
            b"...\n",
            b"\xc2\x85",
            b"\0",
        ]
    )
    return data[:at] + added + data[at:]


def cut(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data))
    return data[:at] + data[at + random.randrange(1, 40) :]


def end(random: Random, data: bytes) -> bytes:
    return data[: random.randrange(len(data))]


def again(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data))
    piece = data[at : at + random.randrange(1, 400)]
    return data[: at + len(piece)] + piece + data[at + len(piece) :]


def line_gone(random: Random, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    del lines[random.randrange(len(lines))]
    return b"".join(lines)


def line_twice(random: Random, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    at = random.randrange(len(lines))
    return b"".join([*lines[:at], lines[at], *lines[at:]])


def lines_swapped(random: Random, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    one, other = random.randrange(len(lines)), random.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


BYTES: tuple[Callable[[Random, bytes], bytes], ...] = (
    flip, letter, insert, cut, end, again, line_gone, line_twice, lines_swapped,
)  # fmt: skip


# One change of what a governed file says, spelt as the writer spells it.


def leaves(value: object, way: Path = ()) -> Iterator[Path]:
    """The way to every value below `value`."""
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield (*way, key)
            yield from leaves(value[key], (*way, key))


def bend(random: Random, value: object) -> object:
    """Another value in place of `value`."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + random.choice([-1, 1, 1000])
    if isinstance(value, str) and value:
        at = random.randrange(len(value))
        return value[:at] + random.choice("0189abzX-") + value[at + 1 :]
    if isinstance(value, list):
        return random.choice([value[1:], value + value[:1], value[::-1]])
    if isinstance(value, dict):
        return dict(list(value.items())[1:])
    return random.choice([None, 0, 1, "x", [], True])


def change_field(random: Random, value: Any) -> Any:
    """One value below `value` bent, dropped, doubled or given a neighbour."""
    changed = copy.deepcopy(value)
    way = random.choice(list(leaves(changed)))
    holder = changed
    for key in way[:-1]:
        holder = holder[key]
    last, how = way[-1], random.randrange(4)
    if how == 0:
        del holder[last]
    elif how == 1 and isinstance(holder, dict):
        holder[random.choice(KEY_ORDER)] = holder[last]
    elif how == 1:
        holder.append(holder[last])
    else:
        holder[last] = bend(random, holder[last])
    return changed


def change_events(random: Random, events: list[Any], known: int) -> list[Any]:
    """One event dropped, doubled or put elsewhere, or one field of one event changed.

    Rather one of those that are new, beyond the `known` ones.
    """
    first = known if random.random() < 0.8 and known < len(events) else 0
    at, how = random.randrange(first, len(events)), random.choice([0, 1, 2, 3, 3, 3, 3])
    rest = [*events[:at], *events[at + 1 :]]
    if how == 0:
        return rest
    if how == 1:
        return [*events[: at + 1], *events[at:]]
    if how == 2:
        where = random.randrange(len(rest) + 1)
        return [*rest[:where], events[at], *rest[where:]]
    return [*events[:at], change_field(random, events[at]), *events[at + 1 :]]


def change_words(random: Random, path: str, data: bytes, old: bytes | None) -> bytes | None:
    """`data` again with one thing said otherwise; None if that cannot be spelt."""
    try:
        if is_case_file(path):
            known = len(split_events(old, path).events) if old else 0
            events = [dict(event) for event in split_events(data, path).events]
            events = change_events(random, events, known)
            return HEADER + b"".join(map(emit_item, events))
        value = load(data, path).value
        return emit(change_field(random, value)) if isinstance(value, dict) else None
    except ValueError:
        return None


# One change of which file says what.


def rename(random: Random, path: str) -> str:
    at = random.randrange(len(path))
    how = random.randrange(3)
    if how == 0:
        return path[:at] + random.choice("abcz0129-_./A") + path[at + 1 :]
    if how == 1:
        return path[:at] + path[at + 1 :]
    return random.choice(["docs/", "cases/", "records/2026/", "", ".sopgit/", "x/"]) + path


def move_event(random: Random, files: dict[str, bytes | None], all_files: Files) -> None:
    """An event of one case is appended to another."""
    cases = [path for path in all_files if is_case_file(path)]
    if not cases:
        return
    source, target = random.choice(cases), random.choice(cases)
    event = random.choice(split_events(all_files[source] or b"").events)
    files[target] = (all_files[target] or b"") + emit_item(event)


def change_place(random: Random, files: dict[str, bytes | None], all_files: Files) -> None:
    """One file is renamed, copied, dropped, or two files change their contents."""
    path, other = random.choice(sorted(all_files)), random.choice(sorted(all_files))
    how = random.randrange(5)
    if how == 0:
        files[path] = None
    elif how == 1:
        files[rename(random, path)] = all_files[path]
        files[path] = None
    elif how == 2:
        files[rename(random, path)] = all_files[path]
    elif how == 3:
        files[path] = all_files[other]
    else:
        files[path], files[other] = all_files[other], all_files[path]


@dataclass(frozen=True)
class Mutant:
    """One change: which step, of what kind, and the files that would land."""

    step: Step
    kind: str
    files: Files


def mutate(random: Random) -> Mutant | None:
    """A mutant; None where the draw cannot be spelt, or changes nothing."""
    steps = history()
    step = steps[-1] if random.random() < 0.3 else random.choice(steps[:-1])
    landed = {p: step.trusted.tree.get(p) for p in step.trusted.tree.paths("")}
    coming = {path: data for path, data in (step.files or landed).items() if data is not None}
    governed = [path for path in coming if kind_of(path) is not PathClass.FREE]
    kind = random.choice(["bytes", "bytes", "words", "words", "words", "place", "move"])
    files: dict[str, bytes | None] = dict(step.files)
    if kind == "place":
        change_place(random, files, coming)
    elif kind == "move":
        everything = {**landed, **step.files}
        move_event(random, files, {p: d for p, d in everything.items() if d is not None})
    elif not governed:
        return None
    else:
        path = random.choice(sorted(governed))
        data = coming[path]
        how = random.choice(BYTES)
        kind = how.__name__ if kind == "bytes" else kind
        changed = how(random, data)
        if kind == "words":
            changed = change_words(random, path, data, landed.get(path)) or b""
        files[path] = changed
        if not changed:
            return None
    same = {**landed, **files} == {**landed, **step.files}
    return None if same else Mutant(step, kind, files)


def mutants(seed: int, count: int) -> Iterator[Mutant]:
    """`count` mutants; the same for the same seed."""
    random = Random(seed)
    while count:
        mutant = mutate(random)
        if mutant is not None:
            count -= 1
            yield mutant
