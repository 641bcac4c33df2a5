"""From a sentence to frames: one for each thing that is asked for."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.llm.model import Setting
from bot.llm.offline import lexicon
from bot.llm.offline.changing import read_update
from bot.llm.offline.channel_wishes import channel_wish
from bot.llm.offline.creating import read_create
from bot.llm.offline.deleting import read_delete
from bot.llm.offline.describing import set_apart
from bot.llm.offline.frame import Frame
from bot.llm.offline.freeing import read_free, wants_time
from bot.llm.offline.intent import Intent
from bot.llm.offline.intents import intent_of
from bot.llm.offline.inviting import adds_people, opens_meeting, read_invite, takes_people_off
from bot.llm.offline.looking import (
    read_calendars,
    read_figures,
    read_invited,
    read_look,
    read_preferences,
    read_reminders,
)
from bot.llm.offline.noting import read_remind, read_unremind
from bot.llm.offline.once import read_once
from bot.llm.offline.others import absence, others_day
from bot.llm.offline.parting import is_statement, since_day, told_with_reason
from bot.llm.offline.preferring import read_prefer, wish_in
from bot.llm.offline.replying import answers, read_answer
from bot.llm.offline.rooming import read_room
from bot.llm.offline.sentence import Sentence, as_sentence
from bot.llm.offline.shifting import shift_in
from bot.llm.offline.spreading import read_spread
from bot.llm.offline.timewords import lead_words, meaning_of
from calendar_core.phrases import Kind, Meaning

READERS: dict[Intent, Callable[[Sentence, Setting], Frame]] = {
    Intent.CREATE: read_create,
    Intent.LOOK: read_look,
    Intent.FREE: read_free,
    Intent.UPDATE: read_update,
    Intent.DELETE: read_delete,
    Intent.INVITE: read_invite,
    Intent.ANSWER: read_answer,
    Intent.REMIND: read_remind,
    Intent.REMINDERS: read_reminders,
    Intent.UNREMIND: read_unremind,
    Intent.ANALYZE: read_figures,
    Intent.CALENDARS: read_calendars,
    Intent.PREFER: read_prefer,
    Intent.PREFERENCES: read_preferences,
}

_VERBS = (
    r"(?:add|create|schedule|book|move|change|reschedule|push|cancel|delete|remove"
    r"|remind me|show me|invite|find|rename|accept|decline"
    r"|set up|set a reminder|what|when|am i|tell me)"
)
_JOINT = re.compile(
    r"(?:,?\s+(?:and|then|and then|and also|also)\s+|[.;!]\s+(?:and |then "
    rf"|also )*)(?:please\s+)?(?={_VERBS}\b)",
    re.I,
)
_KNOWN_WORD = re.compile(
    rf"(?:{lexicon.EVENT}|{lexicon.CREATE}|{lexicon.DELETE}|{lexicon.UPDATE}|{lexicon.LOOK})\b"
)
_NO_REQUEST = re.compile(
    r"^(?:add|invite|schedule|book|set up|create|move|reschedule|change|cancel|delete"
    r"|remove)\s+(?:it|that|this|them|him|her)\b|^(?:move|reschedule|push|change) (?:to|for"
    r"|until|by)\b|^(?:when|what|tell me)\b.*\bfree\b",
    re.I,
)
_SMALL = re.compile(r"^(?:add|invite)\s+[A-Z]\w+(?:\s+and\s+[A-Z]\w+)*\.?$")


def read(text: str, setting: Setting) -> tuple[Frame, ...]:
    """Everything that is asked for; empty when nothing is understood."""
    bare, beside = set_apart(text)
    frames = _read(bare, setting)
    if beside and any(frame.ask for frame in frames):
        frames = _read(text, setting)  # what was set apart may tell the day as well
    told = beside.put_on(frames)
    return _read(text, setting) if told is None else told


def _read(text: str, setting: Setting) -> tuple[Frame, ...]:
    text = told_with_reason(text, setting)
    with_lead = _with_lead(text, setting)
    if with_lead is not None:
        return (with_lead,)
    pieces = _gone_apart(text) or split(text)
    if len(pieces) > 1 and _SENTENCES.match(text) and is_statement(pieces[0]):
        pieces = pieces[1:] if len(pieces) > 2 else (text,)
    if len(pieces) > 1:
        frames = tuple(frame for piece in pieces if (frame := read_one(piece, setting)))
        if len(frames) == len(pieces) and all(frame.ask is None for frame in frames):
            return frames
    whole = read_one(text, setting)
    return (hours_apart(whole, setting) or days_apart(whole, setting)) if whole else ()


_LEAD = re.compile(
    r"^(?P<event>.+?)\s*[,.;–-]\s*(?:and |also |please )*"
    r"(?:(?:remind|ping|alert|notify) (?:me|us)|(?:set |with )?(?:a )?reminders?) "
    r"(?P<lead>(?:an?|one|two|three|four|five|ten|fifteen|twenty|thirty|half|\d+)\b"
    r"[^,.;]{1,30}? (?:before(?:hand)?|ahead|earlier|prior|in advance))\W*$",
    re.I,
)
_THERE_IS = re.compile(
    r"(?:(?:i|we)(?: have(?: got)?|'ve(?: got)?| got)|there(?:'s| is)) (?:an? |the |my )?(?P<a>.+)"
    r"|(?P<b>(?:my|our|the) .+?) (?:is|starts|begins) (?P<c>.+)",
    re.I,
)


def _with_lead(text: str, setting: Setting) -> Frame | None:
    """ "Dentist Tuesday 8:30, remind me an hour before" as one event with its own reminder; "my
    dentist is on Tuesday, remind …" as a reminder of an event that is there."""
    match = _LEAD.match(text)
    if match is None:
        return None
    known = _THERE_IS.match(match["event"])
    if known:
        event = known["a"] or f"{known['b']} {known['c']}"
        return read_one(f"remind me {match['lead']} {event}", setting)
    frame = read_one(match["event"], setting)
    if frame is None or frame.ask or frame.tool not in ("create_event", "book_meeting"):
        return None
    leads = [*frame.arguments.get("reminders", ()), lead_words(match["lead"])]
    return replace(frame, arguments={**frame.arguments, "reminders": leads})


_GONE_BOTH = re.compile(
    r"^(?P<verb>(?:please |can you |could you )*(?:cancel|delete|remove|drop|scrap)) "
    r"(?P<one>(?:the|my|our) [^,]{2,60}?),? and (?P<two>(?:the|my|our) .{2,60})$",
    re.I,
)


def _gone_apart(text: str) -> tuple[str, ...]:
    """ "Cancel the call with Kim and the review" as two requests."""
    match = _GONE_BOTH.match(text)
    if match is None or re.search(r"\bfrom (?:my|the|our)\b", text, re.I):
        return ()
    return (f"{match['verb']} {match['one']}", f"{match['verb']} {match['two']}")


_SENTENCES = re.compile(r"[^.;!]+[.;!]\s")


_TWO_HOURS = re.compile(
    r"^(?P<rule>.*\b(?:every|each|daily)\b.*?) at (?P<one>\S.*?) and (?:at )?(?P<two>\S.*)$", re.I
)


def hours_apart(frame: Frame, setting: Setting) -> tuple[Frame, ...]:
    """ "Every day at nine and at noon" as two calls; none where one will do."""
    when = str(frame.arguments.get("when") or "")
    match = _TWO_HOURS.match(when) if frame.ask is None else None
    if match is None or meaning_of(when, setting) is not None:
        return ()
    each = [f"{match['rule']} at {match[hour]}" for hour in ("one", "two")]
    if not all(meaning_of(one, setting) for one in each):
        return ()
    return tuple(Frame(tool=frame.tool, arguments={**frame.arguments, "when": o}) for o in each)


def days_apart(frame: Frame, setting: Setting) -> tuple[Frame, ...]:
    """ "Clear tomorrow and Friday" as two calls, where the days do not stand together."""
    days = re.split(r"\s*(?:,|\band\b|&)\s*", str(frame.arguments.get("when") or ""))
    if frame.tool != "delete_event" or not 1 < len(days) < 8 or not frame.arguments.get("every"):
        return (frame,)
    told = [meaning_of(day, setting) for day in days]
    whole = meaning_of(str(frame.arguments["when"]), setting)
    if any(one is None or one.kind is not Kind.DAY for one in told):
        return (frame,)
    if whole is not None and whole.kind is Kind.DAYS and _spans(whole) == len(days):
        return (frame,)
    return tuple(Frame(tool=frame.tool, arguments={**frame.arguments, "when": d}) for d in days)


def _spans(days: Meaning) -> int:
    if isinstance(days.start, datetime) or isinstance(days.end, datetime):
        return 0
    return (days.end - days.start).days if days.start and days.end else 0


@read_once
def read_one(text: str, setting: Setting) -> Frame | None:
    """The frame of a single request."""
    with_room = read_room(text, setting, read_one)
    if with_room:
        return with_room
    sentence = as_sentence(text, setting)
    known = channel_wish(sentence, setting) or read_invited(sentence)
    if known:
        return known
    intent = None if _is_noise(sentence) else _intent(sentence)
    if intent is Intent.CREATE and _CAN_DO.match(text) and sentence.times:
        intent = Intent.FREE
    if intent is Intent.CREATE and _CAN_FIT.match(text):
        intent = Intent.FREE
    if intent in (*_MAY_SEEK, Intent.FREE):
        others = others_day(sentence, setting)
        if others:
            return others
    away = absence(sentence, setting) if intent is Intent.FREE else None
    if away:
        return away
    if intent is None:
        return None
    many = read_spread(sentence) if intent is Intent.UPDATE else None
    return many or READERS[intent](sentence, setting)


_ASKED = re.compile(
    r"(?:(?:so|and|but) )?"
    r"(?:(?:what(?! if\b| about\b| i\b| we\b)|which|who|whose|whom|where|how(?! about\b))"
    r"(?:'s|'re)?\b"
    r"|(?:when|why)(?:'s| (?:is|are|am|was|were|do|does|did|will|can|could|should|would|have|has"
    r"|had))\b"
    r"|(?:is|are|was|were|does|did|has|had|will|isn't|aren't|doesn't|didn't|hasn't|won't) \S"
    r"|(?:do|don't|am|have|haven't) (?:i|we|you|they|my|our|the|any\w*|people|there)\b"
    r"|should i\b)"
)
_AND_THEN = re.compile(
    rf"[?.;!,]\s+(?:[\w']+ ){{0,4}}?(?:{lexicon.CREATE}|{lexicon.DELETE}|{lexicon.UPDATE}"
    rf"|{lexicon.REMIND}|invite)\b"
)
_MAKE_LONG = re.compile(r"make (?:the|my|our) .{2,60} (?:hours?|minutes?|mins?) long$", re.I)
_DID = re.compile(
    r"(?:did|does|has|was|were|is|are|am|isn't|aren't|will|when|where|who|which|what"
    r"|(?:do|have) (?:i|we|you|they))\b"
)
_CHANGES = (Intent.UPDATE, Intent.DELETE, Intent.INVITE, Intent.UNREMIND)


def _only_asks(s: Sentence) -> bool:
    """Whether somebody asks and wants nothing done: "is Friday afternoon clear"."""
    return _ASKED.match(s.low) is not None and _AND_THEN.search(s.low) is None


def _intent(s: Sentence) -> Intent | None:
    intent = intent_of(_told(s), s.text.casefold())
    if (intent in _CHANGES and _only_asks(s)) or (
        intent is Intent.CREATE and _DID.match(s.low) and _only_asks(s)
    ):
        intent = Intent.LOOK
    if not _ASKING.match(s.low) and wish_in(s, s.setting) is not None:
        return Intent.PREFER
    if intent is Intent.CREATE and _MAKE_LONG.match(s.text):
        return Intent.UPDATE
    if intent is Intent.CREATE and _ONLY_TIME.fullmatch(s.low):
        return Intent.LOOK
    if intent is Intent.UPDATE and _STOPS.match(s.low) and since_day(s, s.setting):
        return Intent.DELETE
    if intent is Intent.LOOK and _NOUN_FIRST.match(s.low) and _hour_in(s):
        return Intent.CREATE
    if intent in (None, Intent.CREATE) and _EARLIER.match(s.text):
        found = shift_in(s.text, s.setting)
        if found and found.shift:
            return Intent.UPDATE
    if answers(s):
        return Intent.DELETE if _AND_DROP.search(s.low) else Intent.ANSWER
    if adds_people(s, s.setting):
        return Intent.INVITE
    if intent is Intent.INVITE and opens_meeting(s):
        return Intent.CREATE
    if takes_people_off(s, s.setting) and not (intent is Intent.DELETE and _CAME_OFF.search(s.low)):
        return Intent.UPDATE
    if _HEADS_UP.match(s.low) and any(t.role == "lead" or "before" in t.text for t in s.times):
        return Intent.REMIND
    if intent in _MAY_SEEK and wants_time(s, s.setting):
        return Intent.FREE
    return intent


_ASKING = re.compile(
    r"(?:what|whats|when|which|who|where|how|why|list|tell|see|check|is|are|am|do|does|did|was"
    r"|can|could|will|show (?:me )?(?:my|the|what|which))\b"
)
_CAN_DO = re.compile(
    r"\W*(?:can|could) (?!i\b|you\b|we\b)\w+(?: and \w+)? (?:do|make|meet)\b", re.I
)
_CAN_FIT = re.compile(r"\W*(?:can|could) (?:i|we) (?:still )?(?:fit|squeeze|slot)\b", re.I)
_HEADS_UP = re.compile(
    r"(?:(?:i (?:want|need) )?(?:give|send|get|show) (?:me|us) )?(?:a )?(?:heads[- ]?up|warning"
    r"|notice)"
    r"\b|(?:let|tell|warn|buzz|ping|alert|nudge|notify|poke|shout|shake|wake) (?:me|us|everyone)\b"
    r"|(?:a |an )?[\ue000-\ue0ff][ -](?:reminder|heads[- ]?up|warning|notice|alert) (?:before|for)"
)
_STOPS = re.compile(r"(?:end|stop) (?!repeating\b)")
_NOUN_FIRST = re.compile(
    r"(?:review|recap|report|brief|check-in)"
    r"(?: (?:with|of|for) (?!my |the |our |all )[\w ]+?)?\s*(?:[\ue000-\ue0ff]\s*)+$"
)
"""A verb of looking that is the name of an event here: "review Thursday 2pm to 3pm"."""


def _hour_in(s: Sentence) -> bool:
    when = s.when(s.times)
    told = meaning_of(when, s.setting) if when else None
    return told is not None and told.time_said and not told.vague


_CAME_OFF = re.compile(r"\b(?:cancell?ed|called off|backed out|bailed|isn'?t|can'?t|won'?t)\b")
_AND_DROP = re.compile(
    r"\b(?:take|get|remove|delete|cancel|drop|clear) (?:it|that)(?: off| out)?\b(?! if)"
)
_EARLIER = re.compile(
    r"^(?:start|begin|have|do|hold|(?:the|my|our)\b.*\bshould\b).*\b(?:earlier|later)$", re.I
)
_MAY_SEEK = (None, Intent.CREATE, Intent.LOOK)
_ONLY_TIME = re.compile(r"(?:[\ue000-\ue0ff][\s,]*)+(?:then|too)?")


def _told(s: Sentence) -> str:
    """The marked words, with the "instead" that a time may have taken in."""
    taken = any("instead" in time.text.casefold() for time in s.times)
    return f"{s.low} instead" if taken else s.low


def _is_noise(s: Sentence) -> bool:
    """ "Frobnicate my Tuesday": one unknown word that does something to a time."""
    if re.fullmatch(r"[^\W\d_]+ [\ue000-\ue0ff]", s.low) is None:
        return False
    to_a_day = bool(s.times) and s.times[0].text.casefold().startswith(("my ", "our "))
    return to_a_day and not _KNOWN_WORD.match(s.low)


def split(text: str) -> tuple[str, ...]:
    """The requests in "move lunch to 1 and cancel the dentist", each with its follow-on words."""
    if len(text) > 1000:
        return (text,)
    pieces = [piece.strip() for piece in _JOINT.split(text) if piece.strip()]
    joined: list[str] = []
    for piece in pieces[:6]:
        if joined and (_NO_REQUEST.match(piece) or _SMALL.match(piece)):
            return (text,)
        joined.append(piece)
    return tuple(joined)
