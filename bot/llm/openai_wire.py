"""Chat completions' shapes: messages and tools going out, the stream's pieces coming in.

Governed by OpenAI's API reference, "Chat completions". Servers that speak the same know less of it:
a `Dialect` says what is left out for one of them. Sending and errors are `openai`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from bot.llm.exchanges import Replied, exchanges
from bot.llm.failures import Failure
from bot.llm.loose_json import items, mapping, number
from bot.llm.model import ModelCapabilities, ModelRequest, Stop, ToolCall, ToolSpec
from bot.llm.remembering import remembered
from bot.llm.schema import NOT_JSON, read_arguments, strict

Message: TypeAlias = dict[str, Any]

MOST_OUT = 16_000
"""Tokens of an answer, thinking included; a small model's share of its context is less."""
FINER = frozenset({"strict", "stream_options", "parallel_tool_calls", "response_format"})
"""What many servers do not know, and what can be left out."""
_STOPS = {
    "stop": Stop.ANSWERED,
    "tool_calls": Stop.CALLED,
    "function_call": Stop.CALLED,
    "length": Stop.CUT,
    "content_filter": Stop.REFUSED,
    # Servers' own words for an answer that they could not go on with.
    "error": Stop.CUT,
    "abort": Stop.CUT,
    "network_error": Stop.CUT,
    "insufficient_system_resource": Stop.CUT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How much of the API a server knows."""

    without: frozenset[str] = frozenset()
    """Of `FINER`: what is left out."""
    limit: str = "max_completion_tokens"
    """How the length of an answer is named; empty: not at all."""
    effort: str = ""
    """How hard to think, as far as the server knows that; empty: not told."""

    def after(self, failure: Failure, body: Mapping[str, Any]) -> "Dialect | None":
        """A plainer one for a server that refused a body; None when nothing can be left out."""
        named = failure.param.split(".")[0].split("[")[0]
        if self.limit and (failure.names_limit or named == self.limit):
            return replace(self, limit="" if failure.is_too_long else self._next_limit())
        if not failure.is_picky:
            return None
        if self.effort and (named == "reasoning_effort" or "reasoning_effort" in failure.hint):
            return replace(self, effort="")
        if named == "tools" and "strict" not in self.without:
            return replace(self, without=self.without | {"strict"})
        if named in FINER and named not in self.without and named in body:
            return replace(self, without=self.without | {named})
        if self.without < FINER:
            return Dialect(without=FINER, limit="max_tokens")
        return replace(self, limit="") if self.limit else None

    def _next_limit(self) -> str:
        return "max_tokens" if self.limit == "max_completion_tokens" else ""


def to_body(
    request: ModelRequest, dialect: Dialect, capabilities: ModelCapabilities
) -> dict[str, Any]:
    """The whole body but for the model's name."""
    body: dict[str, Any] = {"messages": to_messages(request), "stream": capabilities.streaming}
    if request.tools:
        body["tools"] = to_tools(request.tools, is_strict="strict" not in dialect.without)
        body["parallel_tool_calls"] = True
    if capabilities.streaming:
        body["stream_options"] = {"include_usage": True}
    if request.form is not None and capabilities.structured:
        form = {"name": "answer", "schema": dict(request.form), "strict": True}
        body["response_format"] = {"type": "json_schema", "json_schema": form}
    if dialect.effort:
        body["reasoning_effort"] = dialect.effort
    if dialect.limit:
        body[dialect.limit] = min(MOST_OUT, capabilities.context // 4)
    return {key: value for key, value in body.items() if key not in dialect.without}


def to_messages(request: ModelRequest) -> list[Message]:
    """Everything said so far; every call is followed by its answer, as the API demands."""
    messages: list[Message] = [{"role": "system", "content": request.prompt}]
    for one in exchanges(request.parts):
        if isinstance(one, Replied):
            messages += _reply(one)
        else:
            messages.append({"role": "user", "content": one.text})
    return messages


def _reply(one: Replied) -> list[Message]:
    message: Message = {"role": "assistant", "content": one.text}
    if one.calls:
        message["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {
                    "name": call.tool,
                    "arguments": json.dumps(dict(call.arguments), ensure_ascii=False),
                },
            }
            for call in one.calls
        ]
    answers = [{"role": "tool", "tool_call_id": a.id, "content": a.text} for a in one.answers]
    return [message, *answers]


@remembered
def to_tools(specs: Sequence[ToolSpec], *, is_strict: bool) -> list[dict[str, Any]]:
    """The tools as functions, by name: the same tools are the same text, which vendors keep."""
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
        for spec in sorted(specs, key=lambda spec: spec.name)
    ]


@dataclass(slots=True, kw_only=True)
class _Call:
    """A call in the making: its arguments come in pieces."""

    id: str
    name: str = ""
    arguments: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether its arguments came to their end."""
        given = "".join(self.arguments)
        return given.rstrip().endswith("}") and NOT_JSON not in read_arguments(given)


class Pieces:
    """A stream's pieces, put together."""

    def __init__(self) -> None:
        self.stop: Stop | None = None
        """Why the reply ended; None: it did not."""
        self.tokens_in = 0
        self.tokens_cached = 0
        self.tokens_stored = 0
        """Nobody charges for keeping."""
        self.tokens_out = 0
        self._calls: list[_Call] = []
        self._at: dict[int, _Call] = {}
        self._said = False

    def add(self, chunk: Mapping[str, Any]) -> str:
        """Take a chunk in; what it has of words is returned."""
        self._count(mapping(chunk.get("usage")))
        words = ""
        for choice in items(chunk.get("choices"))[:1]:
            delta = mapping(choice.get("delta") or choice.get("message"))
            words = _words(delta.get("content"))
            self._said = self._said or bool(words.strip())
            words = words or _words(delta.get("refusal"))
            for piece in items(delta.get("tool_calls")):
                self._add_call(piece)
            if delta.get("refusal"):
                self.stop = Stop.REFUSED
            if reason := choice.get("finish_reason"):
                self.stop = self.stop or self._stop(str(reason))
        return words

    def _stop(self, reason: str) -> Stop:
        stop = _STOPS.get(reason, Stop.ANSWERED)
        # A filter that steps in later leaves half an answer.
        return Stop.CUT if stop is Stop.REFUSED and self._said else stop

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

    def vendor(self) -> None:
        """Chat completions want nothing again."""

    def _add_call(self, piece: Mapping[str, Any]) -> None:
        function = mapping(piece.get("function"))
        index, call_id = piece.get("index"), str(piece.get("id") or "")
        call = self._at.get(index) if isinstance(index, int) else None
        if call is None and not call_id and index is None and self._calls:
            call = self._calls[-1]
        # Some servers count every call as index 0, or none: another id is another call, and so is
        # a name after a whole one.
        if (
            call is None
            or (call_id and call.id and call_id != call.id)
            or (
                not call_id and function.get("name") and function.get("arguments") and call.is_whole
            )
        ):
            call = _Call(id=call_id)
            self._calls.append(call)
        if isinstance(index, int):
            self._at[index] = call
        call.id = call.id or call_id
        call.name = call.name or str(function.get("name") or "")
        given = function.get("arguments") or ""
        call.arguments.append(given if isinstance(given, str) else json.dumps(given))

    def _count(self, usage: Mapping[str, Any]) -> None:
        self.tokens_in = number(usage.get("prompt_tokens")) or self.tokens_in
        self.tokens_out = number(usage.get("completion_tokens")) or self.tokens_out
        kept = mapping(usage.get("prompt_tokens_details")).get("cached_tokens")
        self.tokens_cached = number(kept) or self.tokens_cached


def _words(value: Any) -> str:
    """Words, which some servers send in parts; what is thought aloud is no part of them."""
    if isinstance(value, str):
        return value
    return "".join(_words(one.get("text")) for one in items(value) if one.get("type") == "text")
