"""What a correction aims at: the open card, the reminder that was just set, the event last told of.

Bare words, "make it 1:30", go to the last of these. Words that name a thing go to that thing, and
to no other; reading what shall be different is `amending`.
"""

import re
from dataclasses import replace

from bot.llm.model import Setting
from bot.llm.offline.amending import amendment
from bot.llm.offline.lexicon import GENERIC
from bot.llm.offline.memory import Memory
from bot.llm.offline.reading import read_one
from bot.llm.offline.sentence import clean

_MAKES = ("create_event", "book_meeting")
_CHANGES = ("update_event", "delete_event", "add_participants", "respond_to_invitation")
_REMINDS = re.compile(r"(?:and |also |please )*remind (?:me|us|everyone)\b", re.I)
_WORD = re.compile(r"[^\W\d_]+")
_GENERIC = re.compile(rf"{GENERIC}|the|a|an|my|our|with|and|for|of|to|at|in|on", re.I)


def aimed(text: str, memory: Memory, setting: Setting) -> tuple[Memory, str] | None:
    """The memory as far as these words are about it, and the title that they may say again.

    None when they ask for something of their own: they name a day or a part of a series beside the
    event, or take up something else by name.
    """
    said = _telling(clean(text))
    title = _title(memory)
    if memory.waiting and memory.waiting.tool in _MAKES:
        return memory, title
    if _points_elsewhere(text, setting) or _is_a_reminder_of_its_own(text, setting):
        return None
    if memory.waiting:
        return memory, title
    reminder = memory.noted.arguments.get("text") if memory.noted else None
    if memory.noted and memory.noted.tool == "set_reminder" and reminder:
        named = said & _telling(title) - _telling(str(reminder))
        return (replace(memory, noted=None), title) if named else (memory, str(reminder))
    return memory, title


def _title(memory: Memory) -> str:
    """Of what waits, else of the event last told of."""
    waiting = memory.waiting
    if waiting is not None:
        told = next((str(e["title"]) for e in waiting.events if e.get("title")), "")
        known = waiting.arguments
        return told or str(known.get("title") or known.get("event") or "")
    return str(memory.focus.get("title", "")) if memory.focus else ""


def _telling(words: str) -> set[str]:
    """The words that name something."""
    found = (word.casefold() for word in _WORD.findall(words))
    return {word for word in found if not _GENERIC.fullmatch(word)}


def _is_a_reminder_of_its_own(text: str, setting: Setting) -> bool:
    """ "Remind me at 10:45 to call Bo", "the day before the concert": whole, and so one more,
    whatever was set before."""
    frame = read_one(text, setting) if _REMINDS.match(clean(text)) else None
    if frame is None or frame.tool != "set_reminder" or frame.ask:
        return False
    told = frame.arguments
    of_event = told.get("leads") and _telling(str(told.get("event") or ""))
    return bool(of_event or (told.get("text") and told.get("when")))


def _points_elsewhere(text: str, setting: Setting) -> bool:
    """ "The standup on 24 March", "the review from Friday on": an event by name and by day."""
    frame = read_one(text, setting)
    if frame is None or frame.tool not in _CHANGES:
        return False
    told = frame.arguments
    day = told.get("event_when") or (told.get("when") if frame.tool == "delete_event" else None)
    return bool(day) and bool(_telling(str(told.get("event") or "")))


def back_to_card(text: str, memory: Memory, setting: Setting) -> Memory:
    """ "Make it 12 instead" is about the card that waits, whatever was looked at since."""
    waits = memory.behind if memory.waiting is None else None
    if waits is None or not _CHANGES_IT.search(text) or amendment(text, setting) is None:
        return memory
    focus = waits.events[0] if len(waits.events) == 1 else memory.focus
    return replace(memory, waiting=waits, behind=None, looked=None, slots=None, focus=focus)


_CHANGES_IT = re.compile(r"\b(?:make|move|change|push|put|set) (?:it|that|this)\b", re.I)
_SEES = re.compile(
    r"^(?:(?:and|so|is there|are there|do i have|have i(?: got)?|got)\s+)*"
    r"(?:any(?:thing|one|body)?|something|what(?:'s| is| do| have))\b"
    r"(?!.*\b(?:earlier|later|sooner|else|instead)\b)",
    re.I,
)


def looks_beside(text: str) -> bool:
    """Whether something else is looked for while a card waits: "anything on Friday?"."""
    return _SEES.match(clean(text)) is not None
