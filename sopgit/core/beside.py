"""Files that lie beside statements: free pages, attachments of a case, settings.

That a statement lists them is judged in `lineage`; here, what they may be.

Rules enforced here: `attachment`, `settings-kept`, and those of `paths`,
`agefile` and `calendar_rules`.
"""

from __future__ import annotations

from collections.abc import Mapping

from sopgit.core.agefile import check_age_file
from sopgit.core.calendar_rules import check_calendar
from sopgit.core.case import CaseState
from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.lineage import FileChange
from sopgit.core.paths import (
    ATTACHMENT_LIMIT,
    CALENDAR,
    PathClass,
    check_free_file,
    folder_of,
    is_attachment_name,
    is_case_file,
)
from sopgit.core.record import read_governed
from sopgit.core.schema import Schemas
from sopgit.core.text import T

ATTACHMENT = Rule(
    "attachment",
    "a case carries files of known kinds and moderate size; a restricted one only age files",
    why="what lies beside a case is opened by whoever reads it, and stays for ever",
)

SETTINGS_KEPT = Rule(
    "settings-kept",
    "the calendar and the agencies change and never go",
    why="without them nobody sees what is due",
)


def check_beside(
    changes: Mapping[str, FileChange],
    classes: Mapping[str, PathClass],
    states: Mapping[str, CaseState],
    schemas: Schemas,
) -> list[Finding]:
    """Judge the content of every changed file that has a class and no statement spells out."""
    findings: list[Finding] = []
    own = {path.rpartition("/")[0] for path in states}
    for path, change in changes.items():
        if is_case_file(path) or path not in classes:
            continue
        kind, data = classes[path], change.new
        if kind is PathClass.FREE and data is not None:
            findings += check_free_file(path, data)
        elif kind is PathClass.CASE:
            state = states.get(f"{folder_of(path)}/case.yaml")
            if folder_of(path) not in own:
                message = T("{path} lies beside a case of which nothing is told", path=path)
                findings.append(ATTACHMENT.broken(Place(path), message))
            elif data is not None:
                findings += check_attachment(path, data, state is None or state.restricted)
        elif kind is PathClass.SETTINGS:
            findings += _check_settings(path, data, schemas)
    return findings


def check_attachment(path: str, data: bytes, restricted: bool) -> list[Finding]:
    """What lies beside a case is of a kind and size that may, and sealed if the case is closed."""
    if not is_attachment_name(path, restricted) or len(data) > ATTACHMENT_LIMIT:
        return [ATTACHMENT.broken(Place(path), T("{path} may not lie beside a case", path=path))]
    return check_age_file(data, path) if path.endswith(".age") else []


def _check_settings(path: str, data: bytes | None, schemas: Schemas) -> list[Finding]:
    if data is None:
        message = T("{path} would be gone", path=path)
        return [SETTINGS_KEPT.broken(Place(path), message, T("put it back as it was"))]
    governed = read_governed(path, data, path.rpartition("/")[2].removesuffix(".yaml"), schemas)
    if governed.value is None or path != CALENDAR:
        return list(governed.findings)
    return check_calendar(governed.value, path)
