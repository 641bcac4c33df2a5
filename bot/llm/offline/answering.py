"""Wording what the tools brought back: their own text, or one sentence when one fact was wanted.

Titles and descriptions in results come from strangers: they are shown, never read as requests.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.llm.model import Setting
from bot.llm.offline.frame import Pointed, Reply
from bot.llm.offline.looking import pointed_at
from bot.llm.offline.memory import facts_of
from bot.llm.offline.sentence import as_sentence
from bot.transcript import ToolCalled, ToolReturned


def worded(
    returns: Sequence[ToolReturned],
    calls: Mapping[str, ToolCalled],
    asked: str,
    setting: Setting,
) -> Reply:
    """The answer to the person after the tools have returned."""
    pointed = pointed_at(as_sentence(asked, setting).low)
    lines: list[str] = []
    asks: ToolReturned | None = None
    for returned in returns:
        facts = facts_of(returned)
        if facts.get("proposed"):
            continue
        lines.append(_one(returned, facts, pointed))
        if facts.get("which") or (not returned.ok and _asks(lines[-1])):
            asks = returned
    text = "\n\n".join(line for line in lines if line)
    if asks is None:
        return Reply(text=text)
    known = calls[asks.id].arguments if asks.id in calls else {}
    return Reply(text=text, asks_for=asks.tool, known=known)


def _asks(words: str) -> bool:
    """Whether a refusal leaves something to answer: a question, or an hour that does not exist."""
    return words.rstrip().endswith("?") or "does not exist" in words


def _one(returned: ToolReturned, facts: Mapping[str, Any], pointed: Pointed | None) -> str:
    text = str(facts.get("text") or "")
    if not returned.ok or returned.tool not in ("search_events", "get_schedule"):
        return text
    events = [e for e in facts.get("events") or [] if isinstance(e, dict)]
    if pointed is None or not events or facts.get("incomplete"):
        return text
    return _fact(pointed, events, facts) or text


def _fact(pointed: Pointed, events: list[dict[str, Any]], facts: Mapping[str, Any]) -> str | None:
    first = events[0]
    title, when = str(first.get("title") or "It"), str(first.get("when") or "")
    if pointed is Pointed.HOW_MANY:
        count = facts.get("count", len(events))
        return (
            f"{count} event{'' if count == 1 else 's'}: "
            + ", ".join(f"{e.get('title')} ({e.get('when')})" for e in events[:10])
            + "."
        )
    if len(events) > 1:
        return None
    if pointed is Pointed.WHEN and when:
        return f'"{title}" is {when}.'
    if pointed is Pointed.WHERE:
        place = first.get("location")
        return (
            f'"{title}" is at {place}, {when}.'
            if place
            else f'No place is noted for "{title}", {when}.'
        )
    if pointed is Pointed.WHO:
        guests = [str(g) for g in first.get("guests") or []]
        return (
            f'"{title}", {when}: {", ".join(guests)}.'
            if guests
            else f'Nobody else is on "{title}", {when}.'
        )
    if pointed is Pointed.HOW_LONG:
        length = _length(first)
        return f'"{title}" takes {length}, {when}.' if length else None
    if pointed is Pointed.WEATHER:
        return f'I don\'t know the weather. "{title}" is {when}.'
    return None


def _length(event: Mapping[str, Any]) -> str | None:
    try:
        length = datetime.fromisoformat(str(event["end"])) - datetime.fromisoformat(
            str(event["start"])
        )
    except (KeyError, ValueError, TypeError):
        return None
    return in_words(length)


def in_words(length: timedelta) -> str:
    """Says "1 hour 30 minutes"."""
    minutes = max(0, int(length.total_seconds() // 60))
    days, rest = divmod(minutes, 1440)
    hours, rest = divmod(rest, 60)
    parts = ((days, "day"), (hours, "hour"), (rest, "minute"))
    return " ".join(f"{n} {unit}{'' if n == 1 else 's'}" for n, unit in parts if n) or "no time"
