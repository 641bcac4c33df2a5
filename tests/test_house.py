"""The rules of the house that no linter knows, asked of every file.

Who may import whom stands in `pyproject.toml` and is checked by import-linter; what README.md and
DESIGN.md say is checked by `test_docs`.
"""

import ast
import io
import re
import tokenize
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("bot", "adapters", "calendar_core", "scheduler")
LONGEST = 400
"""Lines of a file."""
CATCH_ALL = {"adapters/mcp/server.py": 1, "bot/engine.py": 1, "scheduler/worker.py": 1}
"""Where a bug is caught, logged with an incident id, and survived: one place for people, one for
due work, one for other assistants."""
PRINTS = "bot/commands/"
MACHINE_CLOCK = {"calendar_core/clock.py", "scheduler/ticker.py"}
"""APScheduler runs on the machine's clock, whatever ours says."""
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-meaning.lock")


@cache
def modules(*folders: str) -> list[Path]:
    """The Python files of these folders, in order."""
    return sorted(file for folder in folders for file in (ROOT / folder).rglob("*.py"))


def name_of(file: Path) -> str:
    """A file as people call it."""
    return file.relative_to(ROOT).as_posix()


@dataclass(frozen=True, slots=True)
class Call:
    """Something called, as it is written."""

    line: int
    name: str
    """What is called: `datetime.now`."""
    given: int
    """How many arguments."""


@dataclass(frozen=True, slots=True)
class Module:
    """What the rules ask of a file's syntax tree."""

    docstring: str | None
    calls: tuple[Call, ...]
    catches: int
    """How many `except` take any exception and go on."""


@cache
def parsed(file: Path) -> Module:
    """A file, read once for all rules."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    nodes = list(ast.walk(tree))
    return Module(
        docstring=ast.get_docstring(tree),
        calls=tuple(
            Call(one.lineno, _written(one.func), len(one.args) + len(one.keywords))
            for one in nodes
            if isinstance(one, ast.Call)
        ),
        catches=sum(map(catches_everything, nodes)),
    )


def comments(file: Path, like: str) -> list[int]:
    """The lines of a file with a comment like this."""
    text = file.read_text(encoding="utf-8")
    if not re.search(like, text):  # Most files have none, and to read tokens takes long.
        return []
    return [
        token.start[0]
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT and re.search(like, token.string)
    ]


def _written(node: ast.AST) -> str:
    """As `ast.unparse` has it, which takes long for the many plain names."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=name):
            return f"{_written(value)}.{name}"
        case _:
            return ast.unparse(node)


def catches_everything(node: ast.AST) -> bool:
    """Whether an `except` takes any exception and goes on."""
    if not isinstance(node, ast.ExceptHandler):
        return False
    caught = ast.unparse(node.type) if node.type is not None else "BaseException"
    raises_again = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
    return bool(re.search(r"\b(Base)?Exception\b", caught)) and not raises_again


def test_no_file_is_longer_than_it_can_be_read() -> None:
    lengths = {
        name_of(file): len(file.read_text(encoding="utf-8").splitlines())
        for file in modules(*ROOMS)
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_every_module_says_what_it_is() -> None:
    silent = [name_of(file) for file in modules(*ROOMS, "tests") if not said(file)]
    assert silent == []


def said(file: Path) -> str | None:
    """A module's docstring; an empty `__init__.py` of the tests need not have one."""
    if file.name == "__init__.py" and not file.read_text(encoding="utf-8").strip():
        return "" if name_of(file).split("/")[0] in ROOMS else "nothing to say"
    return parsed(file).docstring


def test_bugs_are_caught_in_three_places_alone() -> None:
    found = {name_of(file): count for file in modules(*ROOMS) if (count := parsed(file).catches)}
    assert found == CATCH_ALL


def test_no_moment_is_naive() -> None:
    naive = [
        f"{name_of(file)}:{call.line}"
        for file in modules(*ROOMS, "tests")
        for call in parsed(file).calls
        if is_naive(call)
    ]
    assert naive == []


def is_naive(call: Call) -> bool:
    """Whether a call makes a moment without a zone, or a day of the machine's zone."""
    name = call.name
    if re.search(r"\b(utcnow|utcfromtimestamp)$|\bdate\.today$|\bdatetime\.today$", name):
        return True
    wants_zone = re.search(r"\bdatetime\.(now|fromtimestamp)$", name)
    return bool(wants_zone) and call.given < (1 if name.endswith("now") else 2)


def test_the_present_is_read_off_a_clock() -> None:
    """Commands may ask the machine; whoever has a `Clock` asks that."""
    asking = {
        name_of(file)
        for file in modules("calendar_core", "scheduler", "adapters", "bot")
        if not name_of(file).startswith(PRINTS)
        and any(re.search(r"\bdatetime\.now$", call.name) for call in parsed(file).calls)
    }
    assert asking == MACHINE_CLOCK


def test_only_commands_print() -> None:
    printing = {
        name_of(file)
        for file in modules(*ROOMS)
        if any(call.name == "print" for call in parsed(file).calls)
    }
    assert sorted(name for name in printing if not name.startswith(PRINTS)) == []


def test_nothing_is_left_for_later() -> None:
    promises = [
        f"{name_of(file)}:{line}"
        for file in modules(*ROOMS, "tests")
        for line in comments(file, r"\b(TODO|FIXME|XXX|HACK)\b")
    ]
    assert promises == []


def test_what_is_not_checked_says_which_check() -> None:
    unnamed = r"#\s*type:\s*ignore(?!\[[a-z-]+)|#\s*noqa(?!:\s*[A-Z]+[0-9]+)"
    found = [
        f"{name_of(file)}:{line}"
        for file in modules(*ROOMS, "tests")
        for line in comments(file, unnamed)
    ]
    assert found == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_by_hash_and_names_no_place(lock: str) -> None:
    """It installs the same everywhere: from whatever index, whatever folder."""
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    places = [
        line for line in lines if re.search(r"://|\s@\s|(^|\s)-{1,2}(index|find|extra)", line)
    ]
    pins = [line for line in lines if re.match(r"[A-Za-z0-9]", line)]
    assert places == []
    assert [line for line in lines if re.search(r"(^|[\s=])(\.{0,2}/|[A-Za-z]:\\)", line)] == []
    assert [pin for pin in pins if not re.match(r"\S+==\S+ (; .+ )?\\$", pin)] == []
    assert sum("--hash=sha256:" in line for line in lines) >= len(pins) > 0
