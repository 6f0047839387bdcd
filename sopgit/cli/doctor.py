"""`doctor`: whether this machine and this clone are set up."""

from __future__ import annotations

from collections.abc import Mapping

import click

from sopgit.app.doctor import Check, examine
from sopgit.cli.group import Command, pass_session
from sopgit.cli.session import Session
from sopgit.cli.world import home
from sopgit.core.text import T, Text
from sopgit.render.exit_codes import ExitCode
from sopgit.render.i18n import _, translate
from sopgit.render.output import show_json
from sopgit.render.tables import show_table

_STATES: Mapping[str, Text] = {"good": T("good"), "note": T("note"), "fault": T("fault")}


@click.command(
    cls=Command, help=_("Look at the set-up: programs, keys, the anchor, and every remote.")
)
@pass_session
def doctor(session: Session, /) -> ExitCode:
    """Look at the set-up."""
    checks = list(examine(session.repo, home()))
    if session.is_json:
        show_json({"schema": "sopgit/doctor/v1", "checks": [_value(one) for one in checks]})
    else:
        rows = [
            [translate(_STATES[one.state]), translate(one.what), _said(one.told), _said(one.hint)]
            for one in checks
        ]
        show_table([_("state"), _("what"), _("the matter"), _("hint")], rows)
    return ExitCode.WORLD if any(one.state == "fault" for one in checks) else ExitCode.FINE


def _said(text: Text | None) -> str:
    return translate(text) if text else ""


def _value(check: Check) -> dict[str, str]:
    return {
        "what": str(check.what),
        "state": check.state,
        "message": str(check.told or ""),
        "hint": str(check.hint or ""),
    }
