"""Wishes for a meeting room: with a new event, for one that is there, or given back.

A room is wished for where it is booked or where any will do: "with a room", "book a room for 6 for
the review", "book room 4 for the review". "In room 4" names a place and no more.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from bot.llm.model import Setting
from bot.llm.offline.frame import Frame, filled
from bot.llm.offline.lexicon import DETERMINER
from bot.llm.offline.sentence import as_sentence
from bot.llm.offline.slots import bare, event_words, is_generic, without_times

_COUNTED = {
    word: n
    for n, word in enumerate(
        ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"), 2
    )
} | {"twelve": 12, "fifteen": 15, "twenty": 20}
_ROOM = r"(?:an?|any|some) (?:(?:free|empty|available|meeting|conference) ){0,2}room"
_SEATS = (
    rf"(?: (?:for|with|that seats|seating) (?P<n>\d{{1,3}}|{'|'.join(_COUNTED)})"
    r"(?: (?:people|persons|of us|seats|colleagues))?"
    r"(?![\w:.]| ?(?:am|pm|hours?|h|min\w*|days?)\b))?"
)
_GET = (
    r"(?:please )?(?:(?:can|could|would) you )?(?:please )?"
    r"(?:book|reserve|get|find|(?:i|we) need)(?: me| us)?"
)
_FIRST = re.compile(rf"^{_GET} {_ROOM}{_SEATS}(?P<rest>\b.*)$", re.I)
_BESIDE = re.compile(
    r",?(?: and)? (?:(?:with|including|plus|(?<= and )(?:book|reserve|get|add)(?: me| us)?) "
    rf"{_ROOM}|in (?:an?|any|some) (?:free |empty |available )?(?:meeting|conference) room"
    rf"|in any room){_SEATS}(?= (?:for|on|at (?:\d|noon|half|midday)|from|this"
    r"|next|today|tomorrow|tonight|every|with|about|to discuss|\w+day|\d)\b|,|\W*$)",
    re.I,
)
_NAMED = re.compile(
    r"^(?:please )?(?:book|reserve) (?:the )?(?P<room>(?:(?:meeting|conference) )?room "
    r"(?:\d[\w.-]*|[A-Z][\w-]*)|(?-i:[A-Z][\w-]+) room) (?P<rest>for (?:the|my|our|an?) .+)$",
    re.I,
)
_ONTO = re.compile(
    rf"^(?:please )?(?:add|attach) (?P<room>{_ROOM}){_SEATS} (?:to|for) (?P<event>.+)$", re.I
)
_BACK = re.compile(
    r"^(?:please )?(?:remove|drop|release|free up|give back|cancel|take off) (?:the|our|my) "
    r"(?:meeting |conference )?room (?:from|of|for) (?P<event>.+)$",
    re.I,
)
_MORE = re.compile(r"[.!?;] +\w")
"""A further sentence."""
_FOR = re.compile(rf"^ ?for (?:(?P<known>(?:the|my|our) )|{DETERMINER} )?", re.I)
_TITLE = "Meeting"
Read = Callable[[str, Setting], Frame | None]


class RoomWish(NamedTuple):
    """A room, and what was said besides."""

    room: str
    """As the tools take it: "any for 6"."""
    rest: str
    """The sentence without it."""
    event: str = ""
    """Words of the event that is there, for which it is."""


def read_room(text: str, setting: Setting, read: Read) -> Frame | None:
    """What a request for a room comes to; None where none is wished for. `read` reads a request
    without one."""
    wish = room_wish(text, setting)
    if wish is None:
        return None
    if wish.event:
        return _for_event(wish, setting)
    frame = read(wish.rest, setting)
    if frame is None or frame.tool not in ("create_event", "book_meeting"):
        return None
    return replace(frame, arguments={**frame.arguments, "room": wish.room})


def room_wish(text: str, setting: Setting) -> RoomWish | None:
    """The room that a sentence wishes for."""
    said = text.strip().rstrip(".!")
    for pattern in (_BACK, _ONTO):
        found = pattern.match(said)
        if found:
            room = "" if pattern is _BACK else _any(found["n"])
            return RoomWish(room, "", found["event"])
    first = _FIRST.match(said) or _NAMED.match(said)
    if first:
        room = first["room"] if first.re is _NAMED else _any(first["n"])
        return _of_rest(room, first["rest"], setting)
    beside = _BESIDE.search(said)
    if beside is None or not beside.start():
        return None
    rest = f"{said[: beside.start()]} {said[beside.end() :].strip()}".strip()
    return RoomWish(_any(beside["n"]), rest)


def _any(seats: str | None) -> str:
    if not seats:
        return "any"
    return f"any for {_COUNTED.get(seats.casefold(), seats)}"


def _of_rest(room: str, rest: str, setting: Setting) -> RoomWish | None:
    """What a room is wanted for, after it was named."""
    said = as_sentence(rest, setting)
    led = _FOR.match(rest)
    begins = not rest.strip(" ?") or led is not None or _begins_with_time(rest, setting)
    if not begins or _MORE.search(rest):
        # A room in another town is no room of the office.
        return None
    words = bare(without_times(said.marked).replace("\ue200", " "))
    if led and led["known"] and words:
        return RoomWish(room, "", rest[led.end() :])
    if not words or is_generic(words) or (led is None):
        return RoomWish(room, f"book a meeting{rest}" if not words else f"book a meeting {rest}")
    return RoomWish(room, f"book {rest[led.end() :]}")


def _begins_with_time(rest: str, setting: Setting) -> bool:
    marked = as_sentence(rest.strip(), setting).marked
    return re.match(r"(?:in |at |on |by |around )?[\ue000-\ue0ff]", marked) is not None


def _for_event(wish: RoomWish, setting: Setting) -> Frame:
    s = as_sentence(wish.event, setting)
    told = event_words(s, s.marked)
    name = told.name or told.person or (bare(s.words(without_times(s.marked))) or None)
    when = s.when(tuple(one for one in s.times if one.role in ("when", "to")))
    known = filled(event=name, event_when=when)
    return Frame(tool="update_event", arguments={**known, "room": wish.room})
