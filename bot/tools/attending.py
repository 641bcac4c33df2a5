"""Who is to come, and when each is taken: people known here by the mirror, colleagues of the asker
and calendars that could not be read by asking their makers at that moment. Of people who were named
here and never spoke, nothing is known.

Unknown is not free: whoever can't be told makes the answer incomplete, by name (law 9: of others
busy is all that one learns).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.people import Person, Preferences
from bot.tools.guests import mailbox_of, people_named
from bot.tools.tool import ToolContext, ToolRefused
from bot.wording import say_line
from calendar_core.busy import BusySpan, busy_spans, unread
from calendar_core.events import Calendar, CalendarId
from calendar_core.people import PersonId
from calendar_core.slots import Attendee, Unread
from calendar_core.when import TimeSpan

MARGIN = timedelta(days=1)
"""Busy time is read this much further on both sides: buffers and nearest slots need it."""
MAIL = "mailto:"
"""How the ids of those begin who are known by a mail address alone."""
Taken = Mapping[CalendarId, tuple[TimeSpan, ...]]


async def those_named(ctx: ToolContext, names: Sequence[str]) -> tuple[Person, ...]:
    """The people of these names: known here, or colleagues by mail address, where a linked account
    of the asker may tell when they are taken. Raises ToolRefused."""
    found = []
    for one in await people_named(ctx, names):
        address, said = mailbox_of(one.said)
        person = one.person
        if person is None and address:
            person = await _colleague(ctx, address, said)
        if person is None:
            raise ToolRefused(_unknown(address, one.said))
        found.append(person)
    return tuple({person.id: person for person in found}.values())


def _unknown(address: str, name: str) -> str:
    if address:
        return (
            f"I don't know {address}'s calendar. Link your own work calendar, and I can ask there "
            "when colleagues are taken."
        )
    return (
        f"I don't know {say_line(name)}'s calendar. I can only look at people who talk with me "
        "here."
    )


def is_stranger(one: Unread) -> bool:
    """Whether somebody is known by name alone, so that nothing is known of their time."""
    return not is_colleague(one.person) and not any(each.provider for each in one.calendars)


def is_colleague(person: PersonId) -> bool:
    """Whether somebody is known by a mail address alone."""
    return person.startswith(MAIL)


async def _colleague(ctx: ToolContext, address: str, said: str) -> Person | None:
    listed = await ctx.world.mirror.calendars((ctx.person,))
    mine = {calendar.address for calendar in listed if not calendar.is_anothers}
    if f"{MAIL}{address}" in mine:
        return ctx.me
    if not await ctx.world.outside.can_ask(ctx.person):
        return None
    # Their zone and hours are not known: the asker's own stand for them.
    hours = Preferences(hours=ctx.me.preferences.hours)
    id_ = PersonId(f"{MAIL}{address}")
    return Person(id=id_, name=said or address, zone=ctx.zone, email=address, preferences=hours)


async def attending(
    ctx: ToolContext, window: TimeSpan, required: Sequence[Person], optional: Sequence[Person] = ()
) -> tuple[Attendee, ...]:
    """The people with what they have in a window, a day more on both sides."""
    wide = TimeSpan(start=window.start - MARGIN, end=window.end + MARGIN)
    people = tuple({one.id: one for one in (*required, *optional)}.values())
    asked = [one.email for one in people if is_colleague(one.id)]
    told = await ctx.world.outside.colleagues(ctx.person, asked, wide) if asked else {}
    here = [one for one in people if not is_colleague(one.id)]
    others = [one.id for one in here if one.id != ctx.person]
    strangers = await ctx.world.people.strangers(others) if others else frozenset()
    known = [await _known(ctx, person, wide, strangers) for person in here]
    missing = [calendar for one in known for calendar in one.unread if calendar.provider]
    answered = await ctx.world.outside.busy(missing, wide) if missing else {}
    attendees = {one.person: _with_answers(one, answered) for one in known}
    attendees |= {
        one.id: _outside(one, told.get(one.email)) for one in people if is_colleague(one.id)
    }
    return tuple(replace(attendees[one.id], required=one in required) for one in people)


async def _known(
    ctx: ToolContext, person: Person, wide: TimeSpan, strangers: frozenset[PersonId]
) -> Attendee:
    agenda = await ctx.world.mirror.occurrences((person.id,), wide, person.zone)
    if person.id in strangers and not agenda.occurrences:
        return _outside(person, None)
    return Attendee(
        person=person.id,
        name="you" if person.id == ctx.person else person.name,
        zone=person.zone,
        hours=person.preferences.hours,
        busy=tuple(busy_spans(agenda.occurrences, agenda.calendars, person.zone)),
        unread=unread(agenda.calendars),
        buffer=person.preferences.buffer,
    )


def _with_answers(one: Attendee, answered: Taken) -> Attendee:
    """What a calendar's maker says now stands in place of what the mirror held of it."""
    told = {calendar.id for calendar in one.unread if calendar.id in answered}
    if not told:
        return one
    kept = [
        taken
        for taken in one.busy
        if taken.occurrence is None or taken.occurrence.calendar_id not in told
    ]
    asked = [BusySpan(span=span) for id_ in sorted(told) for span in answered[id_]]
    return replace(
        one,
        busy=tuple(sorted((*kept, *asked), key=lambda taken: taken.span.start)),
        unread=tuple(calendar for calendar in one.unread if calendar.id not in told),
    )


def _outside(person: Person, taken: tuple[TimeSpan, ...] | None) -> Attendee:
    nothing = Calendar(id=CalendarId(person.id), owner=person.id, name=person.name, provider="")
    return Attendee(
        person=person.id,
        name=person.name,
        zone=person.zone,
        hours=person.preferences.hours,
        busy=tuple(BusySpan(span=span) for span in sorted(taken or (), key=lambda one: one.start)),
        unread=() if taken is not None else (nothing,),
    )
