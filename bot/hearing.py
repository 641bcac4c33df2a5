"""Hearing a model out: its stream of events becomes one reply that can be acted on, or none."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass
from types import AsyncGeneratorType

from bot.limits import TurnLimits
from bot.llm.model import (
    Finished,
    LanguageModel,
    ModelEvent,
    ModelRequest,
    ModelUnavailable,
    Stop,
    ToolCall,
)
from bot.transcript import AssistantSaid


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a model said in one go, whole."""

    text: str
    calls: tuple[ToolCall, ...]
    finished: Finished

    @property
    def said(self) -> AssistantSaid | None:
        """What is to be kept of it beside its calls; None when there is nothing."""
        vendor = self.finished.vendor if self.calls else None
        if not self.text.strip() and vendor is None:
            return None
        return AssistantSaid(text=self.text, vendor=vendor)


async def hear(
    model: LanguageModel,
    request: ModelRequest,
    on_text: Callable[[str], Awaitable[None]],
    limits: TurnLimits,
) -> Reply:
    """Ask a model and hear it out. Raises ModelUnavailable for whatever can't be acted on."""
    try:
        async with asyncio.timeout(limits.patience.total_seconds()), AsyncExitStack() as stack:
            events = model.reply(request)
            if isinstance(events, AsyncGeneratorType):
                await stack.enter_async_context(aclosing(events))
            reply = await _gather(model.name, events, on_text, limits)
    except TimeoutError as err:
        raise ModelUnavailable(f"{model.name} took too long to answer.") from err
    if reply.calls and reply.finished.stop is Stop.CUT:
        raise ModelUnavailable(f"{model.name} was cut off in the middle of a call; none was run.")
    return reply


async def _gather(
    name: str,
    events: AsyncIterator[ModelEvent],
    on_text: Callable[[str], Awaitable[None]],
    limits: TurnLimits,
) -> Reply:
    texts: list[str] = []
    calls: list[ToolCall] = []
    left = limits.text
    async for event in events:
        if isinstance(event, Finished):
            return Reply(text="".join(texts), calls=tuple(calls), finished=event)
        if isinstance(event, ToolCall):
            calls.append(event)
        else:
            texts.append(event.text[:left])
            left -= len(event.text)
            await on_text(texts[-1])
        if left < 0:
            return Reply(text="".join(texts), calls=(), finished=Finished(stop=Stop.CUT))
        if len(calls) > limits.calls:
            raise ModelUnavailable(f"{name} called too many tools at once; none was run.")
    raise ModelUnavailable(f"{name} stopped in the middle of its answer.")
