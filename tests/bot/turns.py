"""Turns to play in tests: the real loop and toolbox, scripted models, tools that do nothing."""

from datetime import timedelta
from typing import Any

from bot.briefing import Briefing
from bot.chat.messages import Place
from bot.limits import TurnLimits
from bot.llm.model import LanguageModel, ModelRequest, Setting
from bot.tools.tool import Tool
from bot.tools.toolbox import Toolbox
from bot.transcript import Part, UserSaid
from bot.turn import TurnResult, run_turn
from tests.fakes.models import ScriptedModel, says
from tests.fakes.tools import DIRECT, NOW, TOOLS, CountingProposals, a_context

SAID = UserSaid(text="what's on", speaker="Ana", at=NOW)


class Watching:
    """Writes down what a listener is shown."""

    def __init__(self) -> None:
        self.text = ""
        self.statuses: list[str] = []

    async def on_text(self, delta: str) -> None:
        self.text += delta

    async def on_status(self, line: str) -> None:
        self.statuses.append(line)


class Play:
    """Runs turns and keeps what they left behind."""

    def __init__(self, *tools: Tool[Any, Any], place: Place = DIRECT) -> None:
        self.toolbox = Toolbox(tools or TOOLS, patience=timedelta(seconds=1))
        self.proposals = CountingProposals()
        self.watching = Watching()
        self.fallback = ScriptedModel(says("By my own rules."), name="offline")
        self.context = a_context(self.proposals, place)
        self.briefing: Briefing | None = None
        self.limits = TurnLimits(patience=timedelta(seconds=2))
        self.budget: Any = None

    async def __call__(
        self, model: LanguageModel, *before: Part, by_rules: bool = False
    ) -> TurnResult:
        setting = Setting(now=NOW, zone=self.context.zone, speaker="Ana")
        if by_rules:
            self.fallback.name = model.name
        opening = ModelRequest(
            prompt="You are Convene.",
            parts=before,
            tools=self.toolbox.specs(setting),
            setting=setting,
        )
        return await run_turn(
            opening,
            SAID,
            model=model,
            fallback=self.fallback,
            toolbox=self.toolbox,
            context=self.context,
            listener=self.watching,
            limits=self.limits,
            briefing=self.briefing,
            budget=self.budget,
        )
