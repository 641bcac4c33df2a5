"""What a wish about how one wants to be served says, by name of the preference.

Which wish it is is told by `preferring`.
"""

import re
from typing import Any

from bot.llm.offline.sentence import Sentence
from bot.llm.offline.slots import trimmed
from bot.llm.offline.timewords import meaning_of
from bot.zones import UnknownZone, find_zone
from calendar_core.phrases import Kind, Meaning

Wish = dict[str, Any]

HOUR = r"\d{1,2}(?:[:.]\d\d)?\s*(?:am|pm|a\.m\.|p\.m\.|h|o'?clock)?"
_RANGE = re.compile(
    rf"\b(?:from |between )?(?P<a>{HOUR}|noon|midnight)\s*(?:to|until|till|-|–|and|through)\s*"
    rf"(?P<b>{HOUR}|noon|midnight)(?![\w:])",
    re.I,
)
_CLOCK = re.compile(
    rf"\b(?P<clock>{HOUR}|noon|midnight)(?![\w:])"
    r"(?P<part>\s+(?:in the (?:morning|evening|afternoon)|at night))?",
    re.I,
)
_LENGTH = re.compile(
    r"\b(?:\d{1,3}|an?|one|half an?|fifteen|thirty|forty[- ]five|ten|five|twenty|two|three)"
    r"[ -]?(?:minutes?|mins?|hours?|hrs?|days?|weeks?)\b(?: and a half)?",
    re.I,
)
DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?s?"
DAYS = re.compile(
    rf"\b(?P<days>{DAY}(?:\s*(?:to|through|thru|until|till|-|–|,|and|&)+\s*(?:and )?{DAY})*"
    r"|weekdays|workdays|every day)\b",
    re.I,
)
_WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EVENTS = r"(?:events?|meetings?|appointments?|calls?)"
PINGS = r"(?:reminders?|notifications?|pings?|alerts?|messages?|alarms?)"
PING = r"(?:remind|ping|notify|disturb|bother|message|alert|wake|buzz|text|nudge|contact|interrupt)"
SILENT = (
    rf"(?:\bno {PINGS}\b|\b(?:don'?t|do not|never|stop|please don'?t|quit)"
    rf" (?:(?:send|give|show) (?:me )?(?:any )?{PINGS}|(?:ever )?{PING}(?:ing)? (?:me|us))\b"
    rf"|\b(?:mute|silence|pause|hold|suspend|snooze|turn off|switch off|stop)"
    rf" (?:all |my |all my |the )?(?:{PINGS}|everything|yourself)\b|\bleave me alone\b"
    r"|\bstay quiet\b|\bbe quiet\b)"
)
_OFF = re.compile(
    r"\b(?:off|none|never|disable|stop|no|don'?t|without|cancel|remove|unsubscribe|clear|drop|any"
    r" more|anymore)\b"
)


def clock_in(low: str) -> str | None:
    """An hour of the day, as the tool takes it: a bare 7 is "7:00"."""
    match = _CLOCK.search(_LENGTH.sub(" ", low))
    if match is None:
        return None
    hour, part = match["clock"].strip(), match["part"]
    if part and "morning" not in part:
        return f"{hour} pm" if re.fullmatch(r"\d{1,2}(?:[:.]\d\d)?", hour) else hour
    return f"{hour}:00" if hour.isdigit() else hour


def range_in(low: str) -> str | None:
    match = _RANGE.search(low)
    return f"{match['a'].strip()} to {match['b'].strip()}" if match else None


def lengths_in(low: str) -> list[str]:
    return [match[0] for match in _LENGTH.finditer(low)]


def zone(s: Sentence, match: re.Match[str], low: str) -> Wish | None:
    """A city or zone, as it was written; of "I'm in Rome now" only one that there is."""
    place = trimmed(s.text[match.start("zone") : match.end("zone")]) if match["zone"] else ""
    place = re.sub(r"^the\s+|\s+(?:time(?: ?zone)?|zone|now|today|please)$", "", place, flags=re.I)
    if not place:
        return {"zone": None}
    if "zone" in low:
        return {"zone": place}
    try:
        find_zone(place)
    except UnknownZone:
        return None
    return {"zone": place}


def quiet(s: Sentence, match: re.Match[str], low: str) -> Wish | None:
    """Hours of every day, weekends, or a while in which nothing rings."""
    if re.search(r"\bweekends?\b|\bsaturdays? (?:and|or|&) sundays?\b", low):
        return {"weekend_reminders": False}
    hours = range_in(low)
    if hours:
        return {"quiet_hours": hours}
    if re.search(r"\bat night\b|\bovernight\b|\bnights\b|\bwhile i sleep\b|\bsleep", low):
        return {"quiet_hours": "22:00 to 7:00"}
    side = re.search(rf"\b(?P<side>after|before|past)\s+(?P<clock>{HOUR})(?![\w:])", low)
    if side and not s.when(tuple(t for t in s.times if "until" in t.text)):
        clock = side["clock"].strip()
        late = f"{clock} pm" if clock.isdigit() and int(clock) < 12 else clock
        both = f"22:00 to {clock}" if side["side"] == "before" else f"{late} to 7:00"
        return {"quiet_hours": both}
    return _paused(s, match, low)


def _paused(s: Sentence, match: re.Match[str], low: str) -> Wish | None:
    until = s.when(s.times) or next((t.text for t in s.times), None)
    until = re.sub(r"^(?:until|till|til|for|through)\s+", "", until) if until else None
    told = meaning_of(until, s.setting) if until else None
    if until and told and told.kind is Kind.DAY and not re.search(r"\b(?:un)?till?\b", low):
        until = {"today": "tomorrow", "tonight": "tomorrow"}.get(until)
    if until is None and not re.search(rf"^(?:{SILENT})\W*$|\bfor now\b|\ba while\b", low):
        return None
    if until and re.fullmatch(rf"(?:{HOUR})", until):
        until = f"at {until}"
    return {"pause_reminders_until": until}


def resumed(s: Sentence, match: re.Match[str], low: str) -> Wish | None:
    return {"pause_reminders_until": "none"}


def quiet_hours(s: Sentence, match: re.Match[str], low: str) -> Wish | None:
    hours = range_in(low)
    if hours is None and _OFF.search(low.replace("do not disturb", "").replace("don't", "")):
        return {"quiet_hours": "none"}
    if hours is None and "night" in low:
        return {"quiet_hours": "22:00 to 7:00"}
    return {"quiet_hours": hours}


def calendar_news(s: Sentence, match: re.Match[str], low: str) -> Wish | None:
    return {"calendar_news": _OFF.search(low) is None}


def weekends_on(s: Sentence, match: re.Match[str], low: str) -> Wish | None:
    return {"weekend_reminders": True}


def working(s: Sentence, match: re.Match[str], low: str) -> Wish | None:
    """Hours, days or both; days off are taken from Monday to Friday."""
    days = DAYS.search(low)
    hours = range_in(low)
    if re.search(r"\b(?:don'?t|do not|never|no longer|stop) work", low):
        if days is None or not re.search(r"days?s\b|weekends", days[0]):
            return {"working_days": "Monday to Friday"} if "weekend" in low else None
        off = {day for day in _WEEK for word in [days[0]] if day[:3].casefold() in word}
        return {"working_days": ", ".join(day for day in _WEEK[:5] if day not in off)}
    named = told_days(s, days) if days else None
    if hours is None and named is None:
        return {"working_hours": None} if "hours" in low else None
    return {"working_hours": hours, "working_days": named}


def told_days(s: Sentence, days: re.Match[str]) -> str:
    return s.text[days.start("days") : days.end("days")]


def clock_shown(s: Sentence, match: re.Match[str], low: str) -> Wish | None:
    half = re.search(r"\b12|twelve|\bam\b.{0,3}\bpm\b", low)
    return {"clock": "12" if half else "24"}


def week_start(s: Sentence, match: re.Match[str], low: str) -> Wish | None:
    day = next((day for day in ("monday", "sunday", "saturday") if day in low), None)
    return {"week_start": day}


def default_length(s: Sentence, match: re.Match[str], low: str) -> Wish | None:
    lengths = lengths_in(low)
    return {"default_length": lengths[-1] if lengths else None}


def leads(s: Sentence, match: re.Match[str], low: str) -> Wish | None:
    if any(t.role == "when" and _names_a_day(t.meaning) for t in s.times):
        return None  # of that day's events alone
    lengths = lengths_in(low)
    if not lengths and _OFF.search(low):
        return {"reminder_leads": []}
    return {"reminder_leads": lengths[:5] or None}


def _names_a_day(told: object) -> bool:
    return isinstance(told, Meaning) and told.day_said and told.kind is not Kind.RULE


def all_day(s: Sentence, match: re.Match[str], low: str) -> Wish | None:
    return {"all_day_reminder": clock_in(low)}


_SOME_DAYS = re.compile(rf"\b(?:weekly|weekdays?|workdays?|weekends?|(?:on|every|each) {DAY}s?)\b")
"""Single days: one's own agenda comes on all of them."""


def digest(s: Sentence, match: re.Match[str], low: str) -> Wish | None:
    clock = clock_in(low)
    if _SOME_DAYS.search(low):
        return {"digest_days": None}
    if clock is None and _OFF.search(low):
        return {"digest_at": "off"}
    return {"digest_at": clock}


def buffer(s: Sentence, match: re.Match[str], low: str) -> Wish | None:
    lengths = lengths_in(low)
    if not lengths and _OFF.search(low):
        return {"buffer": "none"}
    return {"buffer": lengths[0] if lengths else None}


def default_calendar(s: Sentence, match: re.Match[str], low: str) -> Wish | None:
    return {"default_calendar": _name(s, match)}


def counted(s: Sentence, match: re.Match[str], low: str) -> Wish | None:
    counts = not re.search(
        r"\b(?:\w+n't|(?:do|does|should|must|can|wo)nt|do not|never|stop|not|as free|ignore)\b", low
    )
    return {"calendar": _name(s, match), "counts_as_busy": counts}


def in_digest(s: Sentence, match: re.Match[str], low: str) -> Wish | None:
    out = re.search(
        r"\b(?:out of|from|don'?t|do not|off|without|exclude|hide|remove|skip|omit)\b", low
    )
    return {"calendar": _name(s, match), "in_digests": out is None}


def _name(s: Sentence, match: re.Match[str]) -> str:
    return s.text[match.start("name") : match.end("name")].strip(" '\"")
