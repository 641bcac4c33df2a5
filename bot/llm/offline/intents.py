"""What a sentence is for: every cue in it is weighed; the heaviest sum wins.

To see why a sentence was read as it was, call `weigh`. The cues are `cues` and
`change_cues` and `reminder_cues`; filling in the details is `reading`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from bot.llm.offline.change_cues import CHANGING
from bot.llm.offline.cues import TABLE
from bot.llm.offline.intent import Intent
from bot.llm.offline.reminder_cues import SERVING


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that speak for an intent (or, with a negative weight, against it)."""

    intent: Intent
    weight: float
    pattern: re.Pattern[str]


@cache
def cues() -> tuple[Cue, ...]:
    """Every cue, compiled when the first words come, so that starting stays quick."""
    table = (*TABLE, *CHANGING, *SERVING)
    return tuple(Cue(intent, weight, re.compile(pattern)) for intent, weight, pattern in table)


ENOUGH = 2.5
"""Below this sum a sentence is not understood."""
_ORDER = {intent: place for place, intent in enumerate(Intent)}


_PLAIN = frozenset(
    {Intent.PREFER, Intent.PREFERENCES, Intent.ANALYZE, Intent.REMINDERS, Intent.UNREMIND}
)
"""Intents whose cues may be words for times as well: "working hours"."""


def weigh(low: str, plain: str = "") -> Mapping[Intent, float]:
    """How much speaks for each intent, by the sentence in lower case, marked and plain."""
    sums: dict[Intent, float] = {}
    for cue in cues():
        if cue.pattern.search(plain or low if cue.intent in _PLAIN else low):
            sums[cue.intent] = sums.get(cue.intent, 0) + cue.weight
    return sums


@lru_cache(maxsize=1024)  # by the words alone, and times in them are marks
def intent_of(low: str, plain: str = "") -> Intent | None:
    """The intent that most speaks for; None when too little does."""
    sums = weigh(low, plain)
    best = max(sums, key=lambda intent: (sums[intent], -_ORDER[intent]), default=None)
    return best if best is not None and sums[best] >= ENOUGH else None
