"""What every test can rely on: a machine without a past.

Before any test module is imported, the process gets an empty HOME, no Git
configuration but the repository's own, no SSH agent, no DVC telemetry and a
plain locale; `tests/test_hermetic.py` proves it. Child processes inherit it.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

if TYPE_CHECKING:
    from tests.offices import Folders

PROJECT = Path(__file__).resolve().parents[1]
NO_SKIPS = "SOPGIT_NO_SKIPS"

# What a developer's shell, a Git hook that runs the tests, or a CI host may have set.
_STRANGE_PREFIXES = ("AWS_", "DVC_", "GIT_", "GPG_", "LC_", "SSH_", "SOPGIT_", "XDG_")
_STRANGE_NAMES = (
    "CLICOLOR_FORCE", "COLUMNS", "DISPLAY", "EDITOR", "EMAIL", "FORCE_COLOR", "GITHUB_ACTIONS",
    "GITHUB_STEP_SUMMARY", "LANG", "LANGUAGE", "LINES", "NO_COLOR", "PAGER", "TZ", "VISUAL",
)  # fmt: skip


def _make_hermetic(home: Path) -> None:
    kept = {NO_SKIPS}
    for name in list(os.environ):
        if name not in kept and (name.startswith(_STRANGE_PREFIXES) or name in _STRANGE_NAMES):
            del os.environ[name]
    program_folders = [str(Path(sys.executable).parent), os.environ["PATH"], "/usr/sbin", "/sbin"]
    os.environ |= {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_DATA_HOME": str(home / ".local/share"),
        "XDG_STATE_HOME": str(home / ".local/state"),
        "XDG_RUNTIME_DIR": str(home / ".run"),
        "XDG_CONFIG_DIRS": str(home / ".etc"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "DVC_NO_ANALYTICS": "1",
        "DVC_GLOBAL_CONFIG_DIR": str(home / ".dvc-global"),
        "DVC_SYSTEM_CONFIG_DIR": str(home / ".dvc-system"),
        "DVC_SITE_CACHE_DIR": str(home / ".dvc-site"),
        "LANGUAGE": "C",
        "LC_ALL": "C.UTF-8",
        "TERM": "dumb",
        "TZ": "UTC",
        "PATH": os.pathsep.join(program_folders),
    }


_HOME = Path(tempfile.mkdtemp(prefix="sopgit-home-"))
_make_hermetic(_HOME)

# Only now: libgit2 reads its search paths from HOME when it is loaded.
import pygit2  # noqa: E402
from pygit2.enums import ConfigLevel  # noqa: E402

for _level in (ConfigLevel.SYSTEM, ConfigLevel.XDG, ConfigLevel.GLOBAL, ConfigLevel.PROGRAMDATA):
    pygit2.settings.search_path[_level] = ""

hypothesis.settings.register_profile("local", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "local")


def pytest_unconfigure() -> None:
    """Take the HOME away that this process (or this worker) made."""
    shutil.rmtree(_HOME, ignore_errors=True)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """`@pytest.mark.needs_program("age")`: without it, skip; in CI, fail."""
    for marker in item.iter_markers("needs_program"):
        missing = [name for name in marker.args if shutil.which(name) is None]
        if missing:
            reason = f"not installed: {', '.join(missing)}"
            if os.environ.get(NO_SKIPS):
                pytest.fail(f"{reason} (and {NO_SKIPS} is set)", pytrace=False)
            pytest.skip(reason)


@pytest.fixture(scope="session")
def founded() -> Iterator[Folders]:
    """The one office of this process that every test gets a copy of; nobody acts in it."""
    from tests import offices

    yield offices.template()
    offices.remove_template()


@pytest.fixture
def folders(founded: Folders, tmp_path: Path) -> Folders:
    """An office of the test's own: server, three clones, three cases."""
    return founded.copy(tmp_path / "office")


@pytest.fixture(scope="session")
def home() -> Path:
    """The empty HOME of this process."""
    return _HOME


@pytest.fixture(scope="session")
def project() -> Path:
    """The project's own folder."""
    return PROJECT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real tables that lie beside the project, `../shared/data`; skips where they do not."""
    folder = PROJECT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no ../shared/data beside the project")
    return folder


@pytest.fixture
def language() -> Iterator[None]:
    """Lets a test choose a language without leaving it to the next."""
    from sopgit.render import i18n

    before = i18n.language()
    yield
    i18n.set_language(before)
