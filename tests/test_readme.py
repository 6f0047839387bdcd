"""The README is true: its commands exist, its links lead somewhere, its examples run as printed."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import pytest

from sopgit.adapters.resources import read_procedure
from sopgit.cli.root import build
from sopgit.core.strict_yaml import load
from sopgit.render.exit_codes import ExitCode

PROJECT = Path(__file__).resolve().parents[1]
README = (PROJECT / "README.md").read_text("utf-8")
PAGES = ("README.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/findings.md")
PEOPLE = ("agus", "siti", "budi")

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`(sopgit(?: [^`]+)?)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HERE_DOCUMENT = re.compile(r"<<'?END'?\n.*?^END$", re.MULTILINE | re.DOTALL)
_GLOBAL_WITH_VALUE = ("--repo", "--format", "--lang")


def section(heading: str) -> str:
    """The text below `heading`, up to the next of the same or a higher level."""
    level = len(heading) - len(heading.lstrip("#"))
    lines: list[str] = []
    is_inside = is_code = False
    for line in README.splitlines(keepends=True):
        is_code ^= line.startswith("```")
        if not is_code and re.match(rf"#{{1,{level}}} ", line):
            is_inside = line.rstrip() == heading
        elif is_inside:
            lines.append(line)
    assert lines, heading
    return "".join(lines)


def blocks(text: str, language: str = "sh") -> list[str]:
    return [body for kind, body in _BLOCK.findall(text) if kind == language]


def printed_commands() -> Iterator[list[str]]:
    """The words of every `sopgit ...` that the README prints."""
    for block in blocks(README):
        lines = _HERE_DOCUMENT.sub("", block).replace("\\\n", " ").splitlines()
        for line in lines:
            words = shlex.split(re.sub(r"\$\([^)]*\)", "X", line), comments=True)
            if words[:1] == ["sopgit"]:
                yield words
    for text in _INLINE.findall(_BLOCK.sub("", README)):
        yield shlex.split(text)


def find_command(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that `words` names, and what is left of them."""
    command: click.Command = build()
    rest = words[1:]
    while rest:
        if rest[0].startswith("-"):
            rest = rest[2 if rest[0] in _GLOBAL_WITH_VALUE else 1 :]
        elif isinstance(command, click.Group):
            found = command.get_command(click.Context(command), rest[0])
            if found is None and rest[0].isupper():
                return command, []
            assert found is not None, words
            command, rest = found, rest[1:]
        else:
            break
    return command, rest


def sopgit_environment(home: Path) -> dict[str, str]:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return {**os.environ, "HOME": str(home), "PATH": path}


def run_script(script: str, folder: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """What bash does with `script`, stopped at the first command that fails."""
    home.mkdir(exist_ok=True)
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        check=False,
        cwd=folder,
        env=sopgit_environment(home),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, f"{script}\n{ran.stdout}{ran.stderr}"
    return ran


# What is printed exists.


def test_every_printed_command_exists_with_its_options() -> None:
    seen = 0
    for words in printed_commands():
        command, _ = find_command(words)
        known = {name for parameter in command.params for name in parameter.opts}
        known |= {"--repo", "--format", "--lang", "--help", "--version"}
        given = {word.partition("=")[0] for word in words if word.startswith("--")}
        assert given <= known, words
        seen += 1
    assert seen > 50


def test_the_two_make_targets_exist() -> None:
    makefile = (PROJECT / "Makefile").read_text("utf-8")
    (two,) = blocks(section("## Two commands"))
    targets = re.findall(r"^make (\w+)", two, re.MULTILINE)
    assert targets == ["demo", "test"]
    contributing = (PROJECT / "CONTRIBUTING.md").read_text("utf-8")
    for target in re.findall(r"(?:^|`)make (\w+)", README + contributing, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(name: str) -> None:
    page = PROJECT / name
    text = page.read_text("utf-8")
    for link in _LINK.findall(text):
        if link.startswith(("https://", "mailto:")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path) if path else page
        assert target.exists(), f"{name}: {link}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", target.read_text("utf-8"), re.MULTILINE)
            assert anchor in [heading.lower().replace(" ", "-") for heading in headings], link


def test_every_code_that_the_readme_names_is_in_the_table() -> None:
    table = (PROJECT / "docs/findings.md").read_text("utf-8")
    codes = re.findall(r"`\[([a-z-]+)\]`", README)
    assert codes
    for code in codes:
        assert f"| `{code}` |" in table


def test_the_exit_codes_are_those_of_the_tool() -> None:
    listed = re.findall(r"^\| ([0-9]+) \|", section("## When something is wrong"), re.MULTILINE)
    assert listed == [str(code.value) for code in ExitCode]


def test_the_nine_steps_are_those_of_the_procedure() -> None:
    value = load(read_procedure("pengelolaan-pengamanan-data")).value
    assert isinstance(value, dict)
    rows = re.findall(r"^\| ([1-9]) [^|]+(\|.*)$", section("## The nine steps"), re.MULTILINE)
    assert [int(number) for number, _ in rows] == [step["number"] for step in value["steps"]]
    for step, (_, row) in zip(value["steps"], rows, strict=True):
        _, who, _paper, time, back, _ = (cell.strip() for cell in row.split("|"))
        assert who == f"*{', '.join(step['roles'])}*"
        assert step["source"]["roles"] == "chosen"
        assert time.startswith("{value} {unit}".format_map(step["standard_time"]))
        ways = [*step["returns"], *step["reopens"]]
        assert re.findall("[0-9]", back) == [str(way["to"]) for way in ways]
        assert [back.startswith("*")] * len(ways) == [way["source"] == "chosen" for way in ways]


# The examples run as printed.


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the trial office of the README was founded and its case walked to the end."""
    folder = tmp_path_factory.mktemp("readme")
    script = "\n".join(blocks(section("### Alone, to try")))
    ran = run_script(script, folder, folder / "home")
    assert "allowed" in ran.stdout or "diterima" in ran.stdout
    return folder


@pytest.mark.slow
@pytest.mark.xdist_group("readme")
def test_the_trial_walks_one_case_to_its_end(trial: Path) -> None:
    ran = run_script("sopgit list --format json", trial / "coba/kantor", trial / "home")
    assert '"closed"' in ran.stdout
    assert (trial / "coba/lama.csv").read_text() == "kode,nama\n18.10.01,Contoh Satu\n"
    assert (trial / "coba/pulih.csv").read_bytes() == (trial / "coba/penerima.csv").read_bytes()
    assert len(list((trial / "coba/naskah").glob("*.pdf"))) == 13


@pytest.mark.slow
@pytest.mark.xdist_group("readme")
@pytest.mark.needs_program("age", "ssh-keygen")
def test_stock_programs_read_the_data_and_check_a_signature(trial: Path) -> None:
    script = "\n".join(blocks(section("## Without sopgit")))
    ran = run_script(script, trial / "coba", trial / "home")
    assert "1,Rekaan Satu" in ran.stdout
    assert '"file":"penerima.csv"' in ran.stdout
    newest, _, oldest = ran.stdout.partition("Rekaan Satu")
    assert "Contoh Dua" in newest
    assert "Contoh Satu" in oldest
    assert "Contoh Dua" not in oldest
    assert 'Good "sopgit-event" signature for contoh' in ran.stdout


@pytest.mark.slow
@pytest.mark.xdist_group("readme")
@pytest.mark.needs_program("ssh-keygen")
def test_the_proof_of_an_event_is_accepted_by_ssh_keygen(trial: Path) -> None:
    script = (
        "sopgit log data-kecamatan --proof 9 --output ../proof --lang en > ../told\n"
        'cd ../proof && bash -c "$(tail -n 1 ../told)"'
    )
    ran = run_script(script, trial / "coba/kantor", trial / "home")
    assert "Good" in ran.stdout


def description(folder: Path) -> str:
    """The README's office.yaml with keys made now and folders that are there."""
    (text,) = blocks(section("### Found an office"), "yaml")
    for person in (*PEOPLE, "recovery"):
        home = folder / person
        run_script(f"sopgit key new --no-passphrase --output '{home}/.config/sopgit'", folder, home)
        key = " ".join((home / ".config/sopgit/id_ed25519.pub").read_text().split()[:2])
        (age_key,) = re.findall(r"age1\w+", (home / ".config/sopgit/age.txt").read_text())
        text = text.replace(f"RECIPIENT-OF-{person.upper()}", age_key)
        text = text.replace(f"KEY-OF-{person.upper()}", key)
    for name in ("one", "two"):
        (folder / f"nas-{name}").mkdir()
        text = text.replace(f"/srv/nas-{name}", str(folder / f"nas-{name}"))
    assert "-OF-" not in text
    return text


def lines_by_person(block: str) -> Iterator[tuple[str, str]]:
    """Each command of `block`, and the person whom its comment names."""
    for line in block.splitlines():
        command, _, comment = line.partition(" # ")
        (person,) = re.findall(rf"^\s*({'|'.join(PEOPLE)})\b", comment)
        yield person, command


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the office of the README was founded, its server guarded and a desk set up."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "office.yaml").write_text(description(folder), "utf-8")
    _keys, founding, server = blocks(section("### Found an office"))
    for person, command in [*lines_by_person(founding), *lines_by_person(server)]:
        run_script(command, folder, folder / person)
    return folder


@pytest.mark.xdist_group("readme-office")
def test_the_described_office_is_founded_by_two_roots(office: Path) -> None:
    said = run_script("sopgit policy show --lang en", office / "kantor", office / "agus").stdout
    assert "2 of these roots" in said
    assert "TRIAL" not in said


@pytest.mark.xdist_group("readme-office")
def test_the_server_of_the_example_takes_an_act_and_refuses_a_commit(office: Path) -> None:
    fields: Mapping[str, str] = {"kepada": "a", "dari": "b", "hal": "c", "isi": "d"}
    given = " ".join(f"--field {name}={value}" for name, value in fields.items())
    run_script(
        f"sopgit open --title Contoh --producer tapem {given} && sopgit sync",
        office / "kantor",
        office / "agus",
    )
    run_script("sopgit sync && sopgit show contoh", office / "meja", office / "siti")
    by_hand = (
        "echo more >> cases/*/*/*/case.yaml && git add -A\n"
        "git -c user.name=x -c user.email=x@example.invalid commit -q --no-verify -m x\n"
        "! git push -q --no-verify origin HEAD:main"
    )
    run_script(by_hand, office / "meja", office / "siti")
