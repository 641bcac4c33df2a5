"""How full a stretch of days is: meeting load, focus time, who is met.

Figures only, from occurrences that somebody else has read; the words around them are the bot's.
What counts as busy is `busy`, and a time that two events share counts once.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from calendar_core.busy import BusySpan, Claim, busy_spans
from calendar_core.events import Calendar, Occurrence
from calendar_core.people import WorkingHours
from calendar_core.stretches import (
    DAY,
    Stretch,
    common,
    days_of,
    length,
    merged,
    stretch,
    told,
    without,
    working,
)
from calendar_core.when import DaySpan, TimeSpan

FOCUS = timedelta(hours=2)
"""A free stretch of working time this long lets somebody think."""
BREATH = timedelta(minutes=5)
"""With less than this between two events they are back to back."""
MOST_MET = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Some events, and the time that they take."""

    number: int
    time: timedelta
    """Time that two of them share counts once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLoad:
    """The events that begin on a day, and what of the day is taken."""

    day: date
    number: int
    time: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """Somebody met, and how much."""

    name: str
    number: int
    time: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Insights:
    """A stretch of days in figures. An event that reaches over its edge counts with what lies
    inside."""

    span: DaySpan
    events: Load
    """Everything at an hour that takes time, tentative too; neither all-day events nor absences."""
    meetings: Load
    """Those of them with somebody else."""
    tentative: Load
    """Those of them that are not settled."""
    ahead: Load
    """Those of them from today on."""
    by_day: tuple[DayLoad, ...]
    """Every day of the span, empty ones too."""
    by_weekday: tuple[timedelta, ...]
    """Time on each weekday, Monday first."""
    busiest: DayLoad | None
    """The first of those with most time."""
    longest: Occurrence | None
    working: timedelta
    """Working hours of the span, without absences and days taken whole."""
    taken: timedelta
    """Of these, what events take."""
    outside_hours: timedelta
    """What events take beyond working hours."""
    focus: tuple[TimeSpan, ...]
    """Free stretches of working time of at least FOCUS."""
    back_to_back: int
    """How often one event begins within BREATH of the end of another."""
    clashes: tuple[tuple[Occurrence, Occurrence], ...]
    """Events that begin while another is on, each with that one before it."""
    most_met: tuple[Met, ...]
    """By time, then by number; at most MOST_MET."""
    recurring: Load
    """Those events that belong to a series."""
    before: Load | None = None
    """All events of the span of equal length right before, where that was given."""

    @property
    def share(self) -> float | None:
        """Events' part of working time, 0 to 1; None when nobody works then."""
        return self.taken / self.working if self.working else None

    @property
    def recurring_share(self) -> float | None:
        """The series' part of all events' time; None when there are none."""
        return self.recurring.time / self.events.time if self.events.time else None

    @property
    def focus_time(self) -> timedelta:
        """All focus stretches together."""
        return sum((one.length for one in self.focus), timedelta())

    @property
    def change(self) -> timedelta | None:
        """How much more time events take than in the span before; negative for less."""
        return self.events.time - self.before.time if self.before else None


@dataclass(frozen=True, slots=True)
class _Taken:
    """An event at an hour, as far as it lies in the span."""

    at: Stretch
    busy: BusySpan
    occurrence: Occurrence


def analyse(
    occurrences: Iterable[Occurrence],
    hours: WorkingHours,
    zone: ZoneInfo,
    span: DaySpan,
    today: date,
    *,
    calendars: Iterable[Calendar] = (),
    me: Collection[str] = (),
    before: Iterable[Occurrence] | None = None,
) -> Insights:
    """The figures of one person's days, in their zone.

    `before` is what they had in the span of equal length right before; `me` are the names and
    addresses that they go by, so that an organizer is not told to have met themselves.
    """
    calendars = tuple(calendars)
    window = stretch(span.within(zone))
    busy = busy_spans(occurrences, calendars, zone)
    events = _events(busy, window)
    days = _by_day(events, window, zone)
    work = without(working(hours, zone, window), _away(busy))
    used = merged(one.at for one in events)
    from_today = stretch(DaySpan(first=today, until=today + DAY).within(zone))[0]
    return Insights(
        span=span,
        events=_load(events),
        meetings=_load(one for one in events if is_meeting(one.occurrence)),
        tentative=_load(one for one in events if one.busy.claim is Claim.TENTATIVE),
        ahead=_load(one for one in events if one.at[0] >= from_today),
        by_day=days,
        by_weekday=_by_weekday(days),
        busiest=max(days, key=lambda one: one.time) if events else None,
        longest=max(events, key=lambda one: one.busy.span.length).occurrence if events else None,
        working=length(work),
        taken=length(common(used, work)),
        outside_hours=length(without(used, working(hours, zone, window))),
        focus=tuple(told(one, zone) for one in without(work, used) if one[1] - one[0] >= FOCUS),
        back_to_back=_back_to_back(events),
        clashes=_clashes(events),
        most_met=_most_met(events, me),
        recurring=_load(one for one in events if one.occurrence.is_series),
        before=None if before is None else _before(before, calendars, zone, span),
    )


def is_meeting(occurrence: Occurrence) -> bool:
    """Whether somebody else is in it."""
    return bool(occurrence.guests or occurrence.organizer)


def _events(busy: Iterable[BusySpan], window: Stretch) -> list[_Taken]:
    """Events at an hour, cut to the window, in order of start."""
    return [
        _Taken(at=at[0], busy=taken, occurrence=taken.occurrence)
        for taken in busy
        if taken.occurrence and taken.claim is not Claim.OUT and not taken.is_whole_days
        if (at := common([stretch(taken.span)], [window]))
    ]


def _before(
    occurrences: Iterable[Occurrence],
    calendars: tuple[Calendar, ...],
    zone: ZoneInfo,
    span: DaySpan,
) -> Load:
    earlier = DaySpan(first=span.first - timedelta(days=span.days), until=span.first)
    busy = busy_spans(occurrences, calendars, zone)
    return _load(_events(busy, stretch(earlier.within(zone))))


def _away(busy: Iterable[BusySpan]) -> list[Stretch]:
    return merged(
        stretch(taken.span) for taken in busy if taken.claim is Claim.OUT or taken.is_whole_days
    )


def _load(events: Iterable[_Taken]) -> Load:
    every = list(events)
    return Load(number=len(every), time=length(merged(one.at for one in every)))


def _by_day(events: Sequence[_Taken], window: Stretch, zone: ZoneInfo) -> tuple[DayLoad, ...]:
    used = merged(one.at for one in events)
    begun: dict[date, int] = defaultdict(int)
    for one in events:
        begun[one.at[0].astimezone(zone).date()] += 1
    return tuple(
        DayLoad(day=day, number=begun[day], time=length(common(used, [_whole(day, zone)])))
        for day in days_of(window, zone)
    )


def _by_weekday(days: Iterable[DayLoad]) -> tuple[timedelta, ...]:
    times = [timedelta()] * 7
    for one in days:
        times[one.day.weekday()] += one.time
    return tuple(times)


def _whole(day: date, zone: ZoneInfo) -> Stretch:
    return stretch(DaySpan(first=day, until=day + DAY).within(zone))


def _back_to_back(events: Sequence[_Taken]) -> int:
    ends = sorted(one.at[1] for one in events)
    return sum(
        bisect_right(ends, one.at[0]) > bisect_right(ends, one.at[0] - BREATH) for one in events
    )


def _clashes(events: Sequence[_Taken]) -> tuple[tuple[Occurrence, Occurrence], ...]:
    found, longest = [], None
    for one in events:
        if longest is not None and one.at[0] < longest.at[1]:
            found.append((longest.occurrence, one.occurrence))
        if longest is None or one.at[1] > longest.at[1]:
            longest = one
    return tuple(found)


def _most_met(events: Iterable[_Taken], me: Collection[str]) -> tuple[Met, ...]:
    met: dict[str, list[_Taken]] = defaultdict(list)
    for one in events:
        for name in dict.fromkeys((*one.occurrence.guests, one.occurrence.organizer)):
            if name and name not in me:
                met[name].append(one)
    loads = [(name, _load(group)) for name, group in met.items()]
    loads.sort(key=lambda pair: (-pair[1].time, -pair[1].number, pair[0]))
    return tuple(
        Met(name=name, number=load.number, time=load.time) for name, load in loads[:MOST_MET]
    )
