"""The passphrase of an age key is asked for in the language that was chosen."""

from __future__ import annotations

import os
import pty
import select
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

SOPGIT = """
import pathlib, sys
from sopgit.render import i18n
i18n.LOCALE_DIR = pathlib.Path(sys.argv.pop(1))
from sopgit.cli import main
main()
"""
WORDS = {
    "new passphrase of the age key {path}": "frasa sandi baru kunci age {path}",
    "the same passphrase again": "frasa sandi yang sama sekali lagi",
    "the two passphrases differ": "kedua frasa sandi berbeda",
}


def test_a_question_is_put_in_the_language_in_force(tmp_path: Path) -> None:
    folder, keys = tmp_path / "locale/id/LC_MESSAGES", tmp_path / "keys"
    folder.mkdir(parents=True)
    catalogue = Catalog(locale="id")
    for source, translation in WORDS.items():
        catalogue.add(source, translation)
    with (folder / "sopgit.mo").open("wb") as file:
        write_mo(file, catalogue)
    process, terminal = pty.fork()
    if process == 0:
        words = [str(tmp_path / "locale"), "--lang", "id", "key", "new", "--output", str(keys)]
        os.execv(sys.executable, [sys.executable, "-c", SOPGIT, *words])  # noqa: S606
    said = answered(terminal, f"baru kunci age {keys / 'age.txt'}: ", "satu")
    said += answered(terminal, "sama sekali lagi: ", "dua")
    said += answered(terminal, "berbeda", "")
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 3, said
    assert not keys.exists() or list(keys.iterdir()) == []


def answered(terminal: int, question: str, answer: str) -> str:
    """What is said up to `question`, which is then answered."""
    said = b""
    while question.encode() not in said:
        assert select.select([terminal], [], [], 60)[0], said
        said += os.read(terminal, 1024)
    os.write(terminal, answer.encode() + b"\n")
    return said.decode()
