"""Reading a wish to be reminded, and wishes about how one wants to be served."""

import re
from typing import Any

from bot.llm.model import Setting
from bot.llm.offline import asking
from bot.llm.offline.frame import Frame, filled
from bot.llm.offline.lexicon import DETERMINER, T
from bot.llm.offline.sentence import Sentence
from bot.llm.offline.slots import (
    bare,
    called,
    event_words,
    is_generic,
    trimmed,
    with_role,
    without_calendar,
    without_times,
)

_REMINDER = r"(?:reminders?|alarms?|alerts?|notifications?|notices?)"
_LEAD = re.compile(
    rf"^(?:.{{0,60}}?\b(?:remind(?: (?:me|us|him|her|them|it|everyone|everybody|the team"
    r"|the channel))*|notify me|alert me|nudge me|warn me|wake me(?: up)?|tell me"
    r"|let me know|(?:don't let me )?forget)\b"
    rf"|.{{0,60}}?\b(?:reminder )?{_REMINDER}\b)(?:\s+(?:set|notification|alert"
    r"|in my calendar|on my calendar|up))*\s*",
    re.I,
)
_LINK = re.compile(
    r"^(?:(?:to|about|of|off|that|for|there is|there's|i have to|i have|i need to|i should"
    r"|i must|on|regarding|towards|in|before|and|the upcoming|upcoming|by|up|it"
    r"|input name as)\s+)+(?:(?:a|an)\s+(?=\w))?",
    re.I,
)
_BEFORE = re.compile(
    rf"{T}?\s*(?:\b(?:before|ahead of|prior to|in advance of|prior of)\b"
    rf"|(?<={T}))\s*(?P<event>.+)$",
    re.I,
)
_CHANNEL = re.compile(
    r"^(?:remind|notify|alert|nudge) (?:us|everyone|everybody|the (?:team|channel|group)"
    r"|all|here|@?channel)\b"
)


def read_remind(s: Sentence, setting: Setting) -> Frame:
    """A reminder, at a time or before an event."""
    leads = [t.text for t in s.times if t.role == "lead"][:5]
    known = _before_event(s, leads) if leads else _at_time(s)
    known["in_channel"] = bool(_CHANNEL.match(s.low)) and setting.in_channel
    return asking.complete(Frame(tool="set_reminder", arguments=filled(**known)), setting)


def _before_event(s: Sentence, leads: list[str]) -> dict[str, Any]:
    """Says "Ten minutes before my dentist appointment"."""
    lead = next(i for i, t in enumerate(s.times) if t.role == "lead")
    mark = chr(0xE000 + lead)
    head, _, tail = s.marked.partition(mark)
    tail_words = event_words(s, re.sub(r"^\s*(?:before|prior to|ahead of|of)\b", " ", tail))
    head_rest = _without_lead(head)
    head_words = event_words(s, head_rest)
    event = tail_words.name or tail_words.person or head_words.name or head_words.person
    text = _text(s, head) if tail_words.name else None
    when = s.when(tuple(t for t in s.times if t.role in ("when", "to")))
    return {
        "text": text,
        "event": event or "meeting" if _mentions(s) else event,
        "event_when": when,
        "leads": leads,
    }


def _mentions(s: Sentence) -> bool:
    return re.search(r"\b(?:meeting|event|appointment|it)\b", s.low) is not None


def _at_time(s: Sentence) -> dict[str, Any]:
    when = s.when(s.times)
    late = re.search(r"\bbefore (?P<event>(?:it|(?:my|the|our|every) .+))$", s.marked, re.I)
    if late:
        words = event_words(s, late["event"])
        return {
            "text": _text(s, s.marked[: late.start()]),
            "event": words.name or words.person or "next",
            "event_when": when,
        }
    text = _text(s, s.marked)
    if (
        text
        and when is None
        and re.match(r".*\bremind\w*\b.*?\b(?:about|of|for|for the|about the)\b", s.low)
    ):
        words = event_words(s, _without_lead(s.marked))
        return {"event": words.name or text, "text": None}
    if when is None and with_role(s.times, "length"):
        when = f"in {with_role(s.times, 'length')}"
    return {"text": text, "when": when}


def _without_lead(marked: str) -> str:
    return _LEAD.sub("", marked, count=1)


def _text(s: Sentence, piece: str) -> str | None:
    """What to be reminded of."""
    title = called(piece)
    if title.taken:
        return s.words(title.taken)
    early = re.match(
        r"^(?P<what>(?:i|we|my|the)\b.{3,80}?)[,.]?\s*\b(?:can you |please |and "
        r"|so )*(?:remind|create reminder|set (?:a )?reminder)\b",
        piece,
        re.I,
    )
    if early:
        words = re.sub(
            r"^(?:i|we) (?:have|need|want|am going|'m going|will|must|should)(?: to| a| an)? ",
            "",
            early["what"],
            flags=re.I,
        )
        return s.words(trimmed(without_times(words).replace("\ue200", " ").strip())) or None
    rest = without_times(without_calendar(piece).rest).strip()
    rest = _without_lead(rest)
    pieces = [trimmed(p) for p in _LINK.sub("", rest.strip(" \ue200,.")).split("\ue200")]
    words = " ".join(p for n, p in enumerate(pieces) if p and (n == 0 or not is_generic(p)))
    words = re.sub(r"\s{2,}", " ", _LINK.sub("", words.strip()))
    words = trimmed(words)
    if not words or re.fullmatch(
        rf"(?:{DETERMINER}\s+)?(?:event|events|item|something|it|that|this|then|me|us"
        r"|do something)",
        words,
        re.I,
    ):
        return None
    return s.words(words)


def read_unremind(s: Sentence, setting: Setting) -> Frame:
    """A reminder to take back."""
    rest = re.sub(
        rf"\b{_REMINDER}\b|\b(?:remind|reminding) me\b|^(?:stop|don'?t|do not|quit|turn off"
        r"|disable)\b",
        " ",
        s.marked,
        flags=re.I,
    )
    rest = bare(without_times(without_calendar(rest).rest).replace("\ue200", " "))
    rest = re.sub(
        r"^(?:delete|remove|cancel|erase|clear|drop|wipe|get rid of|stop|off)\s+",
        "",
        rest,
        flags=re.I,
    )
    words = bare(rest)
    every = bool(re.search(r"\b(?:all|every|everything)\b|\breminders\b", s.low)) and (
        not words or is_generic(words)
    )
    known = filled(
        reminder=None if not words or every else s.words(words), when=s.when(s.times), every=every
    )
    return asking.complete(Frame(tool="cancel_reminder", arguments=known), setting)


_ZONE = re.compile(
    r"\b(?:time ?zone|zone)\b.*?\b(?:to|is|as|:)\s+(?P<a>[\w/ +-]{2,40})$|\bi (?:live|moved"
    r"|relocated) (?:in|to) (?P<b>[\w/ ]{2,40})$",
    re.I,
)
_DAYS = re.compile(
    r"\b((?:mon|tue|wed|thu|fri|sat|sun)\w*(?:\s*(?:to|through|until|-|,"
    r"|and)\s*(?:and )?(?:mon|tue|wed|thu|fri|sat|sun)\w*)*)",
    re.I,
)
_HOURS = re.compile(
    r"\b(?:from )?(\d{1,2}(?:[:.]\d\d)?\s*(?:am|pm)?)\s*(?:to|until|till|-|–"
    r"|and)\s*(\d{1,2}(?:[:.]\d\d)?\s*(?:am|pm)?)\b",
    re.I,
)
_CLOCK = re.compile(r"\b(\d{1,2}(?:[:.]\d\d)?\s*(?:am|pm)?|noon)\b", re.I)
_LENGTH = re.compile(
    r"\b(\d{1,3}|an?|one|half an?|fifteen|thirty|forty[- ]five|ten|five|twenty"
    r"|two)[ -]?(minutes?|mins?|hours?|days?)\b",
    re.I,
)


def read_prefer(s: Sentence, setting: Setting) -> Frame:
    """A change of preferences."""
    text, low = s.text, s.text.casefold()
    known: dict[str, Any] = {}
    zone = _ZONE.search(text)
    hours, days, clock = _HOURS.search(text), _DAYS.search(text), _CLOCK.search(text)
    lengths = [match[0] for match in _LENGTH.finditer(text)]
    off = bool(re.search(r"\b(?:off|none|never|disable|stop|no)\b", low))
    if zone:
        known["zone"] = trimmed(zone["a"] or zone["b"])
    elif re.search(r"\bweeks? .{0,12}start|\bstart.{0,12} weeks?\b|\bweeks? begin", low):
        known["week_start"] = next((d for d in ("monday", "sunday", "saturday") if d in low), None)
    elif re.search(r"\bquiet|do not disturb|don'?t disturb", low):
        known["quiet_hours"] = (
            f"{hours[1].strip()} to {hours[2].strip()}" if hours else ("none" if off else None)
        )
    elif re.search(r"\bdigest|daily (?:agenda|summary)|\bagenda\b", low):
        known["digest_at"] = "off" if off else (clock[1] if clock else None)
    elif re.search(r"\ball[- ]day", low):
        known["all_day_reminder"] = clock[1] if clock else None
    elif re.search(r"\bpause|snooze all|mute", low):
        known["pause_reminders_until"] = s.when(s.times)
    elif re.search(r"\bweekends?\b", low) and "work" not in low:
        known["weekend_reminders"] = not re.search(r"\b(?:don'?t|no|off|never|stop)\b", low)
    elif re.search(r"\bbuffer|between (?:my )?meetings", low):
        known["buffer"] = lengths[0] if lengths else None
    elif re.search(r"\bremind|before (?:every|each|all)", low):
        known["reminder_leads"] = lengths or None
    elif re.search(
        r"\b(?:12|24|twelve|twenty[- ]four)[- ]?(?:hour|h)\b|\bclock\b|time format", low
    ):
        known["clock"] = "12" if re.search(r"12|twelve|am.?pm", low) else "24"
    elif re.search(r"\bdefault|by default|length|duration", low):
        known["default_length"] = lengths[0] if lengths else None
    else:
        known["working_hours"] = f"{hours[1].strip()} to {hours[2].strip()}" if hours else None
        known["working_days"] = days[1] if days else None
    given = {name: value for name, value in known.items() if value is not None}
    return asking.complete(Frame(tool="set_preferences", arguments=given), setting)
