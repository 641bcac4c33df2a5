"""One change for many events: "push everything tomorrow back by 30 minutes".

The tools change one event at a time, so the events are looked up first, then proposed one by one.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.llm.model import Setting
from bot.llm.offline.frame import Frame, Reply, filled
from bot.llm.offline.lexicon import CALENDAR, UPDATE
from bot.llm.offline.looking import calendar_in
from bot.llm.offline.memory import facts_of
from bot.llm.offline.sentence import Sentence, as_sentence
from bot.llm.offline.timewords import meaning_of
from bot.transcript import ToolReturned
from calendar_core.phrases import Kind

_EVENTS = r"(?:events|meetings|appointments|calls|stuff|things|plans)"
_MANY = re.compile(
    rf"^(?:{UPDATE})\s+(?:(?P<way>back|forward|out|up)\s+)?(?:everything|all(?: of)?"
    rf"|both(?: of)?)\b"
    rf"(?:\s+(?:my|the|our))?(?:\s+{_EVENTS})?(?P<rest>\s+(?:(?:on|for|from|of)\s+)?.+)$",
    re.I,
)
_MY_PART = re.compile(
    rf"^(?P<verb>{UPDATE}) (?:my|our) (?:whole |entire )?(?P<part>morning|afternoon|evening)\b",
    re.I,
)
_ON_ONE = re.compile(rf"\s(?:on|in|from|of|off) (?:the|my|our|this) #?[\w-]+ {CALENDAR}\b", re.I)
_SHIFT = re.compile(
    r"\s+(?:(?P<way>back|forward|out|up|ahead)\s+)?(?:by\s+)?"
    r"(?P<length>(?:an?|half|one|two|three|four|five|ten|fifteen|twenty|thirty|forty"
    r"|forty[- ]five|ninety|\d+)\b.{0,24}?(?:hours?|hrs?|minutes?"
    r"|mins?"
    r"|h|m|days?|weeks?)(?: and a half)?)(?:\s+(?P<end>later|earlier|back|forward|ahead|out))?$",
    re.I,
)
_TO = re.compile(r"\s+(?:to|until|onto)\s+(?P<to>.+)$", re.I)
_EARLIER = frozenset({"forward", "earlier", "ahead", "up"})
MOST = 6
"""Cards in one answer; more would be a wall."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """What shall happen to all events of a time."""

    when: str
    """The day or range, as said."""
    shift: str | None = None
    to: str | None = None


def spread_in(s: Sentence) -> Spread | None:
    """The change for many events in these words; None when one event is meant."""
    text = _ON_ONE.sub("", s.text)
    match = _MANY.match(_MY_PART.sub(r"\g<verb> everything this \g<part>", text))
    if match is None:
        return None
    shift, to = _SHIFT.search(" " + match["rest"]), _TO.search(" " + match["rest"])
    cut = shift or to
    when = _day((" " + match["rest"])[: cut.start()]) if cut else ""
    told = meaning_of(when, s.setting) if when else None
    if told is None or told.kind not in (Kind.DAY, Kind.DAYS, Kind.SPAN):
        return None
    if shift:
        length = meaning_of(shift["length"], s.setting)
        if length is None or length.kind is not Kind.LENGTH:
            return None
        ways = {str(w).casefold() for w in (match["way"], shift["way"], shift["end"]) if w}
        way = "earlier" if ways & _EARLIER or "forward" in s.low else "later"
        return Spread(when=when, shift=f"{shift['length']} {way}")
    return Spread(when=when, to=to["to"]) if to and meaning_of(to["to"], s.setting) else None


def _day(words: str) -> str:
    bare = re.sub(rf"(?:'s)?(?:\s+{_EVENTS})?$", "", words.strip(), flags=re.I)
    day = re.sub(r"^(?:on|for|from|of)\s+", "", bare, flags=re.I).strip()
    return f"this {day}" if day.casefold() in ("morning", "afternoon", "evening") else day


def read_spread(s: Sentence) -> Frame | None:
    """The look at the events that shall all change."""
    found = spread_in(s)
    if found is None:
        return None
    known = filled(when=found.when, calendar=calendar_in(s, s.setting))
    return Frame(tool="get_schedule", arguments=known)


def spread(said: str, returns: Sequence[ToolReturned], setting: Setting) -> Reply | None:
    """A proposal for each event that was found; None when the words meant no such thing."""
    found = spread_in(as_sentence(said, setting))
    if found is None or len(returns) != 1 or returns[0].tool != "get_schedule":
        return None
    events = [e for e in facts_of(returns[0]).get("events") or [] if _can_move(e)]
    if not events:
        return None
    if len(events) > MOST:
        text = f"That is {len(events)} events; I move at most {MOST} at once. Which of them?"
        return Reply(text=text)
    return Reply(frames=tuple(_moved(str(event["ref"]), found) for event in events))


def _moved(ref: str, found: Spread) -> Frame:
    known = filled(event=ref, event_when=found.when, when=found.to, shift=found.shift, scope="this")
    return Frame(tool="update_event", arguments=known)


def _can_move(event: object) -> bool:
    """Whether it has an hour to move: whole days stay."""
    return isinstance(event, Mapping) and bool(event.get("ref")) and not event.get("all_day")
