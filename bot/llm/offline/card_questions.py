"""Questions about the event on an open card: "where is it?", "who's coming?" before Confirm.

What does not stand in a calendar yet can't be looked up: the card's own facts answer.
"""

from typing import Any

from bot.llm.model import Setting
from bot.llm.offline.answering import fact_of
from bot.llm.offline.frame import Frame, Pointed, Reply
from bot.llm.offline.memory import Called, Memory
from bot.llm.offline.reading import read_one
from bot.llm.offline.timewords import meaning_of

_FACTS = frozenset(
    {
        Pointed.WHEN,
        Pointed.WHERE,
        Pointed.WHO,
        Pointed.END,
        Pointed.HOW_LONG,
        Pointed.ANSWERS,
    }
)


def asks_of_it(frame: Frame) -> bool:
    """ "Where is it?", "who is coming?": a question for one fact that names no event."""
    return frame.tool == "get_schedule" and not frame.arguments and frame.pointed in _FACTS


def told_from_card(text: str, memory: Memory, setting: Setting) -> Reply | None:
    """The answer from the card that is open; a change's event is looked up as it stands."""
    waiting = memory.waiting
    if waiting is None or memory.asked:
        return None
    frame = read_one(text, setting)
    if frame is None or frame.pointed is None or not asks_of_it(frame):
        return None
    if waiting.tool in ("create_event", "book_meeting"):
        said = fact_of(frame.pointed, _on_card(waiting, setting), setting, searched=True)
        if said and '" is ' in said:
            said = f"{said.rstrip('.')}, once you confirm."
        return Reply(text=said) if said else None
    ref = next((str(e["ref"]) for e in waiting.events if e.get("ref")), None)
    if ref is None or len(waiting.events) > 1:
        return None
    look = Frame(tool="search_events", arguments={"query": ref}, pointed=frame.pointed)
    return Reply(frames=(look,))


def _on_card(waiting: Called, setting: Setting) -> dict[str, Any]:
    """The event as the card shows it."""
    event = dict(waiting.events[0]) if waiting.events else {}
    known = waiting.arguments
    told = meaning_of(str(event.get("when") or ""), setting)
    times = {"start": told.start, "end": told.end} if told else {}
    return {
        "title": known.get("title"),
        "location": known.get("location"),
        "guests": known.get("guests"),
        **{name: at.isoformat() for name, at in times.items() if at},
        **event,
    }
