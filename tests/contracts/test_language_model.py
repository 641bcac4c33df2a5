"""Each model keeps the port's promises: the script, the rules, and a real server on loopback."""

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any, TypeAlias

import pytest

from bot.llm.anthropic import AnthropicModel
from bot.llm.hosted import Hosted
from bot.llm.model import (
    Finished,
    LanguageModel,
    ModelCapabilities,
    ModelEvent,
    Stop,
    TextDelta,
    ToolCall,
)
from bot.llm.offline.model import OfflineModel
from bot.llm.openai import OpenAIModel
from tests.contracts.language_model import LanguageModelContract
from tests.fakes.models import ScriptedModel, breaks


class ScriptedStage:
    def __init__(self) -> None:
        self._steps: list[Sequence[ModelEvent | Exception]] = []
        self.model: LanguageModel = ScriptedModel(lambda _: self._steps.pop(0))  # type: ignore[arg-type, return-value]

    def will_look(self) -> None:
        call = ToolCall(id="c1", tool="get_schedule", arguments={"when": "tomorrow"})
        self._steps.append((call, Finished(stop=Stop.CALLED)))

    def will_say(self, text: str) -> None:
        self._steps.append((TextDelta(text), Finished(stop=Stop.ANSWERED)))

    def will_fail(self) -> bool:
        self.model = ScriptedModel(breaks("Tues"))
        return True


class OfflineStage:
    """Has its own mind, and can't be down."""

    model: LanguageModel = OfflineModel()

    def will_look(self) -> None: ...

    def will_say(self, text: str) -> None: ...

    def will_fail(self) -> bool:
        return False


class ServerStage:
    def __init__(self, server: Any, model: OpenAIModel | AnthropicModel) -> None:
        self._server = server
        self.model = model

    def will_look(self) -> None:
        self._server.call_tool("get_schedule", {"when": "tomorrow", "calendar": None})

    def will_say(self, text: str) -> None:
        self._server.reply(text)

    def will_fail(self) -> bool:
        self._server.fail(401)
        return True


class ToollessStage(ServerStage):
    """Answers in JSON, as it is asked to."""

    def will_look(self) -> None:
        call = {"tool": "get_schedule", "arguments": {"when": "tomorrow", "calendar": None}}
        self._server.reply(json.dumps({"say": "", "calls": [call]}))

    def will_say(self, text: str) -> None:
        self._server.reply(json.dumps({"say": text, "calls": []}))


TOOLLESS = ModelCapabilities(tools=False)
WHOLE = ModelCapabilities(streaming=False)
Stages: TypeAlias = AsyncIterator[ServerStage]


async def at_openai(server: Any, stage: type[ServerStage], can: ModelCapabilities) -> Stages:
    model = OpenAIModel(
        Hosted("gpt-x", api_key="test", base_url=server.base_url("openai"), capabilities=can)
    )
    yield stage(server, model)
    await model.close()


async def at_anthropic(server: Any, stage: type[ServerStage], can: ModelCapabilities) -> Stages:
    model = AnthropicModel(
        Hosted("claude-x", api_key="test", base_url=server.base_url("anthropic"), capabilities=can)
    )
    yield stage(server, model)
    await model.close()


class TestScriptedModel(LanguageModelContract):
    @pytest.fixture
    def stage(self) -> ScriptedStage:
        return ScriptedStage()


class TestOfflineModel(LanguageModelContract):
    @pytest.fixture
    def stage(self) -> OfflineStage:
        return OfflineStage()


class TestOpenAIModel(LanguageModelContract):
    @pytest.fixture
    async def stage(self, llmock: Any) -> Stages:
        async for stage in at_openai(llmock, ServerStage, ModelCapabilities()):
            yield stage


class TestOpenAIModelWithoutStreaming(LanguageModelContract):
    @pytest.fixture
    async def stage(self, llmock: Any) -> Stages:
        async for stage in at_openai(llmock, ServerStage, WHOLE):
            yield stage


class TestOpenAIModelWithoutTools(LanguageModelContract):
    @pytest.fixture
    async def stage(self, llmock: Any) -> Stages:
        async for stage in at_openai(llmock, ToollessStage, TOOLLESS):
            yield stage


class TestAnthropicModel(LanguageModelContract):
    @pytest.fixture
    async def stage(self, llmock: Any) -> Stages:
        async for stage in at_anthropic(llmock, ServerStage, ModelCapabilities()):
            yield stage


class TestAnthropicModelWithoutStreaming(LanguageModelContract):
    @pytest.fixture
    async def stage(self, llmock: Any) -> Stages:
        async for stage in at_anthropic(llmock, ServerStage, WHOLE):
            yield stage


class TestAnthropicModelWithoutTools(LanguageModelContract):
    @pytest.fixture
    async def stage(self, llmock: Any) -> Stages:
        async for stage in at_anthropic(llmock, ToollessStage, TOOLLESS):
            yield stage
