"""A conversation as every vendor wants it: words of one side, then a reply with its answers.

Vendors demand that each call is answered right after it, once; that ids are plain and never come
twice; and some that the sides take turns. All of it is settled here. What tools told stands between
marks: it may hold what strangers wrote (law 3). Vendors' own shapes are in their `…_wire`.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from bot.transcript import (
    AssistantSaid,
    Earlier,
    Happened,
    Part,
    ToolCalled,
    ToolReturned,
    UserSaid,
)

NO_RESULT = "No result was kept."
_EARLIER = "(What was said and done before, in short, told by Convene.)"
_PLAIN_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
"""What every vendor takes as the id of a call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the model is told: the person's words, and what came of cards."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a call came back with, in words for the model."""

    id: str
    text: str
    ok: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Replied:
    """What the model said, and the answers to all of its calls, in their order."""

    text: str = ""
    calls: tuple[ToolCalled, ...] = ()
    answers: tuple[Answer, ...] = ()
    vendor: Mapping[str, Any] | None = None
    """See `AssistantSaid.vendor`."""


Exchange: TypeAlias = Told | Replied


def exchanges(parts: Iterable[Part]) -> list[Exchange]:
    """Everything said so far, in order; neighbouring words of people are one."""
    found: list[Exchange] = []
    for one in _plain_ids(_grouped(parts)):
        if isinstance(one, Told) and found and isinstance(found[-1], Told):
            found[-1] = Told(text=f"{found[-1].text}\n\n{one.text}")
        else:
            found.append(one)
    return found


@dataclass(slots=True)
class _Open:
    """A reply whose calls and answers are still coming."""

    said: AssistantSaid | None = None
    calls: list[ToolCalled] = field(default_factory=list)
    returned: dict[str, ToolReturned] = field(default_factory=dict)

    def closed(self) -> Iterator[Replied]:
        """The reply, whole; none when it says nothing."""
        text = self.said.text if self.said else ""
        if self.calls or text.strip():
            yield Replied(
                text=text,
                calls=tuple(self.calls),
                answers=tuple(_answer(call, self.returned.get(call.id)) for call in self.calls),
                vendor=self.said.vendor if self.said else None,
            )


def _grouped(parts: Iterable[Part]) -> Iterator[Exchange]:
    reply = _Open()
    for part in parts:
        if isinstance(part, ToolReturned):
            # A remembered conversation may begin in the middle: an answer without its call is
            # left out.
            if any(call.id == part.id for call in reply.calls):
                reply.returned.setdefault(part.id, part)
            continue
        if isinstance(part, ToolCalled) and not reply.returned:
            reply.calls.append(part)
            continue
        yield from reply.closed()
        reply = _Open()
        if isinstance(part, ToolCalled):
            reply.calls.append(part)
        elif isinstance(part, AssistantSaid):
            reply.said = part
        elif isinstance(part, UserSaid):
            yield Told(text=part.text)
        elif isinstance(part, Happened):
            yield Told(text=_happened(part))
        elif isinstance(part, Earlier):
            yield Told(text=f"{_EARLIER}\n{marked(part.text)}")
    yield from reply.closed()


def _plain_ids(found: Iterable[Exchange]) -> Iterator[Exchange]:
    """The same, with ids that every vendor takes: models number their calls anew each time."""
    taken: set[str] = set()
    for one in found:
        if isinstance(one, Replied) and one.calls:
            ids = [call.id for call in one.calls]
            plain = [_plain_id(call, taken) for call in ids]
            one = one if plain == ids else _with_ids(one, plain)
        yield one


def _with_ids(one: Replied, ids: list[str]) -> Replied:
    return replace(
        one,
        calls=tuple(replace(c, id=i) for c, i in zip(one.calls, ids, strict=True)),
        answers=tuple(replace(a, id=i) for a, i in zip(one.answers, ids, strict=True)),
    )


def _plain_id(call: str, taken: set[str]) -> str:
    """The id, or another when it won't do; from then on it is taken."""
    found = call if _PLAIN_ID.fullmatch(call) and call not in taken else _free_id(taken)
    taken.add(found)
    return found


def _free_id(taken: set[str]) -> str:
    """Nine letters and digits: Mistral's servers take no other."""
    number = len(taken) + 1
    while (found := f"call{number:05}") in taken:
        number += 1
    return found


def _answer(call: ToolCalled, returned: ToolReturned | None) -> Answer:
    if returned is None:
        return Answer(id=call.id, text=NO_RESULT, ok=False)
    if not returned.ok:
        return Answer(id=call.id, text=f"Not done: {_unmarked(returned.content)}", ok=False)
    return Answer(id=call.id, text=marked(returned.content), ok=True)


def _happened(part: Happened) -> str:
    told = json.dumps({"text": part.text, **part.facts}, ensure_ascii=False, default=str)
    return f"(What came of a card, told by Convene: {part.what}.)\n{marked(told)}"


def marked(data: str) -> str:
    """Data between the marks that the prompt tells of."""
    return f"<calendar_data>\n{_unmarked(data)}\n</calendar_data>"


def _unmarked(text: str) -> str:
    """A title can't close the marks that it stands between."""
    return text.replace("<", "\\u003c")
