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
from io import TextIOWrapper
from pathlib import Path
from typing import Any, get_args, get_origin
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ValidationError

from adapters.console.ports import CannotStart
from bot.hearing import hear
from bot.limits import TurnLimits
from bot.llm.model import LanguageModel, ModelRequest, ModelUnavailable, Setting, ToolCall, ToolSpec
from bot.llm.offline.model import OfflineModel
from bot.prompt import prompt_for
from bot.tools.all import TOOLS
from bot.tools.arguments import ARGUMENTS, TimeWords
from bot.tools.tool import ToolKind
from bot.tools.toolbox import Toolbox
from bot.transcript import Part, ToolCalled, ToolReturned, UserSaid
from calendar_core.errors import CalendarError
from calendar_core.phrases import resolve
from calendar_core.phrases.wire import as_json

LIMITS = TurnLimits()
"""As in the engine."""
_TOOLBOX = Toolbox(TOOLS)
_READS = frozenset(tool.name for tool in TOOLS if tool.kind is ToolKind.READS)


@dataclass(slots=True)
class _Heard:
    """What came out of a model's turn."""

    calls: list[ToolCall] = field(default_factory=list)
    says: str = ""
    asks_for: str | None = None
    known: Mapping[str, Any] = field(default_factory=dict)


async def understand(
    model: LanguageModel, text: str, *, now: datetime, zone: ZoneInfo, channel: str = ""
) -> dict[str, Any]:
    """The line for one request, said in direct messages or in a channel of that name: the first
    proposing or reminding call, else the last read."""
    setting = Setting(
        now=now.astimezone(zone),
        zone=zone,
        speaker="me",
        in_channel=bool(channel),
        place_name=channel,
    )
    try:
        heard = await _listen(model, text, setting)
    except ModelUnavailable as err:
        return _nothing(f"The model did not answer: {err}")
    if heard.asks_for and not any(call.tool not in _READS for call in heard.calls):
        known = _wire(heard.asks_for, heard.known, setting)
        return _line(heard.asks_for, known, asks=heard.says)
    if not heard.calls:
        return _line(None, {}, says=heard.says or None)
    main = next((c for c in heard.calls if c.tool not in _READS), heard.calls[-1])
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
    for _ in range(LIMITS.rounds):
        request = ModelRequest(
            prompt=prompt_for(setting), parts=tuple(parts), tools=specs(setting), setting=setting
        )
        reply = await hear(model, request, _unheard, LIMITS)
        if reply.finished.asks_for:
            heard.asks_for, heard.known = reply.finished.asks_for, reply.finished.known
        heard.says = reply.text or heard.says
        if (said := reply.said) is not None:
            parts.append(said)
        heard.calls.extend(reply.calls)
        if not reply.calls or any(call.tool not in _READS for call in reply.calls):
            break
        parts.extend(ToolCalled(id=c.id, tool=c.tool, arguments=c.arguments) for c in reply.calls)
        parts.extend(_canned(call, setting) for call in reply.calls)
    return heard


async def _unheard(delta: str) -> None:
    """Nobody watches the words come."""


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


def specs(setting: Setting) -> tuple[ToolSpec, ...]:
    """All tools as a model sees them in a turn."""
    return _TOOLBOX.specs(setting)


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
    except (CannotStart, CalendarError) as err:
        print(err, file=sys.stderr)
        return 1
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
    except (ValueError, RecursionError):
        return _nothing("This line is not JSON.")
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        return _nothing('This line has no "text".')
    try:
        zone = ZoneInfo(str(row.get("tz") or "UTC"))
        now = _moment(row.get("reference"), zone)
    except (ZoneInfoNotFoundError, ValueError, OSError, OverflowError):
        return _nothing("I don't know this zone, or can't read this reference time.")
    return await understand(model, row["text"], now=now, zone=zone)


def _moment(reference: object, zone: ZoneInfo) -> datetime:
    """Wall time in the zone where no offset is given; now where nothing is."""
    if reference is None:
        return datetime.now(UTC).astimezone(zone)
    at = datetime.fromisoformat(str(reference))
    at = at.replace(tzinfo=zone) if at.tzinfo is None else at.astimezone(zone)
    if not 1900 <= at.year <= 2200:
        raise ValueError("no calendar reaches there")
    return at


def _lines(batch: str) -> Iterator[str]:
    if batch == "-":
        if isinstance(sys.stdin, TextIOWrapper):
            sys.stdin.reconfigure(encoding="utf-8", errors="replace")
        yield from sys.stdin
        return
    with Path(batch).open(encoding="utf-8", errors="replace") as lines:
        yield from lines


def _chosen(name: str | None) -> LanguageModel:
    if name in (None, "offline"):
        return OfflineModel()
    # The vendors' libraries load only when one is chosen.
    from bot.app.models import make_model
    from bot.offers import read_offers
    from bot.settings import read_settings

    offers = read_offers(read_settings().model_copy(update={"model": name}))
    return make_model(offers.by_name[offers.house])


__all__ = ["run", "understand"]
