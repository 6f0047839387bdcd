"""The procedure as data: which role does which step, and which papers that makes.

`Procedure.parse` takes a value that the schema and `check_procedure` have
passed; `check_document` holds one paper against its type. What an act may do
at a step is `workflow.decide`'s to say.
"""

from __future__ import annotations

from sopgit.core.procedure.model import DocumentType, Field, Procedure, Separation, Step
from sopgit.core.procedure.papers import check_document
from sopgit.core.procedure.soundness import check_procedure

__all__ = [
    "DocumentType",
    "Field",
    "Procedure",
    "Separation",
    "Step",
    "check_document",
    "check_procedure",
]
