"""What a model without tool calls is told of the days ahead: what the tool that shows schedules
tells the person, within a budget. For the laws it counts as if the model had called that tool.
"""

import json
from dataclasses import dataclass, replace

from bot.llm.measure import BYTES
from bot.llm.model import ModelCapabilities, ToolCall
from bot.tools.answering import LONGEST, shortened
from bot.tools.tool import ProposeContext
from bot.tools.toolbox import Outcome, Toolbox
from bot.transcript import ToolCalled, ToolReturned

_SHARE = 8
"""One part in so many of what a model can be sent is for the days ahead."""
_LOOK = ToolCall(id="ahead", tool="get_schedule", arguments={"when": "today for 8 days"})
"""Today and the seven days after it."""
_LABELS = ("strangers_text", "note", "public")


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """What a model is told before it is asked."""

    part: ToolReturned
    """As the tool told it, with what it says of its own text."""
    status: str = ""
    """A quiet line of what was looked at."""

    @property
    def kept(self) -> tuple[ToolCalled, ToolReturned]:
        """What is remembered of it: that it was told, whose it is and who wrote it. The next turn
        is told afresh."""
        told = json.loads(self.part.content)
        left = {name: told[name] for name in _LABELS if name in told}
        content = json.dumps({**left, "text": "The days ahead were shown."}, separators=(",", ":"))
        called = ToolCalled(id=_LOOK.id, tool=_LOOK.tool, arguments=_LOOK.arguments)
        return called, replace(self.part, content=content)


async def brief(
    toolbox: Toolbox, context: ProposeContext, capabilities: ModelCapabilities
) -> Briefing | None:
    """The days ahead; None for a model that can look itself, and where they can't be shown."""
    if capabilities.tools:
        return None
    returned = await toolbox.call(_LOOK, context)
    if returned.outcome is not Outcome.DONE:
        return None
    room = min(LONGEST, int(capabilities.context / _SHARE * BYTES))
    part = replace(returned.part, content=shortened(returned.part.content, room))
    return Briefing(part=part, status=returned.result.status if returned.result else "")
