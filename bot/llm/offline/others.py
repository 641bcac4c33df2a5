"""Questions about somebody else: "what does Ana have on Friday", "is Kim out tomorrow".

Of people known here one may see when they are free; of all others only what stands in one's own
calendar.
"""

import re

from bot.llm.model import Setting
from bot.llm.offline.frame import Frame, filled
from bot.llm.offline.freeing import who_else
from bot.llm.offline.lexicon import T
from bot.llm.offline.people import known_as
from bot.llm.offline.sentence import Sentence
from bot.llm.offline.slots import bare

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_ASKING = frozenset(
    re.findall(
        r"\S+",
        "what whats what's is are does do did has have had got s doing up to on in for of going"
        " planned scheduled happening show see check tell give me the about know schedule"
        " schedules calendar calendars agenda diary day days week month morning afternoon evening"
        " plans meetings events how hows look looks looking like busy anything there any today"
        " this that and both they can you could please at over during",
    )
)
_TOPICS = frozenset(
    re.findall(
        r"\S+",
        "have has doing up on schedule schedules calendar calendars agenda diary plans"
        " meetings events look looks looking day week busy",
    )
)
_GONE = re.compile(
    r"\b(?:out(?: of (?:the )?office)?|away|off|on (?:vacation|leave|holiday|pto)|ooo|wfh)$"
)


def others_day(s: Sentence, setting: Setting) -> Frame | None:
    """What people known here have on: the question when they are busy then."""
    words = _WORD.findall(re.sub(T, " ", s.low))
    meant = {word.casefold(): known_as(word, setting.people) for word in words}
    who = [name for name in meant.values() if name]
    rest = {word for word, name in meant.items() if name is None}
    if not who or not rest <= _ASKING or not rest & _TOPICS or s.quotes:
        return None
    when = s.when(s.times) or (_part_of_now(s.low) or "today")
    arguments = {"when": when, "who": list(dict.fromkeys(who)), "busy": True}
    return Frame(tool="check_availability", arguments=arguments)


def _part_of_now(low: str) -> str | None:
    found = re.search(r"\b(?:week|month|morning|afternoon|evening)\b", low)
    return f"this {found[0]}" if found else None


def absence(s: Sentence, setting: Setting) -> Frame | None:
    """Whether somebody who is not known here is out: only an event can tell."""
    plain = re.sub(T, " ", s.low).strip(" ?.")
    who = who_else(s, setting) if _GONE.search(plain) else []
    if len(who) != 1 or known_as(who[0], setting.people):
        return None
    return Frame(tool="search_events", arguments=filled(query=bare(who[0]), when=s.when(s.times)))
