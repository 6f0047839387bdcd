"""The tests' own promise: nothing of the machine they run on reaches them."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pygit2
import pytest
from pygit2.enums import ConfigLevel

pytest_plugins = ["pytester"]


def test_home_is_a_fresh_empty_folder(home: Path) -> None:
    assert Path.home() == home
    assert not (home / ".ssh").exists()
    assert not (home / ".gitconfig").exists()


def test_git_sees_no_configuration_outside_a_repository(tmp_path: Path) -> None:
    listed = subprocess.run(
        ["git", "config", "--list"], check=False, cwd=tmp_path, capture_output=True
    )
    assert (listed.returncode, listed.stdout) == (0, b"")


@pytest.mark.parametrize("level", [ConfigLevel.SYSTEM, ConfigLevel.XDG, ConfigLevel.GLOBAL])
def test_libgit2_looks_nowhere(level: ConfigLevel) -> None:
    assert pygit2.settings.search_path[level] == ""


def test_no_agent_answers_and_no_caller_steers_git() -> None:
    assert "SSH_AUTH_SOCK" not in os.environ
    steering = {name for name in os.environ if name.startswith("GIT_")}
    assert steering == {
        "GIT_CONFIG_NOSYSTEM",
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_SYSTEM",
        "GIT_TERMINAL_PROMPT",
    }


def test_dvc_calls_nobody_and_shares_nothing(home: Path) -> None:
    assert os.environ["DVC_NO_ANALYTICS"] == "1"
    folders = [value for name, value in os.environ.items() if name.startswith("DVC_")]
    assert all(value == "1" or Path(value).is_relative_to(home) for value in folders)


def test_programs_come_from_this_environment_first() -> None:
    assert os.environ["PATH"].split(os.pathsep)[0] == str(Path(sys.executable).parent)


@pytest.fixture
def needy(pytester: pytest.Pytester, project: Path) -> pytest.Pytester:
    """A suite with one test that needs a program which nobody has."""
    pytester.makeconftest((project / "tests/conftest.py").read_text(encoding="utf-8"))
    pytester.makeini("[pytest]\nmarkers =\n    needs_program(*names): x\n")
    pytester.makepyfile(
        textwrap.dedent("""
            import pytest

            @pytest.mark.needs_program("no-such-program")
            def test_needs_it():
                pass

            @pytest.mark.needs_program("git")
            def test_has_it():
                pass
        """)
    )
    return pytester


def test_a_test_whose_program_is_missing_skips_with_the_reason(
    needy: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOPGIT_NO_SKIPS", raising=False)
    outcome = needy.runpytest_subprocess("-rs", "-p", "no:cacheprovider")
    outcome.assert_outcomes(passed=1, skipped=1)
    outcome.stdout.fnmatch_lines(["*not installed: no-such-program*"])


def test_no_such_skip_counts_as_a_pass_in_ci(
    needy: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOPGIT_NO_SKIPS", "1")
    needy.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1, errors=1)
