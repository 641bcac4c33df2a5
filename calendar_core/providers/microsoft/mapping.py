"""Graph's events → the text of one resource: master, changed occurrences and deleted ones.

All that Graph tells is taken; what it keeps and iCalendar has no word for stays there, because
writes name only what differs (`fields`). The other way is `fields`; rules are `patterns`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from typing import Any
from zoneinfo import ZoneInfo

from calendar_core.events import (
    Answer,
    Event,
    Occupancy,
    RecurrenceId,
    Repeat,
    Resource,
    Status,
    Visibility,
)
from calendar_core.ics.countering import with_proposals
from calendar_core.ics.lines import Block, Line, calendar, parse
from calendar_core.ics.reading import recurrence_id
from calendar_core.ics.writing import new_resource
from calendar_core.ics.zoning import with_timezones
from calendar_core.providers.microsoft.guests import guest_of, guests_of, line_of
from calendar_core.providers.microsoft.patterns import repeat_from
from calendar_core.providers.microsoft.texts import notes_of
from calendar_core.providers.microsoft.zones import (
    UTC_ZONE,
    instant,
    parsed,
    zone_named,
    zone_that_keeps,
)
from calendar_core.when import DaySpan, TimeSpan, When, at_wall

Json = dict[str, Any]
SERIES = "seriesMaster"
_SHOWN = {
    "free": Occupancy.FREE,
    "oof": Occupancy.OUT_OF_OFFICE,
    "workingelsewhere": Occupancy.ELSEWHERE,
}
_SEEN_BY = {
    "personal": Visibility.PRIVATE,
    "private": Visibility.PRIVATE,
    "confidential": Visibility.CONFIDENTIAL,
}
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_ID = 160
_MASTER = RecurrenceId("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One event as Graph holds it: of a series its master, and what is not as the master says."""

    master: Json
    uid: str
    """Ours where it was made here, else Graph's."""
    changed: tuple[Json, ...] = ()
    """Exceptions."""
    deleted: tuple[date | datetime, ...] = ()
    """Original starts of deleted occurrences; a day where Graph tells no more."""
    starts: tuple[datetime, ...] = ()
    """Of a series in a zone without a name: some of its occurrences' starts."""

    @property
    def id(self) -> str:
        """Graph's id."""
        return str(self.master["id"])

    @property
    def etag(self) -> str:
        """For `If-Match`."""
        return etag_of(self.master)

    @property
    def is_series(self) -> bool:
        """Whether it repeats."""
        return bool(self.master.get("recurrence"))


def etag_of(event: Mapping[str, Any]) -> str:
    """An event's version as Graph tells it; empty where it tells none."""
    key = str(event.get("changeKey") or "")
    return str(event.get("@odata.etag") or (f'W/"{key}"' if key else ""))


def version(held: Held) -> str:
    """Where an event is and its version, in one text that the mirror has room for: id, a mark of
    the master's version (`s` before it for a series), a mark of all."""
    every = [etag_of(held.master), *sorted(etag_of(one) for one in held.changed)]
    every += [one.isoformat() for one in skipped_of(held)]
    kind = "s" if held.is_series else "e"
    return f"{key_of(held.id)} {kind}{mark(etag_of(held.master))}.{_digest(every)}"


def key_of(id_: str) -> str:
    """The first part of a version: an id, of an overlong one a digest."""
    return id_ if len(id_) <= _LONGEST_ID else f"#{_digest([id_])}"


def mark(etag: str) -> str:
    """The middle part of a version, without its letter."""
    return _digest([etag])


def id_in(version: str) -> str | None:
    """The id in a version; None where it tells no more than a digest."""
    found = version.partition(" ")[0]
    return None if not found or found.startswith("#") else found


def _digest(texts: Sequence[str]) -> str:
    return blake2b("\n".join(texts).encode(), digest_size=8).hexdigest()


def resource_of(held: Held, me: str) -> Resource:
    """The event as the mirror keeps it; `me` is the account's own CAL-ADDRESS. Raises
    BadCalendarData for a series whose rule can't be read, TryLater for times that are none."""
    events = events_of(held, me)
    links = [held.master.get("webLink"), *(one.get("webLink") for one in held.changed)]
    stamps = [_stamp(held.master), *map(_stamp, held.changed)]
    blocks = [
        _block(event, at, link) for event, at, link in zip(events, stamps, links, strict=True)
    ]
    text = with_timezones(calendar(blocks)).text()
    return Resource(uid=held.uid, ics=text, etag=version(held))


def _block(event: Event, at: datetime, link: Any) -> Block:
    made = parse(new_resource(event, at=at).ics).blocks("VEVENT")[0]
    proposals = {one.address: one.proposed for one in event.guests if one.proposed is not None}
    made = with_proposals(made, {}, proposals)
    if not isinstance(link, str) or not link.startswith("https://"):
        return made
    plain = "".join(one for one in link if " " < one < "\x7f")
    return made.with_lines("X-CONVENE-LINK", [Line(f"X-CONVENE-LINK:{plain}")])


def _stamp(event: Json) -> datetime:
    for name in ("lastModifiedDateTime", "createdDateTime"):
        try:
            return parsed(str(event[name])).replace(microsecond=0).astimezone(UTC)
        except (KeyError, ValueError):
            continue
    return _FIRST


def events_of(held: Held, me: str) -> tuple[Event, ...]:
    """Master and changed occurrences. Raises as `resource_of`."""
    master, zone = held.master, zone_of(held)
    when = _when(master, zone)
    days = isinstance(when, DaySpan)
    clock = None if days else zone
    repeat = None
    if held.is_series:
        repeat = repeat_from(master["recurrence"], _wall(when), clock, skipped_of(held))
    events = [_event(master, held.uid, when, clock, me, repeat=repeat)]
    for one in held.changed:
        rid = rid_of(one, clock, days=days)
        own = _when(one, zone)
        events.append(
            _event(one, held.uid, own, None if isinstance(own, DaySpan) else zone, me, rid=rid)
        )
    return tuple(events)


def skipped_of(held: Held) -> tuple[date | datetime, ...]:
    """The original starts of deleted occurrences, in order. Raises as `resource_of`."""
    if not held.deleted:
        return ()
    zone = zone_of(held)
    when = _when(held.master, zone)
    clock = None if isinstance(when, DaySpan) else zone
    return tuple(sorted({_original(one, _wall(when), clock) for one in held.deleted}, key=str))


def rid_of(instance: Json, clock: ZoneInfo | None, *, days: bool) -> RecurrenceId:
    """Which occurrence an instance is: by its original start. Raises TryLater."""
    start = instance.get("originalStart") or (instance.get("start") or {}).get("dateTime")
    at = instant({"dateTime": start, "timeZone": "UTC"})
    return recurrence_id(at, clock, days)


def zone_of(held: Held) -> ZoneInfo:
    """The zone that an event is told in."""
    recurrence = held.master.get("recurrence") or {}
    told = (
        held.master.get("originalStartTimeZone"),
        (recurrence.get("range") or {}).get("recurrenceTimeZone"),
    )
    # A series keeps the hour of the zone that it repeats in.
    for name in reversed(told) if recurrence else told:
        zone = zone_named(name)
        if zone is not None:
            return zone
    return zone_that_keeps(held.starts) if held.starts else UTC_ZONE


def _wall(when: When) -> datetime:
    first = when.first if isinstance(when, DaySpan) else when.start
    if isinstance(first, datetime):
        return first.replace(tzinfo=None)
    return datetime(first.year, first.month, first.day)  # noqa: DTZ001 - a wall time


def _original(deleted: date | datetime, start: datetime, clock: ZoneInfo | None) -> date | datetime:
    """The start that a deleted occurrence had."""
    if clock is None:
        return deleted.date() if isinstance(deleted, datetime) else deleted
    if isinstance(deleted, datetime):
        return deleted.astimezone(clock)
    return at_wall(datetime.combine(deleted, start.time()), clock)


def _when(event: Json, zone: ZoneInfo) -> When:
    start, end = instant(event.get("start")), instant(event.get("end"))
    if event.get("isAllDay"):
        first, until = _day(start, zone), _day(end, zone)
        return DaySpan(first=first, until=max(until, first + timedelta(days=1)))
    return TimeSpan(start=start.astimezone(zone), end=max(start, end).astimezone(zone))


def _day(at: datetime, zone: ZoneInfo) -> date:
    """A day's midnight as that day: told as it is, or as an instant of the event's own zone."""
    if (at.hour, at.minute) == (0, 0):
        return at.date()
    return (at.astimezone(zone) + timedelta(hours=1)).date()


def _event(
    event: Json,
    uid: str,
    when: When,
    zone: ZoneInfo | None,
    me: str,
    *,
    rid: RecurrenceId = _MASTER,
    repeat: Repeat | None = None,
) -> Event:
    guests = guests_of(event, me)
    organizer = guest_of(event.get("organizer") or {}, Answer.ACCEPTED)
    mine = event.get("isOrganizer", True)
    lead = event.get("reminderMinutesBeforeStart")
    shown = str(event.get("showAs") or "busy").lower()
    return Event(
        uid=uid,
        title=line_of(event.get("subject")),
        when=when,
        zone=None if zone is None else zone.key,
        recurrence_id=rid,
        repeat=repeat,
        description=notes_of(event),
        location=_place(event),
        status=_status(event, shown, mine=bool(mine)),
        occupancy=_SHOWN.get(shown, Occupancy.BUSY),
        visibility=_SEEN_BY.get(str(event.get("sensitivity") or "").lower(), Visibility.PUBLIC),
        organizer=organizer if guests or not mine else None,
        guests=guests,
        categories=tuple(line_of(one) for one in event.get("categories") or ()),
        video_url=video_of(event),
        alarms=(timedelta(minutes=lead),)
        if event.get("isReminderOn") and isinstance(lead, int)
        else (),
    )


def _status(event: Json, shown: str, *, mine: bool) -> Status:
    if event.get("isCancelled"):
        return Status.CANCELLED
    # An invitation that was not answered is shown as tentative too: that is its answer.
    return Status.TENTATIVE if shown == "tentative" and mine else Status.CONFIRMED


def video_of(event: Json) -> str:
    """Where people join: Teams' address, or the one that a place is."""
    meeting = event.get("onlineMeeting")
    joined = meeting.get("joinUrl") if isinstance(meeting, dict) else None
    uri = (event.get("location") or {}).get("locationUri")
    return next((str(one) for one in (joined, uri) if _is_link(one)), "")


def _is_link(text: Any) -> bool:
    return isinstance(text, str) and text.startswith("https://")


def _place(event: Json) -> str:
    """Where it is; what is only the address of a meeting is no place."""
    name = line_of((event.get("location") or {}).get("displayName"))
    return "" if _is_link(name) and name == video_of(event) else name
