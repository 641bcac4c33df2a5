"""Taking one of the free slots that were offered: "2", "the later one", "book it"."""

import re
from typing import Any

from bot.llm.model import Setting
from bot.llm.offline.creating import as_frame
from bot.llm.offline.frame import Frame, Reply, as_reply, filled
from bot.llm.offline.freeing import name_of
from bot.llm.offline.memory import Called, Memory
from bot.llm.offline.picking import pick
from bot.llm.offline.sentence import clean

_BOOK_IT = re.compile(
    r"^(?:ok|okay|yes|yeah|great|perfect|good|then|please|\W)*(?:book|schedule|take|put"
    r"|block|reserve|create|add|make)\s+(?:it|that|this|me in)(?: in| then| please)*\W*$",
    re.I,
)
_TAKE = re.compile(
    r"^(?:ok|okay|yes|great|good|perfect|please|\W)*(?:book|take|choose|pick|use"
    r"|schedule|i'?ll take|let'?s (?:do|take|go with)|go with|do)\s+",
    re.I,
)
_NAMED = re.compile(r"\s(?:for|as|called|and call it|named)\s(?=[a-z\"'])")
_ELSEWHERE = re.compile(r"^(?:and|what about|how about|or|then)\b", re.I)
_A_PLACE = re.compile(r"\d|\b(?:first|second|third|last|other|slot)\b")


def slot_taken(text: str, memory: Memory, setting: Setting) -> Reply | None:
    """A proposal for the slot that the words choose; None when they choose none."""
    slots = memory.slots
    if slots is None or (memory.waiting and not _A_PLACE.search(text)):
        return None
    free = slots.tool == "check_availability" and slots.facts.get("free") is not False
    if free and _BOOK_IT.match(clean(text)):
        return _book(memory, slots, str(slots.arguments.get("when") or ""), None, setting)
    if slots.tool == "check_availability" and _ELSEWHERE.match(clean(text)):
        return None
    words = _NAMED.split(clean(text), maxsplit=1)
    chosen = pick(_TAKE.sub("", words[0]), slots.options("slots"), setting)
    if len(chosen) != 1:
        return None
    title = words[1].strip(" .!\"'") if len(words) > 1 else None
    if title is None and memory.waiting and memory.waiting.tool in ("create_event", "book_meeting"):
        title = str(memory.waiting.arguments.get("title") or "") or None
    return _book(memory, slots, str(chosen[0].get("when") or ""), title, setting)


def _book(memory: Memory, slots: Called, when: str, title: str | None, setting: Setting) -> Reply:
    who = [str(one) for one in slots.arguments.get("who") or slots.facts.get("who") or []]
    who = [one for one in who if one.casefold() not in ("you", "me", setting.speaker.casefold())]
    title = title or _sought(memory, who, setting)
    known: dict[str, Any] = filled(
        when=when, title=title[:1].upper() + title[1:200] if title else ""
    )
    if not who:
        return as_reply((as_frame(known, setting),))
    optional = [str(one) for one in slots.arguments.get("optional") or []]
    known |= filled(guests=who, optional_guests=optional)
    return Reply(frames=(Frame(tool="book_meeting", arguments=known),))


def _sought(memory: Memory, who: list[str], setting: Setting) -> str | None:
    """What the slots were sought for: "Gym", "Lunch with Ana"."""
    names = (name_of(wish, setting) for wish in reversed(memory.wishes))
    name = next((name for name in names if name), None)
    if name is None or not who:
        return name
    firsts = [one.split()[0] for one in who]
    last = f" and {firsts[-1]}" if len(firsts) > 1 else ""
    return f"{name} with {', '.join(firsts[:-1] or firsts)}{last}"
