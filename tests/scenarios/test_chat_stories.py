"""Every story comes out on Slack and on Discord as it is written down, through the real doors.

`CONVENE_RETELL=1` writes the stories anew, to be read aloud.
"""

import asyncio
import os
import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from calendar_core.opening import DATABASE_FILE
from tests.conftest import Emptied
from tests.scenarios.chatting import HERE, play_on
from tests.scenarios.script import alone, one_transcript, read_story, told_on

Fresh = Callable[[], Path | str]
_numbers = count(1)
STORIES = sorted((HERE / "chats").glob("*.txt"))


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Fresh]:
    """Makes an empty, migrated database each time it is asked."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")

        def folder() -> Path:
            made = tmp_path / f"data-{next(_numbers)}"
            made.mkdir()
            shutil.copy(template, made / DATABASE_FILE)
            return made

        yield folder
        return
    server: Emptied = request.getfixturevalue("emptied")

    def url() -> str:
        server.empty()
        return server.url

    yield url
    server.empty()


@pytest.mark.parametrize("file", STORIES, ids=lambda file: file.stem)
def test_story_comes_out_as_told(file: Path, fresh: Fresh) -> None:
    told = file.read_text(encoding="utf-8")
    story = read_story(told)
    played = {}
    for platform in story.on:
        played[platform] = asyncio.run(play_on(platform, story, fresh()))
    if os.environ.get("CONVENE_RETELL"):
        file.write_text(one_transcript(story, played), encoding="utf-8")
        return
    for platform, seen in played.items():
        happened = told_on(platform, alone(story, platform, seen))
        assert happened == told_on(platform, told), f"on {platform}"


def test_there_are_stories() -> None:
    assert len(STORIES) >= 12
