"""Foreign text made harmless before it reaches a screen, a log or a page.

Titles, names, paths and reasons are written by other people. A pusher must
not be able to move the cursor, recolour a line, hide text by its direction,
or speak to a CI runner, which obeys lines that begin with `::`. So:

- `visible` shows every character that does not print as its escape;
- `leading` is for text that opens a line: what might be taken for somebody
  else's word is put in quotes;
- `markdown` takes the meaning out of marks, links and mentions.
"""

from __future__ import annotations

import re

_PLAIN_START = re.compile(r"[^\W_]")
_PLAIN_PATH = re.compile(r"[A-Za-z0-9.][A-Za-z0-9._/@+-]*")
_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|~>$])")
# A mention, an issue, an address; GH-12, a commit's id and :smile: as hosts read them.
_LINKERS = re.compile(
    r"(@|#(?=\w)|:(?=//)|\bGH(?=\\-)|\b(?=\d*[a-f])[\da-f]{6}(?=[\da-f]{1,34}\b)|:(?=[a-z\\]))",
    re.IGNORECASE,
)
_NO_WIDTH = "&#8203;"


def visible(text: str) -> str:
    """`text` on one line, with what does not print shown as `\\x1b`, `\\u202e` and the like."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape", "surrogatepass").decode()
        for char in text
    )


def leading(text: str) -> str:
    """`visible` text that may open a line: quoted unless it begins with a letter or digit."""
    shown = visible(text)
    return shown if _PLAIN_START.match(shown) or not shown else f'"{shown}"'


def leading_path(path: str) -> str:
    """A path that may open a line: quoted unless every character is a plain one."""
    return path if _PLAIN_PATH.fullmatch(path) else f'"{visible(path)}"'


def markdown(text: str) -> str:
    """`text` as inert Markdown on one line: no mark, no HTML, no link, no mention."""
    shown = visible(text).replace("&", "&amp;").replace("<", "&lt;")
    return _LINKERS.sub(rf"\1{_NO_WIDTH}", _MARKS.sub(r"\\\1", shown))
