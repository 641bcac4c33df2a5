"""Saying how much of a series is meant: "just tomorrow's", "only the one on the 16th", "all"."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bot.llm.model import Setting
from bot.llm.offline.frame import Frame, Reply
from bot.llm.offline.memory import Called, Memory
from bot.llm.offline.picking import pick
from bot.llm.offline.sentence import clean
from bot.llm.offline.timewords import meaning_of
from calendar_core.phrases import Kind, Meaning

_FRONT = r"(?:(?:no|wait|actually|sorry|i mean|i meant|please),? )*"
_ONLY = re.compile(
    rf"^{_FRONT}(?:only|just)\s+(?:for )?(?:the |that |this )?(?:one )?"
    r"(?:on |at |from )?(?P<when>.+?)(?:'s)?(?: one| meeting| please)*$",
    re.I,
)
_FROM = re.compile(
    rf"^{_FRONT}(?:everything |all(?: of them)? |the ones )?(?:from |starting (?:from )?)"
    r"(?P<when>.+?) (?:on|onwards?|forward)$",
    re.I,
)
_ALL = re.compile(
    rf"^{_FRONT}(?:all(?: of (?:them|it|these|those))?|every(?: single)? one|every time"
    r"|each one|the (?:whole|entire|full) (?:thing|series|lot)|the series|always|for good|forever)"
    r"(?: please)?$",
    re.I,
)
_THIS = re.compile(
    rf"^{_FRONT}(?:only |just )(?:this|that|the next|this next|once|the one)"
    r"(?: one| time| once)?(?: please)?$",
    re.I,
)
_TOOLS = ("update_event", "delete_event", "add_participants", "respond_to_invitation")
_REF = re.compile(r"[0-9a-f]{24}(?:@.*)?")


def scoped(text: str, memory: Memory, setting: Setting) -> Reply | None:
    """The open proposal again, for as much of its series as the words say."""
    waiting = memory.waiting
    if waiting is None or waiting.tool not in _TOOLS:
        return None
    low = clean(text).strip(" .!?")
    if _ALL.match(low):
        return _again(waiting, scope="all")
    if _THIS.match(low):
        return _again(waiting, scope="this")
    only = _ONLY.match(low)
    if only and _PLACE.fullmatch(only["when"]) and waiting.events:
        return _those(waiting, pick(f"the {only['when']}", waiting.events, setting))
    for pattern, scope in ((_FROM, "following"), (_ONLY, "this")):
        match = pattern.match(low)
        day = _day(match["when"], setting) if match else None
        if day and not waiting.arguments.get("every"):
            return _again(waiting, scope=scope, day=day)
        if day:
            return _those_of(waiting, day, setting)
    return None


def _those_of(waiting: Called, day: str, setting: Setting) -> Reply | None:
    """Of several that wait, those of one day."""
    told = meaning_of(day, setting)
    names = [f"{e.get('when')}".partition(",")[0] for e in waiting.events]
    days = [meaning_of(name, setting) for name in names]
    there = [
        event
        for event, one in zip(waiting.events, days, strict=True)
        if told and one and _date(one) == _date(told)
    ]
    return _those(waiting, there)


def _those(waiting: Called, chosen: Sequence[Mapping[str, Any]]) -> Reply | None:
    """What waits, for some of its events alone."""
    gone = {"event", "event_when", "event_person", "person", "every", "keep", "scope"}
    gone |= {"when"} if waiting.tool == "delete_event" else set()
    known = {k: v for k, v in waiting.arguments.items() if k not in gone}
    frames = [{**known, "event": str(e["ref"]), "scope": "this"} for e in chosen if e.get("ref")]
    if not frames:
        return None
    return Reply(frames=tuple(Frame(tool=waiting.tool, arguments=one) for one in frames))


def _date(told: Meaning) -> date | None:
    return told.start.date() if isinstance(told.start, datetime) else told.start


_PLACE = re.compile(
    r"(?:first|second|third|fourth|fifth|last|next|other)(?: (?:one|two|three))?", re.I
)


def _day(words: str, setting: Setting) -> str | None:
    if _PLACE.fullmatch(words):
        return None
    told = meaning_of(words, setting)
    return words if told is not None and told.kind in (Kind.DAY, Kind.INSTANT) else None


def _again(waiting: Called, *, scope: str, day: str | None = None) -> Reply:
    known: dict[str, Any] = dict(waiting.arguments) | {"scope": scope}
    known.pop("every", None)
    if day:
        known["when" if waiting.tool == "delete_event" else "event_when"] = day
        title = next((str(e["title"]) for e in waiting.events if e.get("title")), None)
        if title and _REF.fullmatch(str(known.get("event") or "")):
            known["event"] = title
    return Reply(frames=(Frame(tool=waiting.tool, arguments=known),))
