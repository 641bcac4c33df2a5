"""How events are listed to a person: day by day, one line an event, bounded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.chat.cards import Moment
from bot.tools.finding import names_of, owners_of, ref_of, repeats, when_words
from bot.tools.tool import ToolContext
from bot.wording import say_answer, say_clock, say_clocks, say_day
from calendar_core.errors import NotFound
from calendar_core.events import Answer, Calendar, Occurrence, Status, Visibility
from calendar_core.when import DaySpan, TimeSpan

MOST_LINES = 60
MOST_WITH_ANSWERS = 3
"""Of no more events it is told what each guest answered: that is read from the whole event."""
MOST_ANSWERS = 12
_ANSWERS = {
    Answer.OPEN: "not answered",
    Answer.TENTATIVE: "maybe",
    Answer.DECLINED: "declined",
}


@dataclass(frozen=True, slots=True)
class Known:
    """Who may have written an event without being a stranger."""

    names: frozenset[str] = frozenset()
    """Names and addresses of the people here, casefolded."""
    is_everybody: bool = False
    """Whether nobody who may have written it is a stranger there."""

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self.names


def is_strangers(one: Occurrence, known: Known) -> bool:
    """Whether somebody who is not known here wrote the event's text. Anybody can take the name of
    somebody else: where it is told, the address counts."""
    if known.is_everybody:
        return False
    if not one.organizer or one.organizer_address == "":
        return one.is_outside
    return (one.organizer_address or one.organizer) not in known


async def known_here(ctx: ToolContext, told: Iterable[Occurrence | str]) -> Known:
    """The people here, the asker among them, also as their linked accounts know them, to tell whose
    text the events are; names are looked up only where any is told of."""
    listed = tuple(told)
    if not any(one if isinstance(one, str) else one.organizer for one in listed):
        return Known()
    own = await ctx.world.mirror.calendars((ctx.person,))
    people = await ctx.world.people.everyone(near=ctx.person)
    named = {text for p in people for text in (*p.names, p.email, *p.addresses) if text}
    named |= {one.account for one in own if "@" in one.account}
    return Known(frozenset(text.casefold().removeprefix("mailto:") for text in named))


def days_of(one: Occurrence, span: TimeSpan, ctx: ToolContext) -> Iterable[date]:
    """The days inside a span on which an occurrence is to be listed."""
    if isinstance(one.when, DaySpan):
        first, last = one.when.first, one.when.last
    else:
        here = one.when.within(ctx.zone)
        first = here.start.date()
        last = (here.end - timedelta(microseconds=1)).date() if here.length else first
    begin = span.start.astimezone(ctx.zone).date()
    end = (span.end.astimezone(ctx.zone) - timedelta(microseconds=1)).date()
    day = max(first, begin)
    while day <= min(last, end):
        yield day
        day += timedelta(days=1)


def by_day(
    found: Iterable[Occurrence], span: TimeSpan, ctx: ToolContext
) -> dict[date, list[Occurrence]]:
    """Occurrences under each day they touch, in the order of the days; timed ones first."""
    days: dict[date, list[Occurrence]] = {}
    for one in found:
        for day in days_of(one, span, ctx):
            days.setdefault(day, []).append(one)
    for listed in days.values():
        listed.sort(key=lambda one: (isinstance(one.when, DaySpan), _start(one, ctx)))
    return dict(sorted(days.items()))


def _start(one: Occurrence, ctx: ToolContext) -> datetime:
    return (one.when if isinstance(one.when, TimeSpan) else one.when.within(ctx.zone)).start


def day_lines(day: date, listed: Sequence[Occurrence], ctx: ToolContext, known: Known) -> list[str]:
    """A day's heading and its events."""
    lines = [say_day(day, ctx.now, full=True)]
    clocks = [_clock(one, day, ctx) for one in listed]
    width = max((len(clock) for clock in clocks), default=0)
    for clock, one in zip(clocks, listed, strict=True):
        lines.append(f"  {clock:<{width}}  {event_words(one, ctx, known)}")
    return lines


def day_moments(day: date, listed: Sequence[Occurrence], ctx: ToolContext) -> list[Moment | None]:
    """The time behind each of a day's events; None for those without an hour."""
    return [_moment(one, _clock(one, day, ctx)) for one in listed]


def _moment(one: Occurrence, told: str) -> Moment | None:
    if isinstance(one.when, DaySpan) or told == "all day":
        return None
    word, _, clock = told.rpartition(" ")
    if word == "until":
        return Moment(one.when.end, clock, with_day=False)
    if word == "from":
        return Moment(one.when.start, clock, with_day=False)
    return Moment(one.when.start, told, until=one.when.end, with_day=False)


def _clock(one: Occurrence, day: date, ctx: ToolContext) -> str:
    if isinstance(one.when, DaySpan):
        return "all day"
    here, clock_24h = one.when.within(ctx.zone), ctx.me.preferences.clock_24h
    if here.start.date() == day and (
        here.end.date() == day or here.end - here.start <= timedelta(hours=12)
    ):
        return say_clocks(here.start, here.end, clock_24h=clock_24h)
    if here.start.date() == day:
        return f"from {say_clock(here.start, clock_24h=clock_24h)}"
    if here.end.date() == day:
        return f"until {say_clock(here.end, clock_24h=clock_24h)}"
    return "all day"


def event_words(one: Occurrence, ctx: ToolContext, known: Known) -> str:
    """An event in one line: title, what repeats, where, and what stands out."""
    parts = [one.title or "(no title)", *repeats(one)]
    if one.location:
        parts.append(one.location)
    anothers = bool(one.organizer) and is_strangers(one, known)
    if anothers:
        # Whoever took the name of somebody here is told by their address.
        address = f" <{one.organizer_address}>" if one.organizer in known else ""
        parts.append(f"from {one.organizer}{address}")
    if one.my_answer in _ANSWERS:
        parts.append(_ANSWERS[one.my_answer])
    if one.status is Status.TENTATIVE:
        parts.append("tentative")
    if anothers:
        parts.append("its description is not shown here")
    return " · ".join(parts)


def event_facts(one: Occurrence, ctx: ToolContext, known: Known) -> dict[str, Any]:
    """An event as data for a model: no description, no raw ids but the ref."""
    facts: dict[str, Any] = {
        "ref": ref_of(one),
        "title": one.title,
        "when": when_words(ctx, one),
        "start": _iso(one.when.first if isinstance(one.when, DaySpan) else one.when.start),
        "end": _iso(one.when.until if isinstance(one.when, DaySpan) else one.when.end),
    }
    extra = {
        "all_day": isinstance(one.when, DaySpan),
        "location": one.location,
        "guests": names_of(one),
        "repeats": " ".join(repeats(one)),
        "answer": one.my_answer.value.lower() if one.my_answer else "",
        "from": one.organizer,
        "private": one.visibility is not Visibility.PUBLIC,
        "written_by_a_stranger": is_strangers(one, known),
    }
    return facts | {name: value for name, value in extra.items() if value}


async def facts_of_events(
    listed: Sequence[Occurrence], ctx: ToolContext, known: Known
) -> list[dict[str, Any]]:
    """Events as data for a model; of few, with what their guests answered."""
    facts = [event_facts(one, ctx, known) for one in listed]
    if len(listed) <= MOST_WITH_ANSWERS:
        for one, told in zip(listed, facts, strict=True):
            answers = await _answers_to(one, ctx) if one.guests else []
            if answers:
                told["answers"] = answers
    return facts


async def _answers_to(one: Occurrence, ctx: ToolContext) -> list[str]:
    """What the guests of an occurrence answered, the calendar's owner left out; none when it is
    gone."""
    from calendar_core.ics.reading import read

    try:
        stored = await ctx.world.mirror.event(one.event_id, (one.owner,))
    except NotFound:
        return []
    components = read(stored.resource.ics)
    own = [event for event in components if event.recurrence_id == one.recurrence_id]
    left_out = ctx.me.addresses if one.owner == ctx.person else ()
    guests = [guest for guest in (own or components)[0].people if guest.address not in left_out]
    rest = len(guests) - MOST_ANSWERS
    return [say_answer(guest) for guest in guests[:MOST_ANSWERS]] + (
        [f"{rest} more"] if rest > 0 else []
    )


def _iso(at: datetime | date) -> str:
    return at.isoformat()


def unread_lines(unread: Sequence[Calendar], ctx: ToolContext) -> list[str]:
    """A line for each calendar that could not be read."""
    return [
        f"Your {calendar.name} calendar {_trouble(calendar, ctx)}; what stands there is missing."
        for calendar in unread
    ]


async def unread_here(ctx: ToolContext) -> list[str]:
    """The same of all calendars that the asker may look at here."""
    calendars = await ctx.world.mirror.calendars(owners_of(ctx))
    return unread_lines([one for one in calendars if one.unread_since is not None], ctx)


def _trouble(calendar: Calendar, ctx: ToolContext) -> str:
    if calendar.provider != "local" and calendar.synced_at is None:
        return "was not read yet"
    return f"has not answered since {_since(calendar, ctx)}"


def _since(calendar: Calendar, ctx: ToolContext) -> str:
    if calendar.unread_since is None:
        return "a while"
    at = calendar.unread_since.astimezone(ctx.zone)
    clock = say_clock(at, clock_24h=ctx.me.preferences.clock_24h)
    return clock if at.date() == ctx.now.date() else f"{say_day(at.date(), ctx.now)} {clock}"
