"""A change of mind that is more than a correction: moved instead of cancelled, all but one."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.llm.model import Setting
from bot.llm.offline.amending import Amendment
from bot.llm.offline.changing import read_update
from bot.llm.offline.frame import Frame, Reply, as_reply
from bot.llm.offline.memory import Called, Memory
from bot.llm.offline.picking import pick
from bot.llm.offline.sentence import as_sentence, clean
from bot.llm.offline.timewords import meaning_of

_FRONT = re.compile(
    r"^(?:(?:no|wait|actually|sorry|oh|ok|okay|then|but|please|just|rather|hmm+|and|also)[\s,.!]+)+",
    re.I,
)
_MOVES = re.compile(
    r"^(?:move|reschedule|push|postpone|shift|change|make|bring|put)\s+"
    r"(?:it|that|this)\b(?!.*\b(?:all|series)\b)",
    re.I,
)
_EXCEPT = re.compile(
    r"^(?:all |everything )?(?:except(?: for)?|but not|all but|apart from|not|keep|without|leave)"
    r"\s+(?:the |my )?(?P<what>\S.*?)\W*$",
    re.I,
)
_HALF = re.compile(
    r"^(?:(?:make it|i mean(?:t)?|at|in the|that is)\s+)*(?P<half>a\.?m\.?|p\.?m\.?|morning"
    r"|afternoon|evening)\W*$",
    re.I,
)
_MINUTES = re.compile(r"^(?:(?:make|change) it\s+)?(?:to\s+)?(?P<n>\d{1,3})(?: instead)?\W*$", re.I)


def rethought(text: str, memory: Memory, setting: Setting) -> Reply | None:
    """The calls that these words ask for in place of what waits; None when they ask for none."""
    words = _FRONT.sub("", clean(text) + " ").strip()
    waiting = memory.waiting
    if waiting is None or waiting.tool != "delete_event":
        return None
    if _MOVES.match(words):
        return _moved_instead(words, waiting, setting)
    kept = _EXCEPT.match(words)
    if kept is None or len(waiting.events) < 2:
        return None
    spared = [str(e["ref"]) for e in pick(kept["what"], waiting.events, setting) if e.get("ref")]
    left = [e for e in waiting.events if str(e.get("ref")) not in spared]
    if not spared or not left:
        return None
    known = dict(waiting.arguments)
    if not known.get("every"):
        return Reply(frames=tuple(_gone(e) for e in left))
    known["keep"] = list(dict.fromkeys([*known.get("keep", []), *spared]))
    return Reply(frames=(Frame(tool="delete_event", arguments=known),))


def _gone(event: Mapping[str, Any]) -> Frame:
    return Frame(tool="delete_event", arguments={"event": str(event["ref"]), "scope": "this"})


def _moved_instead(words: str, waiting: Called, setting: Setting) -> Reply | None:
    """The event that was to be cancelled, changed."""
    if len(waiting.events) != 1:
        return None
    told = read_update(as_sentence(words, setting), setting)
    event = waiting.events[0].get("ref") or waiting.arguments.get("event")
    if not event:
        return None
    known = {k: v for k, v in told.arguments.items() if k not in ("event", "event_when")}
    known |= {k: v for k, v in waiting.arguments.items() if k == "scope"}
    return as_reply((Frame(tool="update_event", arguments={**known, "event": str(event)}),))


def shorthand(text: str, memory: Memory, setting: Setting) -> Amendment | None:
    """A correction so short that only what waits gives it its meaning: "pm", "make it 30"."""
    words = _FRONT.sub("", clean(text) + " ").strip()
    half, minutes = _HALF.match(words), _MINUTES.match(words)
    if half and memory.waiting:
        return _other_half(half["half"].casefold(), memory.waiting, setting)
    leads = memory.noted.arguments.get("leads") if memory.noted and not memory.waiting else None
    if minutes and leads and int(minutes["n"]):
        return Amendment(leads=(f"{int(minutes['n'])} minutes",))
    return None


def with_earlier_leads(found: Amendment, text: str, memory: Memory) -> Amendment:
    """ "And an hour before" beside what was said before, not instead of it."""
    noted = memory.noted.arguments.get("leads") if memory.noted else None
    if not found.leads or not noted or not re.match(r"^\W*(?:and|also|plus)\b", text, re.I):
        return found
    leads = tuple(dict.fromkeys([*(str(one) for one in noted), *found.leads]))
    return replace(found, leads=leads)


def _other_half(half: str, waiting: Called, setting: Setting) -> Amendment | None:
    shown = next((str(e["when"]) for e in waiting.events if e.get("when")), "")
    told = meaning_of(shown, setting) if shown else None
    if told is None or not isinstance(told.start, datetime):
        return None
    early = half.startswith(("a.", "am", "morning"))
    if early == (told.start.hour < 12):
        return None
    return Amendment(shift=f"12 hours {'earlier' if early else 'later'}")
