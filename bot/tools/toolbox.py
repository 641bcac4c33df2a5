"""The toolbox: what may be called in a turn, and the one way to call it.

A model's call is checked against the tool's typed arguments, run with a time limit, and its outcome
put into words for the model. A bug in a tool is not caught here: the engine has words for that.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any

from pydantic import ValidationError

from bot.allowing import ALL, Allowed
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


class Outcome(StrEnum):
    """How a call ended."""

    DONE = "done"
    """There is a result."""
    MISUSED = "misused"
    """The model may correct the call; the words are for it alone."""
    REFUSED = "refused"
    """It can't be done; the words are for the person."""
    SKIPPED = "skipped"
    """It was not run: the turn had no need of it; the words are for the model alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What came of one call."""

    part: ToolReturned
    """For the model and the transcript."""
    outcome: Outcome
    result: ToolResult | None = None
    """What the tool found or did; only with `Outcome.DONE`."""

    @property
    def private(self) -> bool:
        """Whether the words may hold anyone's own data: a refusal may name calendars and people."""
        if self.result is not None:
            return self.result.private
        return self.outcome is Outcome.REFUSED


class Toolbox:
    """The tools of a turn, by name. Holds nothing of a turn: one box serves everybody."""

    def __init__(
        self,
        tools: Sequence[Tool[Any, Any]],
        *,
        patience: timedelta = PATIENCE,
        allowed: Allowed = ALL,
    ) -> None:
        """Of those that are not `allowed` no model hears; what is called all the same is
        refused."""
        self._tools = {tool.name: tool for tool in tools}
        self._allowed = allowed
        self._schemas = {tool.name: _schema_of(tool) for tool in tools}
        self._patience = patience.total_seconds()
        # Made of nothing but its arguments; most people's calendars are called alike.
        self._specs_for = lru_cache(maxsize=256)(self._make_specs)

    def specs(self, setting: Setting) -> tuple[ToolSpec, ...]:
        """The tools as a model sees them; calendars are named by this person's names for them."""
        known = self.known(setting)
        if self._allowed.names is None:
            return known
        return tuple(spec for spec in known if self._allowed.refusal(spec.name) is None)

    def known(self, setting: Setting) -> tuple[ToolSpec, ...]:
        """The same with those that are not allowed: rules understand by them what is wished, and
        the refusal tells the person that it is switched off."""
        return self._specs_for(setting.calendars)

    def _make_specs(self, calendars: tuple[str, ...]) -> tuple[ToolSpec, ...]:
        return tuple(
            ToolSpec(
                name=tool.name,
                description=tool.description,
                parameters=with_choices(self._schemas[tool.name], "calendar", calendars),
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
            return unanswered(
                call,
                f"There is no such tool. There are: {', '.join(self._names())}.",
                Outcome.MISUSED,
            )
        if (refusal := self._allowed.refusal(call.tool)) is not None:
            return unanswered(call, refusal, Outcome.REFUSED)
        if NOT_JSON in call.arguments:
            return unanswered(
                call, "The arguments were not a JSON object. Send the call again.", Outcome.MISUSED
            )
        try:
            arguments = tool.arguments.model_validate(dict(call.arguments))
        except ValidationError as err:
            return unanswered(call, say_invalid(tool.name, err), Outcome.MISUSED)
        return await self._run(call, tool, arguments, _context_for(tool.kind, context))

    def _names(self) -> list[str]:
        return [name for name in self._tools if self._allowed.refusal(name) is None]

    async def _run(
        self, call: ToolCall, tool: Tool[Any, Any], arguments: Any, context: ToolContext
    ) -> Returned:
        try:
            async with asyncio.timeout(self._patience):
                result = await tool.run(context, arguments)
        except ToolMisused as err:
            return unanswered(call, str(err), Outcome.MISUSED)
        except ToolRefused as err:
            return unanswered(call, str(err), Outcome.REFUSED)
        except CalendarError as err:
            return unanswered(call, say_calendar_error(err), Outcome.REFUSED)
        except TimeoutError:
            return unanswered(
                call,
                "That took too long. Ask for less at once, or try again later.",
                Outcome.REFUSED,
            )
        part = ToolReturned(id=call.id, tool=call.tool, content=result_json(result))
        return Returned(part=part, outcome=Outcome.DONE, result=result)


@cache
def _schema_of(tool: Tool[Any, Any]) -> Schema:
    """What it takes, as every model is told; all boxes share it, so nobody may write into it."""
    return plain(tool.arguments.model_json_schema())


def unanswered(call: ToolCall, words: str, outcome: Outcome) -> Returned:
    """What a call without a result comes back as."""
    part = ToolReturned(id=call.id, tool=call.tool, content=words, ok=False)
    return Returned(part=part, outcome=outcome)


def _context_for(kind: ToolKind, context: ProposeContext) -> ToolContext:
    """A tool that only reads gets a context that has nothing to propose with (law 1)."""
    if kind is not ToolKind.READS:
        return context
    return ToolContext(
        me=context.me,
        place=context.place,
        now=context.now,
        channel=context.channel,
        world=context.world,
        rooms=context.rooms,
        saw_strangers_text=context.saw_strangers_text,
        said=context.said,
        allowed=context.allowed,
    )
