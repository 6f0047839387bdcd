"""Text for people, kept untranslated until it is shown.

The core and the adapters never ask which language is in force: they say what
they have to say with `T("... {name}", name=value)`, and `sopgit.render.i18n`
looks the sentence up in a catalogue when it reaches a screen or a page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Text:
    """One sentence with named holes in `str.format` style.

    `message` is the English source text and the key of the catalogue;
    `args` fills its holes (a value may itself be a `Text`).
    """

    message: str
    args: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message.format(**self.args) if self.args else self.message


def T(message: str, /, **args: object) -> Text:  # noqa: N802 - the extractor's keyword
    """Mark `message` for translation and fill its holes later."""
    return Text(message, args)
