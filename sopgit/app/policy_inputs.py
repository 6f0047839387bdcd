"""What people give to change a policy with, read and judged: keys, files, acts, the whole text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sopgit.adapters import age, ssh
from sopgit.adapters.files import file_errors
from sopgit.app.office import Office
from sopgit.app.policy_edits import Edited
from sopgit.app.proposing import MANAGED
from sopgit.app.saving import save_text
from sopgit.app.typed import BadFile, read_strict
from sopgit.app.workplace import Workplace, find_case
from sopgit.core.canonical import without
from sopgit.core.errors import UsageError
from sopgit.core.finding import Place, Refused
from sopgit.core.policy import Policy
from sopgit.core.procedure import check_procedure
from sopgit.core.sshsig import PublicKey, parse_public_key
from sopgit.core.statement import EVENT_NAMESPACE, chain_link, is_signed_by
from sopgit.core.text import T
from sopgit.core.writer import emit


def read_key(text: str) -> PublicKey:
    """A public key: its line, or the file that holds it. Raises `BadKey`, `SshError`."""
    if text.startswith(("ssh-", "sk-")) and " " in text:
        return parse_public_key(text)
    return ssh.read_public_key(Path(text))


def read_fingerprint(text: str) -> str:
    """The fingerprint that `text` is, or that of the key that it names."""
    return text if text.startswith("SHA256:") else read_key(text).fingerprint


def read_recipient(text: str) -> str:
    """An age key that can be encrypted to; raises `AgeError`."""
    age.encrypt_bytes(b"", [text])
    return text


def read_protected(office: Office, path: str, source: Path | None) -> bytes:
    """The new bytes of a protected file: of `source`, else as the file lies in the work tree."""
    workdir = office.repo.workdir
    place = source or (workdir / path if workdir else None)
    if place is None or not place.is_file():
        raise UsageError(T("there is no file {path}", path=str(place or path)))
    with file_errors(place):
        return place.read_bytes()


def read_procedure_file(office: Office, path: Path) -> tuple[dict[str, Any], bytes]:
    """A procedure and its one spelling; raises `BadFile` with everything unsound in it."""
    value = read_strict(path)
    broken = office.schemas.check("procedure", value, lambda way: _inside(path, way))
    broken = broken or check_procedure(value, str(path))
    if broken:
        raise BadFile(path, Refused(tuple(broken)))
    return value, emit(value)


def _inside(path: Path, way: tuple[str | int, ...]) -> Place:
    return Place(".".join([str(path), *map(str, way)]))


def find_act(office: Office, reference: str) -> str:
    """The digest of the landed act that `CASE:EVENT` names."""
    case, _colon, seq = reference.rpartition(":")
    if not case or not seq.isdigit():
        hint = T("write it like {example}", example="abcdef:5")
        raise UsageError(T("{text} names no act", text=reference), hint)
    place = Workplace.of(office)
    for event in place.events(find_case(place, case)):
        if event["seq"] == int(seq):
            return chain_link(event)
    raise UsageError(T("case {id} has no event {seq}", id=case, seq=int(seq)))


def acts_signed_with(office: Office, keys: Iterable[PublicKey]) -> list[tuple[str, str]]:
    """The landed acts that one of `keys` signed: `CASE:EVENT` and when it says it was."""
    place, known = Workplace.of(office), list(keys)
    found = []
    for path in place.cases():
        for event in place.events(path):
            if is_signed_by(event, EVENT_NAMESPACE, event["sig"], known):
                case = path.split("/")[3].partition("-")[0]
                found.append((f"{case}:{event['seq']}", str(event["at"])))
    return sorted(found, key=lambda act: act[1])


def editable_text(policy: Policy) -> str:
    """All of a policy that people decide, as YAML."""
    return emit(without(policy.raw, *MANAGED)).decode("utf-8")


def keep_text(path: Path, text: str) -> Path:
    """Put what somebody wrote beside the proposal at `path`, so that a refusal costs no work."""
    kept = path.with_name(f"{path.name}.edited")
    save_text(kept, text)
    return kept


def set_content(edited: Edited, value: Mapping[str, Any]) -> None:
    """Let the policy say `value`; what the tool manages stays the tool's."""
    managed = {key: edited.raw[key] for key in MANAGED}
    edited.raw.clear()
    edited.raw.update({**without(value, *MANAGED), **managed})
