"""Every story comes out on Slack and on Discord as it is written down, through the real doors.

`CONVENE_RETELL=1` writes the stories anew, to be read aloud.
"""

import asyncio
import os
from pathlib import Path

import pytest

from tests.scenarios.chatting import HERE, play_on
from tests.scenarios.script import alone, one_transcript, read_story, told_on

STORIES = sorted((HERE / "chats").glob("*.txt"))
RETELL = bool(os.environ.get("CONVENE_RETELL"))


@pytest.mark.skipif(RETELL, reason="the stories are told anew")
@pytest.mark.parametrize(
    ("file", "platform"),
    [(file, on) for file in STORIES for on in read_story(file.read_text(encoding="utf-8")).on],
    ids=lambda one: one.stem if isinstance(one, Path) else one,
)
def test_story_comes_out_as_told(file: Path, platform: str, tmp_path: Path) -> None:
    told = file.read_text(encoding="utf-8")
    story = read_story(told)
    played = asyncio.run(play_on(platform, story, _folder(tmp_path, platform)))
    happened = told_on(platform, alone(story, platform, played))
    assert happened == told_on(platform, told)


@pytest.mark.skipif(not RETELL, reason="only with CONVENE_RETELL")
@pytest.mark.parametrize("file", STORIES, ids=lambda file: file.stem)
def test_stories_are_told_anew(file: Path, tmp_path: Path) -> None:
    story = read_story(file.read_text(encoding="utf-8"))
    played = {
        platform: asyncio.run(play_on(platform, story, _folder(tmp_path, platform)))
        for platform in story.on
    }
    file.write_text(one_transcript(story, played), encoding="utf-8")


def _folder(parent: Path, name: str) -> Path:
    (parent / name).mkdir()
    return parent / name


def test_there_are_stories() -> None:
    assert len(STORIES) >= 12
