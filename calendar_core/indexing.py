"""A resource becomes what the mirror keeps of it: its event, its looks, and its occurrences in the
horizon.

Pure, and slow enough to be run in a thread for many resources. Expanding a series is `recurrence`;
storing the result is `absorbing`.
"""

from collections.abc import Iterable
from dataclasses import astuple, dataclass, replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from calendar_core.events import (
    Answer,
    Calendar,
    Event,
    EventId,
    Guest,
    Occurrence,
    RecurrenceId,
    Resource,
    event_id,
)
from calendar_core.folding import folded
from calendar_core.ics.reading import read
from calendar_core.occurrences import (
    FOREVER,
    LONG,
    Kind,
    from_micros,
    kept,
    micros,
    occurrence_of,
    touches,
    utc_micros,
)
from calendar_core.recurrence import Expanded, expand, instants, remaining
from calendar_core.rules import TooManyOccurrences
from calendar_core.when import TimeSpan

MOST_GUESTS = 12
_MOST_SOUGHT = 4_000
"""Letters of a text that are searched."""
FORGOTTEN = ""
"""The text of a resource that is long over (`retention`)."""
_MAIL = "mailto:"
_SECOND = 1_000_000
_DAY = 86_400 * _SECOND
_LONG = LONG.total_seconds() * 1_000_000
_TOO_OFTEN = ("FREQ=SECONDLY", "FREQ=MINUTELY", "FREQ=HOURLY")


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon:
    """Between which instants (microseconds) the series of a calendar are indexed."""

    since: int
    until: int


@dataclass(frozen=True, slots=True)
class Look:
    """How an occurrence looks in an agenda; many share one. Fields as in `Occurrence`, in the
    order of `timeline.OCCURRENCE`."""

    title: str
    location: str
    status: str
    occupancy: str
    visibility: str
    my_answer: str | None
    organizer: str
    guests: str
    """Names, one a line."""
    is_series: bool
    rule: str
    video_url: str


@dataclass(frozen=True, slots=True)
class Placed:
    """One indexed occurrence."""

    recurrence_id: RecurrenceId
    kind: Kind
    starts: int
    ends: int
    component: int
    """Number of its look."""

    @property
    def is_long(self) -> bool:
        """Whether it is looked for by its end."""
        return self.ends - self.starts > _LONG


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexed:
    """All that the mirror keeps of one resource."""

    id: EventId
    resource: Resource
    is_series: bool
    sought: str
    first_start: int
    covered_since: int | None
    covered_until: int | None
    """None when all of it is indexed; else the series must be expanded live outside of these."""
    looks: tuple[Look, ...]
    occurrences: tuple[Placed, ...]


def index(resource: Resource, calendar: Calendar, horizon: Horizon) -> Indexed:
    """What the mirror keeps of a resource. Raises BadCalendarData."""
    components = read(resource.ics)
    is_series = len(components) > 1 or any(one.repeat is not None for one in components)
    first, last = _ends_of(components)
    since, until = (horizon.since, horizon.until) if is_series else (first, last)
    partly = False
    if _repeats_too_often(components):
        since, until, partly = FOREVER, -FOREVER, True
    elif is_series:
        partly = first < horizon.since or remaining(resource, from_micros(horizon.until)) != 0
    looks, placed = place(resource, components, calendar, since, until)
    return Indexed(
        id=event_id(calendar.id, resource.uid),
        resource=resource,
        is_series=is_series,
        sought=_sought(components),
        first_start=first,
        covered_since=since if partly else None,
        covered_until=until if partly else None,
        looks=looks,
        occurrences=placed,
    )


def is_over(one: Indexed, before: int) -> bool:
    """Whether all of a resource has ended before an instant (microseconds)."""
    if one.covered_since == FOREVER or any(placed.ends >= before for placed in one.occurrences):
        return False
    return one.covered_since is None or remaining(one.resource, from_micros(before)) == 0


def forgotten(one: Indexed) -> Indexed:
    """What stays of a resource that is long over: that it is there, and in which version."""
    return replace(
        one,
        resource=replace(one.resource, ics=FORGOTTEN),
        sought="",
        covered_since=None,
        covered_until=None,
        looks=(),
        occurrences=(),
    )


def place(
    resource: Resource, components: tuple[Event, ...], calendar: Calendar, since: int, until: int
) -> tuple[tuple[Look, ...], tuple[Placed, ...]]:
    """The occurrences that touch a stretch, in order, and how they look."""
    if until <= since:
        return (), ()
    rule = next((one.repeat.rule for one in components if one.repeat is not None), "")
    me = addresses_of(calendar)
    plain = _plainly(resource, components, since, until)
    if plain is not None:
        return ((_look(components[0], me, rule),) if plain else ()), plain
    numbers: dict[Look, int] = {}
    # The many occurrences of a component look alike: each is looked at once.
    known: dict[tuple[int, bool], int] = {}
    placed = []
    for one in _expanded(resource, components, since, until):
        number = known.get((id(one.event), one.is_series))
        if number is None:
            look = _look(one.event, me, rule if one.is_series else None)
            number = numbers.setdefault(look, len(numbers))
            known[id(one.event), one.is_series] = number
        kind, starts, ends = kept(one.when, floating=one.event.floating)
        placed.append(Placed(one.recurrence_id, kind, starts, ends, number))
    placed.sort(key=lambda one: (one.starts, one.ends))
    return tuple(numbers), tuple(placed)


def _plainly(
    resource: Resource, components: tuple[Event, ...], since: int, until: int
) -> tuple[Placed, ...] | None:
    """The occurrences of what is one plain series in a zone; None of all else."""
    if len(components) > 1 or components[0].repeat is None or until - since <= _SECOND:
        return None
    walked = instants(resource, from_micros(since), from_micros(until))
    if walked is None:
        return None
    return tuple(
        Placed(rid, Kind.INSTANTS, utc_micros(start), utc_micros(end), 0)
        for rid, start, end in sorted(walked, key=lambda one: one[1:])
    )


def _expanded(
    resource: Resource, components: tuple[Event, ...], since: int, until: int
) -> tuple[Expanded, ...]:
    """What happens in a stretch; of a series that happens absurdly often, its first part."""
    only = components[0]
    if len(components) == 1 and only.repeat is None:
        rid = only.recurrence_id
        return (Expanded(recurrence_id=rid, when=only.when, event=only, is_series=bool(rid)),)
    while until - since > _SECOND:
        try:
            return expand(resource, from_micros(since), from_micros(until))
        except TooManyOccurrences:
            until -= (until - since) // 2
    return ()


def addresses_of(calendar: Calendar) -> frozenset[str]:
    """The CAL-ADDRESSes by which guests' lists name the owner of a calendar."""
    known = {f"urn:uuid:{calendar.owner}", calendar.address, *calendar.former}
    return frozenset(known - {""})


def _ends_of(components: tuple[Event, ...]) -> tuple[int, int]:
    """Instants between which all that is written out lies, in any zone."""
    times = [kept(one.when, floating=one.floating) for one in components]
    extra = [at for one in components if one.repeat for at in one.repeat.extra]
    starts = [start for _, start, _ in times] + [_extra_micros(at) for at in extra]
    ends = [end for _, _, end in times]
    return min(starts) - _DAY, max(ends) + _DAY


def _extra_micros(at: datetime | date) -> int:
    if isinstance(at, datetime):
        return micros(at if at.tzinfo else at.replace(tzinfo=UTC))
    return micros(datetime.combine(at, time(), UTC))


def _repeats_too_often(components: tuple[Event, ...]) -> bool:
    return any(
        one.repeat is not None and any(often in one.repeat.rule.upper() for often in _TOO_OFTEN)
        for one in components
    )


def _look(event: Event, me: frozenset[str], rule: str | None) -> Look:
    """`rule` is that of the series that it is of; None: of none."""
    mine = _my_answer(event, me)
    others = [
        guest.name or _bare(guest.address) for guest in event.people if guest.address not in me
    ]
    return Look(
        title=_one_line(event.title),
        location=", ".join(line for one in event.location.splitlines() if (line := _one_line(one))),
        status=event.status,
        occupancy=event.occupancy,
        visibility=event.visibility,
        my_answer=mine,
        organizer=_organizer(event, me),
        guests="\n".join(_one_line(name) for name in others[:MOST_GUESTS]),
        is_series=rule is not None,
        rule=rule or "",
        video_url=event.video_url,
    )


def _my_answer(event: Event, me: frozenset[str]) -> Answer | None:
    """What the owner answered, under whichever of their addresses; None where they are not asked,
    their own event among it."""
    own = event.organizer.address if event.organizer is not None else ""
    asked = {own} if own in me else me
    given = [guest.answer for guest in event.guests if guest.address in asked]
    said = (one for one in given if one is not Answer.OPEN)
    return next(said, given[0] if given else None)


def _organizer(event: Event, me: frozenset[str]) -> str:
    """By name; who has the calendar by their address there, for their name at its maker need not
    be what they are called here."""
    who = event.organizer
    if who is None or (who.address in me and not event.people):
        return ""
    if who.address in me and who.address.startswith(_MAIL):
        return f"{_bare(who.address)}\n"
    address = "" if who.address in me else _one_line(_bare(who.address))
    return f"{_one_line(who.name or _bare(who.address))}\n{address}"


def _bare(address: str) -> str:
    return address.removeprefix(_MAIL)


def _one_line(text: str) -> str:
    # A break in foreign text could pass for a line of the bot's own.
    return " ".join(text.split())


def _sought(components: Iterable[Event]) -> str:
    """Everything that words may be looked for in, each text once."""
    texts: dict[str, None] = {}
    for one in components:
        people: tuple[Guest, ...] = one.guests + ((one.organizer,) if one.organizer else ())
        names = [part for guest in people for part in (guest.name, _bare(guest.address))]
        for text in (one.title, one.location, *names, *one.categories, one.description):
            texts.setdefault(folded(text)[:_MOST_SOUGHT])
    return "\n".join(text for text in texts if text)


def begins(resource: Resource) -> datetime:
    """An instant before which nothing of a resource happens."""
    return from_micros(_ends_of(read(resource.ics))[0])


def expand_live(
    resource: Resource, calendar: Calendar, span: TimeSpan, zone: ZoneInfo
) -> list[Occurrence]:
    """The occurrences of a resource in a window, without the index."""
    components = read(resource.ics)
    # Days and floating times are compared exactly below, in the viewer's zone.
    wider = _DAY if any(one.zone is None for one in components) else 0
    since, until = micros(span.start) - wider, micros(span.end) + wider
    looks, placed = place(resource, components, calendar, since, until)
    found = (_occurrence(resource.uid, one, looks[one.component], calendar, zone) for one in placed)
    return [one for one in found if touches(one.when, span, zone)]


def _occurrence(
    uid: str, placed: Placed, look: Look, calendar: Calendar, zone: ZoneInfo
) -> Occurrence:
    at = (placed.recurrence_id, placed.kind, placed.starts, placed.ends)
    row = (calendar.id, event_id(calendar.id, uid), *at, uid, *astuple(look))
    return occurrence_of(row, calendar, zone)
