"""What every `LanguageModel` promises. A model's tests inherit this and hand over a `Stage`."""

from abc import ABC, abstractmethod
from typing import Protocol

import pytest

from bot.llm.model import (
    Finished,
    LanguageModel,
    ModelEvent,
    ModelRequest,
    ModelUnavailable,
    Setting,
    Stop,
    TextDelta,
    ToolCall,
)
from bot.tools.arguments import ARGUMENTS
from bot.transcript import AssistantSaid, Part, ToolCalled, ToolReturned, UserSaid
from tests.fakes.tools import BERLIN, NOW
from tests.fakes.toolset import house_specs

ASKS = UserSaid(text="what's on tomorrow", speaker="Ana", at=NOW)
LOOKED = ToolCalled(id="c1", tool="get_schedule", arguments={"when": "tomorrow"})
FOUND = ToolReturned(id="c1", tool="get_schedule", content='{"text":"Nothing on tomorrow."}')


class Stage(Protocol):
    """A model, and what lies behind it."""

    @property
    def model(self) -> LanguageModel: ...

    def will_look(self) -> None:
        """It is about to call `get_schedule`."""
        ...

    def will_say(self, text: str) -> None:
        """It is about to answer in these words (or others, if it has its own mind)."""
        ...

    def will_fail(self) -> bool:
        """It is about to be unavailable; False where that can't be."""
        ...


def asking(*parts: Part) -> ModelRequest:
    """A request in which Ana asked for tomorrow."""
    setting = Setting(now=NOW, zone=BERLIN, speaker="Ana")
    return ModelRequest(
        prompt="You are Convene.", parts=(ASKS, *parts), tools=house_specs(), setting=setting
    )


async def all_of(model: LanguageModel, request: ModelRequest) -> list[ModelEvent]:
    """Every event of a reply."""
    return [event async for event in model.reply(request)]


class LanguageModelContract(ABC):
    """The promises of the port."""

    @abstractmethod
    def stage(self) -> Stage:
        """A fixture: the model on its stage."""

    def test_it_has_a_name_as_in_the_settings(self, stage: Stage) -> None:
        assert stage.model.name
        assert stage.model.name == stage.model.name.strip()

    async def test_it_calls_a_tool_with_parsed_arguments(self, stage: Stage) -> None:
        stage.will_look()
        events = await all_of(stage.model, asking())
        made = [event for event in events if isinstance(event, ToolCall)]
        assert [call.tool for call in made] == ["get_schedule"]
        ARGUMENTS["get_schedule"].model_validate(dict(made[0].arguments))
        assert made[0].id
        self._ends_once(events, Stop.CALLED)

    async def test_it_answers_in_words_after_the_tool_returned(self, stage: Stage) -> None:
        stage.will_say("Nothing on tomorrow.")
        events = await all_of(stage.model, asking(LOOKED, FOUND))
        words = "".join(event.text for event in events if isinstance(event, TextDelta))
        assert "Nothing on tomorrow." in words
        self._ends_once(events, Stop.ANSWERED)

    async def test_it_takes_a_transcript_with_an_orphaned_call(self, stage: Stage) -> None:
        stage.will_look()
        request = asking(LOOKED, AssistantSaid(text="One moment."), ASKS)
        self._ends_once(await all_of(stage.model, request), Stop.CALLED)

    async def test_unavailable_is_said_in_one_way(self, stage: Stage) -> None:
        if not stage.will_fail():
            return
        with pytest.raises(ModelUnavailable) as raised:
            await all_of(stage.model, asking())
        assert str(raised.value).endswith(".")

    def _ends_once(self, events: list[ModelEvent], stop: Stop) -> None:
        endings = [event for event in events if isinstance(event, Finished)]
        assert endings == events[-1:]
        assert endings[0].stop is stop
