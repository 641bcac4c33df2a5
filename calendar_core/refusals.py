"""What to tell somebody about the times that they are not offered: few words, grouped and bounded.

"Today is out: Bo is away. Wed 13:00 is out: you and Ana have lunch." All reasons of one span are in
`reasons`. Here is decided what the asker may know: the name and hour of a meeting only if they have
it too, of other people's just that they are busy or away.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from calendar_core.availability import asked_for, common_hours, room_for_all
from calendar_core.busy import BusySpan, Claim
from calendar_core.people import PersonId
from calendar_core.reasons import Reason, Why, conflicts
from calendar_core.slots import Attendee, Slot, Wish
from calendar_core.stretches import DAY, Stretch, covers, starts, stretch, told, working
from calendar_core.when import DaySpan, TimeSpan, When

MOST_DAYS = 62
"""So many days are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Because:
    """One cause, with everybody whom it concerns."""

    kind: Why
    people: tuple[PersonId, ...]
    names: tuple[str, ...]
    """In the order of `people`."""
    title: str = ""
    """The meeting in the way; empty unless the asker has it too."""
    span: TimeSpan | None = None
    """When that meeting is; None unless the asker has it too."""
    tentative: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A stretch that the asker might have expected to be offered."""

    when: When
    """Days without any slot; or what is taken between the first refused start and the end of the
    last refused slot."""
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """What was looked for, with what the solver made of it."""

    wish: Wish
    required: tuple[Attendee, ...]
    zone: ZoneInfo
    asker: PersonId
    shared: list[Stretch]
    """Asked for, and in everybody's hours."""
    room: list[Stretch]
    """Of that, where all are free."""


def summary_of_refusals(
    wish: Wish,
    attendees: Sequence[Attendee],
    zone: ZoneInfo,
    *,
    asker: PersonId,
    offered: Sequence[Slot] = (),
    most: int = 3,
) -> tuple[Refusal, ...]:
    """Why nothing earlier was offered, in order of time; of more than so many, whole days go first.

    Told is what lies before the last slot offered, or everything when there was none. Not told:
    what nobody asked for, the past, hours in which somebody does not work, and days on which nobody
    does.
    """
    required = tuple(who for who in attendees if who.required)
    asked = asked_for(wish, zone)
    search = _Search(
        wish=wish,
        required=required,
        zone=zone,
        asker=asker,
        shared=common_hours(wish, required, asked),
        room=room_for_all(wish, required, zone),
    )
    days, hours = _days_and_hours(search, _candidates(asked, search, offered), most)
    chosen = [*days[:most], *hours[: max(0, most - len(days))]]
    return tuple(sorted(chosen, key=lambda refusal: _start(refusal, zone)))


def _candidates(
    asked: list[Stretch], search: _Search, offered: Sequence[Slot]
) -> list[tuple[date, list[Stretch]]]:
    """Every start on the grid up to the last one offered, by the day of the asker's zone."""
    wish, zone = search.wish, search.zone
    if not asked:
        return []
    last = asked[0][0] + MOST_DAYS * DAY
    if offered:
        last = max(stretch(slot.span)[0] for slot in offered)
    every = (
        (at, at + wish.length)
        for room in asked
        for at in starts(room, wish.length, wish.grid, zone)
        if at <= last
    )
    by_day = groupby(every, key=lambda at: at[0].astimezone(zone).date())
    return [(day, list(group)) for day, group in by_day]


def _days_and_hours(
    search: _Search, candidates: list[tuple[date, list[Stretch]]], most: int
) -> tuple[list[Refusal], list[Refusal]]:
    days: list[Refusal] = []
    hours: list[Refusal] = []
    people = [_with_stretches(who) for who in search.required]
    for day, group in candidates:
        if len(days) > most:
            break
        here = replace(search, required=_near(people, (group[0][0], group[-1][1])))
        if not any(covers(search.room, at) for at in group):
            _add_day(days, day, _against_day(here, day, group))
        elif len(hours) < most:
            hours += _refused_hours(here, group)
    return days, hours


def _add_day(days: list[Refusal], day: date, because: tuple[Because, ...]) -> None:
    """Note a refused day; it lengthens the refusal of the day before when the cause is the same."""
    if not because:
        return
    first = day
    before = days[-1].when if days and days[-1].because == because else None
    if isinstance(before, DaySpan) and before.until == day:
        first = before.first
        days.pop()
    days.append(Refusal(when=DaySpan(first=first, until=day + DAY), because=because))


def _against_day(search: _Search, day: date, group: list[Stretch]) -> tuple[Because, ...]:
    """Who alone makes a day impossible; else that all of them together do. Empty: nobody works
    then."""
    alone = [cause for who in search.required if (cause := _alone(search, who, group))]
    off = [cause for cause in alone if cause.kind in (Why.DAY_OFF, Why.OUTSIDE_HOURS)]
    if len(off) == len(search.required):
        return ()
    if alone:
        return _grouped(alone, search)
    meet = any(covers(search.shared, at) for at in group)
    return (
        Because(
            kind=Why.NEVER_TOGETHER if meet else Why.NO_COMMON_HOURS,
            people=tuple(who.person for who in search.required),
            names=tuple(who.name for who in search.required),
        ),
    )


def _alone(search: _Search, who: Attendee, group: list[Stretch]) -> Reason | None:
    """What keeps one person from every candidate of a day; None when they could make one."""
    inside = group
    if search.wish.respect_hours:
        hours = working(who.hours, who.zone, (group[0][0], group[-1][1]))
        inside = [at for at in group if covers(hours, at)]
    if not inside:
        off = who.hours.on(group[0][0].astimezone(who.zone).date()) is None
        kind = Why.DAY_OFF if off else Why.OUTSIDE_HOURS
        return Reason(kind=kind, person=who.person, name=who.name)
    against = [list(conflicts(told(at, search.zone), who)) for at in inside]
    if not all(against):
        return None
    everywhere = [one for one in against[0] if all(one in others for others in against)]
    away = [one for one in everywhere if one.kind is Why.AWAY]
    if away or everywhere:
        return (away or everywhere)[0]
    return Reason(kind=Why.BUSY, person=who.person, name=who.name)


def _refused_hours(search: _Search, group: list[Stretch]) -> Iterator[Refusal]:
    """The refused candidates of a day in everybody's hours; neighbours with the same cause as
    one."""
    for because, run in groupby(group, key=lambda at: _against(search, at)):
        if because:
            refused = list(run)
            taken = _taken((refused[0][0], refused[-1][1]), search.room)
            yield Refusal(when=told(taken, search.zone), because=because)


def _taken(refused: Stretch, room: Iterable[Stretch]) -> Stretch:
    """What is taken of a stretch that is no slot as a whole: without the free time at its ends."""
    start, end = refused
    for free_from, free_until in room:
        if free_from <= refused[0] < free_until:
            start = free_until
        if free_from < refused[1] <= free_until:
            end = free_from
    return (start, end) if start < end else refused


def _against(search: _Search, at: Stretch) -> tuple[Because, ...]:
    if covers(search.room, at) or not covers(search.shared, at):
        return ()
    span = told(at, search.zone)
    return _grouped((one for who in search.required for one in conflicts(span, who)), search)


def _grouped(reasons: Iterable[Reason], search: _Search) -> tuple[Because, ...]:
    """One cause for each meeting of the asker's, and one for each kind of the rest."""
    everything = list(reasons)
    own = {_meeting(one) for one in everything if one.person == search.asker} - {None}
    groups: dict[tuple[Why, tuple[str, str] | None], list[Reason]] = {}
    for one in everything:
        meeting = _meeting(one)
        groups.setdefault((one.kind, meeting if meeting in own else None), []).append(one)
    return tuple(
        _because(kind, group, is_own=meeting is not None)
        for (kind, meeting), group in groups.items()
    )


def _because(kind: Why, group: list[Reason], *, is_own: bool) -> Because:
    people = {one.person: one.name for one in group if one.person is not None}
    first = group[0]
    return Because(
        kind=kind,
        people=tuple(people),
        names=tuple(people.values()),
        title=first.occurrence.title if is_own and first.occurrence else "",
        span=first.span if is_own else None,
        tentative=any(one.claim is Claim.TENTATIVE for one in group),
    )


def _meeting(reason: Reason) -> tuple[str, str] | None:
    """What two people's copies of one meeting have in common."""
    occurrence = reason.occurrence
    return (occurrence.uid, occurrence.recurrence_id) if occurrence else None


def _with_stretches(who: Attendee) -> tuple[Attendee, list[tuple[Stretch, BusySpan]]]:
    """Told in UTC once, for days are asked about one after the other."""
    return who, [(stretch(taken.padded(who.buffer)), taken) for taken in who.busy]


def _near(
    people: Iterable[tuple[Attendee, list[tuple[Stretch, BusySpan]]]], window: Stretch
) -> tuple[Attendee, ...]:
    """The same people with only what they have around a day."""
    since, until = window
    return tuple(
        replace(who, busy=tuple(taken for at, taken in busy if at[0] < until and since < at[1]))
        for who, busy in people
    )


def _start(refusal: Refusal, zone: ZoneInfo) -> tuple[date, timedelta]:
    when = refusal.when
    if isinstance(when, DaySpan):
        return when.first, timedelta()
    start = when.start.astimezone(zone)
    return start.date(), timedelta(hours=start.hour, minutes=start.minute)
