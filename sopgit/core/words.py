"""The words of the formats as people read them; the keys are what the files hold."""

from __future__ import annotations

from collections.abc import Mapping

from sopgit.core.text import T, Text

STATUSES: Mapping[str, Text] = {
    "open": T("open"),
    "returned": T("returned"),
    "waiting": T("waiting for data"),
    "closed": T("closed"),
    "cancelled": T("cancelled"),
}

# What a person did, after the name and before the step.
DEEDS: Mapping[str, Text] = {
    "open": T("opened the case"),
    "complete": T("finished the work"),
    "return": T("returned the case"),
    "amend": T("amended a document"),
    "note": T("added a note"),
    "cancel": T("cancelled the case"),
}

# What a case is for, and what an event does with a version of a dataset.
PURPOSES: Mapping[str, Text] = {
    "store": T("store"),
    "update": T("update"),
    "recover": T("recover"),
    "reclass": T("reclass"),
}

# What the policy allows under a procedure.
GRANTS: Mapping[str, Text] = {"open": T("open"), "finish": T("only to be finished")}

# How a copy of an object was found.
COPIES: Mapping[str, Text] = {
    "ok": T("good"),
    "missing": T("missing"),
    "damaged": T("damaged"),
    "unreachable": T("away"),
}

# What became of a copy that was read back.
OUTCOMES: Mapping[str, Text] = {**COPIES, "healed": T("healed")}
