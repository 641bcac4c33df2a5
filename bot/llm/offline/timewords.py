"""Finding the time words in what a person wrote, and what they mean in this setting."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.llm.model import Setting
from bot.llm.offline.once import read_once
from calendar_core.phrases import Found, Kind, Meaning, NotUnderstood, find, resolve

_CODE = re.compile(r"\b(?=\w*[A-Z])[A-Za-z]{1,4}\d{2,5}\b|\b1:1\b(?![:\d])|\b1-1s?\b(?!-)")
"""A flight or room number, "LH123"; a meeting of two, "1:1"."""
_NAMED = re.compile(
    r"(?:\bat )?\b\d{1,5} (?:[a-z]+ ){1,3}(?:street|st|avenue|ave|road|rd|lane|drive|boulevard|blvd"
    r"|square)\b|"
    r"\bweekend(?= (?:trip|getaway|break|retreat|project|house|bag|plans|warrior)s?\b)"
    r"|\ba day(?= off\b)"
    r"|\bfirst thing(?= (?:on|in|for) (?:my|the|our)\b| (?:i|we) (?:have|do|got)\b)"
    r"|\bsunday(?= school\b)|\bmonday(?= night football\b)",
    re.I,
)
"""A day that is part of a name: "weekend trip", "Sunday school"."""
_NIGHT = re.compile(
    r"\b(?!(?:at|by|to|on|in|the|this|that|last|next|every|each|all|one|late|mid|for|of|per|good"
    r"|same|tomorrow|today|yesterday|\w+day|\w+days|eve|\w+th|\w+st|\w+nd|\w+rd|\d+) )"
    r"(?P<what>[a-z]+) night(?= (?:this|next|on|for|\w+day)\b)",
    re.I,
)
"""The night of a "poker night on Friday"."""


def times_in(text: str, setting: Setting) -> tuple[Found, ...]:
    """Time words with their roles, in the order of the text."""
    text = _NIGHT.sub(r"\g<what> xxxxx", text)
    for pattern in (_CODE, _NAMED):
        text = pattern.sub(lambda match: "x" * len(match[0]), text)
    return find(text, now=setting.now, zone=setting.zone, policy=setting.policy)


def meaning_of(phrase: str, setting: Setting) -> Meaning | None:
    """What a phrase means, read whole; None when it is refused."""
    told = told_by(phrase, setting)
    return told if isinstance(told, Meaning) else None


@read_once
def told_by(phrase: str, setting: Setting) -> Meaning | NotUnderstood:
    """What a phrase means, or why not."""
    return resolve(phrase, now=setting.now, zone=setting.zone, policy=setting.policy)


def lead_words(words: str) -> str:
    """How long before, as a plain length: "the day before" is "1 day"."""
    length = re.sub(r"\s+(?:before(?:hand)?|ahead|earlier|prior|in advance)$", "", words.strip())
    return re.sub(r"^the\b", "1", length)


def without_preposition(when: str | None, setting: Setting) -> str | None:
    """ "On Friday" as "Friday", for sentences that have a preposition of their own."""
    bare = re.sub(r"^(?:on|for) (?!the rest\b)", "", when, flags=re.I) if when else None
    return bare if bare and bare != when and meaning_of(bare, setting) else when


def joined(times: Sequence[Found], setting: Setting) -> str | None:
    """The words for one time, when day and hour stand apart: "tomorrow … at 3"."""
    whens = [t for t in times if t.role in ("when", "to")]
    whens = whens or [t for t in times if t.role == "from"]
    if not whens:
        return None
    words = _halved(whens[0], setting)
    for other in whens[1:4]:
        words = _together(words, _halved(other, setting), setting) or words
    return words


_HOUR = re.compile(r"\b(at [a-z]+|(?:at )?\d{1,2}(?:[:.]\d\d)?)(?![\w:.])(?!\s*[ap]\.?m)", re.I)


def _halved(found: Found, setting: Setting) -> str:
    """The words with the half of the day that the sentence gives them: "at 8" for dinner."""
    told, plain = found.meaning, meaning_of(found.text, setting)
    if not isinstance(told, Meaning) or plain is None or told.kind is Kind.RULE:
        return found.text
    if not isinstance(told.start, datetime) or told.start == plain.start:
        return found.text
    half = "am" if told.start.hour < 12 else "pm"
    tries = (_HOUR.sub(rf"\1 {half}", found.text, count=1), f"{found.text} {half}")
    fits = (words for words in tries if (m := meaning_of(words, setting)) and m.start == told.start)
    return next(fits, found.text)


def _together(words: str, other: str, setting: Setting) -> str | None:
    """Both phrases as one, when they add to each other and make sense so."""
    first, second = meaning_of(words, setting), meaning_of(other, setting)
    if first is None:
        return other if second is not None else None
    if second and second.day_said and second.time_said and not first.time_said:
        return other
    if (
        second is None
        or (first.time_said and second.time_said)
        or (first.day_said and second.day_said)
    ):
        return None
    day, hour = (words, other) if first.day_said or first.kind is Kind.RULE else (other, words)
    return next(
        (
            one
            for one in (f"{day} {hour}", f"{day} at {hour}", f"{hour} {day}")
            if meaning_of(one, setting)
        ),
        None,
    )


LENGTH_FIRST = re.compile(
    r"^(?:in |for |of )?(?P<length>(?:a |an |half an?|one|two|three|four|\d+(?:\.\d+)?)[ -]?"
    r"(?:half )?(?:and a half )?(?:hours?|hrs?|h|minutes?|mins?|min)"
    r"(?: and a half| and \d+ ?min\w*)?)(?P<rest>\s.+)?$",
    re.I,
)


def after_length(when: str, setting: Setting) -> tuple[str | None, str | None]:
    """ "An hour tomorrow afternoon" as its range and its length."""
    match = LENGTH_FIRST.match(when)
    if match is None:
        return when, None
    rest = (match["rest"] or "").strip() or None
    told = meaning_of(match["length"], setting)
    if told is None or told.kind is not Kind.LENGTH or (rest and not meaning_of(rest, setting)):
        return when, None
    return rest, match["length"]
