"""Hearing a model out: its stream of events becomes one reply that can be acted on, or none."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, replace
from types import AsyncGeneratorType

from bot.limits import TurnLimits
from bot.llm.letters import Letters, mended
from bot.llm.measure import tokens_of_text
from bot.llm.model import (
    Finished,
    LanguageModel,
    ModelEvent,
    ModelRequest,
    ModelUnavailable,
    Stop,
    ToolCall,
)
from bot.spending import Spent
from bot.transcript import AssistantSaid


class BrokenOff(ModelUnavailable):
    """The model is unavailable, and had begun to answer: what it read and wrote was taken."""

    def __init__(self, error: Exception, message: str, written: int) -> None:
        super().__init__(message, getattr(error, "seconds", None))
        self.written = written
        """Tokens, about."""

    @classmethod
    def cut(cls, name: str, written: int) -> "BrokenOff":
        """The length ran out: half an answer is none, and half a call never runs."""
        error = ModelUnavailable(f"{name} was cut off in the middle.")
        return cls(error, str(error), written)


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

    def took(self, reads: int) -> Spent:
        """What it took; about, where the server does not say, for a request of about so many
        tokens: else it would pass for nothing."""
        told = self.finished
        return Spent(
            calls=1,
            tokens_in=told.tokens_in or reads,
            tokens_cached=told.tokens_cached,
            tokens_stored=told.tokens_stored,
            tokens_out=told.tokens_out or _written(self.text, self.calls),
        )


class _Heard:
    """What came so far."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.calls: list[ToolCall] = []

    def unavailable(self, error: Exception, message: str) -> ModelUnavailable:
        """An error, and what was taken before it."""
        if not self.texts and not self.calls and not isinstance(error, TimeoutError):
            return ModelUnavailable(message, getattr(error, "seconds", None))
        return BrokenOff(error, message, _written("".join(self.texts), self.calls))


def _written(text: str, calls: Iterable[ToolCall]) -> int:
    return tokens_of_text(text, *(str(dict(call.arguments)) for call in calls))


async def hear(
    model: LanguageModel,
    request: ModelRequest,
    on_text: Callable[[str], Awaitable[None]],
    limits: TurnLimits,
) -> Reply:
    """Ask a model and hear it out. Raises ModelUnavailable for whatever can't be acted on, as
    BrokenOff where it had begun or nobody knows."""
    heard = _Heard()
    try:
        async with asyncio.timeout(limits.patience.total_seconds()), AsyncExitStack() as stack:
            events = model.reply(request)
            if isinstance(events, AsyncGeneratorType):
                await stack.enter_async_context(aclosing(events))
            reply = await _gather(model.name, events, on_text, limits, heard)
            if reply.finished.stop is Stop.CUT:
                raise BrokenOff.cut(model.name, reply.took(0).tokens_out)
            return reply
    except BrokenOff:
        raise
    except TimeoutError as err:
        raise heard.unavailable(err, f"{model.name} took too long to answer.") from err
    except ModelUnavailable as err:
        raise heard.unavailable(err, str(err)) from err


async def _gather(
    name: str,
    events: AsyncIterator[ModelEvent],
    on_text: Callable[[str], Awaitable[None]],
    limits: TurnLimits,
    heard: _Heard,
) -> Reply:
    texts, calls, letters = heard.texts, heard.calls, Letters()
    left = limits.text
    async for event in events:
        if isinstance(event, Finished):
            texts.append(letters.rest())
            finished = replace(event, vendor=mended(event.vendor), known=mended(event.known))
            return Reply(text="".join(texts), calls=tuple(calls), finished=finished)
        if isinstance(event, ToolCall):
            calls.append(_mended(event))
        else:
            new = letters.add(event.text)
            texts.append(new[:left])
            left -= len(new)
            await on_text(texts[-1])
        if left < 0:
            said = Finished(stop=Stop.ANSWERED)
            return Reply(text=f"{''.join(texts).rstrip()}…", calls=(), finished=said)
        if len(calls) > limits.calls:
            raise ModelUnavailable(f"{name} called too many tools at once; none was run.")
    raise ModelUnavailable(f"{name} stopped in the middle of its answer.")


def _mended(call: ToolCall) -> ToolCall:
    return ToolCall(id=mended(call.id), tool=mended(call.tool), arguments=mended(call.arguments))
