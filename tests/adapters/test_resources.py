"""Schemas, hook stubs and procedures are found in a checkout and in an installed wheel."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from sopgit.adapters.resources import (
    ResourceError,
    digest_of,
    engine_mark,
    procedure_names,
    read_hook,
    read_procedure,
    read_schemas,
)
from sopgit.core.errors import SopgitError

PROBE = """
import json
from sopgit.adapters import resources
print(json.dumps({
    "file": resources.__file__,
    "schemas": sorted(resources.read_schemas()),
    "hooks": resources.read_hook("pre-receive").decode(),
    "procedures": resources.procedure_names(),
}))
"""


def test_every_schema_of_the_checkout_is_read_under_its_short_name(project: Path) -> None:
    files = project.joinpath("schemas").glob("*.schema.json")
    assert read_schemas() == {
        path.name.removesuffix(".schema.json"): json.loads(path.read_bytes()) for path in files
    }


@pytest.mark.parametrize("name", ["pre-commit", "pre-receive"])
def test_a_hook_stub_is_read_as_it_stands(project: Path, name: str) -> None:
    assert read_hook(name) == (project / "hooks" / name).read_bytes()


def test_a_shipped_procedure_is_read_as_it_stands(project: Path) -> None:
    for name in procedure_names():
        shipped = project / f"sopgit/data/procedures/{name}.yaml"
        assert read_procedure(name) == shipped.read_bytes()


def test_the_mark_of_the_engine_is_of_its_bytes(project: Path, tmp_path: Path) -> None:
    assert engine_mark() == engine_mark()
    copy = shutil.copytree(project / "sopgit" / "core", tmp_path / "core")
    before = digest_of([project / "sopgit" / "core"])
    assert digest_of([copy]) == before
    rule = copy / "chain.py"
    status, text = rule.stat(), rule.read_bytes()
    rule.write_bytes(text.replace(b"return []", b"return ()", 1))
    os.utime(rule, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert rule.stat().st_size == status.st_size
    assert digest_of([copy]) != before
    rule.write_bytes(text)
    rule.rename(copy / "chains.py")
    assert digest_of([copy]) != before


@pytest.mark.parametrize("name", ["../pyproject", "", "pre-commit/../pre-receive", "nothing"])
def test_a_name_that_names_nothing_is_refused(name: str) -> None:
    with pytest.raises(ResourceError):
        read_hook(name)
    assert issubclass(ResourceError, SopgitError)


@pytest.fixture(scope="module")
def installed(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the unpacked wheel, far from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=project, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    site = folder / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    return site


def _probe(site: Path) -> subprocess.CompletedProcess[bytes]:
    """Ask the package in `site`; -S leaves out the editable install, whose dependencies serve."""
    path = os.pathsep.join([str(site), sysconfig.get_path("purelib")])
    return subprocess.run(
        [sys.executable, "-S", "-c", PROBE],
        cwd=site,
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        check=False,
    )


def test_an_installed_wheel_finds_the_same_files(installed: Path) -> None:
    said = _probe(installed)
    assert said.returncode == 0, said.stderr
    found = json.loads(said.stdout)
    assert Path(found["file"]).is_relative_to(installed)
    assert found["schemas"] == sorted(read_schemas())
    assert found["hooks"].encode() == read_hook("pre-receive")
    assert found["procedures"] == procedure_names()


def test_the_wheel_carries_types_catalogues_and_licence_and_no_tests(installed: Path) -> None:
    carried = {path.relative_to(installed).as_posix() for path in installed.rglob("*")}
    assert {"sopgit/py.typed", "sopgit/locale/id/LC_MESSAGES/sopgit.mo"} <= carried
    assert any(path.endswith("licenses/LICENSE") for path in carried)
    assert {path.split("/")[0].split("-")[0] for path in carried} == {"sopgit"}


def test_a_stranger_s_folder_beside_an_installed_package_is_not_ours(
    installed: Path, tmp_path: Path
) -> None:
    package = tmp_path / "sopgit"
    shutil.copytree(installed / "sopgit", package)
    shutil.rmtree(package / "schemas")
    strange = tmp_path / "schemas"
    strange.mkdir()
    (strange / "case.schema.json").write_text("{}")
    said = _probe(tmp_path)
    assert said.returncode == 1
    assert b"this installation of sopgit has no schemas" in said.stderr
