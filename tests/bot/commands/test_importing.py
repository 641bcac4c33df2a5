"""Files in and out by the short commands, and what the chat makes of it afterwards."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from adapters.console.json_screen import JsonScreen
from adapters.console.ports import FirstAnswers
from adapters.console.script import play
from bot.app.console import open_console_host
from bot.commands.importing import run_export, run_import
from calendar_core.clock import StandingClock

BERLIN = ZoneInfo("Europe/Berlin")
TALK = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//EN
BEGIN:VEVENT
UID:talk@example
DTSTAMP:20260301T080000Z
DTSTART;TZID=Europe/Berlin:20260311T093000
DTEND;TZID=Europe/Berlin:20260311T100000
SUMMARY:Talk
END:VEVENT
BEGIN:VEVENT
UID:broken@example
DTSTART:whenever
SUMMARY:Broken
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "talk.ics"
    made.write_text(TALK)
    return made


@pytest.fixture
def data(tmp_path: Path, configured_database: str) -> Path:
    return tmp_path / "data"


async def played(data: Path, *steps: dict[str, object]) -> list[dict[str, object]]:
    out = io.StringIO()
    clock = StandingClock(datetime(2026, 3, 10, 8, tzinfo=BERLIN))
    screen = JsonScreen(out, clock=clock, zone=BERLIN)

    async def lines() -> AsyncIterator[bytes]:
        for step in steps:
            yield json.dumps(step).encode()

    async with open_console_host(screen, data=data, clock=clock, zone=BERLIN) as host:
        await play(host, lines(), screen)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_file_of_which_nothing_could_be_read_fails(
    file: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(TALK.replace("DTSTART;TZID=Europe/Berlin:", "DTSTART:on "))
    assert run_import(str(file), None, data, None) == 1
    assert "2 entries could not be read:" in capsys.readouterr().out


def test_what_can_be_read_comes_in_and_the_rest_is_named(
    file: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_import(str(file), None, data, None) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[:2] == [
        "Brought 1 event from talk.ics into Personal.",
        "1 entry could not be read:",
    ]
    assert said[2].startswith("  broken@example: ")


def test_importing_twice_doubles_nothing(
    file: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run_import(str(file), None, data, None)
    capsys.readouterr()
    assert run_import(str(file), None, data, None) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "Everything in talk.ics stands in Personal already: 1 event."


def test_an_export_comes_in_as_the_same_calendar(
    file: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run_import(str(file), None, data, None)
    exported = tmp_path / "out.ics"
    assert run_export(str(exported), None, data) == 0
    capsys.readouterr()
    run_import(str(exported), None, data, None)
    assert "stands in Personal already" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("nothing of the kind", "This is not a calendar file"),
        (None, "Name an .ics file that you may read."),
    ],
)
def test_a_file_that_is_none_gets_one_sentence(
    content: str | None,
    sentence: str,
    data: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    bad = tmp_path / "bad.ics"
    if content is not None:
        bad.write_text(content)
    assert run_import(str(bad), None, data, None) == 1
    assert sentence in capsys.readouterr().err


def test_the_chat_tells_times_in_its_own_zone_and_can_take_the_import_back(
    file: Path, data: Path
) -> None:
    run_import(str(file), None, data, "America/New_York")
    said = asyncio.run(
        played(
            data, {"say": "what's on tomorrow"}, {"press": "Undo"}, {"say": "what's on tomorrow"}
        )
    )
    told = [str(one["title"] or one["text"]) for one in said if one["type"] != "status"]
    assert told[0].startswith("✓ Created")
    assert "09:30–10:00  Talk" in told[1]
    assert told[2].startswith("Taken back")
    assert told[3].startswith("Nothing tomorrow.")


async def test_the_first_start_names_whom_an_import_guessed(file: Path, data: Path) -> None:
    await asyncio.to_thread(run_import, str(file), None, data, None)
    screen = JsonScreen(io.StringIO(), clock=StandingClock(datetime.now(BERLIN)), zone=BERLIN)
    clock = StandingClock(datetime(2026, 3, 10, 8, tzinfo=BERLIN))
    async with open_console_host(screen, data=data, clock=clock, zone=BERLIN) as host:
        assert await host.welcome.known_person() is None
        await host.welcome.settle(FirstAnswers(name="Ana", zone="Europe/Berlin", hours="8-16"))
        assert await host.welcome.known_person() == "Ana"
        ana = await host.welcome.person("Ana")
        assert str(ana.preferences.hours.start) == "08:00:00"
        calendars = await host.welcome._mirror.calendars((ana.id,))
        assert len(await host.welcome._mirror.resources(calendars[0].id, (ana.id,))) == 1
