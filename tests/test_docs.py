"""README.md, DESIGN.md and CHANGELOG.md tell the truth about the tree beside them.

README's examples are played: each `console` block is typed into one empty folder, in order, and
must answer letter by letter. The rules of the code itself are `test_house`.
"""

import os
import re
import shlex
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import typer.main

from bot.cli import app
from bot.commands.understand import understand
from bot.llm.offline.model import OfflineModel
from bot.settings import Settings
from bot.tools.arguments import ARGUMENTS
from tests.nursery import nursery

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DESIGN = (ROOT / "DESIGN.md").read_text(encoding="utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
DOCUMENTS = {"README.md": README, "DESIGN.md": DESIGN, "CHANGELOG.md": CHANGELOG}
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 10, 8, tzinfo=BERLIN)
OUTSIDE_SETTINGS = {"CONVENE_DATA"}
"""Read by the command line alone, before anything is opened."""


@dataclass(frozen=True, slots=True)
class Example:
    """What is typed, and what stands below it."""

    typed: str
    shown: str


def section(document: str, heading: str) -> str:
    """What stands under a second heading, up to the next one."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", document, re.M | re.S)
    assert found, f"there is no section {heading!r}"
    return found[1]


def rows(text: str) -> Iterator[list[str]]:
    """The rows of its tables, headings and rules left out."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not set(line) <= set("|- ") and not (after and set(after) <= set("|- ")):
            yield cells


def coded(text: str) -> set[str]:
    """What stands between backticks."""
    return set(re.findall(r"`([^`\n]+)`", text))


def examples() -> list[Example]:
    """What README's console blocks type and show, in order."""
    blocks = re.findall(r"^```console\n(.*?)^```$", README, re.M | re.S)
    typed = (part for block in blocks for part in re.split(r"^\$ ", block, flags=re.M)[1:])
    return [Example(*part.split("\n", 1)) for part in typed]


# README: commands and their options


@cache
def commands() -> dict[str, set[str]]:
    """Each command with its options, as the program has them."""
    group = typer.main.get_command(app)
    return {
        name: {option for parameter in command.params for option in parameter.opts}
        for name, command in group.commands.items()  # type: ignore[attr-defined]
    }


def shown_commands() -> Iterator[tuple[str, set[str]]]:
    """Each command that README shows, with the options that stand beside it."""
    lines = [example.typed for example in examples()]
    lines += [code for code in coded(README) if code.startswith("convene ")]
    for line in lines:
        words = re.sub(r'"[^"]*"', "", line).replace("[", " ").replace("]", " ").split()
        if words[0] == "convene":
            yield words[1], {word for word in words if word.startswith("--")}


def test_readme_shows_commands_and_options_that_there_are() -> None:
    wrong = [
        (name, options)
        for name, options in shown_commands()
        if not options - {"--help"} <= commands().get(name, set())
    ]
    assert wrong == []


def test_readme_shows_every_command() -> None:
    assert {name for name, _ in shown_commands()} == set(commands())


# README: its examples


def test_readmes_examples_answer_as_it_says(tmp_path: Path) -> None:
    for example in examples():
        assert played(example, tmp_path) == example


def played(example: Example, folder: Path) -> Example:
    """An example with what is really answered; `cat` of a file that is not there makes it."""
    program, *words = shlex.split(example.typed)
    if program == "cat":
        (folder / words[0]).write_text(example.shown, encoding="utf-8")
        return example
    assert program == "convene", f"README types {program}"
    done = nursery().run(words, folder, bare_environment())
    assert done.stderr == ""
    # A blank line ends what is drawn for a person; a block of README does not need it.
    shown = done.stdout.rstrip("\n") + "\n"
    return Example(example.typed, shown)


def bare_environment() -> dict[str, str]:
    """Nothing configured, eighty columns."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    return kept | {"PYTHONPATH": str(ROOT), "COLUMNS": "80", "PYTHONIOENCODING": "utf-8"}


def sentences() -> list[tuple[str, str]]:
    """What README says can be said, each with the tool that it is for."""
    return [
        (sentence, cells[0].strip("`"))
        for cells in rows(section(README, "What you can say"))
        for sentence in re.findall(r'"([^"]+)"', cells[1])
    ]


@pytest.mark.parametrize(("sentence", "tool"), sentences())
async def test_what_readme_says_can_be_said_is_understood(sentence: str, tool: str) -> None:
    channel = "#team" if tool == "set_channel_preferences" else ""
    line = await understand(OfflineModel(), sentence, now=NOW, zone=BERLIN, channel=channel)
    assert (line["tool"], line["asks"]) == (tool, None)


def test_readme_names_every_tool() -> None:
    assert {tool for _, tool in sentences()} == set(ARGUMENTS)


# Settings


def settings() -> set[str]:
    """The names that the environment may have."""
    return OUTSIDE_SETTINGS | {
        str(field.validation_alias) for field in Settings.model_fields.values()
    }


@pytest.mark.parametrize("name", ["README.md", "DESIGN.md"])
def test_the_settings_are_those_of_the_program(name: str) -> None:
    told = [cells[0] for cells in rows(section(DOCUMENTS[name], "Settings"))]
    assert coded(" ".join(told)) == settings()


# DESIGN


def dependencies() -> set[str]:
    """Every distribution that pyproject.toml asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    asked = [*project["dependencies"], *(one for extra in extras for one in extra)]
    names = [re.match(r"[A-Za-z0-9._-]+", one) for one in asked]
    return {name[0].lower() for name in names if name}


def test_every_dependency_has_its_sentence() -> None:
    told = list(rows(section(DESIGN, "Dependencies")))
    assert {cells[0].strip("`") for cells in told} == dependencies()
    assert [cells[0] for cells in told if not cells[1].endswith(".")] == []


def mapped() -> list[Path]:
    """The modules that DESIGN's map names, folder by folder."""
    folder = Path()
    found = []
    for line in section(DESIGN, "The rooms").splitlines():
        if re.fullmatch(r"[a-z_/]+/(  .*)?", line):
            folder = Path(line.split()[0])
        elif named := re.match(r"  ((?:[a-z0-9_]+\.py ?)+)", line):
            found += [folder / name for name in named[1].split()]
    return found


def modules() -> list[Path]:
    """What DESIGN's map must name: all of the four rooms but what only marks a package."""
    files = (file for room in ROOMS for file in (ROOT / room).rglob("*.py"))
    return [file.relative_to(ROOT) for file in files if is_a_room(file)]


ROOMS = ("adapters", "bot", "calendar_core", "scheduler")


def is_a_room(file: Path) -> bool:
    """Not a package's mark, nor one step of the schema's history."""
    return file.name != "__init__.py" and file.parent.name != "versions"


def test_designs_map_names_every_module_once() -> None:
    named, there = mapped(), set(modules())
    assert {
        "missing": sorted(there - set(named)),
        "gone": sorted(set(named) - there),
        "twice": [module for module in set(named) if named.count(module) > 1],
    } == {"missing": [], "gone": [], "twice": []}


def test_what_design_calls_a_file_is_one() -> None:
    named = {
        code for code in coded(DESIGN) if re.fullmatch(r"[\w./-]+\.(py|toml|txt|md|lock)", code)
    }
    assert {name for name in named - dependencies() if not stands(name)} == set()


def test_what_readme_calls_a_file_is_one() -> None:
    named = {code for code in coded(section(README, "Where to find what")) if "/" in code}
    assert {name for name in named if not (ROOT / name).exists()} == set()


def stands(name: str) -> bool:
    """Whether there is such a file, by its whole path or by the end of it."""
    return (ROOT / name).exists() or any(
        found.is_file() for room in (*ROOMS, "tests") for found in (ROOT / room).rglob(name)
    )


def test_every_port_of_designs_table_stands_where_it_says() -> None:
    wrong = [
        cells[0]
        for cells in rows(section(DESIGN, "Ports"))
        for name, file in [(cells[0].strip("`"), cells[1].strip("`"))]
        if f"class {name}(Protocol)" not in (ROOT / file).read_text(encoding="utf-8")
    ]
    assert wrong == []


# All three


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_links_to_what_there_is(name: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", DOCUMENTS[name])
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_changelog_tells_of_this_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    newest = re.search(r"^## (\S+)", CHANGELOG, re.M)
    assert newest is not None
    assert newest[1] == project["version"]
