"""Every story comes out as it is written down.

`CONVENE_RETELL=1` writes the stories anew, to be read aloud.
"""

import asyncio
import os
from pathlib import Path

import pytest

from tests.scenarios.playing import HERE, play_story

STORIES = sorted((HERE / "stories").glob("*.txt"))


@pytest.mark.usefixtures("configured_database")
@pytest.mark.parametrize("story", STORIES, ids=lambda file: file.stem)
def test_story_comes_out_as_told(
    story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONVENE_ALLOW_PRIVATE", "true")
    for name in ("GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET", "MICROSOFT_CLIENT_ID"):
        monkeypatch.delenv(name, raising=False)
    told = story.read_text(encoding="utf-8")
    happened = asyncio.run(play_story(told, tmp_path / "data"))
    if os.environ.get("CONVENE_RETELL"):
        story.write_text(happened, encoding="utf-8")
        return
    assert happened == told


def test_there_are_stories() -> None:
    assert len(STORIES) >= 10
