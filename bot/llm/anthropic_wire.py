"""Anthropic's messages: a request going out.

Governed by Anthropic's API reference, "Messages". Servers that speak the same know less of it: a
`Dialect` says what is left out for one of them. Sending and errors are `anthropic`, what comes in
is `anthropic_pieces`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from bot.llm.exchanges import Exchange, Replied, exchanges
from bot.llm.failures import Failure
from bot.llm.loose_json import items
from bot.llm.model import (
    CLOCK,
    ModelCapabilities,
    ModelRequest,
    ToolSpec,
)
from bot.llm.remembering import remembered
from bot.llm.schema import lean, strict_tools, without_bounds

Block: TypeAlias = dict[str, Any]

MOST_OUT = 16_000
"""Tokens of an answer, thinking included; a small model's share of its context is less."""
LEAST_OUT = 2_000
"""The same for a server whose context is smaller than it was told to be."""
BEGAN_EARLIER = "(The conversation began earlier.)"
"""Stands first where the model's own words would: a person has to begin."""
_KEPT: Block = {"type": "ephemeral"}
_EFFORT = ("effort", "adaptive", "thinking")
"""Stand in a refusal of how hard to think; one of thinking that is sent back names its message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How much of the API a server knows."""

    strict: bool = True
    """Whether it holds tools to their schema: a grammar too large is refused."""
    keeps: bool = True
    """Whether parts of a prompt can be marked to be kept."""
    thoughts: bool = True
    """Whether thinking is sent back; a server that lost its signature refuses it."""
    effort: str = ""
    """How hard to think, as far as the server knows that; empty: not told."""
    most: int = MOST_OUT
    """Tokens of an answer."""

    def after(self, failure: Failure) -> "Dialect | None":
        """A plainer one for a server that refused; None when nothing can be left out."""
        if failure.names_limit and self.most > LEAST_OUT:
            return replace(self, most=LEAST_OUT)
        if not failure.is_picky:
            return None
        is_of_past = "signature" in failure.hint or "messages." in failure.hint
        if self.effort and not is_of_past and any(word in failure.hint for word in _EFFORT):
            return replace(self, effort="")
        if self.thoughts and ("thinking" in failure.hint or "signature" in failure.hint):
            return replace(self, thoughts=False)
        if self.strict:
            return replace(self, strict=False)
        if self.keeps:
            return replace(self, keeps=False)
        return replace(self, effort="") if self.effort else None


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
    output: dict[str, Any] = {}
    if dialect.effort:
        # As much thinking as the model finds needed; how much that is, the effort says.
        body["thinking"] = {"type": "adaptive"}
        output["effort"] = dialect.effort
    if request.form is not None and capabilities.structured and dialect.strict:
        form = {"type": "json_schema", "schema": without_bounds(lean(request.form))}
        output["format"] = form
    return {**body, "output_config": output} if output else body


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
                messages.append({"role": "user", "content": [text(BEGAN_EARLIER)]})
            if messages and messages[-1]["role"] == role:
                messages[-1]["content"] += blocks
            elif blocks:
                messages.append({"role": role, "content": blocks})
    return messages


def _sides(one: Exchange, model: str) -> Iterator[tuple[str, list[Block]]]:
    if not isinstance(one, Replied):
        yield "user", [text(one.text)] if one.text.strip() else []
        return
    yield (
        "assistant",
        _as_it_came(one, model)
        or [
            *([text(one.text)] if one.text.strip() else []),
            *(called(call.id, call.tool, call.arguments) for call in one.calls),
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
    blocks = items(one.vendor.get("blocks"))
    called = [block.get("id") for block in blocks if block.get("type") == "tool_use"]
    if called != [call.id for call in one.calls]:
        return []
    return [dict(block) for block in blocks]


def text(text: str) -> Block:
    """A block of words."""
    return {"type": "text", "text": text}


def called(call: str, tool: str, arguments: Mapping[str, Any]) -> Block:
    """A block that calls a tool."""
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
