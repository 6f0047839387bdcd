"""The command line in Indonesian: no sentence of the source is left on its screens."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from sopgit.render.i18n import LOCALE_DIR

# Three words in a row tell a sentence from a command or a name.
_WORDS = re.compile(r"[A-Za-z']+(?:,? [A-Za-z']+){2,}")

# Help texts are put into words while the commands are loaded: a process speaks one language.
_ALL_HELP = """
import click
from sopgit.cli.root import build
from sopgit.render.i18n import set_language

def show(command, parent, name):
    context = click.Context(command, parent, name)
    print(command.get_help(context))
    for each in command.list_commands(context) if isinstance(command, click.Group) else ():
        show(command.get_command(context, each), context, each)

set_language("id")
show(build(), None, "sopgit")
"""


def _english() -> list[str]:
    """Runs of words of the source that their translation does not share."""
    with (LOCALE_DIR / "id/LC_MESSAGES/sopgit.po").open("rb") as file:
        pairs = [(str(m.id), str(m.string)) for m in read_po(file) if m.id and m.string]
    return [said for one, other in pairs for said in _WORDS.findall(one) if said not in other]


ENGLISH = _english()


def _left(screen: str) -> list[str]:
    # A help page is wrapped to the window.
    flat = " ".join(screen.split())
    return [said for said in ENGLISH if re.search(rf"\b{re.escape(said)}\b", flat)]


def _python(*words: str, folder: Path, code: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, *words], check=False, cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


def _sopgit(*words: str, folder: Path, code: int = 0) -> str:
    return _python("-m", "sopgit", "--lang", "id", *words, folder=folder, code=code)


def test_a_sentence_of_the_source_is_noticed() -> None:
    assert _left("sopgit: error: refused, and nothing was changed")


def test_every_help_page_speaks_it(tmp_path: Path) -> None:
    said = _python("-c", _ALL_HELP, folder=tmp_path)
    assert said.count("Cara pakai: sopgit") > 30
    assert "Tampilkan bantuan ini." in said
    assert _left(said) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["show"], "kurang argumen 'CASE'"),
        (["lst"], "tidak ada perintah lst"),
        (["list", "--stauts", "open"], "tidak ada opsi '--stauts'"),
        (["list", "--status", "x"], "nilai tidak sah untuk '--status': 'x' bukan salah satu dari"),
        (["show", "abcdefgh", "more"], "argumen berlebih (more)"),
    ],
)
def test_a_usage_error_speaks_it_in_clicks_words_too(
    tmp_path: Path, words: list[str], told: str
) -> None:
    said = _sopgit(*words, folder=tmp_path, code=2)
    assert said.startswith(f"sopgit: error: {told}")
    assert _left(said) == []


@pytest.mark.slow
def test_the_demonstration_and_what_its_office_shows_speak_it(tmp_path: Path) -> None:
    told = _sopgit("demo", "office", folder=tmp_path)
    assert "Satu kantor utuh di" in told
    assert "error: tanda tangan itu bukan milik agus" in told, "the server speaks it too"
    found = re.search(r"show (\w+)", told)
    assert found is not None
    case = found[1]
    # The office was founded in this language and keeps it without being asked.
    screens = [
        _python("-m", "sopgit", *words, folder=tmp_path / "office/kasi")
        for words in (
            ["list"], ["inbox"], ["whoami"], ["show", case], ["log", case], ["review", case],
            ["log", case, "--proof", "1"], ["data", "list"], ["policy", "show"], ["verify"],
            ["report", "register"], ["report", "time"], ["report", "case", case],
        )
    ]  # fmt: skip
    assert [said for screen in (told, *screens) for said in _left(screen)] == []
