"""Drawing up a change: edits become whole texts before and after, and what the card shows. Pure.

Nothing is written and nothing is looked up here: the desk hands in what stands, and the plan is all
that is ever written (law 2). Edits of series are `recurrence`; taking a change back is `inverse`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from calendar_core import capabilities
from calendar_core.changes.change import Amend, Bring, Create, Edit, Glimpse, Remove, Reply, Write
from calendar_core.errors import NotAllowed, NotFound
from calendar_core.events import (
    Answer,
    Calendar,
    CalendarId,
    Event,
    EventId,
    Guest,
    RecurrenceId,
    Resource,
    Scope,
    Target,
    event_id,
)
from calendar_core.ics.reading import read
from calendar_core.ics.writing import new_resource
from calendar_core.indexing import addresses_of
from calendar_core.mirror import StoredEvent
from calendar_core.patch import Patch
from calendar_core.recurrence import Edited, amend, expand, remaining, remove
from calendar_core.when import DaySpan, TimeSpan, midnight

MOST_GLIMPSES = 50
Spot = tuple[CalendarId, str]
"""A UID on a calendar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What stands now, as far as the edits touch it."""

    events: Mapping[EventId, StoredEvent]
    calendars: Mapping[CalendarId, Calendar]
    resources: Mapping[Spot, Resource]
    """Of imports: what the calendar holds of the same UIDs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A change, drawn up."""

    writes: tuple[Write, ...]
    glimpses: tuple[Glimpse, ...]
    count: int
    asks_scope: bool
    """A series is edited and nobody said how much of it: there is no payload yet."""


def plan(edits: Iterable[Edit], standing: Standing, *, at: datetime) -> Planned:
    """Draw up edits in their order, each upon the outcome of those before it.

    Raises NotFound, NotAllowed, ScopeRefused, BadCalendarData.
    """
    sheet = _Sheet(standing, at)
    for edit in edits:
        sheet.take(edit)
    return Planned(
        writes=() if sheet.asks_scope else tuple(sheet.writes.values()),
        glimpses=tuple(sheet.glimpses[:MOST_GLIMPSES]),
        count=sheet.count,
        asks_scope=sheet.asks_scope,
    )


def needs_scope(edit: Edit, standing: Standing) -> bool:
    """Whether an edit touches a series without saying how much of it."""
    if isinstance(edit, Create | Bring) or edit.scope is not None:
        return False
    stored = standing.events[edit.target.event_id]
    return stored.is_series and read(stored.resource.ics)[0].repeat is not None


class _Sheet:
    """The paper that a change is drawn up on."""

    def __init__(self, standing: Standing, at: datetime) -> None:
        self._standing = standing
        self._at = at
        self.writes: dict[Spot, Write] = {}
        self.glimpses: list[Glimpse] = []
        self.count = 0
        self.asks_scope = False

    def take(self, edit: Edit) -> None:
        """Draw up one edit."""
        match edit:
            case Create():
                self._create(edit)
            case Bring():
                self._bring(edit)
            case Amend():
                stored, event, scope = self._meant(edit)
                patch = _asking_again(edit.patch, event, stored.calendar)
                resource = self._now(stored)
                edited = amend(resource, scope, event.recurrence_id, patch, at=self._at)
                self._change(stored, edited, event, _amended(event, patch), edit.scope)
            case Remove():
                stored, event, scope = self._meant(edit)
                edited = remove(self._now(stored), scope, event.recurrence_id, at=self._at)
                self._change(stored, edited, event, None, edit.scope)
            case Reply():
                self._reply(edit)
            case _:
                assert_never(edit)

    def _create(self, edit: Create) -> None:
        calendar = self._calendar(edit.calendar_id)
        made = new_resource(edit.event, at=self._at)
        self._write(calendar.id, made.uid, None, made.ics)
        target = Target(event_id=_id_of(calendar.id, made.uid))
        self._show(
            Glimpse(
                calendar_id=calendar.id,
                before=None,
                after=edit.event,
                target=target,
                is_series=edit.event.repeat is not None,
            )
        )

    def _bring(self, edit: Bring) -> None:
        calendar = self._calendar(edit.calendar_id)
        for resource in edit.resources:
            standing = self._standing.resources.get((calendar.id, resource.uid))
            if standing is not None and same_content(standing.ics, resource.ics):
                continue
            before = standing.ics if standing else None
            self._write(calendar.id, resource.uid, before, resource.ics, standing, quiet=True)
            self.count += 1
            if len(self.glimpses) < MOST_GLIMPSES:
                self.glimpses.append(_brought(calendar.id, before, resource))

    def _reply(self, edit: Reply) -> None:
        stored, event, scope = self._meant(edit)
        me = [guest for guest in event.guests if guest.address in addresses_of(stored.calendar)]
        if not me:
            raise NotAllowed(f'You are not invited to "{event.title}".')
        mine = [guest.address for guest in me]
        note = with_time(edit, event, self._calendar(stored.calendar.id))
        patch = Patch(
            answers=dict.fromkeys(mine, edit.answer),
            notes=dict.fromkeys(mine, note) if note else {},
            proposals=dict.fromkeys(mine, edit.proposed) if edit.proposed is not None else {},
        )
        edited = amend(self._now(stored), scope, event.recurrence_id, patch, at=self._at)
        self._change(stored, edited, event, _amended(event, patch), edit.scope)

    def _meant(self, edit: Amend | Remove | Reply) -> tuple[StoredEvent, Event, Scope]:
        stored = self._standing.events[edit.target.event_id]
        self._calendar(stored.calendar.id)
        event = _occurrence(self._now(stored), edit.target.recurrence_id)
        if needs_scope(edit, self._standing):
            self.asks_scope = True
        scope = edit.scope or (Scope.THIS if stored.is_series else Scope.ALL)
        return stored, event, scope

    def _calendar(self, calendar_id: CalendarId) -> Calendar:
        calendar = self._standing.calendars.get(calendar_id)
        if calendar is None:
            raise NotFound("There is no such calendar of yours.")
        if calendar.read_only:
            raise NotAllowed(f'"{calendar.name}" can only be read.')
        return calendar

    def _now(self, stored: StoredEvent) -> Resource:
        """The resource as the edits before this one leave it."""
        drawn = self.writes.get((stored.calendar.id, stored.resource.uid))
        if drawn is None:
            return stored.resource
        if drawn.after is None:
            raise NotFound("That event is removed by the same change.")
        return replace(stored.resource, ics=drawn.after)

    def _change(
        self,
        stored: StoredEvent,
        edited: Iterable[Edited],
        before: Event,
        after: Event | None,
        scope: Scope | None,
    ) -> None:
        for one in edited:
            is_part = one.uid != stored.resource.uid
            text = one.after
            if is_part and text is not None and _shares_video(text, stored.calendar):
                text = _with_its_own_video(one.uid, text, self._at)
                after = after and replace(after, video_url="", video_wanted=True)
            standing = None if is_part else stored.resource
            self._write(stored.calendar.id, one.uid, one.before, text, standing)
        is_series = _is_series(stored)
        self._show(
            Glimpse(
                calendar_id=stored.calendar.id,
                before=before,
                after=after,
                target=Target(event_id=stored.id, recurrence_id=before.recurrence_id),
                is_series=is_series,
                scope=scope if is_series else None,
                remaining=remaining(stored.resource, start_of(before)) if is_series else None,
            )
        )

    def _show(self, glimpse: Glimpse) -> None:
        self.count += 1
        self.glimpses.append(glimpse)

    def _write(
        self,
        calendar_id: CalendarId,
        uid: str,
        before: str | None,
        after: str | None,
        standing: Resource | None = None,
        *,
        quiet: bool = False,
    ) -> None:
        drawn = self.writes.get((calendar_id, uid))
        first = before if drawn is None else drawn.before
        etag = standing.etag if standing is not None and first is not None else ""
        self.writes[calendar_id, uid] = Write(
            calendar_id=calendar_id, uid=uid, before=first, after=after, etag=etag, quiet=quiet
        )


def start_of(event: Event) -> datetime:
    """The instant that an event starts; of days and floating times as UTC has it."""
    if isinstance(event.when, DaySpan):
        return midnight(event.when.first, ZoneInfo("UTC"))
    return event.when.start


def is_at_an_instant(event: Event) -> bool:
    """Whether its start is the same instant for everybody."""
    return isinstance(event.when, TimeSpan) and not event.floating


def same_content(one: str, other: str) -> bool:
    """Whether two texts say the same, whenever they were exported."""
    return one == other or _telling(one) == _telling(other)


def _telling(ics: str) -> list[str]:
    passing = ("DTSTAMP", "LAST-MODIFIED", "CREATED", "PRODID", "SEQUENCE")
    return [line for line in ics.splitlines() if not line.upper().startswith(passing)]


def _shares_video(part: str, calendar: Calendar) -> bool:
    """Whether what is parted from a series has the video link that was made for the series."""
    made_there = capabilities.of(calendar.provider).video_at
    return bool(made_there) and read(part)[0].video_url.startswith(made_there)


def _with_its_own_video(uid: str, part: str, at: datetime) -> str | None:
    patch = Patch(video_url="", video_wanted=True)
    alone = Resource(uid=uid, ics=part)
    (edited,) = amend(alone, Scope.ALL, RecurrenceId(""), patch, at=at)
    return edited.after


def _is_series(stored: StoredEvent) -> bool:
    return stored.is_series and read(stored.resource.ics)[0].repeat is not None


def _id_of(calendar_id: CalendarId, uid: str) -> EventId:
    return event_id(calendar_id, uid)


def _brought(calendar_id: CalendarId, before: str | None, resource: Resource) -> Glimpse:
    event = read(resource.ics)[0]
    return Glimpse(
        calendar_id=calendar_id,
        before=None if before is None else read(before)[0],
        after=event,
        target=Target(event_id=_id_of(calendar_id, resource.uid)),
        is_series=event.repeat is not None,
    )


def _occurrence(resource: Resource, recurrence_id: RecurrenceId) -> Event:
    """The occurrence that is meant, with its own times; without one the master. Raises NotFound."""
    components = read(resource.ics)
    if not recurrence_id:
        return components[0]
    written = next((one for one in components if one.recurrence_id == recurrence_id), None)
    if written is not None:
        return written
    at = datetime.fromisoformat(recurrence_id)
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    for one in expand(resource, at - timedelta(days=2), at + timedelta(days=2)):
        if one.recurrence_id == recurrence_id:
            return replace(one.event, when=one.when, recurrence_id=recurrence_id)
    raise NotFound("That occurrence is no longer there.")


def _asking_again(patch: Patch, event: Event, calendar: Calendar) -> Patch:
    """A new time is asked about again (RFC 6638 §3.2.8), where the provider does not see to it
    itself."""
    me = addresses_of(calendar)
    mine = event.organizer is None or event.organizer.address in me
    if patch.when is None or not mine or capabilities.of(calendar.provider).resets_answers:
        return patch
    host = event.organizer.address if event.organizer else ""
    asked = {one.address: Answer.OPEN for one in event.guests if one.address not in {host, *me}}
    return replace(patch, answers={**asked, **patch.answers})


def _amended(event: Event, patch: Patch) -> Event:
    """The event as it will be, for the card."""
    given = {name: value for name in _PLAIN if (value := getattr(patch, name)) is not None}
    if isinstance(patch.when, TimeSpan):
        zone = patch.zone or event.zone or getattr(patch.when.start.tzinfo, "key", None)
        given |= {"zone": zone, "floating": event.floating and patch.zone is None}
    elif isinstance(patch.when, DaySpan):
        given |= {"zone": None, "floating": False}
    if patch.video_url is not None or patch.video_wanted:
        given |= {"video_url": patch.video_url or "", "video_wanted": patch.video_wanted}
    return replace(event, **given, guests=_guests(event.guests, patch))


def _guests(guests: tuple[Guest, ...], patch: Patch) -> tuple[Guest, ...]:
    gone = {address.lower() for address in patch.guests_removed}
    there = {one.address for one in guests}
    stay = [one for one in guests if one.address not in gone]
    stay += [one for one in patch.guests_added if one.address not in there]
    return tuple(_answering(one, patch) if one.address in patch.answers else one for one in stay)


def _answering(guest: Guest, patch: Patch) -> Guest:
    return replace(
        guest,
        answer=patch.answers[guest.address],
        note=patch.notes.get(guest.address, ""),
        proposed=patch.proposals.get(guest.address),
    )


def with_time(edit: Reply, event: Event, calendar: Calendar) -> str:
    """The word that goes with an answer; a proposed time stands in it where the calendar's maker
    has no other way to pass it on. In the event's own zone, as the organizer has it."""
    if edit.proposed is None or capabilities.of(calendar.provider).passes_on_times:
        return edit.note
    if isinstance(edit.proposed, DaySpan):
        told = f"{edit.proposed.first:%Y-%m-%d}"
    else:
        here = edit.proposed.within(ZoneInfo(event.zone or "UTC"))
        told = f"{here.start:%Y-%m-%d %H:%M}-{here.end:%H:%M} ({event.zone or 'UTC'})"
    return "; ".join(filter(None, (edit.note, f"I propose {told} instead")))


_PLAIN = (
    "title", "when", "location", "description", "status", "occupancy", "visibility", "color",
    "repeat", "organizer", "alarms", "categories",
)  # fmt: skip
