"""What was verified, as bytes: enough to judge on from a tip without reading what lies before.

A snapshot is JSON and sorted tables under one digest. It holds no verdict of
its own making: the policy, the procedures and every file come from the tip's
tree, whose id is the tip's. Bytes that are not what `snapshot_bytes` makes,
of another ledger or of another engine, give None.
"""

from __future__ import annotations

import hashlib
import json
from collections import ChainMap
from collections.abc import Iterable, Mapping
from dataclasses import asdict, astuple
from typing import Any, cast

from sopgit.adapters.git import CommitTree, Repository
from sopgit.app.ledger import History, Settled
from sopgit.app.tables import Commits, Table, commits_bytes, table_bytes
from sopgit.core.finding import Finding, Place, Refused
from sopgit.core.paths import POLICY
from sopgit.core.policy import Policy
from sopgit.core.schema import Schemas
from sopgit.core.strict_yaml import mapping_of
from sopgit.core.text import Text
from sopgit.core.trusted import Anchor, Trusted

SCHEMA = "sopgit/verified/v1"


def snapshot_bytes(history: History, engine: str) -> bytes | None:
    """The ledger up to the newest allowed landing; None if it cannot be told in JSON."""
    trusted = history.trusted
    parts = (
        commits_bytes(cast("Iterable[str]", trusted.ids)),
        table_bytes(trusted.numbers),
        table_bytes(trusted.versions),
        table_bytes(trusted.folders),
    )
    try:
        head = {
            "schema": SCHEMA,
            "engine": engine,
            "anchor": asdict(trusted.anchor),
            "tip": trusted.tip,
            "newest": trusted.newest,
            "events": trusted.events,
            "landings": trusted.landings,
            "spent": sorted(trusted.spent),
            "refused": [
                [commit, list(map(_of_finding, refused.findings))]
                for commit, refused in history.settled.refused
            ],
            "warnings": list(map(_of_finding, history.settled.warnings)),
            "sizes": list(map(len, parts)),
        }
    except TypeError:
        return None
    body = json.dumps(head).encode("ascii") + b"\n" + b"".join(parts)
    return hashlib.sha256(body).hexdigest().encode("ascii") + b"\n" + body


def restore(
    data: bytes, repo: Repository, schemas: Schemas, anchor: Anchor, tip: str, engine: str
) -> History | None:
    """The history that `data` tells of, as it stood at `tip`; None unless all fits."""
    try:
        digest, _, body = data.partition(b"\n")
        if hashlib.sha256(body).hexdigest().encode("ascii") != digest:
            return None
        line, _, rest = body.partition(b"\n")
        head = json.loads(line)
        named = (head["schema"], head["engine"], Anchor(**head["anchor"]), head["tip"])
        if named != (SCHEMA, engine, anchor, tip):
            return None
        trusted = _trusted(head, rest, repo, schemas, anchor)
        refused = tuple(
            (str(commit), Refused(tuple(map(_to_finding, findings))))
            for commit, findings in head["refused"]
        )
        settled = Settled(refused, tuple(map(_to_finding, head["warnings"])))
    except (ValueError, LookupError, TypeError, AttributeError):
        return None
    return History(trusted, first_use=False, tip=tip, settled=settled)


def _trusted(
    head: Mapping[str, Any], rest: bytes, repo: Repository, schemas: Schemas, anchor: Anchor
) -> Trusted:
    parts, at = [], 0
    for size in head["sizes"]:
        parts.append(rest[at : at + size])
        at += size
    ids, numbers, versions, folders = Commits(parts[0]), *parts[1:]
    tree = CommitTree(repo, repo.tree_of(head["tip"]))
    if at != len(rest) or not {head["tip"], anchor.genesis} <= set(
        filter(ids.__contains__, (head["tip"], anchor.genesis))
    ):
        raise ValueError("not the tables of this ledger")
    return Trusted(
        schemas=schemas,
        anchor=anchor,
        tip=head["tip"],
        tree=tree,
        policy=Policy.parse(mapping_of(tree[POLICY])),
        ids=ids,
        newest=str(head["newest"]),
        events=int(head["events"]),
        landings=int(head["landings"]),
        numbers=ChainMap({}, cast("dict[tuple[str, str], str]", Table(numbers, _pair, str))),
        versions=ChainMap({}, cast("dict[str, Any]", Table(versions, str, _by_number))),
        folders=ChainMap({}, cast("dict[str, str]", Table(folders, str, str))),
        spent=set(map(str, head["spent"])),
    )


def _pair(value: list[str]) -> tuple[str, str]:
    one, other = value
    return one, other


def _by_number(value: Mapping[str, Any]) -> dict[int, Any]:
    return {int(version): made for version, made in value.items()}


def _of_finding(finding: Finding) -> list[Any]:
    hint = None if finding.hint is None else _of_text(finding.hint)
    place = list(astuple(finding.place))
    return [finding.code, place, _of_text(finding.message), hint, finding.severity]


def _to_finding(value: list[Any]) -> Finding:
    code, place, message, hint, severity = value
    told = None if hint is None else _to_text(hint)
    if severity not in ("error", "warning"):
        raise ValueError("no severity")
    return Finding(code, Place(*place), _to_text(message), told, severity)


def _of_text(text: Text) -> dict[str, Any]:
    """Raises TypeError for a hole that JSON would fill otherwise."""
    args = {name: _of_text(v) if isinstance(v, Text) else v for name, v in text.args.items()}
    if not all(isinstance(v, str | int | dict | None) for v in args.values()):
        raise TypeError
    return {"message": text.message, "args": args}


def _to_text(value: Mapping[str, Any]) -> Text:
    args = {name: _to_text(v) if isinstance(v, dict) else v for name, v in value["args"].items()}
    return Text(value["message"], args)
