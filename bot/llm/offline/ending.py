"""Reading a wish for another end, the start kept: "end the review at 5", "let it run until six"."""

import re
from typing import Any

from bot.llm.model import Setting
from bot.llm.offline.lexicon import T
from bot.llm.offline.sentence import Sentence
from bot.llm.offline.slots import event_words
from bot.llm.offline.timewords import meaning_of
from calendar_core.phrases import Kind

_OVER = r"(?:end|finish|conclude|wrap up|stop)"
_WITHIN = r"(?:(?:at|by|until|till|to|around)\s)?"
_ENDS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"^{_OVER}\s+(?P<event>.+?)\s+{_WITHIN}(?P<at>{T})(?: instead)?$",
        rf"^(?:make|have|let|set|change)\s+(?P<event>.+?)\s+(?:to\s)?(?:{_OVER}|run|go|last)(?:\son)?"
        rf"\s+{_WITHIN}(?P<at>{T})(?: instead)?$",
        rf"^(?P<event>(?!(?:i|we|you|when|what|how)\b)\S.{{0,60}}?)"
        rf"\s+(?:should|needs? to|has to|must|will"
        rf"|is going to|now)\s+(?:(?:only|now)\s)?(?:{_OVER}s?|run|go|last)(?:\son)?"
        rf"\s+{_WITHIN}(?P<at>{T})(?: instead)?$",
        rf"^(?P<event>it)\s+(?:ends|finishes|stops|goes|runs)(?:\son)?\s+{_WITHIN}(?P<at>{T})$",
        rf"^(?:extend|prolong|lengthen|stretch|shorten|cut)\s+(?P<event>.+?)"
        rf"\s+(?:(?:to|so it)\s(?:{_OVER}s?\s)?(?:at\s)?|until\s|till\s)?(?P<at>{T})$",
        rf"^(?:change|set|move)\s+the\s+end(?:ing)?(?: time)?\s+(?:of|for)\s+(?P<event>.+?)"
        rf"\s+to\s+(?P<at>{T})$",
    )
)
_EARLY = re.compile(
    rf"^{_OVER}\s+(?P<event>.+?)\s+(?P<by>{T})(?P<way>\s(?:early|earlier|sooner|later|late))?$",
    re.I,
)
_LONGER = re.compile(rf"^(?:extend|prolong|lengthen|stretch)\s+(?P<at>{T})$", re.I)
_OF_DAY = re.compile(rf"^(?:extend|prolong|lengthen|stretch)\s+(?P<event>.+?)\s+(?P<at>{T})$", re.I)
_TO = re.compile(r"^(?:my\s|the\s|our\s)?(?P<since>.+?)\s(?:to|until|till)\s(?P<until>.+)$", re.I)
_LEAD = re.compile(r"^(?:at|by|until|till|to|around)\s+", re.I)


def ended(s: Sentence) -> dict[str, Any] | None:
    """The event and its new end, as arguments of a change; None when no end is wished for."""
    for pattern in _ENDS:
        match = pattern.match(s.marked)
        clock = _clock(s, match["at"]) if match else None
        if match and clock:
            return {**_event(s, match["event"]), "until": clock}
    span = _LONGER.match(s.marked)
    parts = _TO.match(s.words(span["at"])) if span else None
    if parts and _plain_clock(parts["until"], s.setting):
        return {"event_when": parts["since"], "until": parts["until"]}
    apart = _OF_DAY.match(s.marked)
    parts = _TO.match(s.words(apart["at"])) if apart else None
    if apart and parts and _plain_clock(parts["until"], s.setting):
        known = _event(s, apart["event"])
        return {**known, "event_when": parts["since"], "until": parts["until"]}
    early = _EARLY.match(s.marked)
    by = _LENGTH.match(s.words(early["by"])) if early else None
    if early is None or by is None:
        return None
    way = f"{early['way'] or ''} {by['way'] or ''}".split()
    if not way:
        return None
    length = by["length"]
    grown = length if way[0] in ("later", "late") else f"{length} shorter"
    return {**_event(s, early["event"]), "longer_by": grown}


_LENGTH = re.compile(
    r"(?P<length>.+?(?:minutes?|mins?|hours?|hrs?|h|m))(?:\s(?P<way>earlier|early|sooner|later))?$",
    re.I,
)


def _clock(s: Sentence, mark: str) -> str | None:
    """An hour of the clock, without the words that lead to it."""
    return _plain_clock(_LEAD.sub("", s.words(mark)), s.setting)


def _plain_clock(words: str, setting: Setting) -> str | None:
    for one in (words, f"at {words}"):
        told = meaning_of(one, setting)
        if told is not None and told.time_said and told.kind is Kind.INSTANT:
            return one
    return None


def _event(s: Sentence, piece: str) -> dict[str, Any]:
    words = event_words(s, piece)
    when = s.when(s.times_of(piece))
    return {"event": words.name, "event_person": words.person, "event_when": when}
