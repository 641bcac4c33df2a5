"""One turn: a person wrote, the model answers with words or calls tools, until there is an answer.

A turn never writes to a calendar: what a tool proposes waits on its card, and the turn ends with it. How far
a turn may go is `limits`; running a tool is `bot.tools.toolbox`; showing the outcome is `engine`.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, replace
from types import AsyncGeneratorType
from typing import Protocol

from bot.limits import (
    Ledger,
    TurnLimits,
    batches,
    check_reply,
    is_private,
    is_waiting,
    told_by_tools,
)
from bot.llm.model import (
    Finished,
    LanguageModel,
    ModelEvent,
    ModelRequest,
    ModelUnavailable,
    Stop,
    TextDelta,
    ToolCall,
)
from bot.tools.answering import heard_strangers
from bot.tools.tool import ProposeContext, ToolKind, ToolResult
from bot.tools.toolbox import Returned, Toolbox, repeated
from bot.transcript import AssistantSaid, Part, ToolCalled, UserSaid
from calendar_core.changes.change import PendingChange

log = logging.getLogger(__name__)

STUCK = "I didn't get to an answer. Say it another way, or one thing at a time."
CANNOT = "I can't help with that. Ask me about your calendar."
TOOK_OVER = "({name} is not answering, so I go by my own rules for now.)"


class TurnListener(Protocol):
    """Who watches a turn. Never fails. In a channel nothing private may be shown by it (law 9)."""

    async def on_text(self, delta: str) -> None:
        """More words of an answer in the making; `TurnResult.text` replaces them in the end."""
        ...

    async def on_status(self, line: str) -> None:
        """A quiet line of what was looked at."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnResult:
    """What came of a turn."""

    parts: tuple[Part, ...]
    """To be kept: what the person said first, then all that followed; each call has its answer."""
    text: str
    """The answer in words; empty when cards and Undo lines say everything."""
    results: tuple[ToolResult, ...] = ()
    """Everything that tools found or did, in order."""
    private: bool = True
    """Whether the answer is for the asker alone."""
    strangers_text: bool = False
    """Whether text of strangers was read."""
    model: str = ""
    """Which model answered in the end."""
    tokens_in: int = 0
    tokens_out: int = 0

    @property
    def proposed(self) -> tuple[PendingChange, ...]:
        """The changes that now wait for a press, in order: each gets its card."""
        return tuple(one.proposed for one in self.results if one.proposed is not None)

    @property
    def noted(self) -> tuple[ToolResult, ...]:
        """What was noted at once: each gets its line with Undo."""
        return tuple(one for one in self.results if one.undo is not None)


async def run_turn(
    opening: ModelRequest,
    said: UserSaid,
    *,
    model: LanguageModel,
    fallback: LanguageModel,
    toolbox: Toolbox,
    context: ProposeContext,
    listener: TurnListener,
    limits: TurnLimits | None = None,
) -> TurnResult:
    """Play a turn to its end.

    `opening` holds the conversation so far without `said`. When the model is unavailable, also in the
    middle, the fallback plays the turn from its beginning and says so. A tool's bug is raised as it is.
    """
    turn = _Turn(opening, said, toolbox, context, listener, limits or TurnLimits())
    try:
        return await turn.play(model, by_rules=model is fallback)
    except ModelUnavailable as err:
        log.warning("model unavailable name=%s why=%s", model.name, err)
        if model is fallback:
            return turn.told(STUCK)
        return await turn.take_over(model, fallback)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reply:
    """What a model said in one go."""

    text: str
    calls: tuple[ToolCall, ...]
    finished: Finished


class _Turn:
    """A turn while it is played: what was said, called and returned so far."""

    def __init__(
        self,
        opening: ModelRequest,
        said: UserSaid,
        toolbox: Toolbox,
        context: ProposeContext,
        listener: TurnListener,
        limits: TurnLimits,
    ) -> None:
        self._opening = opening
        self._parts: list[Part] = [said]
        self._toolbox = toolbox
        self._context = context
        self._listener = listener
        self._limits = limits
        self._ledger = Ledger(limits)
        self._returned: list[Returned] = []
        self._by_rules = False
        self._name = ""
        self._tokens = (0, 0)

    async def play(self, model: LanguageModel, *, by_rules: bool) -> TurnResult:
        """Ask, call, ask again. Raises ModelUnavailable."""
        self._name, self._by_rules = model.name, by_rules
        if not by_rules and any(heard_strangers(part) for part in self._opening.parts):
            self._heard_strangers()
        for round_ in range(self._limits.rounds + 1):
            may_call = round_ < self._limits.rounds
            reply = await self._ask(model, may_call=may_call)
            if not reply.calls:
                return self._answered(reply)
            if not may_call:
                break
            returned = await self._call_all(reply)
            if is_waiting(returned):
                return self._result(told_by_tools(returned))
        return self.told(STUCK)

    async def take_over(self, model: LanguageModel, fallback: LanguageModel) -> TurnResult:
        """Let the fallback play the turn afresh, unless something was done that must not be done twice."""
        line = TOOK_OVER.format(name=model.name)
        await self._listener.on_text(f"\n\n{line}\n\n" if len(self._parts) > 1 else f"{line}\n\n")
        if self._has_acted():
            ended = self._result(told_by_tools(self._returned))
        else:
            ended = await self._afresh(fallback)
        return replace(ended, text="\n\n".join(text for text in (line, ended.text) if text))

    async def _afresh(self, fallback: LanguageModel) -> TurnResult:
        self._parts = self._parts[:1]
        self._returned = []
        self._ledger = Ledger(self._limits)
        try:
            return await self.play(fallback, by_rules=True)
        except ModelUnavailable as err:
            log.warning("fallback unavailable name=%s why=%s", fallback.name, err)
            return self.told(STUCK)

    def _has_acted(self) -> bool:
        return any(
            one.result is not None and self._toolbox.kind(one.part.tool) is not ToolKind.READS
            for one in self._returned
        )

    async def _ask(self, model: LanguageModel, *, may_call: bool) -> _Reply:
        request = replace(
            self._opening,
            parts=self._opening.parts + tuple(self._parts),
            tools=self._opening.tools if may_call else (),
        )
        try:
            async with asyncio.timeout(self._limits.patience.total_seconds()):
                reply = await self._listen(model.reply(request))
        except TimeoutError as err:
            raise ModelUnavailable(f"{model.name} took too long to answer.") from err
        self._tokens = (
            self._tokens[0] + reply.finished.tokens_in,
            self._tokens[1] + reply.finished.tokens_out,
        )
        if not self._returned:
            check_reply(model.name, reply.text, reply.calls, reply.finished.stop)
        elif reply.calls:
            check_reply(model.name, reply.text, reply.calls, reply.finished.stop)
        return reply

    async def _listen(self, events: AsyncIterator[ModelEvent]) -> _Reply:
        text = ""
        calls: list[ToolCall] = []
        async with AsyncExitStack() as stack:
            if isinstance(events, AsyncGeneratorType):
                await stack.enter_async_context(aclosing(events))
            async for event in events:
                if isinstance(event, Finished):
                    return _Reply(text=text, calls=tuple(calls), finished=event)
                if isinstance(event, TextDelta):
                    text += event.text
                    await self._listener.on_text(event.text)
                else:
                    calls.append(event)
                if len(calls) > self._limits.calls:
                    raise ModelUnavailable(f"{self._name} called too many tools at once.")
                if len(text) > self._limits.text:
                    return _Reply(text=text, calls=(), finished=Finished(stop=Stop.CUT))
        raise ModelUnavailable(f"{self._name} stopped in the middle of its answer.")
