"""How long a request is for a model, in tokens: an estimate from its letters, without a tokenizer.

Every vendor counts in its own way. This counts bytes, so that letters beyond ASCII weigh more, as
they do everywhere, and errs on the long side for English words and for JSON. Whoever shortens a
conversation so that it fits (`ModelCapabilities.context`) leaves room for the answer as well.
"""

import json
from collections.abc import Iterable, Sequence
from typing import assert_never

from bot.llm.model import ModelRequest, ToolSpec
from bot.llm.remembering import remembered
from bot.transcript import (
    AssistantSaid,
    Earlier,
    Happened,
    Interrupted,
    Part,
    ToolCalled,
    ToolReturned,
    UserSaid,
)

BYTES = 3.5
"""Of UTF-8 in a token; English words have some 4.2, JSON and other languages fewer."""
FRAME = 8
"""Tokens around each part: its role, its marks, its ids."""


def tokens_of(request: ModelRequest) -> int:
    """Tokens of a whole request, about: prompt, tools, agenda and everything said so far.

    Without the answer. Never fails, takes well under a millisecond.
    """
    words = tokens_of_text(request.prompt, request.agenda)
    return words + _of_tools(request.tools) + tokens_of_parts(request.parts)


@remembered
def _of_tools(tools: Sequence[ToolSpec]) -> int:
    return sum(
        FRAME + tokens_of_text(spec.name, spec.description, json.dumps(spec.parameters))
        for spec in tools
    )


def tokens_of_parts(parts: Iterable[Part]) -> int:
    """Tokens of parts of a conversation, about; what no model is told counts nothing.

    A sum over its parts: parts can be measured one by one, to drop the oldest until it fits.
    """
    return sum(_of_part(part) for part in parts)


def tokens_of_text(*texts: str) -> int:
    """Tokens of texts, about; none for empty ones."""
    return round(sum(len(text.encode()) for text in texts) / BYTES + 0.49)


def _of_part(part: Part) -> int:
    match part:
        case UserSaid(text=text):
            return FRAME + tokens_of_text(text)
        case AssistantSaid(text=text, vendor=vendor):
            return FRAME + tokens_of_text(text, _json(vendor) if vendor else "")
        case ToolCalled(tool=tool, arguments=arguments):
            return FRAME + tokens_of_text(tool, _json(dict(arguments)))
        case ToolReturned(content=content):
            return FRAME + tokens_of_text(content)
        case Earlier(text=text):
            return FRAME + tokens_of_text(text)
        case Happened(text=text, facts=facts):
            return FRAME + tokens_of_text(text, _json(dict(facts)))
        case Interrupted():
            return 0
        case _:
            assert_never(part)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
