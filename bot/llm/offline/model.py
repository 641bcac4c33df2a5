"""The offline model: a pure function of the request; all that it remembers is in the transcript."""

from collections.abc import AsyncIterator

from bot.llm.model import (
    Finished,
    ModelCapabilities,
    ModelEvent,
    ModelRequest,
    Stop,
    TextDelta,
    ToolCall,
)
from bot.llm.offline.conversing import answer
from bot.llm.offline.frame import Reply


class OfflineModel:
    """Understands calendar requests by rules; needs no network and no key."""

    name = "offline"
    capabilities = ModelCapabilities()

    async def reply(self, request: ModelRequest) -> AsyncIterator[ModelEvent]:
        """Answer at once: tool calls, or words."""
        for event in as_events(answer(request), request):
            yield event


def as_events(reply: Reply, request: ModelRequest) -> tuple[ModelEvent, ...]:
    """A reply as what the port streams."""
    if reply.frames:
        step = len(request.parts)
        calls = tuple(
            ToolCall(id=f"offline-{step}-{n}", tool=frame.tool, arguments=dict(frame.arguments))
            for n, frame in enumerate(reply.frames, 1)
        )
        return (*calls, Finished(stop=Stop.CALLED))
    end = Finished(stop=Stop.ANSWERED, asks_for=reply.asks_for, known=dict(reply.known))
    return (TextDelta(reply.text), end) if reply.text else (end,)
