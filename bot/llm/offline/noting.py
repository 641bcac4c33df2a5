"""Reading a wish to be reminded, or to be reminded no more."""

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
        r"^(?:delete|remove|cancel|erase|clear|drop|wipe|get rid of|stop|off)(?:\s+|$)",
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
