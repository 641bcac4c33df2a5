"""The toolbox: what may be called in a turn, and the one way to call it.

A model's call is checked against the tool's typed arguments, run with a time limit, and its outcome
put into words for the model. A bug in a tool is not caught here: the engine has words for that.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import ValidationError

from bot.llm.model import Setting, ToolCall, ToolSpec
from bot.llm.schema import NOT_JSON, Schema, plain, with_choices
from bot.tools.answering import result_json, say_calendar_error, say_invalid
from bot.tools.tool import (
    ProposeContext,
    Tool,
    ToolContext,
    ToolKind,
    ToolMisused,
    ToolRefused,
    ToolResult,
)
from bot.transcript import ToolReturned
from calendar_core.errors import CalendarError

PATIENCE = timedelta(seconds=20)
"""How long a tool may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What came of one call."""

    part: ToolReturned
    """For the model and the transcript."""
    result: ToolResult | None = None
    """What the tool found or did; None when it was misused or refused."""
    misused: bool = False
    """Whether the model may correct the call and try again."""

    @property
    def private(self) -> bool:
        """Whether the words may hold anyone's own data: a refusal may name calendars and people."""
        if self.result is not None:
            return self.result.private
        return not self.misused


class Toolbox:
    """The tools of a turn, by name. Holds nothing of a turn: one box serves everybody."""

    def __init__(self, tools: Sequence[Tool[Any, Any]], *, patience: timedelta = PATIENCE) -> None:
        self._tools = {tool.name: tool for tool in tools}
        self._schemas: dict[str, Schema] = {
            tool.name: plain(tool.arguments.model_json_schema()) for tool in tools
        }
        self._patience = patience.total_seconds()

    def specs(self, setting: Setting) -> tuple[ToolSpec, ...]:
        """The tools as a model sees them; calendars are named by this person's names for them."""
        return tuple(
            ToolSpec(
                name=tool.name,
                description=tool.description,
                parameters=with_choices(self._schemas[tool.name], "calendar", setting.calendars),
                kind=tool.kind.value,
            )
            for tool in self._tools.values()
        )

    def kind(self, name: str) -> ToolKind | None:
        """What a tool may do at most; None for a name that is no tool."""
        tool = self._tools.get(name)
        return tool.kind if tool else None

    async def call(self, call: ToolCall, context: ProposeContext) -> Returned:
        """Run what a model called; whatever a tool may say comes back as words."""
        tool = self._tools.get(call.tool)
        if tool is None:
            return misused(call, f"There is no such tool. There are: {', '.join(self._tools)}.")
        if NOT_JSON in call.arguments:
            return misused(call, "The arguments were not a JSON object. Send the call again.")
        try:
            arguments = tool.arguments.model_validate(dict(call.arguments))
        except ValidationError as err:
            return misused(call, say_invalid(tool.name, err))
        return await self._run(call, tool, arguments, _context_for(tool.kind, context))

    async def _run(
        self, call: ToolCall, tool: Tool[Any, Any], arguments: Any, context: ToolContext
    ) -> Returned:
        try:
            async with asyncio.timeout(self._patience):
                result = await tool.run(context, arguments)
        except ToolMisused as err:
            return misused(call, str(err))
        except ToolRefused as err:
            return refused(call, str(err))
        except CalendarError as err:
            return refused(call, say_calendar_error(err))
        except TimeoutError:
            return refused(call, "That took too long. Ask for less at once, or try again later.")
        part = ToolReturned(id=call.id, tool=call.tool, content=result_json(result))
        return Returned(part=part, result=result)


def misused(call: ToolCall, fix: str) -> Returned:
    """An answer that tells the model what to correct."""
    part = ToolReturned(id=call.id, tool=call.tool, content=fix, ok=False)
    return Returned(part=part, misused=True)


def refused(call: ToolCall, reason: str) -> Returned:
    """An answer that is final."""
    return Returned(part=ToolReturned(id=call.id, tool=call.tool, content=reason, ok=False))


def _context_for(kind: ToolKind, context: ProposeContext) -> ToolContext:
    """A tool that only reads gets a context that has nothing to propose with (law 1)."""
    if kind is not ToolKind.READS:
        return context
    return ToolContext(
        me=context.me,
        place=context.place,
        now=context.now,
        world=context.world,
        saw_strangers_text=context.saw_strangers_text,
    )
