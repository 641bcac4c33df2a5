"""Wording what the tools brought back: their own text, or one sentence when one fact was wanted.

Titles and descriptions in results come from strangers: they are shown, never read as requests.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.llm.model import Setting
from bot.llm.offline.frame import Pointed, Reply
from bot.llm.offline.looking import pointed_in
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
    pointed = pointed_in(as_sentence(asked, setting))
    lines: list[str] = []
    asks: ToolReturned | None = None
    noted = any(one.ok and one.tool == "set_reminder" for one in returns)
    for returned in returns:
        facts = facts_of(returned)
        if facts.get("proposed") or (noted and returned.tool == "get_schedule"):
            continue  # what was looked up there was only to find the events
        lines.append(_one(returned, facts, pointed, asked, setting))
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


def _one(
    returned: ToolReturned,
    facts: Mapping[str, Any],
    pointed: Pointed | None,
    asked: str,
    setting: Setting,
) -> str:
    text = str(facts.get("text") or "")
    if returned.ok and returned.tool == "analyze_schedule" and pointed is Pointed.CLASHES:
        return _clashing(facts, text)
    if not returned.ok or returned.tool not in ("search_events", "get_schedule"):
        return text
    events = [e for e in facts.get("events") or [] if isinstance(e, dict)]
    if pointed is None or not events or facts.get("incomplete") or "close_in_meaning" in facts:
        return text
    if pointed is Pointed.HOW_MANY:
        return _count(events, facts, asked)
    if pointed in (Pointed.FIRST, Pointed.LAST):
        return _edge(events, setting, last=pointed is Pointed.LAST) or text
    if pointed in (Pointed.LONGEST, Pointed.SHORTEST):
        return _by_length(events, setting, longest=pointed is Pointed.LONGEST) or text
    if len(events) > 1:
        return text
    return fact_of(pointed, events[0], setting, searched=returned.tool == "search_events") or text


def _clashing(facts: Mapping[str, Any], text: str) -> str:
    """Which events overlap, of all that was counted; the whole where a calendar was not read."""
    if facts.get("incomplete"):
        return text
    found = [str(one) for one in facts.get("clashes") or []]
    when = text.partition(":")[0]
    if not found:
        return f"{when}: nothing overlaps."
    return "\n".join([f"{when}, these overlap:", *(f"• {one}" for one in found)])


def _count(events: list[dict[str, Any]], facts: Mapping[str, Any], asked: str) -> str:
    count = facts.get("count", len(events))
    timed = [event for event in events if not event.get("all_day")]
    if _MEETINGS.search(asked) and timed and count == len(events):
        events, count = timed, len(timed)
    listed = ", ".join(f"{e.get('title')} ({e.get('when')})" for e in events[:10])
    more = ", and more" if isinstance(count, int) and count > 10 else ""
    return f"{count} event{'' if count == 1 else 's'}: {listed}{more}."


_MEETINGS = re.compile(r"\b(?:meetings|calls|appointments)\b", re.I)
"""What has an hour: a whole day off is no meeting."""


def _edge(events: list[dict[str, Any]], setting: Setting, *, last: bool) -> str | None:
    """The first or the last thing of a day; whole days are neither."""
    timed = [event for event in events if not event.get("all_day")]
    if not timed:
        return None
    event = timed[-1] if last else timed[0]
    be = "was" if _is_past(event, setting) else "is"
    word = "last" if last else "first"
    return f'The {word} {be} "{event.get("title")}", {event.get("when")}.'


def _by_length(events: list[dict[str, Any]], setting: Setting, *, longest: bool) -> str | None:
    """The longest or the shortest of what was found, whole days left out."""
    timed = [(length, event) for event in events if (length := _minutes(event))]
    if not timed:
        return None
    choose = max if longest else min
    length, event = choose(timed, key=lambda one: one[0])
    be = "was" if _is_past(event, setting) else "is"
    word = "longest" if longest else "shortest"
    return f'The {word} {be} "{event.get("title")}", {event.get("when")}: {in_words(length)}.'


def _minutes(event: Mapping[str, Any]) -> timedelta | None:
    start, end = _moment(event, "start"), _moment(event, "end")
    if event.get("all_day") or start is None or end is None:
        return None
    return end - start if (start.tzinfo is None) == (end.tzinfo is None) else None


def fact_of(
    pointed: Pointed, event: Mapping[str, Any], setting: Setting, *, searched: bool
) -> str | None:
    """The one fact that was asked for, in a sentence; None where the list says it better."""
    title, when = str(event.get("title") or "It"), str(event.get("when") or "")
    be = "was" if _is_past(event, setting) else "is"
    match pointed:
        case Pointed.WHEN if when:
            return f'"{title}" {be} {_spoken(when)}.'
        case Pointed.END:
            return _end(event, title, when, be)
        case Pointed.WHETHER if searched and when:
            return f'Yes, "{title}" {be} {_spoken(when)}.'
        case Pointed.WHERE:
            place = event.get("location")
            return (
                f'"{title}" {be} at {place}, {when}.'
                if place
                else f'No place is noted for "{title}", {when}.'
            )
        case Pointed.WHO | Pointed.ANSWERS:
            answers = [str(answer) for answer in event.get("answers") or []]
            guests = "; ".join(answers) or ", ".join(str(g) for g in event.get("guests") or [])
            return (
                f'"{title}", {when}: {guests}.'
                if guests
                else f'Nobody else is on "{title}", {when}.'
            )
        case Pointed.HOW_LONG:
            length = _length(event)
            return f'"{title}" takes {length}, {when}.' if length else None
        case Pointed.WEATHER:
            return f'I don\'t know the weather. "{title}" {be} {when}.'
        case _:
            return None


def _spoken(when: str) -> str:
    """ "Today 9:30" stays, a date is "on Wed 11 March …"."""
    return when if when[:1].islower() else f"on {when}"


def _is_past(event: Mapping[str, Any], setting: Setting) -> bool:
    end = _moment(event, "end")
    if end is None:
        return False
    return end <= (setting.now if end.tzinfo else setting.now.replace(tzinfo=None))


def _moment(event: Mapping[str, Any], name: str) -> datetime | None:
    try:
        return datetime.fromisoformat(str(event[name]))
    except (KeyError, ValueError):
        return None


def _end(event: Mapping[str, Any], title: str, when: str, be: str) -> str | None:
    clock = re.search(r"[-–](?P<end>\d{1,2}:\d\d(?: ?[ap]m)?)$", when)
    if clock is None:
        return None
    day = re.sub(r"\s*\d{1,2}:\d\d(?: ?[ap]m)?[-–].*$", "", when)
    verb = "ended" if be == "was" else "ends"
    return f'"{title}" {verb} {_spoken(day)} at {clock["end"]}.'.replace("  ", " ")


def _length(event: Mapping[str, Any]) -> str | None:
    start, end = _moment(event, "start"), _moment(event, "end")
    if start is None or end is None or (start.tzinfo is None) != (end.tzinfo is None):
        return None
    return in_words(end - start)


def in_words(length: timedelta) -> str:
    """Says "1 hour 30 minutes"."""
    minutes = max(0, int(length.total_seconds() // 60))
    days, rest = divmod(minutes, 1440)
    hours, rest = divmod(rest, 60)
    parts = ((days, "day"), (hours, "hour"), (rest, "minute"))
    return " ".join(f"{n} {unit}{'' if n == 1 else 's'}" for n, unit in parts if n) or "no time"
