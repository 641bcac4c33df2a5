"""A long conversation told in short: what is older than a budget allows becomes one part, made here
and by no model, that keeps which events were spoken of, what waits and what happened.

Only what a model is sent is shortened. What is remembered, and what the laws are checked against,
stays whole; and the part says itself whether strangers wrote some of it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any

from bot.limits import has_heard_private
from bot.llm.measure import tokens_of_parts
from bot.tools.answering import FENCE, heard_strangers
from bot.transcript import (
    AssistantSaid,
    Earlier,
    Happened,
    Part,
    ToolReturned,
    UserSaid,
)

MOST_WORDS = 12
"""Things that were said, of each side, that are told again."""
MOST_EVENTS = 60
MOST_LETTERS = 120
SHARE = 4
"""One part in so many of the budget is for what is told in short."""
_ANCHORS = 4
"""One turn in so many may stand first in what is kept."""


def compacted(before: Sequence[Part], now: Sequence[Part], budget: int) -> tuple[Part, ...]:
    """What a model is sent: `now`, this turn's parts, whole; of the conversation `before` as much
    as fits into so many tokens, and the rest told in short."""
    left = budget - tokens_of_parts(now)
    if tokens_of_parts(before) <= left:
        return (*before, *now)
    room = max(left, budget // SHARE)
    begin = _begin(before, room - room // SHARE)
    return (told_in_short(before[:begin], room // SHARE), *before[begin:], *now)


def _begin(parts: Sequence[Part], room: int) -> int:
    """Where what is kept begins: with a person's words, as early as fits.

    Some turns are anchors, by their words alone: what is kept begins with the same one for several
    turns, so that a vendor's cache of the beginning holds.
    """
    begin = fitting = len(parts)
    half = room // 2
    for place in reversed(range(len(parts))):
        room -= tokens_of_parts(parts[place : place + 1])
        if room < 0:
            break
        part = parts[place]
        if isinstance(part, UserSaid):
            fitting = place
            if room < half and _is_anchor(part):
                begin = place
    return begin if begin < len(parts) else fitting


def _is_anchor(said: UserSaid) -> bool:
    words = f"{said.at.isoformat()} {said.text}".encode()
    return blake2b(words, digest_size=1).digest()[0] % _ANCHORS == 0


def told_in_short(parts: Sequence[Part], room: int) -> Earlier:
    """Parts of a conversation as one, of about so many tokens; what is newest counts most."""
    strangers = any(heard_strangers(part) for part in parts)
    told: dict[str, Any] = {}
    if strangers:
        told |= {"strangers_text": True, "note": FENCE}
    told |= {
        "happened": [_short(one.text) for one in parts if isinstance(one, Happened)][-MOST_WORDS:],
        "asked": [_short(one.text) for one in parts if isinstance(one, UserSaid)][-MOST_WORDS:],
        "answered": [
            _short(one.text) for one in parts if isinstance(one, AssistantSaid) and one.text
        ][-MOST_WORDS:],
        "proposed": _proposed(parts),
        "events": _events(parts),
    }
    return Earlier(
        text=_within({key: value for key, value in told.items() if value}, room),
        private=has_heard_private(parts),
        strangers_text=strangers,
    )


def _within(told: dict[str, Any], room: int) -> str:
    """The oldest words go first, then the oldest events, until it fits."""
    for name in ("answered", "asked", "events", "proposed", "happened"):
        while told.get(name) and tokens_of_parts([_part(told)]) > room:
            told = {**told, name: told[name][1 + len(told[name]) // 8 :]}
    return _dumped({key: value for key, value in told.items() if value})


def _part(told: Mapping[str, Any]) -> Part:
    return Earlier(text=_dumped(told), private=True, strangers_text=True)


def _dumped(told: Mapping[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _proposed(parts: Sequence[Part]) -> list[dict[str, Any]]:
    """What was drawn up, each with its events; how it ended is told under what happened."""
    found = []
    for facts in _facts(parts):
        if facts.get("proposed") is True:
            events = [_event(one) for one in _dicts(facts.get("events")) if "ref" in one]
            found.append({"tool": facts.get("tool", ""), "events": events})
    return found[-MOST_WORDS:]


def _events(parts: Sequence[Part]) -> list[dict[str, str]]:
    """Everything that was told with a ref, each once, as it was told last."""
    found: dict[str, dict[str, str]] = {}
    for facts in _facts(parts):
        for one in _dicts(facts):
            if isinstance(one.get("ref"), str):
                found.pop(one["ref"], None)
                found[one["ref"]] = _event(one)
    return list(found.values())[-MOST_EVENTS:]


def _event(told: Mapping[str, Any]) -> dict[str, str]:
    known = {name: told.get(name) for name in ("ref", "title", "when")}
    return {name: _short(value) for name, value in known.items() if isinstance(value, str)}


def _facts(parts: Sequence[Part]) -> Iterator[Mapping[str, Any]]:
    """What tools told and what came of cards, as data."""
    for part in parts:
        if isinstance(part, Happened):
            yield part.facts
        elif isinstance(part, ToolReturned) and part.ok:
            try:
                content = json.loads(part.content)
            except ValueError:
                continue
            if isinstance(content, dict):
                yield content


def _dicts(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every object in data, wherever it stands."""
    if isinstance(value, Mapping):
        yield value
        for one in value.values():
            yield from _dicts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _dicts(one)


def _short(text: str) -> str:
    bare = " ".join(text.split())
    return bare if len(bare) <= MOST_LETTERS else f"{bare[: MOST_LETTERS - 1]}…"
