"""Changes of an event that is named by its place: "my next meeting", "the second call tomorrow".

The tools know events by title, time and people, so what stands there is looked up first.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.llm.model import Setting
from bot.llm.offline import asking
from bot.llm.offline.frame import Frame, Reply
from bot.llm.offline.lexicon import MEETING
from bot.llm.offline.memory import facts_of, in_order
from bot.llm.offline.timewords import meaning_of
from bot.transcript import ToolReturned

_NOUN = (
    rf"(?:calendar )?(?:event|entry|item|thing|one|activity|task|{MEETING}|appt"
    r"|commitment|engagement)"
)
_NEXT = re.compile(rf"\b(?:next|upcoming|following) {_NOUN}\b(?!'?s\b)", re.I)
_NTH = re.compile(
    r"\b(?:my|the|our) (?P<nth>first|second|third|fourth|fifth|last|final)"
    rf" {_NOUN}\b(?! (?:with|about|called|named)\b)",
    re.I,
)
_EACH = re.compile(
    rf"\b(?:every|each|all(?: of)?(?: (?:my|the|our))?|any(?: of my)?) (?:single )?{_NOUN}s?\b",
    re.I,
)
MOST_EACH = 10
"""Reminders for single events in one answer."""
_PLACES = {"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1, "final": -1}
_CHANGES = frozenset(
    {"update_event", "delete_event", "add_participants", "respond_to_invitation", "set_reminder"}
)
_ANY = frozenset(
    {"", "meeting", "event", "appointment", "call", "it", "next", "next meeting", "meetings"}
    | {"events", "appointments", "calls"}
)


def look_first(frame: Frame, text: str, setting: Setting) -> Frame | None:
    """The look that finds the event which the frame leaves open; None when it names one."""
    if frame.tool not in _CHANGES or not _is_open(frame):
        return None
    if _NEXT.search(text):
        return Frame(tool="get_schedule", arguments={"next_only": True})
    if not (_NTH.search(text) or _is_each(frame, text)):
        return None
    day = str(frame.arguments.get(_day_of(frame)) or "today")
    return Frame(tool="get_schedule", arguments={"when": day}) if meaning_of(day, setting) else None


def _is_each(frame: Frame, text: str) -> bool:
    """Whether to be reminded of every event of a day, not of one, nor of all days' alike."""
    every = frame.tool == "set_reminder" and bool(frame.arguments.get("event_when"))
    return every and _EACH.search(text) is not None


def _is_open(frame: Frame) -> bool:
    known = frame.arguments
    if frame.tool == "set_reminder" and not known.get("leads"):
        return False
    named = str(known.get("event") or "").casefold()
    return named in _ANY and not (known.get("person") or known.get("event_person"))


def _day_of(frame: Frame) -> str:
    return "when" if frame.tool == "delete_event" else "event_when"


def on_found(
    frames: Sequence[Frame], said: str, returns: Sequence[ToolReturned], setting: Setting
) -> Reply | None:
    """The change of the event that was found; None when the words meant no such thing."""
    if len(frames) != 1 or len(returns) != 1 or returns[0].tool != "get_schedule":
        return None
    frame = frames[0]
    if look_first(frame, said, setting) is None:
        return None
    events = in_order([e for e in facts_of(returns[0]).get("events") or [] if _has_ref(e)])
    events = tuple(e for e in events if not e.get("all_day")) or events
    if events and _is_each(frame, said) and not _NEXT.search(said):
        return _for_each(frame, events)
    nth = None if _NEXT.search(said) else _NTH.search(said)
    place = _PLACES[nth["nth"].casefold()] if nth else 0
    if not events:
        return None
    if place >= len(events):
        only = "one event" if len(events) == 1 else f"{len(events)} events"
        return Reply(text=f"I see only {only} there. Which do you mean?")
    dropped = {"every", _day_of(frame)}
    known: dict[str, Any] = {k: v for k, v in frame.arguments.items() if k not in dropped}
    known["event"] = str(events[place]["ref"])
    whole = asking.complete(Frame(tool=frame.tool, arguments=known), setting)
    if whole.ask:
        return Reply(text=whole.ask, asks_for=whole.tool, known=whole.arguments)
    return Reply(frames=(whole,))


def _for_each(frame: Frame, events: Sequence[Mapping[str, Any]]) -> Reply:
    if len(events) > MOST_EACH:
        return Reply(text=f"That is {len(events)} events. Of which shall I remind you?")
    each = ({**frame.arguments, "event": str(event["ref"])} for event in events)
    return Reply(frames=tuple(Frame(tool=frame.tool, arguments=one) for one in each))


def _has_ref(event: object) -> bool:
    return isinstance(event, Mapping) and bool(event.get("ref"))
