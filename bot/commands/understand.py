"""`convene understand`: what a model would do with a request, without doing it.

So that any model can be scored. No calendar is read: look-ups are answered "the one event meant",
proposing calls end the turn. What is printed for a time phrase is what `convene when` prints.
"""

import asyncio
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_origin
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ValidationError

from bot.llm.model import (
    Finished,
    LanguageModel,
    ModelRequest,
    ModelUnavailable,
    Setting,
    TextDelta,
    ToolCall,
    ToolSpec,
)
from bot.llm.offline.model import OfflineModel
from bot.tools.arguments import ARGUMENTS, TimeWords
from bot.transcript import AssistantSaid, Part, ToolCalled, ToolReturned, UserSaid
from calendar_core.phrases import resolve
from calendar_core.phrases.wire import as_json

ROUNDS = 5
"""Rounds of tools in one turn, as in the engine."""
READS = frozenset(
    {
        "get_schedule",
        "search_events",
        "find_free_time",
        "check_availability",
        "list_reminders",
        "analyze_schedule",
        "list_calendars",
        "get_preferences",
    }
)
NOTES = frozenset({"set_reminder", "cancel_reminder", "set_preferences"})
_PROMPT = (
    "You are a calendar assistant. Call the tool that the request needs; "
    "ask one short question when something is missing."
)


@dataclass(slots=True)
class _Heard:
    """What came out of a model's turn."""

    calls: list[ToolCall] = field(default_factory=list)
    says: str = ""
    asks_for: str | None = None
    known: Mapping[str, Any] = field(default_factory=dict)


async def understand(
    model: LanguageModel, text: str, *, now: datetime, zone: ZoneInfo
) -> dict[str, Any]:
    """The line for one request: the first proposing or reminding call, else the last read."""
    setting = Setting(now=now.astimezone(zone), zone=zone, speaker="me")
    try:
        heard = await _listen(model, text, setting)
    except ModelUnavailable as err:
        return _nothing(f"The model did not answer: {err}")
    if heard.asks_for and not any(call.tool not in READS for call in heard.calls):
        known = _wire(heard.asks_for, heard.known, setting)
        return _line(heard.asks_for, known, asks=heard.says)
    if not heard.calls:
        return _line(None, {}, says=heard.says or None)
    main = next((c for c in heard.calls if c.tool not in READS), heard.calls[-1])
    more = [
        {"tool": call.tool, "arguments": _wire(call.tool, call.arguments, setting)}
        for call in heard.calls
        if call is not main
    ]
    return _line(main.tool, _wire(main.tool, main.arguments, setting), more=more)


async def _listen(model: LanguageModel, text: str, setting: Setting) -> _Heard:
    """Run the model's own loop with canned answers."""
    parts: list[Part] = [UserSaid(text=text, speaker=setting.speaker, at=setting.now)]
    heard = _Heard()
    for _ in range(ROUNDS):
        request = ModelRequest(
            prompt=f"{_PROMPT} Now: {setting.now.isoformat()} {setting.zone.key}.",
            parts=tuple(parts),
            tools=specs(),
            setting=setting,
        )
        said, calls = "", []
        async for event in model.reply(request):
            if isinstance(event, TextDelta):
                said += event.text
            elif isinstance(event, ToolCall):
                calls.append(event)
            elif isinstance(event, Finished) and event.asks_for:
                heard.asks_for, heard.known = event.asks_for, event.known
        heard.says = said or heard.says
        if said:
            parts.append(AssistantSaid(text=said))
        heard.calls.extend(calls)
        if not calls or any(call.tool not in READS for call in calls):
            break
        parts.extend(ToolCalled(id=c.id, tool=c.tool, arguments=c.arguments) for c in calls)
        parts.extend(_canned(call, setting) for call in calls)
    return heard


def _canned(call: ToolCall, setting: Setting) -> ToolReturned:
    """Says "The one event meant", for whatever was looked up."""
    words = str(call.arguments.get("query") or call.arguments.get("person") or "the event")
    start = setting.now.replace(minute=0, second=0, microsecond=0)
    event = {
        "ref": "the-one",
        "title": words,
        "when": "at the time meant",
        "start": start.isoformat(),
        "end": start.isoformat(),
    }
    content = {"text": f"The one event meant: {words}.", "events": [event], "count": 1}
    return ToolReturned(id=call.id, tool=call.tool, content=json.dumps(content))


@cache
def specs() -> tuple[ToolSpec, ...]:
    """All tools as a model sees them."""
    return tuple(
        ToolSpec(
            name=name,
            description=" ".join((arguments.__doc__ or "").split()),
            parameters=arguments.model_json_schema(),
            kind="reads" if name in READS else "notes" if name in NOTES else "proposes",
        )
        for name, arguments in ARGUMENTS.items()
    )


def _wire(tool: str, arguments: Mapping[str, Any], setting: Setting) -> dict[str, Any]:
    """The arguments as the line shows them: checked, defaults left out, times resolved."""
    kind = ARGUMENTS.get(tool)
    if kind is None:
        return dict(arguments)
    try:
        kept = kind.model_validate(dict(arguments)).model_dump(
            exclude_defaults=True, exclude_none=True
        )
    except ValidationError:
        kept = {
            k: v for k, v in arguments.items() if k in kind.model_fields and v not in (None, [])
        }
    return {name: _resolved(kind, name, value, setting) for name, value in kept.items()}


def _resolved(kind: type[BaseModel], name: str, value: Any, setting: Setting) -> Any:
    if not _holds_time(kind, name):
        return value
    if isinstance(value, list):
        return [_meaning(str(one), setting) for one in value]
    return _meaning(str(value), setting)


def _meaning(words: str, setting: Setting) -> dict[str, object]:
    return as_json(resolve(words, now=setting.now, zone=setting.zone, policy=setting.policy))


@cache
def _holds_time(kind: type[BaseModel], name: str) -> bool:
    """Whether an argument, or what its list holds, is words for a time."""
    info = kind.model_fields[name]
    return any(isinstance(m, TimeWords) for m in info.metadata) or _marked(info.annotation)


def _marked(annotation: Any) -> bool:
    if any(isinstance(m, TimeWords) for m in getattr(annotation, "__metadata__", ())):
        return True
    return get_origin(annotation) is not None and any(_marked(one) for one in get_args(annotation))


def _line(
    tool: str | None,
    arguments: Mapping[str, Any],
    *,
    asks: str | None = None,
    says: str | None = None,
    more: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    return {
        "tool": tool,
        "arguments": dict(arguments),
        "asks": asks,
        "says": says,
        "more": list(more),
    }


def _nothing(why: str) -> dict[str, Any]:
    return _line(None, {}, says=why)


def run(batch: str, model: str | None) -> int:
    """Print a line for each line of the file; `-` reads from stdin. Returns the exit code."""
    try:
        chosen = _chosen(model)
        lines = _lines(batch)
        return asyncio.run(_run(lines, chosen))
    except OSError as err:
        print(f"I can't read {batch}: {err.strerror or err}.", file=sys.stderr)
        return 1


async def _run(lines: Iterator[str], model: LanguageModel) -> int:
    for line in lines:
        print(json.dumps(await _one(line, model)), flush=True)
    return 0


async def _one(line: str, model: LanguageModel) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError:
        return _nothing("This line is not JSON.")
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        return _nothing('This line has no "text".')
    try:
        zone = ZoneInfo(str(row.get("tz") or "UTC"))
        now = _moment(row.get("reference"), zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return _nothing("I don't know this zone, or can't read this reference time.")
    return await understand(model, row["text"], now=now, zone=zone)


def _moment(reference: object, zone: ZoneInfo) -> datetime:
    """Wall time in the zone where no offset is given; now where nothing is."""
    if reference is None:
        return datetime.now(UTC).astimezone(zone)
    at = datetime.fromisoformat(str(reference))
    return at.replace(tzinfo=zone) if at.tzinfo is None else at.astimezone(zone)


def _lines(batch: str) -> Iterator[str]:
    if batch == "-":
        yield from sys.stdin
        return
    with Path(batch).open(encoding="utf-8", errors="replace") as lines:
        yield from lines


def _chosen(name: str | None) -> LanguageModel:
    if name in (None, "offline"):
        return OfflineModel()
    from bot.app import make_model  # the vendors' libraries load only when one is chosen
    from bot.settings import Settings

    return make_model(name, Settings())


__all__ = ["run", "understand"]
