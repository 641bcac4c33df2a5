"""Anthropic's events of a stream, put together: words, calls, thinking, what was read and written.

Governed by Anthropic's API reference, "Messages" and "Streaming messages". Requests are
`anthropic_wire`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.llm.anthropic_wire import called, text
from bot.llm.loose_json import items, mapping, number
from bot.llm.model import Stop, ToolCall
from bot.llm.schema import NOT_JSON, loosen, read_arguments

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


@dataclass(slots=True, kw_only=True)
class _Taking:
    """A block in the making: what it began with, and the pieces that followed."""

    begun: dict[str, Any]
    pieces: list[str] = field(default_factory=list)
    signature: str = ""

    def whole(self) -> dict[str, Any]:
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
                return called(str(self.begun.get("id")), self.name, self.given())
            case _:
                return text(str(self.begun.get("text") or "") + "".join(self.pieces))

    @property
    def is_said(self) -> bool:
        """Whether it has words for the person."""
        block = self.whole()
        return block["type"] == "text" and bool(block["text"].strip())

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
        return mapping(found)

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
        self.tokens_stored = 0
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
                self._count(mapping(mapping(chunk.get("message")).get("usage")))
            case "content_block_start":
                begun = dict(mapping(chunk.get("content_block")))
                self._blocks[number(chunk.get("index"))] = _Taking(begun=begun)
                return str(begun.get("text") or "") if begun.get("type") == "text" else ""
            case "content_block_delta":
                return self._take(chunk)
            case "message_delta":
                self._count(mapping(chunk.get("usage")))
                self._end(mapping(chunk.get("delta")))
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
        for index, block in enumerate(items(message.get("content"))):
            self._blocks[index] = _Taking(begun=dict(block))
        self._count(mapping(message.get("usage")))
        self._end(message)
        texts = [one.begun.get("text") for one in self._in_order()]
        return "".join(str(text) for text in texts if text)

    def _take(self, chunk: Mapping[str, Any]) -> str:
        delta, index = mapping(chunk.get("delta")), number(chunk.get("index"))
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
            if self.stop is Stop.REFUSED and any(one.is_said for one in self._in_order()):
                self.stop = Stop.CUT  # in the middle: half an answer

    def _count(self, usage: Mapping[str, Any]) -> None:
        """Counts are of the whole so far; what was kept is told apart, and is read as well."""
        self._usage |= {key: value for key, value in usage.items() if isinstance(value, int)}
        known = self._usage
        self.tokens_cached = known.get("cache_read_input_tokens", 0)
        self.tokens_stored = known.get("cache_creation_input_tokens", 0)
        fresh = known.get("input_tokens", 0)
        self.tokens_in = fresh + self.tokens_stored + self.tokens_cached
        self.tokens_out = known.get("output_tokens", 0)

    def _in_order(self) -> list[_Taking]:
        return [self._blocks[index] for index in sorted(self._blocks)]
