"""Chat completions' shapes: messages and tools going out, the stream's pieces coming in.

Governed by OpenAI's API reference, "Chat completions". Sending, retrying and errors are `openai`.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, cast

from bot.llm.model import ModelRequest, Stop, ToolCall, ToolSpec
from bot.llm.schema import read_arguments, strict
from bot.transcript import AssistantSaid, Happened, Part, ToolCalled, ToolReturned, UserSaid

Message: TypeAlias = dict[str, Any]

NO_RESULT = "No result was kept."
_STOPS = {
    "stop": Stop.ANSWERED,
    "tool_calls": Stop.CALLED,
    "function_call": Stop.CALLED,
    "length": Stop.CUT,
    "content_filter": Stop.REFUSED,
}


def to_messages(request: ModelRequest) -> list[Message]:
    """Everything said so far; every call is followed by its answer, as the API demands."""
    messages: list[Message] = [{"role": "system", "content": request.prompt}]
    open_calls: dict[str, ToolCalled] = {}
    for part in request.parts:
        if not isinstance(part, ToolReturned | ToolCalled):
            messages += _fillers(open_calls)
        _add(messages, open_calls, part)
    messages += _fillers(open_calls)
    return messages


def _add(messages: list[Message], open_calls: dict[str, ToolCalled], part: Part) -> None:
    if isinstance(part, ToolReturned):
        # A remembered conversation may begin in the middle: an answer without its call is left out.
        if open_calls.pop(part.id, None) is not None:
            messages.append(_tool_message(part.id, _fenced(part)))
    elif isinstance(part, ToolCalled):
        if messages[-1]["role"] == "tool":
            messages += _fillers(open_calls)
        open_calls[part.id] = part
        _append_call(messages, part)
    elif isinstance(part, AssistantSaid):
        messages.append({"role": "assistant", "content": part.text})
    elif isinstance(part, UserSaid):
        _append_user(messages, part.text)
    elif isinstance(part, Happened):
        _append_user(messages, _happened(part))


def _append_call(messages: list[Message], part: ToolCalled) -> None:
    if messages[-1]["role"] != "assistant":
        messages.append({"role": "assistant", "content": ""})
    arguments = json.dumps(dict(part.arguments), ensure_ascii=False)
    messages[-1].setdefault("tool_calls", []).append(
        {
            "id": part.id,
            "type": "function",
            "function": {"name": part.tool, "arguments": arguments},
        }
    )


def _append_user(messages: list[Message], text: str) -> None:
    """Some servers' templates demand that user and assistant take turns."""
    if messages[-1]["role"] == "user":
        messages[-1]["content"] += f"\n\n{text}"
    else:
        messages.append({"role": "user", "content": text})


def _fillers(open_calls: dict[str, ToolCalled]) -> list[Message]:
    found = [_tool_message(call, NO_RESULT) for call in open_calls]
    open_calls.clear()
    return found


def _tool_message(call: str, content: str) -> Message:
    return {"role": "tool", "tool_call_id": call, "content": content}


def _fenced(part: ToolReturned) -> str:
    """What a tool said, between marks: it may hold what strangers wrote (law 3)."""
    if not part.ok:
        return f"Not done: {_unmarked(part.content)}"
    return _marked(part.content)


def _happened(part: Happened) -> str:
    told = json.dumps({"text": part.text, **part.facts}, ensure_ascii=False, default=str)
    return f"(What came of a card, told by Convene: {part.what}.)\n{_marked(told)}"


def _marked(data: str) -> str:
    return f"<calendar_data>\n{_unmarked(data)}\n</calendar_data>"


def _unmarked(text: str) -> str:
    """A title can't close the marks that it stands between."""
    return text.replace("<", "\\u003c")


def to_tools(specs: Iterable[ToolSpec], *, is_strict: bool) -> list[dict[str, Any]]:
    """The tools as functions."""
    return [
        {
            "type": "function",
            "function": {
                "name": spec.name,
                "description": spec.description,
                **(
                    {"parameters": strict(spec.parameters), "strict": True}
                    if is_strict
                    else {"parameters": dict(spec.parameters)}
                ),
            },
        }
        for spec in specs
    ]


@dataclass(slots=True, kw_only=True)
class _Call:
    """A call in the making: its arguments come in pieces."""

    id: str
    name: str = ""
    arguments: list[str] = field(default_factory=list)


class Pieces:
    """A stream's pieces, put together."""

    def __init__(self) -> None:
        self.stop: Stop | None = None
        """Why the reply ended; None: it did not."""
        self.tokens_in = 0
        self.tokens_out = 0
        self._calls: list[_Call] = []
        self._at: dict[int, _Call] = {}

    def add(self, chunk: Mapping[str, Any]) -> str:
        """Take a chunk in; what it has of words is returned."""
        self._count(_mapping(chunk.get("usage")))
        words = ""
        for choice in _list(chunk.get("choices"))[:1]:
            delta = _mapping(choice.get("delta"))
            words = str(delta.get("content") or delta.get("refusal") or "")
            for piece in _list(delta.get("tool_calls")):
                self._add_call(piece)
            if delta.get("refusal"):
                self.stop = Stop.REFUSED
            if reason := choice.get("finish_reason"):
                self.stop = self.stop or _STOPS.get(str(reason), Stop.ANSWERED)
        return words

    def calls(self, step: int) -> tuple[ToolCall, ...]:
        """The calls, whole; arguments that are no JSON object are marked so."""
        made = [call for call in self._calls if call.name]
        return tuple(
            ToolCall(
                id=call.id or f"call-{step}-{number}",
                tool=call.name,
                arguments=read_arguments("".join(call.arguments)),
            )
            for number, call in enumerate(made)
        )

    def _add_call(self, piece: Mapping[str, Any]) -> None:
        function = _mapping(piece.get("function"))
        index, call_id = piece.get("index"), str(piece.get("id") or "")
        call = self._at.get(index) if isinstance(index, int) else None
        if call is None and not call_id and index is None and self._calls:
            call = self._calls[-1]
        # Some servers count every call as index 0: another id is another call.
        if call is None or (call_id and call.id and call_id != call.id):
            call = _Call(id=call_id)
            self._calls.append(call)
        if isinstance(index, int):
            self._at[index] = call
        call.id = call.id or call_id
        call.name = call.name or str(function.get("name") or "")
        call.arguments.append(str(function.get("arguments") or ""))

    def _count(self, usage: Mapping[str, Any]) -> None:
        self.tokens_in = _number(usage.get("prompt_tokens")) or self.tokens_in
        self.tokens_out = _number(usage.get("completion_tokens")) or self.tokens_out


def _mapping(value: Any) -> Mapping[str, Any]:
    return cast(Mapping[str, Any], value) if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Mapping[str, Any]]:
    return [_mapping(one) for one in value] if isinstance(value, list) else []


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0
