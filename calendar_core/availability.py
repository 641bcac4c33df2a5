"""Free time: slots in which everybody who must come can, best first.

What counts as busy is `busy`; the arithmetic is `stretches`; the values are in `slots`; why a time
is refused is `refusals`. The solver reads no calendar and no clock: it works on values, so that one
answer always follows from one question.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from calendar_core.busy import BusySpan
from calendar_core.people import PersonId, WorkingHours
from calendar_core.slots import (
    HALF_HOUR,
    LONGEST_SEARCH,
    PARTS_OF_DAY,
    QUARTER,
    Attendee,
    Prefer,
    Slot,
    Slots,
    Unread,
    Wish,
)
from calendar_core.stretches import (
    Stretch,
    common,
    covers,
    daily,
    merged,
    starts,
    stretch,
    told,
    without,
    working,
)
from calendar_core.when import DaySpan, TimeSpan, When


def find_slots(wish: Wish, attendees: Sequence[Attendee], zone: ZoneInfo) -> Slots:
    """The slots that keep every constraint, best first; `zone` is the asker's.

    Better is, in this order: fewer optional people missing; inside the preferred part of the day
    (or, spread, the first of its day); earlier. So the earliest comes first where nothing else
    decides. Offered by number, no slot overlaps a better one.
    """
    window = search_window(wish)
    if window is None:
        return Slots(offered=(), searched=None, incomplete=incomplete(attendees))
    room = room_for_all(wish, [one for one in attendees if one.required], zone)
    slots = _with_optional(
        [
            (at, at + wish.length)
            for free in room
            for at in starts(free, wish.length, wish.grid, zone)
        ],
        [one for one in attendees if not one.required],
        wish,
        zone,
    )
    ranked = _ranked(slots, wish, zone)
    offered = (Slot(span=told(at, zone), missing=missing) for at, missing in ranked)
    return Slots(
        offered=tuple(offered) if wish.count is None else apart(offered, wish.count),
        searched=told(window, zone),
        incomplete=incomplete(attendees),
    )


def apart(best_first: Iterable[Slot], count: int) -> tuple[Slot, ...]:
    """The best so many of which no two overlap."""
    chosen: list[Slot] = []
    taken: list[Stretch] = []
    for slot in best_first:
        if len(chosen) >= count:
            break
        start, end = stretch(slot.span)
        if all(end <= since or until <= start for since, until in taken):
            chosen.append(slot)
            taken.append((start, end))
    return tuple(chosen)


def gaps(
    busy: Iterable[BusySpan],
    hours: WorkingHours,
    zone: ZoneInfo,
    day: date,
    *,
    now: datetime | None = None,
    least: timedelta = HALF_HOUR,
) -> tuple[TimeSpan, ...]:
    """The free stretches of a working day, for an agenda's "Free:" line.

    Not before now, told from the next quarter of an hour on; none on a day off.
    """
    on_day = hours.on(day)
    if on_day is None:
        return ()
    around = stretch(DaySpan(first=day, until=day + timedelta(days=2)).within(zone))
    open_hours = daily(on_day, zone, around)[:1]
    if now is not None:
        open_hours = common(open_hours, [(_next_quarter(now), around[1])])
    free = without(open_hours, merged(stretch(taken.span) for taken in busy))
    return tuple(told(one, zone) for one in free if one[1] - one[0] >= least)


def search_window(wish: Wish) -> Stretch | None:
    """What is left of a wish's window from `not_before` on; None when nothing is."""
    start, end = stretch(wish.window)
    if wish.not_before is not None:
        start = max(start, wish.not_before.astimezone(UTC))
    if end <= start:
        return None
    return start, end if end - start <= LONGEST_SEARCH else start + LONGEST_SEARCH


def asked_for(wish: Wish, zone: ZoneInfo) -> list[Stretch]:
    """The time that the wish itself allows, whoever comes."""
    window = search_window(wish)
    if window is None:
        return []
    asked = [window]
    if wish.days is not None:
        asked = common(asked, merged(stretch(days.within(zone)) for days in wish.days))
    if wish.part_of_day is not None:
        asked = common(asked, daily(wish.part_of_day, zone, window))
    return without(asked, merged(stretch(as_span(when, zone)) for when in wish.avoid))


def common_hours(wish: Wish, attendees: Iterable[Attendee], asked: list[Stretch]) -> list[Stretch]:
    """What of the asked time lies in everybody's working hours."""
    if not wish.respect_hours or not asked:
        return asked
    window = (asked[0][0], asked[-1][1])
    seen: list[tuple[ZoneInfo, WorkingHours]] = []
    for one in attendees:
        if (one.zone, one.hours) not in seen:
            seen.append((one.zone, one.hours))
            asked = common(asked, working(one.hours, one.zone, window))
    return asked


def room_for_all(wish: Wish, attendees: Sequence[Attendee], zone: ZoneInfo) -> list[Stretch]:
    """The time in which all of them are free, within what was asked and their hours."""
    allowed = common_hours(wish, attendees, asked_for(wish, zone))
    if not allowed:
        return []
    since, until = allowed[0][0], allowed[-1][1]
    taken = (stretch(one.padded(who.buffer)) for who in attendees for one in who.busy)
    return without(allowed, merged(one for one in taken if one[0] < until and since < one[1]))


def incomplete(attendees: Iterable[Attendee]) -> tuple[Unread, ...]:
    """Who could not be read wholly, and which calendars."""
    return tuple(
        Unread(person=one.person, name=one.name, calendars=one.unread)
        for one in attendees
        if one.unread
    )


def as_span(when: When, zone: ZoneInfo) -> TimeSpan:
    """A span, or days from midnight to midnight."""
    return when if isinstance(when, TimeSpan) else when.within(zone)


Ranked = tuple[Stretch, tuple[PersonId, ...]]


def _with_optional(
    found: list[Stretch], optional: list[Attendee], wish: Wish, zone: ZoneInfo
) -> list[Ranked]:
    rooms = [(one.person, room_for_all(wish, [one], zone)) for one in optional]
    return [(at, tuple(person for person, room in rooms if not covers(room, at))) for at in found]


def _ranked(slots: list[Ranked], wish: Wish, zone: ZoneInfo) -> list[Ranked]:
    nth = dict(_nth_of_its_day(slots, zone)) if wish.prefer is Prefer.SPREAD else {}
    part = PARTS_OF_DAY.get(wish.prefer)
    preferred = daily(part, zone, _around(slots)) if part and slots else []

    def rank(slot: Ranked) -> tuple[int, int, datetime]:
        at, missing = slot
        taste = nth[at] if nth else int(bool(preferred) and not covers(preferred, at))
        return len(missing), taste, at[0]

    return sorted(slots, key=rank)


def _nth_of_its_day(slots: list[Ranked], zone: ZoneInfo) -> Iterator[tuple[Stretch, int]]:
    """The place of each slot among those of its day that do not overlap it."""
    day, nth, until = date.min, 0, datetime.min.replace(tzinfo=UTC)
    for at, _ in slots:
        today = at[0].astimezone(zone).date()
        if today != day:
            day, nth, until = today, 0, at[1]
        elif at[0] >= until:
            nth, until = nth + 1, at[1]
        yield at, nth


def _around(slots: list[Ranked]) -> Stretch:
    return slots[0][0][0], slots[-1][0][1]


def _next_quarter(now: datetime) -> datetime:
    at = now.astimezone(UTC)
    since = at.replace(minute=0, second=0, microsecond=0)
    return since + QUARTER * -(-(at - since) // QUARTER)
