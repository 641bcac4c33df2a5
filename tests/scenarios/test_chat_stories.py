"""Every story comes out on Slack and on Discord as it is written down, through the real doors.

`CONVENE_RETELL=1` writes the stories anew, to be read aloud.
"""

import asyncio
import os
import shutil
from pathlib import Path

import pytest

from calendar_core.opening import DATABASE_FILE
from tests.scenarios.chatting import HERE, play_on
from tests.scenarios.script import alone, one_transcript, read_story, told_on

STORIES = sorted((HERE / "chats").glob("*.txt"))


@pytest.mark.parametrize("file", STORIES, ids=lambda file: file.stem)
def test_story_comes_out_as_told(file: Path, tmp_path: Path, sqlite_template: Path) -> None:
    told = file.read_text(encoding="utf-8")
    story = read_story(told)
    played = {}
    for platform in story.on:
        data = tmp_path / platform
        data.mkdir()
        shutil.copy(sqlite_template, data / DATABASE_FILE)
        played[platform] = asyncio.run(play_on(platform, story, data))
    if os.environ.get("CONVENE_RETELL"):
        file.write_text(one_transcript(story, played), encoding="utf-8")
        return
    for platform, seen in played.items():
        happened = told_on(platform, alone(story, platform, seen))
        assert happened == told_on(platform, told), f"on {platform}"


def test_there_are_stories() -> None:
    assert len(STORIES) >= 12
