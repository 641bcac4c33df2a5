"""Why a time is refused, and whether one is free: the solver's rules asked of a single span.

`availability` finds times and `refusals` sums up many of them for a reply. A reason holds events as
their owners know them: what of it may be told to whom is the caller's to decide (`refusals` does it
for the asker).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from calendar_core.availability import (
    apart,
    as_span,
    asked_for,
    common_hours,
    find_slots,
    incomplete,
)
from calendar_core.busy import BusySpan, Claim
from calendar_core.events import Calendar, Occurrence
from calendar_core.people import PersonId
from calendar_core.slots import DAYTIME, HALF_HOUR, Attendee, Slot, Unread, Wish
from calendar_core.stretches import Stretch, covers, stretch, working
from calendar_core.when import TimeSpan, midnight

NEAR = timedelta(days=7)
"""How far ahead the nearest slots are looked for."""


class Why(StrEnum):
    """What speaks against a time."""

    PAST = "past"
    NOT_ASKED = "not asked"
    """Outside the wished window, days or part of the day."""
    AVOIDED = "avoided"
    AWAY = "away"
    BUSY = "busy"
    BUFFER = "buffer"
    """Free, but closer to a meeting than the person wants."""
    DAY_OFF = "day off"
    OUTSIDE_HOURS = "outside hours"
    UNREAD = "unread"
    """A calendar could not be read: unknown is not free."""
    NO_COMMON_HOURS = "no common hours"
    """Of a whole day: the working hours of these people do not meet."""
    NEVER_TOGETHER = "never together"
    """Of a whole day: each has room, but never all at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One thing against a time."""

    kind: Why
    person: PersonId | None = None
    """Whose reason it is; None when it lies in the wish."""
    name: str = ""
    claim: Claim | None = None
    """TENTATIVE where what is in the way is not settled."""
    occurrence: Occurrence | None = None
    span: TimeSpan | None = None
    """When the obstacle is, where it has a time."""
    calendars: tuple[Calendar, ...] = ()
    """Of UNREAD: which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a span is free."""

    free: bool | None
    """None when nothing known is in the way and not everything could be read."""
    reasons: tuple[Reason, ...]
    """What makes it not free, or not known to be."""
    remarks: tuple[Reason, ...]
    """What does not decide but is worth a word: past, outside working hours, a day off, a buffer,
    optional people."""
    nearest: tuple[Slot, ...]
    """Where it is not free: slots of the same length, the nearest to it first."""
    incomplete: tuple[Unread, ...]


def why_not(
    span: TimeSpan, attendees: Sequence[Attendee], wish: Wish, zone: ZoneInfo
) -> tuple[Reason, ...]:
    """Everything that speaks against a span: the wish first, then person by person.

    A span on the grid with no reason but UNREAD and those of optional people is one that
    `find_slots` offers.
    """
    found = [*_against_the_wish(span, wish, zone)]
    for who in attendees:
        found += conflicts(span, who)
        if wish.respect_hours:
            found += _off_hours(span, who)
        found += _unread(who)
    return tuple(found)


def is_free(
    span: TimeSpan,
    attendees: Sequence[Attendee],
    zone: ZoneInfo,
    now: datetime | None = None,
    most: int = 3,
) -> Verdict:
    """Whether everybody required is free: their calendars decide, working hours only get a remark.

    A span without length is taken as half an hour.
    """
    if not span.length:
        span = TimeSpan(start=span.start, end=span.end.astimezone(UTC) + HALF_HOUR)
    required = [who for who in attendees if who.required]
    found = [reason for who in required for reason in conflicts(span, who)]
    taken = tuple(reason for reason in found if reason.kind is not Why.BUFFER)
    unknown = tuple(reason for who in required for reason in _unread(who))
    return Verdict(
        free=False if taken else None if unknown else True,
        reasons=taken or unknown,
        remarks=(
            *_past(span, now),
            *(reason for reason in found if reason.kind is Why.BUFFER),
            *(reason for who in required for reason in _off_hours(span, who)),
            *(one for who in attendees if not who.required for one in conflicts(span, who)),
        ),
        nearest=_nearest(span, attendees, zone, now, most) if taken else (),
        incomplete=incomplete(attendees),
    )


def conflicts(span: TimeSpan, who: Attendee) -> Iterator[Reason]:
    """What of somebody's own is in the way of a span."""
    wanted = stretch(span)
    for taken in who.busy:
        if not _meet(stretch(taken.padded(who.buffer)), wanted):
            continue
        yield Reason(
            kind=_kind(taken, wanted),
            person=who.person,
            name=who.name,
            claim=taken.claim,
            occurrence=taken.occurrence,
            span=taken.span,
        )


def _kind(taken: BusySpan, wanted: Stretch) -> Why:
    if taken.claim is Claim.OUT:
        return Why.AWAY
    return Why.BUSY if _meet(stretch(taken.span), wanted) else Why.BUFFER


def _against_the_wish(span: TimeSpan, wish: Wish, zone: ZoneInfo) -> Iterator[Reason]:
    wanted = stretch(span)
    yield from _past(span, wish.not_before)
    for when in wish.avoid:
        if _meet(stretch(as_span(when, zone)), wanted):
            yield Reason(kind=Why.AVOIDED, span=as_span(when, zone))
    if not covers(asked_for(wish.whenever(), zone), wanted):
        yield Reason(kind=Why.NOT_ASKED)


def _off_hours(span: TimeSpan, who: Attendee) -> Iterator[Reason]:
    wanted = stretch(span)
    if covers(working(who.hours, who.zone, wanted), wanted):
        return
    off = who.hours.on(wanted[0].astimezone(who.zone).date()) is None
    kind = Why.DAY_OFF if off else Why.OUTSIDE_HOURS
    yield Reason(kind=kind, person=who.person, name=who.name)


def _unread(who: Attendee) -> Iterator[Reason]:
    if who.unread:
        yield Reason(kind=Why.UNREAD, person=who.person, name=who.name, calendars=who.unread)


def _past(span: TimeSpan, now: datetime | None) -> Iterator[Reason]:
    if now is not None and stretch(span)[0] < now.astimezone(UTC):
        yield Reason(kind=Why.PAST)


def _nearest(
    span: TimeSpan,
    attendees: Sequence[Attendee],
    zone: ZoneInfo,
    now: datetime | None,
    most: int,
) -> tuple[Slot, ...]:
    """The nearest slots in working hours; where the span is outside them itself, in the daytime."""
    start, end = stretch(span)
    window = TimeSpan(start=midnight(start.astimezone(zone).date(), zone), end=end + NEAR)
    wish = Wish(length=end - start, window=window, count=None, not_before=now)
    required = [who for who in attendees if who.required]
    if not covers(common_hours(wish, required, [(start, end)]), (start, end)):
        wish = wish.at_any_hour(DAYTIME)
    found = find_slots(wish, attendees, zone).offered
    return apart(
        sorted(found, key=lambda slot: (abs(stretch(slot.span)[0] - start), stretch(slot.span))),
        most,
    )


def _meet(one: Stretch, other: Stretch) -> bool:
    return max(one[0], other[0]) < min(one[1], other[1])
