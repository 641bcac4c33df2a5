"""A whole reminder after another is one more, and takes nothing back."""

import asyncio
from pathlib import Path

from tests.scenarios.playing import play_story

STORY = """\
! now 2026-03-10T08:00
! tz Europe/Berlin

> remind me at 10:44 to do task5x4
> remind me at 10:45 to do task5x5
> remind me at 10:50 to do task5x5
> what are my reminders
"""


def test_a_whole_reminder_is_one_more(tmp_path: Path) -> None:
    told = asyncio.run(play_story(STORY, tmp_path / "data"))
    assert "won't remind" not in told
    assert [line.split("·")[0].strip() for line in told.splitlines() if " · do task" in line] == [
        "1  today at 10:44",
        "2  today at 10:45",
        "3  today at 10:50",
    ]
