"""Building transcripts for the offline model, and what it does with them."""

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.commands.understand import specs
from bot.llm.model import Finished, ModelEvent, ModelRequest, Setting, TextDelta, ToolCall
from bot.llm.offline.model import OfflineModel
from bot.transcript import AssistantSaid, Happened, Part, ToolCalled, ToolReturned, UserSaid

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 10, 8, 0, tzinfo=BERLIN)
SETTING = Setting(
    now=NOW,
    zone=BERLIN,
    speaker="Kim",
    people=("Ana Ruiz", "Bo Lindt"),
    calendars=("Personal", "Work"),
)


def said(text: str) -> UserSaid:
    """A person writes."""
    return UserSaid(text=text, speaker="Kim", at=NOW)


def asked(question: str, tool: str, /, **known: Any) -> AssistantSaid:
    """The model asks for what a tool still needs."""
    return AssistantSaid(text=question, asks_for=tool, known=known)


def called(
    tool: str, result: dict[str, Any] | str, /, *, ok: bool = True, **arguments: Any
) -> list[Part]:
    """A tool is called and returns."""
    content = result if isinstance(result, str) else json.dumps(result)
    key = f"{tool}-{len(content)}-{len(arguments)}"
    return [
        ToolCalled(id=key, tool=tool, arguments=arguments),
        ToolReturned(id=key, tool=tool, content=content, ok=ok),
    ]


def proposed(tool: str, title: str, when: str, /, *, ref: str = "", **arguments: Any) -> list[Part]:
    """A tool proposes a change of one event."""
    event = {"title": title, "when": when} | ({"ref": ref} if ref else {})
    return called(tool, {"proposed": True, "tool": tool, "events": [event]}, **arguments)


def applied(tool: str, title: str, when: str, ref: str) -> Happened:
    """A card was confirmed and written."""
    facts = {"tool": tool, "events": [{"ref": ref, "title": title, "when": when}]}
    return Happened(what="applied", text=f"✓ {title}", at=NOW, facts=facts)


def reply_to(parts: Sequence[Part], setting: Setting = SETTING) -> tuple[ModelEvent, ...]:
    """All events of the model's reply."""
    request = ModelRequest(prompt="", parts=tuple(parts), tools=specs(setting), setting=setting)

    async def _collect() -> list[ModelEvent]:
        return [event async for event in OfflineModel().reply(request)]

    return tuple(asyncio.run(_collect()))


def calls_of(events: Sequence[ModelEvent]) -> list[tuple[str, dict[str, Any]]]:
    """The tools that a reply calls, with their arguments."""
    return [(e.tool, dict(e.arguments)) for e in events if isinstance(e, ToolCall)]


def words_of(events: Sequence[ModelEvent]) -> str:
    """What a reply says."""
    return "".join(e.text for e in events if isinstance(e, TextDelta))


def end_of(events: Sequence[ModelEvent]) -> Finished:
    """How a reply ends."""
    last = events[-1]
    assert isinstance(last, Finished)
    return last
