"""Stored text → what Graph is asked to change: only what differs between two texts.

Fields are compared as Graph knows them, so that what it can't tell apart is no difference. The
other way is `mapping`; carrying differences out is `writer`.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from calendar_core.errors import NotAllowed
from calendar_core.events import (
    Answer,
    Attendance,
    Event,
    Guest,
    Occupancy,
    RecurrenceId,
    Repeat,
    Status,
    Visibility,
)
from calendar_core.ics.properties import moment_of
from calendar_core.ics.reading import read, recurrence_id
from calendar_core.ics.sheet import occurrence_when
from calendar_core.providers.microsoft.patterns import recurrence_of
from calendar_core.providers.microsoft.zones import UTC_ZONE, graph_time
from calendar_core.rules import original_wall, starts
from calendar_core.wallclock import clock_of
from calendar_core.when import DaySpan

Json = dict[str, Any]
MASTER = RecurrenceId("")
ANSWER, DELETED, RESTORED, GUESTS = "answer", "deleted", "restored", "attendees"
WORDS = "words"
"""What goes along with an answer that stays as it was: another time, a word."""
"""Differences that are no field to be patched as it is."""
_TIMES = ("recurrence", "times")
_MOST_GUESTS = 500
_SHOWN = {
    Occupancy.FREE: "free",
    Occupancy.OUT_OF_OFFICE: "oof",
    Occupancy.ELSEWHERE: "workingElsewhere",
}
_SEEN_BY = {Visibility.PRIVATE: "private", Visibility.CONFIDENTIAL: "confidential"}
_NO_COLORS = (
    "Outlook has no colours for single events: it colours them by category. Give it a category."
)
_FLOATS = "Outlook keeps no times without a zone. Say which zone they are in."
_TEAMS_STAYS = "A Teams meeting can't be taken off an event again."


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of one component that shall be another."""

    rid: RecurrenceId
    name: str
    old: str
    """As text, to be compared."""
    new: str
    value: Any = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Told:
    """What a text says."""

    master: Event
    overrides: Mapping[RecurrenceId, Event]
    skipped: frozenset[RecurrenceId]

    def at(self, rid: RecurrenceId) -> Event:
        """An occurrence as it is, changed or not."""
        if rid == MASTER:
            return self.master
        own = self.overrides.get(rid)
        if own is not None:
            return own
        when = occurrence_when(self.master, rid)
        return replace(self.master, when=when, recurrence_id=rid, repeat=None)

    def uncolored(self) -> "Told":
        """Without the colours that an import leaves out: Outlook has none for single events."""
        overrides = {rid: replace(one, color="") for rid, one in self.overrides.items()}
        return Told(replace(self.master, color=""), overrides, self.skipped)

    def bare(self) -> "Told":
        """The series as its rule has it."""
        return Told(self.master, {}, frozenset())


def told(ics: str) -> Told:
    """A text, read for comparing. Raises BadCalendarData."""
    master, *others = read(ics)
    clock, days = clock_of(master), isinstance(master.when, DaySpan)
    skipped = (master.repeat or Repeat()).skipped
    return Told(
        master=master,
        overrides={one.recurrence_id: one for one in others},
        skipped=frozenset(recurrence_id(one, clock, days) for one in skipped),
    )


def differences(before: Told, after: Told, me: Collection[str]) -> tuple[Difference, ...]:
    """What has to change for one to become the other. Raises NotAllowed for what Graph can't
    hold."""
    found = list(_of_one(MASTER, before.master, after.master, me))
    same_rule = not any(one.name in _TIMES for one in found)
    found += [Difference(rid, DELETED, "", "yes", None) for rid in after.skipped - before.skipped]
    if same_rule and after.master.repeat is not None:
        back = before.skipped - after.skipped
        found += [Difference(rid, RESTORED, "", "yes", None) for rid in back]
    rids = set(after.overrides) | (set(before.overrides) if same_rule else set())
    for rid in sorted(rids - after.skipped):
        if rid in after.overrides or _occurs(after.master, rid):
            found += _of_one(rid, before.at(rid), after.at(rid), me)
    return tuple(found)


def allowed(before: Told, after: Told, me: Collection[str]) -> frozenset[Difference]:
    """All that may still be to do while a change is carried out: Outlook forgets the exceptions of
    a series whose times or rule change, so they are made again."""
    planned = differences(before, after, me)
    anew: tuple[Difference, ...] = ()
    if any(one.rid == MASTER and one.name in _TIMES for one in planned):
        anew = differences(after.bare(), after, me)
    return frozenset((*planned, *anew))


def words(before: Told, after: Told, me: Collection[str]) -> tuple[Difference, ...]:
    """What somebody says besides an answer that they gave before: Graph does not tell it back, so
    it is no difference that goes away."""
    found = []
    for rid in sorted({MASTER, *after.overrides}):
        old, new = (
            next((one for one in told.at(rid).guests if one.address in me), None)
            for told in (before, after)
        )
        if old is None or new is None or old.answer != new.answer:
            continue
        said = (new.note, new.proposed)
        if said != (old.note, old.proposed) and any(said):
            found.append(Difference(rid, WORDS, "", repr(said), None))
    return tuple(found)


def _occurs(master: Event, rid: RecurrenceId) -> bool:
    at = original_wall(master, moment_of(rid))
    return next((one for one in starts(master, at) if one >= at), None) == at


def _of_one(
    rid: RecurrenceId, before: Event, after: Event, me: Collection[str]
) -> Iterable[Difference]:
    check(before, after)
    old, new = fields_of(before, me), fields_of(after, me)
    for name, value in new.items():
        was, shall = _text(name, old.get(name)), _text(name, value)
        if was != shall:
            yield Difference(rid, name, was, shall, value)


def check(before: Event | None, after: Event) -> None:
    """Raises NotAllowed for a wish that Graph has no place for."""
    if after.color and after.color != (before.color if before else ""):
        raise NotAllowed(_NO_COLORS)
    if after.floating:
        raise NotAllowed(_FLOATS)
    if before is not None and _has_teams(before) and not _has_teams(after):
        raise NotAllowed(_TEAMS_STAYS)
    if len(after.guests) > _MOST_GUESTS:
        raise NotAllowed(f"Outlook takes {_MOST_GUESTS} guests at most.")
    if after.repeat is not None and (before is None or before.repeat != after.repeat):
        recurrence_of(after)


def _text(name: str, value: Any) -> str:
    if name == "body":
        # Exchange keeps its own blanks and breaks.
        return " ".join(str(value or "").split())
    if name == GUESTS:
        return json.dumps(sorted(_who(one) for one in value))
    if name == "location":
        # Whether a place is a room is told by who is invited.
        return json.dumps([value["displayName"], value.get("locationUri", "")])
    return json.dumps(value, sort_keys=True)


def _who(guest: Guest) -> tuple[str, str]:
    return guest.address, guest.attendance.value


def fields_of(event: Event, me: Collection[str]) -> Json:
    """An event by the names of Graph's fields; times, reminder and video as one each."""
    found: Json = {
        "subject": _line(event.title),
        "body": event.description,
        "times": times_of(event),
        "location": _location(event),
        "showAs": _shown(event),
        "sensitivity": _SEEN_BY.get(event.visibility, "normal"),
        "categories": [_line(one) for one in event.categories],
        "reminder": _lead(event),
        "video": _has_teams(event),
        GUESTS: tuple(
            one for one in event.guests if one.address not in me and not _hosts(one, event)
        ),
    }
    if not event.recurrence_id:
        try:
            found["recurrence"] = recurrence_of(event)
        except NotAllowed:
            # It stands there already, or is refused where it is new.
            found["recurrence"] = (event.repeat or Repeat()).rule
    if event.organizer is not None and event.organizer.address not in me:
        mine = [one.answer for one in event.guests if one.address in me]
        found[ANSWER] = mine[0].value if mine else Answer.OPEN.value
    return found


def _hosts(guest: Guest, event: Event) -> bool:
    return event.organizer is not None and guest.address == event.organizer.address


def times_of(event: Event) -> Json:
    """Start, end and whether it is whole days, as Graph takes them."""
    if isinstance(event.when, DaySpan):
        midnights = (event.when.first, event.when.until)
        start, end = (
            {"dateTime": f"{one.isoformat()}T00:00:00", "timeZone": "UTC"} for one in midnights
        )
        return {"start": start, "end": end, "isAllDay": True}
    zone = UTC_ZONE if event.zone is None else ZoneInfo(event.zone)
    return {
        "start": graph_time(event.when.start, zone),
        "end": graph_time(event.when.end, zone),
        "isAllDay": False,
    }


def _location(event: Event) -> Json:
    link = "" if is_teams(event.video_url) else event.video_url
    name = _line(event.location)
    room = next((one for one in event.rooms if one.email and one.name == name), None)
    if room is not None:
        of_room = {"locationType": "conferenceRoom", "locationEmailAddress": room.email}
        return {"displayName": name, **of_room}
    if not link:
        return {"displayName": name}
    return {"displayName": name or link, "locationUri": link}


def _line(text: str) -> str:
    """A text of one line: of blanks, readers keep one."""
    return " ".join(text.split())


def is_teams(url: str) -> bool:
    """Whether an address is one of Teams' own meetings."""
    host = (urlsplit(url).hostname or "").lower()
    return host in ("teams.microsoft.com", "teams.live.com") or host.endswith(
        (".teams.microsoft.com", ".teams.microsoft.us")
    )


def _has_teams(event: Event) -> bool:
    return event.video_wanted or is_teams(event.video_url)


def _shown(event: Event) -> str:
    if event.occupancy is not Occupancy.BUSY:
        return _SHOWN[event.occupancy]
    return "tentative" if event.status is Status.TENTATIVE else "busy"


def _lead(event: Event) -> int | None:
    """Outlook reminds once: of several the one that is nearest to the start."""
    leads = [int(one.total_seconds() // 60) for one in event.alarms if one.total_seconds() >= 0]
    return min(leads, default=None)


def patch_of(found: Iterable[Difference]) -> Json:
    """The body of a PATCH; guests and notes are the writer's, who knows what stands there."""
    return flat({one.name: one.value for one in found})


def flat(fields: Mapping[str, Any]) -> Json:
    """Fields as Graph takes them."""
    body: Json = {}
    for name, value in fields.items():
        match name:
            case "times":
                body |= value
            case "body":
                body["body"] = {"contentType": "text", "content": value}
            case "reminder":
                body["isReminderOn"] = value is not None
                if value is not None:
                    body["reminderMinutesBeforeStart"] = value
            case "video":
                if value:
                    body |= {"isOnlineMeeting": True, "onlineMeetingProvider": "teamsForBusiness"}
            case "attendees":
                body[name] = attendees(value, ())
            case "answer" | "words":
                continue
            case _:
                body[name] = value
    return body


def attendees(guests: Iterable[Guest], there: Iterable[Json]) -> list[Json]:
    """A list of guests; those who stand there already as they stand: rooms stay rooms."""
    known = {_address(one): one for one in there}
    listed = []
    for guest in guests:
        if guest.email is None:
            raise NotAllowed(f"Outlook invites by mail, and {guest.name or 'a guest'} has none.")
        standing = known.get(guest.email)
        own = {
            "emailAddress": {"address": guest.email, "name": guest.name or guest.email},
            "type": _kind(guest),
        }
        if standing is None:
            listed.append(own)
        elif standing.get("type") == "resource":
            listed.append({"emailAddress": standing["emailAddress"], "type": "resource"})
        else:
            listed.append({"emailAddress": standing["emailAddress"], "type": own["type"]})
    return listed


def _kind(guest: Guest) -> str:
    if guest.is_room:
        return "resource"
    return "required" if guest.attendance is Attendance.REQUIRED else "optional"


def _address(attendee: Json) -> str:
    return str((attendee.get("emailAddress") or {}).get("address") or "").strip().lower()
