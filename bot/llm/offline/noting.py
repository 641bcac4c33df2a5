"""Reading a wish to be reminded, or to be reminded no more."""

import re
from datetime import datetime
from typing import Any

from bot.llm.model import Setting
from bot.llm.offline import asking
from bot.llm.offline.beside import beside_event
from bot.llm.offline.channel_wishes import ROOM, say_there, with_own_name
from bot.llm.offline.frame import Frame, filled
from bot.llm.offline.lexicon import DETERMINER, T
from bot.llm.offline.retiming import say_day
from bot.llm.offline.sentence import Sentence, as_sentence
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
from bot.llm.offline.timewords import lead_words, meaning_of

_REMINDER = r"(?:reminders?|alarms?|alerts?|notifications?|notices?)"
_LEAD = re.compile(
    rf"^(?:.{{0,60}}?\b(?:remind(?: (?:me|us|him|her|them|it|everyone|everybody|all|the team"
    r"|the channel))*|(?:notify|alert|nudge|warn|ping|buzz|poke|dm) (?:me|us)|wake me(?: up)?"
    r"|tell me|heads[- ]?up|let me know|(?:don'?t let me )?(?:forget|miss)|remember)\b"
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
_EVERYBODY = (
    r"(?:us all|us|everyone|everybody|all of us|all|(?:this|the|our) (?:team|channel|group|thread"
    r"|room)|team|here|@?channel)"
)
_HERE = r"(?:in here|here|(?:in|to) (?:this|the|our) (?:channel|thread|room))"
_CHANNEL = re.compile(
    rf"^(?:please )?(?:(?:remind|notify|alert|nudge|ping)|reminder (?:for|to)) {_EVERYBODY}\b"
    rf"(?: {_HERE}\b)*:?"
    rf"|^(?:please )?(?:set|post|put|add|create|make)(?: up)? (?:a |the )?reminder (?:{_HERE}"
    rf"|for {_EVERYBODY})\b(?: {_HERE}\b)*",
    re.I,
)
_OTHERS = re.compile(
    r"^(?:please )?(?:remind|notify|alert|nudge|ping) (?:everyone|everybody|(?:this|the|our)"
    r" (?:team|channel))\b",
    re.I,
)
"""Who is not there in direct messages; "us" may be oneself."""
_OTHER_CHANNEL = re.compile(
    rf"^(?:please )?(?:remind|notify|alert|nudge|ping) (?:everyone in |everybody in )?"
    rf"(?P<channel>{ROOM.pattern})",
    re.I,
)

_MEAL = re.compile(
    r"(?<=\bbefore )(?:my |the |our )?"
    r"(?P<event>(?:lunch|dinner|breakfast|brunch|supper)(?P<with>\s+with\s+[^,.;]+)?)",
    re.I,
)
_STARTS = re.compile(
    r"\b(?:when|as soon as|once|at the (?:start|beginning) of|right before|just before)\s+"
    r"(?P<event>(?:my|the|our) .+?)(?:\s+(?:starts?|begins?|is about to start))?$",
    re.I,
)
_NOTICE = re.compile(
    rf"^(?:(?:set|add|give me|create|send me|i want|i need) )?(?:a |an )?(?P<lead>{T})"
    r"[ -](?:reminder|heads[- ]?up|warning|notice|alert)s? (?:before|for|of|to|ahead of)\b",
    re.I,
)


def read_remind(s: Sentence, setting: Setting) -> Frame:
    """A reminder, at a time or before an event."""
    there = _OTHER_CHANNEL.match(text := with_own_name(s.text, setting))
    if there is not None:
        return say_there(there["channel"])
    if text != s.text:
        s = as_sentence(text, setting)
    in_channel = (_CHANNEL if setting.in_channel else _OTHERS).match(s.text)
    if in_channel is not None:
        s = as_sentence(f"remind everyone{s.text[in_channel.end() :]}", setting)
    s = _asked_late(_plain(s, setting), setting)
    leads = _leads(s)
    known = (
        beside_event(s, setting)
        or _noticed(s)
        or (_before_event(s, leads) if leads else _at_time(s))
    )
    known["in_channel"] = in_channel is not None
    return asking.complete(Frame(tool="set_reminder", arguments=filled(**known)), setting)


def _leads(s: Sentence) -> list[str]:
    """How long before; "10 minutes and 1 day before" are two."""
    leads = [t for t in s.times if t.role == "lead"]
    more = [
        t
        for n, t in enumerate(s.times)
        if t.role == "length" and f"{chr(0xE000 + n)} and {chr(0xE001 + n)}" in s.marked
    ]
    return [lead_words(t.text) for t in s.times if t in leads or (leads and t in more)][:5]


_SOON = re.compile(r"\b(?:shortly|right|just|a (?:little|bit)(?: while)?) (?=before\b)", re.I)
_MINUTES = re.compile(r"\b(?P<n>5|10|15|20|30|45) before (?=the\b|my\b|our\b|every\b|each\b)", re.I)


def _plain(s: Sentence, setting: Setting) -> Sentence:
    """With "before" for every word like it, and a meal before which to remind as an event."""
    text = _SOON.sub("", _MINUTES.sub(r"\g<n> minutes before ", _AHEAD.sub("before", s.text)))
    text = re.sub(r"(?<=\d):(?=\s)", ",", text)  # "at 10: demo day"
    text = re.sub(rf"^(remind me) {_HERE}\b", r"\1", text, flags=re.I)
    meal = _MEAL.search(text)
    if meal and (meal["with"] or not re.search(r"\bto \w+", text[: meal.start()])):
        text = f'{text[: meal.start()]}"{meal["event"].strip()}"{text[meal.end() :]}'
    return s if text == s.text else as_sentence(text, setting)


_LATE = re.compile(
    r"(?<=[^\s,.;])[,.;]?\s+(?:so |and |please |can you |could you )*"
    r"(?=remind (?:me|us) (?:to|about|of) (?!it\b|that\b|this\b)\w)",
    re.I,
)


def _asked_late(s: Sentence, setting: Setting) -> Sentence:
    """ "I have a test on Monday, remind me to study on Sunday": first comes the reason."""
    late = _LATE.search(s.text)
    if late is None or re.match(r"(?:remind|set|create|add)\b", s.low):
        return s
    told = as_sentence(s.text[late.end() :], setting)
    reason = as_sentence(s.text[: late.start()], setting)
    when = None if told.times else reason.when(reason.times)
    return as_sentence(f"{told.text} {when}", setting) if when else told


_AHEAD = re.compile(r"\b(?:ahead of|prior to|in advance of)\b", re.I)


def _noticed(s: Sentence) -> dict[str, Any] | None:
    """ "A 15 minute reminder before the demo", "when the review starts"."""
    notice = _NOTICE.match(s.marked)
    starts = None if notice else _STARTS.search(s.marked)
    if notice is None and starts is None:
        return None
    piece = starts["event"] if starts else s.marked[notice.end() :] if notice else ""
    words = event_words(s, piece)
    if not (words.name or words.person):
        return None
    lead = s.words(notice["lead"]) if notice else "0 minutes"
    when = s.when(tuple(t for t in s.times_of(piece) if t.role in ("when", "to")))
    return {"event": words.name or words.person, "event_when": when, "leads": [lead]}


def _before_event(s: Sentence, leads: list[str]) -> dict[str, Any]:
    """Says "Ten minutes before my dentist appointment"."""
    lead = next(i for i, t in enumerate(s.times) if t.role == "lead")
    head, _, tail = s.marked.partition(chr(0xE000 + lead))
    told = event_words(s, re.sub(r"^\s*(?:before|of)\b", " ", tail))
    about = event_words(s, _without_lead(head))
    event = told.name or told.person or about.name or about.person
    if told.name and told.person and not told.name.casefold().endswith(told.person.casefold()):
        event = f"{told.name} with {told.person}"
    what = _TO_DO.search(tail) if told.name else None
    if what is not None:
        told = event_words(s, re.sub(r"^\s*(?:before|of)\b", " ", tail[: what.start()]))
        event = told.name or told.person or event
    text = s.words(trimmed(what["what"])) if what else None
    head = re.sub(r"[\ue000-\ue0ff]\s+and\s*$", "", head)
    return {
        "text": text or (_text(s, head) if told.name else None),
        "event": event or ("meeting" if _mentions(s) else None),
        "event_when": s.when(tuple(t for t in s.times if t.role in ("when", "to"))),
        "leads": leads,
    }


_TO_DO = re.compile(r"\s(?:to|that i (?:need|have) to)\s(?P<what>[^\W\d]\w*\b.*)$", re.I)


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
    if text is None and s.low.startswith("wake me"):
        text = "wake up"
    if text and re.match(r"(?:wake|get) up\b", text, re.I):
        when = _in_the_morning(when, s.setting)
    if text is None and when and re.search(r"\balarm\b", s.low):
        text = "alarm"
    if (
        text
        and when is None
        and re.match(
            r".*\bremind\w*\b.*?\b(?:about|of|for|for the|about the)\b"
            r"|.*\breminders? (?:to|on) (?:my|the|our)\b",
            s.low,
        )
    ):
        words = event_words(s, _without_lead(s.marked))
        return {"event": words.name or text, "text": None}
    if when is None and with_role(s.times, "length"):
        when = f"in {with_role(s.times, 'length')}"
    until = re.sub(r"^by (?:the )?", "", when, flags=re.I) if when else None
    return {"text": text, "when": until if until and meaning_of(until, s.setting) else when}


def _in_the_morning(when: str | None, setting: Setting) -> str | None:
    """The hour at which one is woken: a bare seven is in the morning."""
    told = meaning_of(when, setting) if when else None
    if when is None or told is None or not isinstance(told.start, datetime) or told.rule:
        return when
    if told.start.hour < 12 or re.search(r"\d{1,2}[:.]\d\d|pm|p\.m|noon|afternoon|evening", when):
        return when
    hour = f"{told.start.hour - 12}:{told.start.minute:02d} am"
    return f"{say_day(told.start.date())} {hour}" if told.day_said else f"at {hour}"


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


_OF_CHANNEL = re.compile(
    rf"\b(?:(?:for|of|in|to) )?(?:{_HERE}|(?:this|the|our) channel'?s?|channel'?s?|everyone"
    r"|everybody)(?!\w)",
    re.I,
)


def read_unremind(s: Sentence, setting: Setting) -> Frame:
    """A reminder to take back."""
    rest = re.sub(
        rf"\b{_REMINDER}\b|\b(?:remind|reminding) me\b|\bany ?more$"
        r"|^(?:i|we) (?:don'?t|do not|no longer) (?:need|want)\b"
        r"|^(?:stop|don'?t|do not|quit|turn off"
        r"|disable)\b",
        " ",
        s.marked,
        flags=re.I,
    )
    if setting.in_channel:
        rest = _OF_CHANNEL.sub(" ", rest)
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
