"""The group `data`: the table of its commands, each in a module of its family."""

from __future__ import annotations

from sopgit.cli.group import Entry, LazyGroup
from sopgit.core.text import T
from sopgit.render.i18n import _

_TAKE = T("Taking in")
_BACK = T("Bringing back")
_LOOK = T("Looking")
_READ = T("Who can read")
_PROVE = T("Proving copies")

COMMANDS = {
    "scan": Entry("sopgit.cli.data_scan:scan", _TAKE, T("look through a file; nothing is kept")),
    "add": Entry("sopgit.cli.data_add:add", _TAKE, T("take a file in for a case")),
    "push": Entry("sopgit.cli.data_waiting:push", _TAKE, T("finish copies on the remotes")),
    "drop": Entry("sopgit.cli.data_waiting:drop", _TAKE, T("forget what waits for an act")),
    "get": Entry("sopgit.cli.data_bring:get", _BACK, T("copy a version out, every byte checked")),
    "recover": Entry("sopgit.cli.data_bring:recover", _BACK, T("bring back, and heal bad copies")),
    "rekey": Entry(
        "sopgit.cli.data_readers:rekey_data", _READ, T("open what is stored to joiners")
    ),
    "scrub": Entry("sopgit.cli.data_scrub:scrub_data", _PROVE, T("read every copy back")),
    "declassify": Entry(
        "sopgit.cli.data_declassify:declassify_data", _READ, T("sign that a class may be lowered")
    ),
    "disclosure": Entry(
        "sopgit.cli.data_readers:disclosure", _READ, T("tell what a person could read")
    ),
    "drill": Entry("sopgit.cli.data_drill:drill_data", _PROVE, T("bring data back, as a test")),
    "list": Entry("sopgit.cli.data_list:list_datasets", _LOOK, T("every dataset and its newest")),
    "history": Entry("sopgit.cli.data_list:history", _LOOK, T("every version of one dataset")),
    "diff": Entry("sopgit.cli.data_diff:diff", _LOOK, T("what changed from version to version")),
}

data = LazyGroup("data", table=COMMANDS, help=_("Datasets: take in, list, bring back."))
