"""What a card must say beside the change: conflicts, duplicates, clock changes, guests,
assumptions."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.people import Person
from bot.tools.finding import is_alive
from bot.tools.guests import Invited
from bot.tools.hearers import invitations, reminded
from bot.tools.times import EventTime
from bot.tools.tool import ToolContext
from bot.wording import say_clock, say_clocks, say_day, say_length, say_names, say_when
from calendar_core.busy import Claim, busy_spans, occupies
from calendar_core.changes.change import Remark
from calendar_core.events import Calendar, Event, EventId, Occupancy, Occurrence
from calendar_core.people import PersonId
from calendar_core.rules import start_wall
from calendar_core.when import DaySpan, TimeSpan, When

LOOKED_AHEAD = timedelta(days=60)
"""How far a new series is compared with what is there."""
MOST_NAMED = 3


async def remarks_on(
    ctx: ToolContext,
    event: Event,
    *,
    invited: Invited | None = None,
    time: EventTime | None = None,
    besides: EventId | None = None,
    calendar: Calendar | None = None,
) -> tuple[Remark, ...]:
    """Everything worth saying about an event that is to come or to change; `besides` is itself.

    `calendar` is where it stands, one of the asker's own unless said: what a channel sees is
    compared with the channel's calendar alone (law 9).
    """
    owner = calendar.owner if calendar is not None else ctx.person
    said: list[Remark] = []
    said += _assumptions(ctx, event, time)
    twins = await duplicates(ctx, event, owner) if besides is None else []
    if event.occupancy is not Occupancy.FREE:
        said += await conflicts(ctx, event, besides, owner, of_title=not twins)
        said += await _unread(ctx, owner, invited)
        if invited is not None and owner == ctx.person:  # a channel reads no guest's calendar
            for person in invited.people:
                said += await _guest_conflict(ctx, event, person, besides)
    said += twins
    said += clock_changes(ctx, event)
    if invited is not None:
        said += invitations(invited, calendar)
        if owner == ctx.person:
            said += reminded(ctx, event, invited, calendar, is_new=besides is None)
    return tuple(said)


def _assumptions(ctx: ToolContext, event: Event, time: EventTime | None) -> list[Remark]:
    if time is None:
        return []
    said = [Remark(kind="clocks", text=note) for note in time.notes]
    if time.length_guessed:
        usual = say_length(ctx.me.preferences.default_length).removeprefix("1 ")
        said.append(Remark(kind="length", text=f"your usual {usual}"))
    if time.no_time_said and isinstance(event.when, DaySpan):
        said.append(Remark(kind="assumed", text="no time said, so it is all day"))
    return said


def shape(event: Event, ctx: ToolContext) -> TimeSpan:
    """The stretch that an event takes, as instants."""
    return _instants(event.when, ctx)


def _instants(when: When, ctx: ToolContext) -> TimeSpan:
    return when.within(ctx.zone) if isinstance(when, DaySpan) else when


async def conflicts(
    ctx: ToolContext,
    event: Event,
    besides: EventId | None,
    owner: PersonId,
    *,
    of_title: bool = True,
) -> list[Remark]:
    """What the event overlaps on the owner's own calendars; of its own title only where that is
    not said already.

    Whole days overlap nothing but where they mean being away.
    """
    if isinstance(event.when, DaySpan) and event.occupancy is not Occupancy.OUT_OF_OFFICE:
        return []
    if event.repeat is not None and event.repeat.rule:
        return await _series_conflicts(ctx, event, besides, owner, of_title=of_title)
    span = shape(event, ctx)
    there = await _busy_there(ctx, owner, span, besides)
    there = [one for one in there if of_title or not _same_title(one, event)]
    if not there:
        return []
    named = [f'"{one.title}" {_times(one, span, ctx)}' for one in there[:MOST_NAMED]]
    more = f" and {len(there) - MOST_NAMED} more" if len(there) > MOST_NAMED else ""
    return [Remark(kind="conflict", text=f"overlaps {say_names(named)}{more}")]


def _same_title(one: Occurrence, event: Event) -> bool:
    return one.title.casefold().strip() == event.title.casefold().strip()


def _times(one: Occurrence, span: TimeSpan, ctx: ToolContext) -> str:
    if isinstance(one.when, DaySpan):
        return "(all day)"
    here = one.when.within(ctx.zone)
    clock_24h = ctx.me.preferences.clock_24h
    if here.start.date() == span.start.astimezone(ctx.zone).date():
        return say_clocks(here.start, here.end, clock_24h=clock_24h)
    return say_when(one.when, ctx.zone, ctx.now, clock_24h=clock_24h)


async def _busy_there(
    ctx: ToolContext, owner: PersonId, span: TimeSpan, besides: EventId | None
) -> list[Occurrence]:
    if not span.length:
        return []
    agenda = await ctx.world.mirror.occurrences((owner,), span, ctx.zone)
    busy = busy_spans(agenda.occurrences, agenda.calendars, ctx.zone)
    there = [one.occurrence for one in busy if one.span.overlaps(span)]
    return [one for one in there if one is not None and one.event_id != besides]


async def _unread(ctx: ToolContext, owner: PersonId, invited: Invited | None) -> list[Remark]:
    """Whose calendars could not be read: what they hold is not among the conflicts (law 5)."""
    said = []
    own = await ctx.world.mirror.calendars((owner,))
    names = [one.name for one in own if one.unread_since is not None]
    if names:
        told = f"{say_names(names)} could not be read, so I can't say what it overlaps there"
        said.append(Remark(kind="conflict", text=told))
    people = invited.people if invited is not None and owner == ctx.person else ()
    for person in people:
        theirs = await ctx.world.mirror.calendars((person.id,))
        if any(one.unread_since is not None for one in theirs):
            told = f"{person.name}'s calendar could not be read: they may be busy then"
            said.append(Remark(kind="conflict", text=told))
    return said


def instants_ahead(event: Event, ctx: ToolContext) -> tuple[TimeSpan, ...]:
    """When an event takes place, of a series the first weeks."""
    if event.repeat is None or not event.repeat.rule:
        return (shape(event, ctx),)
    from calendar_core.ics.writing import new_resource
    from calendar_core.recurrence import expand

    start = shape(event, ctx).start
    found = expand(new_resource(event, at=ctx.now), start, start + LOOKED_AHEAD)
    return tuple(_instants(one.when, ctx) for one in found)


async def _series_conflicts(
    ctx: ToolContext, event: Event, besides: EventId | None, owner: PersonId, *, of_title: bool
) -> list[Remark]:
    start = shape(event, ctx).start
    until = start + LOOKED_AHEAD
    agenda = await ctx.world.mirror.occurrences(
        (owner,), TimeSpan(start=start, end=until), ctx.zone
    )
    busy = busy_spans(agenda.occurrences, agenda.calendars, ctx.zone)
    hits = [
        (span, taken.occurrence)
        for span in instants_ahead(event, ctx)
        for taken in busy
        if taken.occurrence is not None
        and taken.span.overlaps(span)
        and taken.occurrence.event_id != besides
        and (of_title or not _same_title(taken.occurrence, event))
    ]
    if not hits:
        return []
    when, first = hits[0]
    days = len({str(hit[0]) for hit in hits})
    day = say_day(when.start.astimezone(ctx.zone).date(), ctx.now)
    more = f", and {days - 1} more in the first weeks" if days > 1 else ""
    return [Remark(kind="conflict", text=f'overlaps "{first.title}" on {day}{more}')]


async def _guest_conflict(
    ctx: ToolContext, event: Event, person: Person, besides: EventId | None
) -> list[Remark]:
    """Whether a guest is busy then; never by what."""
    if isinstance(event.when, DaySpan):
        return []
    span = shape(event, ctx)
    there = await _busy_there(ctx, person.id, span, besides)
    there = [one for one in there if one.uid != event.uid]
    if not there:
        return []
    away = any(occupies(one) is Claim.OUT for one in there)
    state = "away" if away else "busy"
    return [Remark(kind="conflict", text=f"{person.name} is {state} then")]


async def duplicates(ctx: ToolContext, event: Event, owner: PersonId) -> list[Remark]:
    """Whether the same title stands on the same day already."""
    span = shape(event, ctx).within(ctx.zone)
    day = DaySpan(first=span.start.date(), until=span.start.date() + timedelta(days=1)).within(
        ctx.zone
    )
    agenda = await ctx.world.mirror.occurrences((owner,), day, ctx.zone)
    same = [one for one in agenda.occurrences if is_alive(one) and _same_title(one, event)]
    if not same:
        return []
    at = _times(same[0], span, ctx)
    return [Remark(kind="duplicate", text=f'"{same[0].title}" stands there already, {at}')]


def clock_changes(ctx: ToolContext, event: Event) -> list[Remark]:
    """Say that a series keeps its hour when the clocks change inside its first half year."""
    if event.repeat is None or not event.repeat.rule or isinstance(event.when, DaySpan):
        return []
    from calendar_core.ics.writing import new_resource
    from calendar_core.recurrence import crosses_dst

    zone = ZoneInfo(event.zone) if event.zone else ctx.zone
    resource = new_resource(event, at=ctx.now)
    start = event.when.start
    changed = crosses_dst(resource, start, start + timedelta(days=366))
    if changed is None:
        return []
    here = start_wall(event) if event.zone else start.astimezone(zone)
    clock = say_clock(here, clock_24h=ctx.me.preferences.clock_24h)
    city = zone.key.rpartition("/")[2].replace("_", " ")
    day = f"{changed.day} {say_day(changed, ctx.now).split(' ', 2)[2]}"
    return [
        Remark(
            kind="clocks",
            text=f"from {day} the clocks change; it stays {clock} in {city}",
        )
    ]
