"""Answers that grow while a model thinks: words in pieces become one finished message in direct
messages, and nothing of a private answer stands in a channel before it is whole.

The model looks at the platform before each further piece: what it said so far has been shown then.
"""

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from adapters.slack.methods import SET_STATUS
from bot.llm.model import (
    Finished,
    ModelCapabilities,
    ModelEvent,
    ModelRequest,
    Stop,
    TextDelta,
    ToolCall,
)
from bot.transcript import ToolReturned
from calendar_core.clock import StandingClock
from calendar_core.opening import DATABASE_FILE
from tests.scenarios.chatting import STAGES, House
from tests.scenarios.script import Somebody
from tests.scenarios.slack_stage import SlackStage

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 12, 8, tzinfo=BERLIN)
PEOPLE = [
    Somebody(name="Ana", zone=BERLIN, runs_team=True),
    Somebody(name="Ben", zone=BERLIN, runs_team=False),
]
LOOKING: list[ModelEvent] = [
    ToolCall(id="1", tool="get_schedule", arguments={"when": "today"}),
    Finished(stop=Stop.CALLED),
]
ANSWER: list[ModelEvent] = [
    TextDelta("You have one thing"),
    TextDelta(" today: <!channel> Salary talk"),
    TextDelta(" this afternoon."),
    Finished(stop=Stop.ANSWERED),
]


@dataclass
class ThinkingModel:
    """Looks something up and answers in pieces; `saw` holds what stood there before each."""

    name: str = "thinking"
    capabilities: ModelCapabilities = field(default_factory=ModelCapabilities)
    look: Callable[[], list[str]] = list
    saw: list[list[str]] = field(default_factory=list)

    async def reply(self, request: ModelRequest) -> AsyncIterator[ModelEvent]:
        looked = isinstance(request.parts[-1], ToolReturned)
        for event in ANSWER if looked else LOOKING:
            self.saw.append(self.look())
            yield event


@pytest.fixture
def folder(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder; and Discord's answers grow at every piece."""
    for pause in ("HOLD", "PACE"):
        monkeypatch.setattr(f"adapters.discord.streaming.{pause}", 0.0)
    shutil.copy(sqlite_template, tmp_path / DATABASE_FILE)
    return tmp_path


@asynccontextmanager
async def opened(platform: str, folder: Path) -> AsyncIterator[tuple[House, ThinkingModel]]:
    """Ana, who has a calendar, and Ben on one platform, with a model that thinks aloud."""
    stage = STAGES[platform]()
    model = ThinkingModel()
    house = House(stage, folder, StandingClock(NOW), BERLIN, model=model)
    await stage.set(PEOPLE, NOW, BERLIN)
    await house.build()
    try:
        await house.bring("Ana", "ana.ics")
        zones = {one.name: one.zone for one in PEOPLE}
        model.look = lambda: [
            f"{one.where or one.only}: {' '.join(one.lines)}" for one in stage.looks(zones, BERLIN)
        ]
        yield house, model
    finally:
        await house.close()


@pytest.mark.parametrize("platform", ["slack", "discord"])
async def test_words_in_pieces_become_one_message(platform: str, folder: Path) -> None:
    async with opened(platform, folder) as (house, model):
        await house.stage.says("Ana", "", "what is on today?")
        await house.settle()
        assert [seen for seen in model.saw if seen] == [
            ["Ana: You have one thing …"],
            ["Ana: You have one thing today: <!channel> Salary talk …"],
            ["Ana: You have one thing today: <!channel> Salary talk this afternoon. …"],
        ]
        [whole] = model.look()
        begins = "Ana: You have one thing today: <!channel> Salary talk this afternoon."
        assert whole.startswith(begins)
        assert "…" not in whole
        if isinstance(house.stage, SlackStage):
            told = house.stage.slack.calls(SET_STATUS.name)
            assert [one.args.get("loading_messages") for one in told] == [
                ["Looked at today · 1 calendar"],
                None,
            ]
            said = [one.text for one in house.stage.slack.backend.world.statuses]
            assert said == ["is thinking…", ""], "while it looked, until the answer came"


@pytest.mark.parametrize("platform", ["slack", "discord"])
async def test_a_private_answer_in_a_channel_is_not_shown_before_it_is_whole(
    platform: str, folder: Path
) -> None:
    async with opened(platform, folder) as (house, model):
        await house.stage.says("Ana", "#team", "what is on today?")
        await house.settle()
        assert not any("one thing" in line for seen in model.saw for line in seen)
        assert "Salary" in str(model.look())
        if isinstance(house.stage, SlackStage):
            told = [one for one in house.stage.team.messages.values() if one.bot_id]
            assert [one.seen_by for one in told] == [house.stage.people["Ana"].id]
        else:
            assert "Salary" not in str([one for one in model.look() if one.startswith("#team")])
