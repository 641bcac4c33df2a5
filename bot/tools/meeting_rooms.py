"""Meeting rooms to be booked: which one is meant, whether it is free then, and what the card says.

Rooms are asked of the calendar's maker at that moment, and when they are taken as of colleagues.
What is not told is unknown, and unknown is not free (law 5). A room is a guest of the event's that
is no person; its name becomes the place.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.tools.finding import owners_of
from bot.tools.guests import organizer
from bot.tools.remarks import instants_ahead
from bot.tools.tool import ToolContext, ToolRefused
from bot.wording import say_day, say_line, say_names
from calendar_core import capabilities
from calendar_core.changes.change import Remark
from calendar_core.errors import NotAllowed
from calendar_core.events import (
    Calendar,
    Event,
    Guest,
    Occurrence,
    RecurrenceId,
    Repeat,
    Scope,
)
from calendar_core.patch import Patch
from calendar_core.rooms import Room
from calendar_core.when import TimeSpan, at_wall

MOST_ASKED = 20
"""Rooms whose time is asked for where any will do."""
MOST_NAMED = 4
_FOR = re.compile(
    r"\s*\b(?:for|with|seats?|seating|of)\s+(\d{1,3})\b(?:\s*(?:people|persons|seats))?"
)
_ANY = frozenset(
    (
        *("a", "an", "any", "some", "one", "free", "empty", "available", "meeting", "conference"),
        *("room", "rooms", "whichever", "whatever", "yes", "true", "us", "please"),
    )
)
_INSTEAD = "put the room's name as the place"
Taken = Mapping[str, tuple[TimeSpan, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is said of a room."""

    name: str
    """Words of its name; empty where any will do."""
    seats: int | None
    """For how many, where that was said."""


def wish_of(words: str) -> Wish:
    """What somebody's words say: "Aquarium", "any", "any for 6"."""
    said = _FOR.search(words)
    rest = " ".join(_FOR.sub(" ", words, count=1).split()).strip(" ,.\"'")
    plain = set(rest.casefold().split())
    return Wish(name="" if plain <= _ANY else rest, seats=int(said[1]) if said else None)


async def with_room(
    ctx: ToolContext, words: str | None, event: Event, calendar: Calendar
) -> tuple[Event, tuple[Remark, ...]]:
    """An event with the room that somebody wants for it, and what is to be said of that: where no
    rooms can be booked, one that was named is the place. Raises ToolRefused where there is none."""
    if not words or not words.strip():
        return event, ()
    if not _has_rooms(calendar):
        name = wish_of(words).name
        there = replace(event, location=event.location.strip() or name)
        return there, (await _books_none(ctx, calendar, name),)
    room, remarks = await room_for(ctx, words, event, calendar)
    kept = [one for one in event.guests if not one.is_room]
    booked = replace(
        event, guests=(*kept, room.guest), location=event.location.strip() or room.name
    )
    return booked, remarks


async def patched_room(
    ctx: ToolContext,
    words: str | None,
    one: Occurrence,
    patch: Patch,
    calendar: Calendar,
    scope: str | None = None,
) -> tuple[Patch, tuple[Remark, ...]]:
    """A change of an event with what becomes of its room, and what is to be said of that: another
    room, none, or whether the one it has is free at the new time; of a series, on which dates it is
    not. Raises ToolRefused."""
    if words is None and patch.when is None and patch.repeat is None:
        return patch, ()
    stands, repeat = await _standing(ctx, one)
    if words is None and not stands.rooms:
        return patch, ()
    goes_on = scope != Scope.THIS
    plain = replace(stands, recurrence_id=RecurrenceId(""))
    was = replace(plain, when=one.when, repeat=repeat if goes_on else None)
    event = replace(was, when=patch.when or one.when)
    if patch.repeat is not None and goes_on:
        event = replace(event, repeat=patch.repeat)
    own = instants_ahead(was, ctx)
    if words is None:
        ahead = _moved(own, one, patch, ctx) or instants_ahead(event, ctx)
        return patch, await taken_then(ctx, stands.rooms, ahead, but=own)
    named = {room.name for room in stands.rooms}
    gone = tuple(room.address for room in stands.rooms)
    if not words.strip():
        if not gone:
            raise ToolRefused(f'"{one.title}" has no room.')
        left = "" if stands.location in named else None
        place = left if patch.location is None else patch.location
        return replace(patch, guests_removed=(*patch.guests_removed, *gone), location=place), ()
    if not _has_rooms(calendar):
        name = wish_of(words).name
        remark = await _books_none(ctx, calendar, name)
        if not name:
            raise ToolRefused(f"{remark.text[:1].upper()}{remark.text[1:]}.")
        return replace(patch, location=patch.location or name), (remark,)
    room, remarks = await room_for(ctx, words, replace(event, guests=stands.people), calendar)
    if room.guest.address in gone:
        raise ToolRefused(f'"{one.title}" is in {say_line(room.name)} already.')
    host = None if stands.guests else organizer(ctx, calendar)
    patch = replace(
        patch,
        guests_added=(*patch.guests_added, room.guest),
        guests_removed=(*patch.guests_removed, *gone),
        organizer=patch.organizer or host,
        location=patch.location or room.name,
    )
    return patch, remarks


async def _standing(ctx: ToolContext, one: Occurrence) -> tuple[Event, Repeat | None]:
    """An event as it stands, of a series the occurrence if it is one of its own; and how the series
    repeats."""
    from calendar_core.ics.reading import read

    stored = await ctx.world.mirror.event(one.event_id, owners_of(ctx))
    components = read(stored.resource.ics)
    own = [event for event in components if event.recurrence_id == one.recurrence_id]
    return (own or components)[0], components[0].repeat


async def room_for(
    ctx: ToolContext, words: str, event: Event, calendar: Calendar
) -> tuple[Room, tuple[Remark, ...]]:
    """The room that is meant, with what is to be said of it. Raises ToolRefused."""
    wish = wish_of(words)
    found = await _asked(ctx, calendar, wish.name)
    if not wish.name:
        return await _any(ctx, found, wish, event, calendar)
    if len(found) > 1:
        names = [say_line(one.name) for one in found[:MOST_NAMED]]
        raise ToolRefused(f"Which room: {' or '.join(names)}?")
    if not found:
        every = await _asked(ctx, calendar, "")
        raise ToolRefused(_unknown(wish.name, every, calendar))
    taken = await taken_then(ctx, [found[0].guest], instants_ahead(event, ctx))
    return found[0], (*_too_small(found[0], wish), *taken)


def _moved(
    own: Sequence[TimeSpan], one: Occurrence, patch: Patch, ctx: ToolContext
) -> tuple[TimeSpan, ...]:
    """When a series takes place that keeps its rule and moves as this occurrence of it does; of
    nothing else anything."""
    old, new = one.when, patch.when
    if len(own) < 2 or patch.repeat is not None:
        return ()
    if not isinstance(old, TimeSpan) or not isinstance(new, TimeSpan):
        return ()
    step = _wall(new.start, ctx) - _wall(old.start, ctx)
    starts = (at_wall(_wall(span.start, ctx) + step, ctx.zone) for span in own)
    return tuple(TimeSpan(start=start, end=start + new.length) for start in starts)


def _wall(at: datetime, ctx: ToolContext) -> datetime:
    return at.astimezone(ctx.zone).replace(tzinfo=None)


async def taken_then(
    ctx: ToolContext,
    rooms: Sequence[Guest],
    ahead: Sequence[TimeSpan],
    *,
    but: Sequence[TimeSpan] = (),
) -> tuple[Remark, ...]:
    """Which of these rooms are taken then, of a series on which dates, and of which that is not
    known; `but` is when they are taken by the event itself."""
    taken = await _taken(ctx, [one.email for one in rooms if one.email], ahead)
    said = []
    for one in rooms:
        name = say_line(one.name or one.email or "the room")
        known = taken.get(one.email or "")
        if known is None:
            said.append(f"I can't tell whether {name} is free then")
        elif hits := _hits(known, ahead, but):
            said.append(f"{name} is taken{_often(hits, ahead, ctx)}")
    return tuple(Remark(kind="conflict", text=text) for text in said)


def _often(hits: Sequence[TimeSpan], ahead: Sequence[TimeSpan], ctx: ToolContext) -> str:
    if len(ahead) == 1:
        return " then"
    days = [say_day(one.start.astimezone(ctx.zone).date(), ctx.now) for one in hits[:MOST_NAMED]]
    more = len(hits) - len(days)
    named = say_names([*days, *([f"{more} more"] if more else [])])
    return f" on {len(hits)} of the first {len(ahead)} dates: {named}"


def _has_rooms(calendar: Calendar) -> bool:
    return bool(capabilities.of(calendar.provider).rooms)


async def _books_none(ctx: ToolContext, calendar: Calendar, name: str) -> Remark:
    """What is said where a calendar books no rooms."""
    mine = await ctx.world.mirror.calendars((ctx.person,))
    others = [one.name for one in mine if _has_rooms(one) and not one.read_only]
    where = calendar.name.removesuffix(" calendar")
    stands = f"so {say_line(name)} is just the place" if name else "so name one as the place"
    instead = f", or book one on {' or '.join(others[:MOST_NAMED])}" if others else ""
    text = f"I can't book rooms on the {where} calendar, {stands}{instead}"
    return Remark(kind="assumed", text=text)


async def _asked(ctx: ToolContext, calendar: Calendar, name: str) -> Sequence[Room]:
    try:
        return await ctx.world.outside.rooms(calendar, name)
    except NotAllowed as err:
        raise ToolRefused(str(err)) from err


def _unknown(name: str, every: Sequence[Room], calendar: Calendar) -> str:
    if not every:
        return _none(calendar)
    names = [say_line(one.name) for one in every[:MOST_NAMED]]
    more = len(every) - len(names)
    listed = say_names([*names, *([f"{more} more"] if more else [])])
    return f'I find no room "{say_line(name)}". There {_are(len(every))} {listed}.'


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _none(calendar: Calendar) -> str:
    if capabilities.of(calendar.provider).rooms == "listed":
        return (
            "I see no rooms: in Google Calendar, add the calendars of your rooms to your list, and "
            f"I can book them. Until then, {_INSTEAD}."
        )
    return f"Your organization has no rooms that I can see; {_INSTEAD}."


async def _any(
    ctx: ToolContext, rooms: Sequence[Room], wish: Wish, event: Event, calendar: Calendar
) -> tuple[Room, tuple[Remark, ...]]:
    if not rooms:
        raise ToolRefused(_none(calendar))
    seats = wish.seats or 1 + len(event.people)
    fitting = sorted(
        (one for one in rooms if one.capacity is None or one.capacity >= seats),
        key=lambda one: (one.capacity is None, one.capacity or 0),
    )[:MOST_ASKED]
    if not fitting:
        largest = max(rooms, key=lambda one: one.capacity or 0)
        raise ToolRefused(
            f"No room here has {seats} seats; the largest is {say_line(largest.name)} "
            f"with {largest.capacity}."
        )
    ahead = instants_ahead(event, ctx)
    taken = await _taken(ctx, [one.address for one in fitting], ahead)
    free = [one for one in fitting if one.address in taken and not _hits(taken[one.address], ahead)]
    if free:
        return free[0], _unsure_seats(free[0], wish)
    unknown = [one for one in fitting if one.address not in taken]
    if unknown:
        text = f"I can't tell whether {say_line(unknown[0].name)} is free then"
        return unknown[0], (Remark(kind="conflict", text=text),)
    names = [say_line(one.name) for one in fitting[:MOST_NAMED]]
    more = len(fitting) - len(names)
    listed = say_names([*names, *([f"{more} more"] if more else [])])
    who = f"No room for {seats}" if wish.seats else "No room"
    raise ToolRefused(f"{who} is free then: {listed} {_are(len(fitting))} taken. Say another time.")


def _too_small(room: Room, wish: Wish) -> tuple[Remark, ...]:
    if wish.seats and room.capacity and room.capacity < wish.seats:
        text = f"{say_line(room.name)} has {room.capacity} seats"
        return (Remark(kind="conflict", text=text),)
    return _unsure_seats(room, wish)


def _unsure_seats(room: Room, wish: Wish) -> tuple[Remark, ...]:
    if wish.seats and room.capacity is None:
        text = f"I don't know how many seats {say_line(room.name)} has"
        return (Remark(kind="assumed", text=text),)
    return ()


async def _taken(ctx: ToolContext, addresses: Sequence[str], ahead: Sequence[TimeSpan]) -> Taken:
    """When rooms are taken; who can't be told is left out."""
    if not addresses or not ahead:
        return {}
    window = TimeSpan(start=min(one.start for one in ahead), end=max(one.end for one in ahead))
    return await ctx.world.outside.colleagues(ctx.person, addresses, window)


def _hits(
    taken: Iterable[TimeSpan], ahead: Sequence[TimeSpan], but: Sequence[TimeSpan] = ()
) -> list[TimeSpan]:
    """Which stretches are taken, apart from those by the event itself."""
    others = list(taken)
    for own in but:
        others = [part for one in others for part in _without(one, own)]
    return [one for one in ahead if any(part.overlaps(one) for part in others)]


def _without(span: TimeSpan, but: TimeSpan) -> Iterable[TimeSpan]:
    if not span.overlaps(but):
        yield span
        return
    if span.start < but.start:
        yield TimeSpan(start=span.start, end=but.start)
    if but.end < span.end:
        yield TimeSpan(start=but.end, end=span.end)
