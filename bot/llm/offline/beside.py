"""Reminders by a day and an hour beside an event: "the night before the flight", "a day before at
noon", "the morning of the exam at 7". The tool reckons them from where the event begins.
"""

import re
from typing import Any

from bot.llm.model import Setting
from bot.llm.offline.sentence import Sentence, as_sentence
from bot.llm.offline.slots import event_words, trimmed

_NUMBER = r"(?:an?|one|two|three|four|five|six|seven|ten|\d{1,2})"
_BESIDE = re.compile(
    r"\b(?<!every )(?<!each )(?:on |in )?(?:(?:the )?(?P<part>night|evening|morning|afternoon)"
    r" (?P<way>before|of)|(?:the )?(?P<weekday>(?:mon|tues|wednes|thurs|fri|satur|sun)day) before"
    rf"|(?:the )?(?P<same>day) of|(?P<length>the day|the week|{_NUMBER} (?:days?|weeks?)) before)\b"
    r"(?! (?:last|yesterday)\b)",
    re.I,
)
_CLOCK = (
    r"(?P<hour>noon|midday|midnight|\d{1,2}(?:[:.]\d\d)?(?: ?[ap]\.?m\b\.?)?(?: o'?clock)?"
    r"|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
    r"(?: thirty| fifteen| o'?clock)?(?: ?[ap]\.?m\b\.?)?)"
)
_AT = re.compile(rf"(?:^|\s)(?:at|@|around) {_CLOCK}(?=[\s,.!?]|$)", re.I)
_TO_DO = re.compile(r"(?:^|\s)(?:to|that i (?:need|have) to) (?P<what>[^\W\d]\w*\b.*)$", re.I)
_ABOUT = re.compile(r"\b(?:about|of|for|on) (?P<event>\S.*)$", re.I)


def beside_event(s: Sentence, setting: Setting) -> dict[str, Any] | None:
    """The event, what to do, and the day and hour beside it; None where none is told so."""
    match = _BESIDE.search(s.text)
    if match is None:
        return None
    head, tail = s.text[: match.start()].strip(), s.text[match.end() :].strip(" ,.")
    hour = _AT.search(tail) or _AT.search(head)
    if hour is None and match["length"]:
        return None
    if hour is not None:
        head, tail = (
            (head, _without(tail, hour)) if hour.string == tail else (_without(head, hour), tail)
        )
    told = as_sentence(tail, setting)
    if told.times and told.marked.startswith("\ue000"):
        return None  # beside a day and no event: "the night before April 5"
    what = _TO_DO.search(tail) or _TO_DO.search(head)
    if what is not None and what.string == tail:
        tail = tail[: what.start()]
    about = _ABOUT.search(head) if not tail.strip() else None
    event = as_sentence(tail.strip() or (about["event"] if about else ""), setting)
    words = event_words(event, event.marked)
    name = words.name or words.person
    if words.name and words.person and words.person.casefold() not in words.name.casefold():
        name = f"{words.name} with {words.person}"
    if name is None and tail.strip():
        return None
    return {
        "text": trimmed(what["what"]) if what else None,
        "event": name,
        "event_when": event.when(tuple(t for t in event.times if t.role in ("when", "to"))),
        "leads": [_words(match, hour["hour"] if hour else None)],
    }


def _without(words: str, match: re.Match[str]) -> str:
    return f"{words[: match.start()]} {words[match.end() :]}".strip(" ,.")


def _words(match: re.Match[str], hour: str | None) -> str:
    """The day beside the event, and its hour, as the tool reads them."""
    if match["part"]:
        day = f"the {match['part']} {match['way']}"
    elif match["weekday"]:
        day = f"the {match['weekday']} before"
    elif match["length"]:
        day = f"{re.sub('^the', '1', match['length'], flags=re.I)} before"
    else:
        day = "the day of"
    return f"{day} at {hour}".lower() if hour else day.lower()
