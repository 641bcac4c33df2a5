"""`convene chat`: what it says when it can't talk, and what a start reads before its prompt."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from calendar_core.folder import FolderLock
from tests.benchmarks.bench_start import PROMPT, ROOT, in_terminal, until
from tests.nursery import nursery

SLOW = {
    "openai",
    "anthropic",
    "slack_bolt",
    "discord",
    "googleapiclient",
    "msal",
    "caldav",
    "alembic",
    "icalendar",
    "recurring_ical_events",
    "apscheduler",
    "sqlalchemy",
    "rich",
    "mcp",
    "starlette",
}
NOTING = """
import json, pathlib, sys
from adapters.console import line_editor

file = pathlib.Path(sys.argv.pop())
draw = line_editor.LineEditor._note_drawn

def note(self, app):
    if not file.exists():
        file.write_text(json.dumps(sorted(sys.modules)))
    draw(self, app)

line_editor.LineEditor._note_drawn = note
from bot.cli import main
main()
"""
HERE = ("--now", "2026-03-10T08:00", "--tz", "Europe/Berlin")


def convene(*arguments: str | Path, typed: str = "") -> "subprocess.CompletedProcess[str]":
    """Run the command with lines on stdin, and nobody at a terminal."""
    return nursery().run([str(one) for one in arguments], ROOT, os.environ, typed)


def convene_anew(*arguments: str | Path, typed: str = "") -> "subprocess.CompletedProcess[str]":
    """The same in a Python of its own, as people start it."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def objects(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


@pytest.fixture
def data(tmp_path: Path, configured_database: str) -> Path:
    return tmp_path / "data"


def test_nothing_slow_is_read_before_the_prompt_of_a_second_start(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert convene("chat", "--data", data, *HERE, "--script", os.devnull).returncode == 0
    read = tmp_path / "modules.json"
    process, screen = in_terminal(
        [sys.executable, "-c", NOTING, "chat", "--data", str(data), str(read)]
    )
    try:
        until(screen, b"me", until(screen, PROMPT, b""))
        os.write(screen, b"\x04")
        assert process.wait(30) == 0
    finally:
        process.kill()
        os.close(screen)
    modules = set(json.loads(read.read_text()))
    assert "prompt_toolkit" in modules
    assert not SLOW & modules


def test_a_script_speaks_json_and_nothing_else(data: Path) -> None:
    done = convene_anew(
        "chat", "--data", data, *HERE, "--script", "-", "--json", typed='{"say": "hello"}\n'
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert objects(done.stdout)[-1]["type"] == "message"


def test_a_bad_script_is_stopped_at_its_line(data: Path) -> None:
    done = convene("chat", "--data", data, *HERE, "--script", "-", "--json", typed="\nnonsense\n")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Line 2 of the script: not a JSON object")


def test_a_press_that_no_card_ever_had_stops_it_too(data: Path) -> None:
    done = convene("chat", "--data", data, *HERE, "--script", "-", typed='{"press": "Fly"}\n')
    assert done.returncode == 2
    assert 'Line 1 of the script: no card ever had a button "Fly".' in done.stderr


def test_without_a_terminal_nothing_is_asked(data: Path) -> None:
    done = convene("chat", "--data", data, "--tz", "Europe/Berlin", typed="/help\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Pressing a button" in done.stdout


def test_a_folder_holds_one_chat_at_a_time(data: Path) -> None:
    data.mkdir(exist_ok=True)
    with FolderLock(data):
        done = convene("chat", "--data", data, *HERE, "--script", os.devnull)
    assert (done.returncode, done.stdout) == (1, "")
    assert "already runs" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--tz", "Berlon"), "Europe/Berlin"),
        (("--now", "yesterday"), "2026-03-10T08:00"),
        (("--now", "9999-12-31T23:59", "--tz", "America/New_York"), "no moment"),
        (("--now", "9999-06-01T12:00", "--tz", "UTC"), "no moment"),
        (("--now", "0001-06-01T12:00", "--tz", "UTC"), "no moment"),
        (("--script", "/nowhere/script"), "Name a file"),
        (("--json",), "goes with --script"),
        (("--data", "/dev/null/x"), "--data"),
    ],
)
def test_what_it_is_started_with_is_checked(
    data: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = convene("chat", "--data", data, *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_reader_that_leaves_is_no_error_to_shout_about(data: Path) -> None:
    command = f"{sys.executable} -m bot chat --data {data} --script - | head -c 1"
    lines = '{"say": "hello"}\n' * 3
    done = subprocess.run(
        command, shell=True, cwd=ROOT, input=lines, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr


def test_the_version_is_said() -> None:
    assert convene_anew("--version").stdout.startswith("convene ")
