"""Anthropic's messages: a request going out, the stream's events coming in.

Governed by Anthropic's API reference, "Messages". Servers that speak the same know less of it: a
`Dialect` says what is left out for one of them. Sending and errors are `anthropic`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, cast

from bot.llm.exchanges import Exchange, Replied, exchanges
from bot.llm.failures import Failure
from bot.llm.model import (
    CLOCK,
    ModelCapabilities,
    ModelRequest,
    Stop,
    ToolCall,
    ToolSpec,
)
from bot.llm.remembering import remembered
from bot.llm.schema import NOT_JSON, lean, loosen, read_arguments, strict_tools, without_bounds

Block: TypeAlias = dict[str, Any]

MOST_OUT = 16_000
"""Tokens of an answer, thinking included; a small model's share of its context is less."""
LEAST_OUT = 2_000
"""The same for a server whose context is smaller than it was told to be."""
BEGAN_EARLIER = "(The conversation began earlier.)"
"""Stands first where the model's own words would: a person has to begin."""
_KEPT: Block = {"type": "ephemeral"}
_THOUGHTS = ("thinking", "redacted_thinking")
_STOPS = {
    "end_turn": Stop.ANSWERED,
    "stop_sequence": Stop.ANSWERED,
    "tool_use": Stop.CALLED,
    "max_tokens": Stop.CUT,
    "model_context_window_exceeded": Stop.CUT,
    # Only where the vendor's own tools run, and none of them is offered: an answer with no end.
    "pause_turn": Stop.CUT,
    "refusal": Stop.REFUSED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How much of the API a server knows."""

    strict: bool = True
    """Whether it holds tools to their schema: a grammar too large is refused."""
    keeps: bool = True
    """Whether parts of a prompt can be marked to be kept."""
    thoughts: bool = True
    """Whether thinking is sent back; a server that lost its signature refuses it."""
    most: int = MOST_OUT
    """Tokens of an answer."""

    def after(self, failure: Failure) -> "Dialect | None":
        """A plainer one for a server that refused; None when nothing can be left out."""
        if failure.names_limit and self.most > LEAST_OUT:
            return replace(self, most=LEAST_OUT)
        if not failure.is_picky:
            return None
        if self.thoughts and ("thinking" in failure.hint or "signature" in failure.hint):
            return replace(self, thoughts=False)
        if self.strict:
            return replace(self, strict=False)
        return replace(self, keeps=False) if self.keeps else None


def to_body(
    request: ModelRequest, model: str, dialect: Dialect, capabilities: ModelCapabilities
) -> dict[str, Any]:
    """The whole body but for the model's name on the wire; `model` is its name in the settings."""
    body: dict[str, Any] = {
        "max_tokens": min(dialect.most, capabilities.context // 4),
        "stream": capabilities.streaming,
        "messages": to_messages(request, model if dialect.thoughts else ""),
    }
    if system := _system(request.prompt, dialect):
        body["system"] = system
    if request.tools:
        body["tools"] = to_tools(request.tools, is_strict=dialect.strict)
    elif tools := _once_called(body["messages"]):
        body |= {"tools": tools, "tool_choice": {"type": "none"}}
    if request.form is not None and capabilities.structured and dialect.strict:
        form = {"type": "json_schema", "schema": without_bounds(lean(request.form))}
        body["output_config"] = {"format": form}
    return body


def _system(prompt: str, dialect: Dialect) -> list[Block] | str:
    """The prompt: what stays is marked to be kept, with the tools before it; the clock is not."""
    steady, mark, clock = prompt.rpartition(f"\n\n{CLOCK}")
    if not dialect.keeps or not prompt:
        return prompt
    kept = {"type": "text", "text": steady or prompt, "cache_control": _KEPT}
    return [kept, {"type": "text", "text": f"{mark}{clock}".strip()}] if steady else [kept]


def to_messages(request: ModelRequest, model: str) -> list[Block]:
    """Everything said so far; answers come first in the message after their calls.

    `model`: whose thinking is sent back.
    """
    messages: list[Block] = []
    for one in exchanges(request.parts):
        for role, blocks in _sides(one, model):
            if not messages and role == "assistant":
                messages.append({"role": "user", "content": [_text(BEGAN_EARLIER)]})
            if messages and messages[-1]["role"] == role:
                messages[-1]["content"] += blocks
            elif blocks:
                messages.append({"role": role, "content": blocks})
    return messages


def _sides(one: Exchange, model: str) -> Iterator[tuple[str, list[Block]]]:
    if not isinstance(one, Replied):
        yield "user", [_text(one.text)] if one.text.strip() else []
        return
    yield (
        "assistant",
        _as_it_came(one, model)
        or [
            *([_text(one.text)] if one.text.strip() else []),
            *(_called(call.id, call.tool, call.arguments) for call in one.calls),
        ],
    )
    yield (
        "user",
        [
            {
                "type": "tool_result",
                "tool_use_id": answer.id,
                "content": answer.text,
                **({} if answer.ok else {"is_error": True}),
            }
            for answer in one.answers
        ],
    )


def _as_it_came(one: Replied, model: str) -> list[Block]:
    """A reply of this very model with its thinking, untouched; empty when it is not that."""
    if one.vendor is None or one.vendor.get("model") != model:
        return []
    blocks = _list(one.vendor.get("blocks"))
    called = [block.get("id") for block in blocks if block.get("type") == "tool_use"]
    if called != [call.id for call in one.calls]:
        return []
    return [dict(block) for block in blocks]


def _text(text: str) -> Block:
    return {"type": "text", "text": text}


def _called(call: str, tool: str, arguments: Mapping[str, Any]) -> Block:
    return {"type": "tool_use", "id": call, "name": tool, "input": dict(arguments)}


@remembered
def to_tools(specs: Sequence[ToolSpec], *, is_strict: bool) -> list[Block]:
    """The tools by name: the same tools are the same text, which the vendor keeps."""
    known = sorted(specs, key=lambda spec: spec.name)
    held = strict_tools(known) if is_strict else frozenset()
    return [
        {
            "name": spec.name,
            "description": spec.description,
            **(
                {"input_schema": without_bounds(lean(spec.parameters)), "strict": True}
                if spec.name in held
                else {"input_schema": lean(spec.parameters)}
            ),
        }
        for spec in known
    ]


def _once_called(messages: Iterable[Block]) -> list[Block]:
    """Tools that may not be called any more: the API wants to know those that were."""
    names = {
        block["name"]
        for message in messages
        for block in message["content"]
        if block["type"] == "tool_use"
    }
    return [{"name": name, "input_schema": {"type": "object"}} for name in sorted(names)]


@dataclass(slots=True, kw_only=True)
class _Taking:
    """A block in the making: what it began with, and the pieces that followed."""

    begun: Block
    pieces: list[str] = field(default_factory=list)
    signature: str = ""

    def whole(self) -> Block:
        """The block as the API wants it back."""
        match self.begun.get("type"):
            case "thinking":
                return {
                    "type": "thinking",
                    "thinking": str(self.begun.get("thinking") or "") + "".join(self.pieces),
                    "signature": self.signature or str(self.begun.get("signature") or ""),
                }
            case "redacted_thinking":
                return {"type": "redacted_thinking", "data": self.begun.get("data")}
            case "tool_use":
                return _called(str(self.begun.get("id")), self.name, self.given())
            case _:
                return _text(str(self.begun.get("text") or "") + "".join(self.pieces))

    @property
    def name(self) -> str:
        """Of a call: the tool's."""
        return str(self.begun.get("name") or "")

    def given(self) -> Mapping[str, Any]:
        """Of a call: its arguments as they came, nothing when they are no object."""
        try:
            found = json.loads("".join(self.pieces)) if self.pieces else self.begun.get("input")
        except (ValueError, RecursionError):
            return {}
        return _mapping(found)

    def arguments(self) -> dict[str, Any]:
        """Of a call: its arguments, or `NOT_JSON`."""
        if self.pieces:
            return read_arguments("".join(self.pieces))
        begun = self.begun.get("input") or {}
        return loosen(begun) if isinstance(begun, Mapping) else {NOT_JSON: True}


class Pieces:
    """A stream's events, put together."""

    def __init__(self, model: str) -> None:
        self.stop: Stop | None = None
        """Why the reply ended; None: it did not."""
        self.tokens_in = 0
        self.tokens_cached = 0
        self.tokens_out = 0
        self._model = model
        self._usage: dict[str, int] = {}
        self._blocks: dict[int, _Taking] = {}

    def add(self, chunk: Mapping[str, Any]) -> str:
        """Take an event in; what it has of words is returned. A whole message counts as one."""
        match chunk.get("type"):
            case "message":
                return self._take_whole(chunk)
            case "message_start":
                self._count(_mapping(_mapping(chunk.get("message")).get("usage")))
            case "content_block_start":
                begun = dict(_mapping(chunk.get("content_block")))
                self._blocks[_number(chunk.get("index"))] = _Taking(begun=begun)
                return str(begun.get("text") or "") if begun.get("type") == "text" else ""
            case "content_block_delta":
                return self._take(chunk)
            case "message_delta":
                self._count(_mapping(chunk.get("usage")))
                self._end(_mapping(chunk.get("delta")))
        return ""

    def calls(self, step: int) -> tuple[ToolCall, ...]:
        """The calls, whole; arguments that are no JSON object are marked so."""
        made = [one for one in self._in_order() if one.begun.get("type") == "tool_use" and one.name]
        return tuple(
            ToolCall(
                id=str(one.begun.get("id") or f"call-{step}-{number}"),
                tool=one.name,
                arguments=one.arguments(),
            )
            for number, one in enumerate(made)
        )

    def vendor(self) -> Mapping[str, Any] | None:
        """The whole reply, to be sent back as it came; None when there is no thinking in it."""
        blocks = [one.whole() for one in self._in_order()]
        if not any(block["type"] in _THOUGHTS for block in blocks):
            return None
        bare = [one for one in blocks if one["type"] != "text" or one["text"].strip()]
        return {"model": self._model, "blocks": bare}

    def _take_whole(self, message: Mapping[str, Any]) -> str:
        for index, block in enumerate(_list(message.get("content"))):
            self._blocks[index] = _Taking(begun=dict(block))
        self._count(_mapping(message.get("usage")))
        self._end(message)
        texts = [one.begun.get("text") for one in self._in_order()]
        return "".join(str(text) for text in texts if text)

    def _take(self, chunk: Mapping[str, Any]) -> str:
        delta, index = _mapping(chunk.get("delta")), _number(chunk.get("index"))
        taking = self._blocks.setdefault(index, _Taking(begun={"type": "text"}))
        match delta.get("type"):
            case "text_delta":
                taking.pieces.append(str(delta.get("text") or ""))
                return taking.pieces[-1]
            case "input_json_delta":
                taking.pieces.append(str(delta.get("partial_json") or ""))
            case "thinking_delta":
                taking.pieces.append(str(delta.get("thinking") or ""))
            case "signature_delta":
                taking.signature += str(delta.get("signature") or "")
        return ""

    def _end(self, told: Mapping[str, Any]) -> None:
        if reason := told.get("stop_reason"):
            self.stop = _STOPS.get(str(reason), Stop.ANSWERED)

    def _count(self, usage: Mapping[str, Any]) -> None:
        """Counts are of the whole so far; what was kept is told apart, and is read as well."""
        self._usage |= {key: value for key, value in usage.items() if isinstance(value, int)}
        known = self._usage
        self.tokens_cached = known.get("cache_read_input_tokens", 0)
        written = known.get("cache_creation_input_tokens", 0)
        self.tokens_in = known.get("input_tokens", 0) + written + self.tokens_cached
        self.tokens_out = known.get("output_tokens", 0)

    def _in_order(self) -> list[_Taking]:
        return [self._blocks[index] for index in sorted(self._blocks)]


def _mapping(value: Any) -> Mapping[str, Any]:
    return cast(Mapping[str, Any], value) if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Mapping[str, Any]]:
    return [_mapping(one) for one in value] if isinstance(value, list) else []


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0
