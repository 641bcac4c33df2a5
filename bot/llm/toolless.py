"""Models that call no tools by themselves: what they are asked for, and what they are told.

The tools stand in words in the prompt, the agenda beside the clock, and the answer is one JSON
object: words to say, and calls to make. Servers that can hold an answer to a schema are told it.
What the calls found comes back as words. How the answer is read is `json_answer`.
"""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from types import AsyncGeneratorType
from typing import Any

from bot.llm.exchanges import Replied, exchanges, marked
from bot.llm.json_answer import Reading
from bot.llm.measure import tokens_of_text
from bot.llm.model import (
    CLOCK,
    Finished,
    ModelEvent,
    ModelRequest,
    ModelUnavailable,
    Stop,
    TextDelta,
    ToolSpec,
)
from bot.llm.remembering import remembered
from bot.llm.schema import lean, strict
from bot.transcript import AssistantSaid, Part, UserSaid

TOOLS_SHARE = 4
"""One part in so many of a model's context is for tools; else their arguments go unexplained."""

_HOW = """\
How you answer
Answer with one JSON object and nothing else: {"say": "...", "calls": []}
- "say": your words to the person; "" when you only call tools.
- "calls": the tools to call now, each {"tool": "...", "arguments": {...}}; [] for none. Leave out
  arguments that you have no need of. What tools find comes back to you; then you answer."""
_NO_CALLS = """\
How you answer
Answer with one JSON object and nothing else: {"say": "..."}
"say" is your words to the person. No tool can be called now."""
_AGENDA = "What stands ahead, looked up just now; for other days and for free time, call a tool:"


async def answered_in_json(
    request: ModelRequest,
    ask: Callable[[ModelRequest], AsyncIterator[ModelEvent]],
    *,
    name: str,
    context: int,
    typed: bool,
) -> AsyncGenerator[ModelEvent, None]:
    """The events of a reply of a model without tool calls, made of its JSON answer.

    `ask` plays a request without tools. `typed`: the answer's schema tells each tool's arguments;
    without it they are JSON in a string, for servers whose grammars have little room. Raises
    ModelUnavailable for an answer that is none.
    """
    reading = Reading(step=len(request.parts))
    events = ask(without_tools(request, context=context, typed=typed))
    assert isinstance(events, AsyncGeneratorType)
    async with aclosing(events):
        async for event in events:
            if isinstance(event, TextDelta):
                if shown := reading.add(event.text):
                    yield TextDelta(shown)
            elif isinstance(event, Finished):
                for last in _ending(reading, event, name):
                    yield last
            else:
                yield event


def _ending(reading: Reading, finished: Finished, name: str) -> Iterator[ModelEvent]:
    if finished.stop in (Stop.CUT, Stop.REFUSED):
        yield finished
        return
    read = reading.end()
    if read is None:
        raise ModelUnavailable(f"{name} sent something that is no answer.")
    if read.text:
        yield TextDelta(read.text)
    yield from read.calls
    called = finished.stop is Stop.CALLED or read.calls
    yield replace(finished, stop=Stop.CALLED if called else Stop.ANSWERED)


def without_tools(request: ModelRequest, *, context: int, typed: bool) -> ModelRequest:
    """The same request for a model that calls no tools."""
    return replace(
        request,
        prompt=_prompt(request, context),
        parts=tuple(_told(request)),
        tools=(),
        agenda="",
        form=_form(request.tools, typed=typed),
    )


def _prompt(request: ModelRequest, context: int) -> str:
    """What stays stands first, the clock last, and the agenda right before it."""
    steady, mark, clock = request.prompt.rpartition(f"\n\n{CLOCK}")
    if not mark:
        steady, clock = request.prompt, ""
    dates, gap, now = clock.rpartition("\n\n")
    agenda = f"\n\n{_AGENDA}\n{_between_marks(request.agenda)}" if request.agenda else ""
    asks = f"{_HOW}\n\n{_in_words(request.tools, context)}" if request.tools else _NO_CALLS
    return f"{steady}\n\n{asks}{mark}{dates}{agenda}{gap}{now}".strip()


def _between_marks(agenda: str) -> str:
    return agenda if agenda.startswith("<calendar_data>") else marked(agenda)


def _told(request: ModelRequest) -> Iterator[Part]:
    """Everything said so far, in words: calls as the model is to write them, answers as words."""
    for one in exchanges(request.parts):
        if not isinstance(one, Replied):
            yield UserSaid(text=one.text, speaker=request.setting.speaker, at=request.setting.now)
            continue
        calls = [{"tool": call.tool, "arguments": dict(call.arguments)} for call in one.calls]
        answer: dict[str, Any] = {"say": one.text, **({"calls": calls} if request.tools else {})}
        yield AssistantSaid(text=json.dumps(answer, ensure_ascii=False))
        found = [f"{c.tool}: {a.text}" for c, a in zip(one.calls, one.answers, strict=True)]
        if found:
            text = "\n\n".join(("(What the tools told.)", *found))
            yield UserSaid(text=text, speaker="", at=request.setting.now)


@remembered
def _in_words(tools: Sequence[ToolSpec], context: int) -> str:
    known = sorted(tools, key=lambda spec: spec.name)
    whole = "\n".join(["The tools", *(_tool(spec) for spec in known)])
    if tokens_of_text(whole) <= context // TOOLS_SHARE:
        return whole
    return "\n".join(["The tools", *(_signature(spec) for spec in known)])


def _tool(spec: ToolSpec) -> str:
    """A tool with what its arguments mean."""
    schema = lean(spec.parameters)
    lines = [f"- {spec.name}: {_one_line(spec.description)}"]
    for name, one in schema.get("properties", {}).items():
        meaning = _one_line(str(one.get("description") or ""))
        lines.append(f"  {_argument(name, schema)}: {_kind(one)}{'; ' if meaning else ''}{meaning}")
    return "\n".join(lines)


def _signature(spec: ToolSpec) -> str:
    """A tool in one line."""
    schema = lean(spec.parameters)
    names = ", ".join(_argument(name, schema) for name in schema.get("properties", {}))
    return f"- {spec.name}({names}): {_one_line(spec.description)}"


def _argument(name: str, schema: Mapping[str, Any]) -> str:
    return name if name in schema.get("required", ()) else f"{name}?"


def _kind(schema: Mapping[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(json.dumps(one, ensure_ascii=False) for one in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return str(schema.get("type") or "anything")


def _one_line(text: str) -> str:
    return " ".join(text.split())


@remembered
def _form(tools: Sequence[ToolSpec], *, typed: bool) -> dict[str, Any]:
    """The schema of an answer."""
    properties: dict[str, Any] = {"say": {"type": "string"}}
    known = sorted(tools, key=lambda spec: spec.name)
    if known and typed:
        choices = [_call([spec.name], strict(spec.parameters)) for spec in known]
        properties["calls"] = {"type": "array", "items": {"anyOf": choices}}
    elif known:
        written = {"type": "string", "description": "A JSON object."}
        properties["calls"] = {
            "type": "array",
            "items": _call([spec.name for spec in known], written),
        }
    return _closed(properties)


def _call(names: list[str], arguments: Mapping[str, Any]) -> dict[str, Any]:
    return _closed({"tool": {"type": "string", "enum": names}, "arguments": dict(arguments)})


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
