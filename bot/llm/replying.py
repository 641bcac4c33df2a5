"""A reply while it comes: chunks of a vendor's stream become neutral events, with one end."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import Any, Protocol

from bot.llm.measure import tokens_of, tokens_of_parts, tokens_of_text
from bot.llm.model import (
    Finished,
    ModelEvent,
    ModelRequest,
    ModelUnavailable,
    Stop,
    TextDelta,
    ToolCall,
)
from bot.llm.written_calls import Thoughts, Words, read_held
from bot.transcript import ToolCalled


class Pieces(Protocol):
    """A vendor's chunks, put together as they come."""

    stop: Stop | None
    """Why the reply ended; None: it did not."""
    tokens_in: int
    tokens_cached: int
    tokens_stored: int
    tokens_out: int

    def add(self, chunk: Mapping[str, Any]) -> str:
        """Take a chunk in; what it has of words is returned."""
        ...

    def calls(self, step: int) -> tuple[ToolCall, ...]:
        """The calls so far, whole; arguments that are no JSON object are marked so."""
        ...

    def vendor(self) -> Mapping[str, Any] | None:
        """What the vendor wants to see again with these calls."""
        ...


async def events_of(
    chunks: AsyncGenerator[Mapping[str, Any], None],
    pieces: Pieces,
    *,
    name: str,
    request: ModelRequest,
    reads_calls: bool = True,
) -> AsyncGenerator[ModelEvent, None]:
    """The events of a reply to a request. Raises ModelUnavailable when it has no end.

    `reads_calls`: calls that are written into the words count as calls; without it, words are
    words. Where a server does not tell what it read and wrote, that is estimated.
    """
    words, thoughts, written = Words(), Thoughts(), 0
    async with aclosing(chunks):
        async for chunk in chunks:
            new = pieces.add(chunk)
            written += len(new)
            said = thoughts.add(new)
            if said and (shown := words.add(said) if reads_calls else said):
                yield TextDelta(shown)
    if rest := thoughts.rest():
        yield TextDelta(rest)
    if pieces.stop is None:
        raise ModelUnavailable(f"{name} broke off in the middle.")
    calls = pieces.calls(len(request.parts))
    for event in _ending(pieces, words, calls, pieces.stop):
        if isinstance(event, Finished) and not event.tokens_in + event.tokens_out:
            event = replace(
                event,
                tokens_in=tokens_of(request),
                tokens_out=tokens_of_text("x" * written) + tokens_of_parts(map(_called, calls)),
            )
        yield event


def _called(call: ToolCall) -> ToolCalled:
    return ToolCalled(id=call.id, tool=call.tool, arguments=call.arguments)


def _ending(
    pieces: Pieces, words: Words, made: tuple[ToolCall, ...], stop: Stop
) -> list[ModelEvent]:
    """What follows when a stream is over: words that were held back, calls, and the end."""
    read = read_held(words.held)
    calls: tuple[ToolCall, ...] = made or read.calls
    if stop in (Stop.ANSWERED, Stop.CALLED):
        stop = Stop.CALLED if calls else Stop.ANSWERED
    if stop is Stop.REFUSED:
        calls = ()
    ending = Finished(
        stop=stop,
        vendor=pieces.vendor() if made and calls else None,
        tokens_in=pieces.tokens_in,
        tokens_cached=pieces.tokens_cached,
        tokens_stored=pieces.tokens_stored,
        tokens_out=pieces.tokens_out,
    )
    return [*([TextDelta(read.text)] if read.text else []), *calls, ending]
