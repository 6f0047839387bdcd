"""How the command line begins: help, what it loads, languages, and what it says when it fails."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest

from sopgit.cli import root
from sopgit.cli.group import Group
from tests.cli.conftest import Run

# What start-up may not pay for.
DEAR = {
    "pygit2",
    "yaml",
    "jsonschema",
    "cryptography",
    "pyrage",
    "rich",
    "holidays",
    "typst",
    "dvc",
}


def _commands(command: click.Command, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    if not isinstance(command, click.Group):
        return [path]
    context = click.Context(command)
    found = [path] if path else []
    for name in command.list_commands(context):
        below = command.get_command(context, name)
        assert below is not None
        found += _commands(below, (*path, name))
    return found


ALL = _commands(root.build())


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_command_has_help_that_ends_with_the_exit_codes(
    path: tuple[str, ...], sopgit: Run
) -> None:
    answer = sopgit(*path, "--help")
    assert answer.code == 0
    assert " ".join(answer.out.split()).endswith("70 a bug, 130 interrupted.")


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_option_has_help(path: tuple[str, ...]) -> None:
    command: click.Command = root.build()
    for name in path:
        assert isinstance(command, click.Group)
        below = command.get_command(click.Context(command), name)
        assert below is not None
        command = below
    silent = [p.name for p in command.params if isinstance(p, click.Option) and not p.help]
    assert silent == []
    assert command.help


def test_the_main_help_imports_nothing_dear() -> None:
    program = (
        "import sys; from sopgit.cli import run; run(['--help']); "
        "print(*{name.partition('.')[0] for name in sys.modules}, sep='\\n', file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = set(done.stderr.split())
    assert "click" in loaded
    assert loaded & DEAR == set()


def test_the_table_names_commands_that_are_there() -> None:
    group = root.build()
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        assert command.name == name
        assert isinstance(command, Group) == isinstance(command, click.Group)


def test_completion_offers_commands_without_importing_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMP_WORDS", "sopgit re")
    monkeypatch.setenv("COMP_CWORD", "1")
    monkeypatch.setenv("_SOPGIT_COMPLETE", "bash_complete")
    done = subprocess.run(
        [sys.executable, "-m", "sopgit"], capture_output=True, text=True, check=False
    )
    offered = [line.partition(",")[2] for line in done.stdout.split()]
    assert offered == ["return", "report", "review"]


def test_the_version_is_one_line(sopgit: Run) -> None:
    answer = sopgit("--version")
    assert (answer.code, answer.out.split()[0]) == (0, "sopgit")


def test_without_a_command_it_shows_its_help_as_a_usage_error(sopgit: Run) -> None:
    answer = sopgit()
    assert answer.code == 2
    assert "Acts on a case:" in answer.err


def test_an_unknown_command_is_a_usage_error_that_names_what_is_near(sopgit: Run) -> None:
    answer = sopgit("opne")
    assert answer.code == 2
    assert answer.err == (
        "sopgit: error: there is no command opne\nsopgit: hint: did you mean: open\n"
    )


def test_an_unknown_option_is_a_usage_error_that_names_the_help(sopgit: Run) -> None:
    answer = sopgit("list", "--nothing")
    assert answer.code == 2
    assert answer.err.startswith("sopgit: error: no such option")
    assert answer.err.endswith("sopgit: hint: see: sopgit list --help\n")


def test_no_repository_is_the_worlds_failure(sopgit: Run, tmp_path: Path) -> None:
    for command in ("list", "inbox", "verify", "whoami", "check", "sync"):
        answer = sopgit("--repo", tmp_path, command)
        assert (command, answer.code) == (command, 3)
        assert "is in no Git repository" in answer.err
        assert "sopgit: hint: " in answer.err


def test_a_repository_that_is_a_file_is_a_usage_error(sopgit: Run, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("x")
    assert sopgit("--repo", path, "list").code == 2


@pytest.mark.parametrize("command", [("init",), ("demo",)])
def test_a_folder_that_is_a_file_is_a_usage_error(
    command: tuple[str, ...], sopgit: Run, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    path.write_text("x")
    answer = sopgit(*command, path)
    assert answer.code == 2
    assert path.read_text() == "x"


def test_a_folder_that_is_not_empty_is_a_usage_error_and_stays_as_it_is(
    sopgit: Run, tmp_path: Path
) -> None:
    (tmp_path / "mine.txt").write_text("x")
    for command in ("init", "demo"):
        answer = sopgit(command, tmp_path)
        assert answer.code == 2
        assert "is not empty" in answer.err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_no_key_is_the_worlds_failure_with_the_command_that_makes_one(sopgit: Run) -> None:
    answer = sopgit("key", "show")
    assert answer.code == 3
    assert "sopgit: hint: make one with: sopgit key new" in answer.err


def test_with_json_an_error_is_one_object_on_stdout(sopgit: Run, tmp_path: Path) -> None:
    for words in (
        ("--format", "json", "--repo", tmp_path, "list"),
        ("list", "--repo", tmp_path, "--format=json"),
    ):
        answer = sopgit(*words)
        assert answer.code == 3
        assert answer.err == ""
        assert answer.json["schema"] == "sopgit/error/v1"
        assert answer.json["exit_code"] == 3


def test_with_json_a_usage_error_is_an_object_too_wherever_the_option_stands(sopgit: Run) -> None:
    for words in (("--format", "json", "nothing"), ("nothing", "--format", "json")):
        answer = sopgit(*words)
        assert answer.code == 2
        assert answer.json["exit_code"] == 2


def test_a_bug_is_one_line_and_shows_its_place_only_when_asked(
    sopgit: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise RuntimeError("unforeseen\x1b[31m")

    monkeypatch.setattr("sopgit.cli.build", broken)
    quiet, verbose = sopgit("list"), sopgit("-v", "list")
    assert quiet.code == verbose.code == 70
    assert "Traceback" not in quiet.err
    assert "\x1b" not in quiet.err
    assert "Traceback" in verbose.err


def test_an_interrupt_is_130(sopgit: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sopgit.cli.build", interrupted)
    assert sopgit("list").code == 130


def test_the_language_of_help_follows_the_option_wherever_it_stands(sopgit: Run) -> None:
    english = sopgit("list", "--help").out
    assert sopgit("--lang", "en", "list", "--help").out == english
    assert sopgit("list", "--lang", "en", "--help").out == english
    assert sopgit("--lang", "xx", "list").code == 2


def test_python_m_runs_the_same_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sopgit", "--format", "json", "nothing"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert json.loads(done.stdout)["schema"] == "sopgit/error/v1"
