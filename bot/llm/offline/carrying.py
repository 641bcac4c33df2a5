"""Words that carry a time over: "am I free at 5 then", "is that free", "what else that day"."""

import re
from datetime import date, datetime
from typing import Any

from bot.llm.model import Setting
from bot.llm.offline.frame import Frame, Reply
from bot.llm.offline.memory import Memory
from bot.llm.offline.retiming import say_day
from bot.llm.offline.timewords import meaning_of
from calendar_core.phrases import Kind

_THAT_DAY = re.compile(
    r"\b(?:that|the same) day\b|\bthen\W*$|\bthere(?: (?:at|for|from|around)\b|\W*$)", re.I
)
_AFTER = re.compile(
    r"\b(?:right |directly |straight )?after (?:that|it|this)\b|\bafterwards?\b", re.I
)
_SAME = re.compile(r"\b(?:for|at) (?:then|that time|the same time)\b", re.I)
_TAIL = re.compile(
    r"\s(?:(?:right |directly |straight )?after(?:wards?)?|for|at)(?: (?:then|that|it|this"
    r"|that time|the same time))?$",
    re.I,
)
_THERE = re.compile(r" there$", re.I)
_THEN = re.compile(r"\b(?:then|that day|the same day)\b", re.I)
_MEETINGS = re.compile(r"(?:meetings?|events?|appointments?|calls?)", re.I)
_MAKES = ("create_event", "book_meeting")
_LOOKS = ("get_schedule", "check_availability", "find_free_time")
_IS_FREE = re.compile(
    r"^\W*(?:(?:so|and|but|ok|wait|hm+),? )*(?:is|am i|are we|would|does|do) ?(?:that|it|this|then"
    r"|the time|the slot)?(?: (?:time|slot|hour))?(?: (?:be|still|even|i))*"
    r" ?(?:free|available|open|ok(?:ay)? for me|work(?: for me)?|clash|conflict)"
    r"(?: (?:then|at that time|with (?:anything|something)))?\W*$",
    re.I,
)


def is_that_free(text: str, memory: Memory, setting: Setting) -> Reply | None:
    """ "Is that free?": whether one is free at the time of the open card, or of what was told."""
    if not _IS_FREE.match(text) or memory.asked:
        return None
    told = memory.waiting.events if memory.waiting else (memory.focus,) if memory.focus else ()
    whens = [str(event.get("when") or "") for event in told if event]
    when = next((w for w in whens if meaning_of(w, setting)), None)
    if when is None:
        return None
    return Reply(frames=(Frame(tool="check_availability", arguments={"when": when}),))


def on_that_day(frame: Frame, text: str, memory: Memory, setting: Setting) -> Frame:
    """The look with the day of the look before, where "then" or "that day" say so."""
    if frame.tool == "delete_event" and _THAT_DAY.search(text) and not frame.arguments.get("when"):
        return _gone_then(frame, memory, setting)
    if frame.tool in _MAKES and not frame.arguments.get("when"):
        return _at_that_time(frame, text, memory, setting)
    if frame.tool not in (*_LOOKS, *_MAKES) or not _THAT_DAY.search(text):
        return frame
    day = _day_spoken_of(memory, setting)
    when = str(frame.arguments.get("when") or "")
    told = meaning_of(when, setting) if when else None
    if day is None or (told is not None and told.day_said):
        return frame
    words = say_day(day)
    tries = [f"{words} {when}", f"{words} at {when}"] if when else [words]
    fits = next((one for one in tries if meaning_of(one, setting)), None)
    if fits is None:
        return frame
    known: dict[str, Any] = {**frame.arguments, "when": fits}
    if known.get("title"):
        known["title"] = _THERE.sub("", str(known["title"]))
    return Frame(tool=frame.tool, arguments=known, pointed=frame.pointed)


def _gone_then(frame: Frame, memory: Memory, setting: Setting) -> Frame:
    """ "Cancel my meetings then": those in the time that was told; with none, nothing is taken."""
    told = memory.focus.get("when") if memory.focus else None
    day = _day_spoken_of(memory, setting)
    when = str(told).partition(",")[0] if told else say_day(day) if day else ""
    if meaning_of(when, setting) is None:
        return Frame(tool=frame.tool, arguments={}, ask="On which day?")
    named = _THEN.sub("", str(frame.arguments.get("event") or "")).strip()
    known = {k: v for k, v in frame.arguments.items() if k != "event"}
    ref = memory.focus.get("ref") if memory.focus else None
    several = (
        {"every": True} | ({"keep": [str(ref)]} if ref else {})
        if not named or _MEETINGS.fullmatch(named)
        else {"event": named}
    )
    return Frame(tool=frame.tool, arguments={**known, **several, "when": when})


def _at_that_time(frame: Frame, text: str, memory: Memory, setting: Setting) -> Frame:
    """ "Book a babysitter for then", "and sauna after that": beside the event spoken of."""
    when = str(memory.focus.get("when") or "") if memory.focus else ""
    told = meaning_of(when, setting) if when else None
    after = _AFTER.search(text)
    if told is None or not told.time_said or not frame.arguments.get("title"):
        return frame
    if after and isinstance(told.end, datetime):
        when = f"{say_day(told.end.date())} {told.end:%H:%M}"
    elif not _SAME.search(text):
        return frame
    title = _TAIL.sub("", str(frame.arguments["title"]))
    return Frame(tool=frame.tool, arguments={**frame.arguments, "title": title, "when": when})


def _day_spoken_of(memory: Memory, setting: Setting) -> date | None:
    """The single day that was looked at last, else that of the event spoken of."""
    looked = memory.looked.arguments.get("when") if memory.looked else None
    focus = memory.focus.get("when") if memory.focus else None
    for words in (looked, focus):
        told = meaning_of(str(words), setting) if words else None
        if told is None or told.start is None or told.kind is Kind.DAYS or told.rule:
            continue
        if told.day_said:
            return told.start.date() if isinstance(told.start, datetime) else told.start
    return None
