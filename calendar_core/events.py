"""Events as people know them: pure values in the field's words (RFC 5545).

An `Event` is one component: a single event, the master of a series, or one changed occurrence. A
`Resource` is all of one UID as it is stored: master and overrides together, in iCalendar text.
Reading and writing that text is `calendar_core.ics`; expanding a series is `recurrence`.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import NewType

from calendar_core import capabilities
from calendar_core.people import PersonId
from calendar_core.when import When

CalendarId = NewType("CalendarId", str)
EventId = NewType("EventId", str)
"""One UID on one calendar; stable over syncs (see `event_id`)."""
RecurrenceId = NewType("RecurrenceId", str)
"""Which occurrence of a series: its original start, "2026-03-11T09:30:00+00:00" (UTC), or
"2026-03-11" for all-day series, or without offset for floating ones. Empty for an event that
does not repeat."""


class Status(StrEnum):
    """RFC 5545 STATUS."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


class Answer(StrEnum):
    """RFC 5545 PARTSTAT: what a guest answered."""

    OPEN = "NEEDS-ACTION"
    ACCEPTED = "ACCEPTED"
    TENTATIVE = "TENTATIVE"
    DECLINED = "DECLINED"


class Attendance(StrEnum):
    """RFC 5545 ROLE, as far as people use it."""

    REQUIRED = "REQ-PARTICIPANT"
    OPTIONAL = "OPT-PARTICIPANT"


class Visibility(StrEnum):
    """RFC 5545 CLASS."""

    PUBLIC = "PUBLIC"
    PRIVATE = "PRIVATE"
    CONFIDENTIAL = "CONFIDENTIAL"


class Occupancy(StrEnum):
    """What the event does to its owner's time; `busy` decides what counts."""

    BUSY = "busy"
    FREE = "free"
    """TRANSP:TRANSPARENT."""
    OUT_OF_OFFICE = "oof"
    """X-MICROSOFT-CDO-BUSYSTATUS:OOF and its like."""
    ELSEWHERE = "elsewhere"
    """Working elsewhere: no claim on the time."""


class Scope(StrEnum):
    """How much of a series a change is about."""

    THIS = "this"
    FOLLOWING = "following"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Somebody invited, or the organizer."""

    address: str
    """RFC 5545 CAL-ADDRESS: `mailto:ana@example.org` in lower case, or `urn:uuid:…` for a local
    person."""
    name: str = ""
    answer: Answer = Answer.OPEN
    attendance: Attendance = Attendance.REQUIRED
    note: str = ""
    """A word to the organizer, beside the answer."""
    proposed: When | None = None
    """When they would have time instead."""
    is_room: bool = False
    """RFC 5545 CUTYPE ROOM or RESOURCE: what is booked by inviting it. No person."""

    @property
    def email(self) -> str | None:
        """The mail address, if the guest has one."""
        return self.address.removeprefix("mailto:") if self.address.startswith("mailto:") else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """How a series repeats."""

    rule: str = ""
    """RRULE value without prefix, e.g. FREQ=WEEKLY;BYDAY=TU; UNTIL in UTC when the start has a
    zone. Empty when only `extra` repeats."""
    skipped: tuple[datetime | date, ...] = ()
    """EXDATE."""
    extra: tuple[datetime | date, ...] = ()
    """RDATE."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One component of a resource."""

    uid: str
    title: str
    when: When
    """Of a master: its first occurrence. Its own zone is `zone`."""
    zone: str | None
    """IANA name of the event's own zone; None for all-day and floating events."""
    floating: bool = False
    """Wall time in the viewer's zone; `when` then holds that wall time labelled UTC."""
    recurrence_id: RecurrenceId = RecurrenceId("")
    repeat: Repeat | None = None
    description: str = ""
    location: str = ""
    status: Status = Status.CONFIRMED
    occupancy: Occupancy = Occupancy.BUSY
    visibility: Visibility = Visibility.PUBLIC
    organizer: Guest | None = None
    guests: tuple[Guest, ...] = ()
    categories: tuple[str, ...] = ()
    color: str = ""
    """CSS3 name (RFC 7986 COLOR)."""
    video_url: str = ""
    """RFC 7986 CONFERENCE, or the vendor's property."""
    video_wanted: bool = False
    """X-CONVENE-VIDEO:WANTED: the calendar's maker shall make a video link. Gone once it stands
    there: then there is `video_url`."""
    url: str = ""
    link: str = ""
    """X-CONVENE-LINK: where the calendar's maker shows the event. For the calendar's owner alone;
    written by nobody but the maker's reader."""
    alarms: tuple[timedelta, ...] = ()
    """Leads before the start, shown on screen; kept and not rung when imported."""
    mail_alarms: tuple[timedelta, ...] = ()
    """Leads at which a mail goes out (RFC 5545 §3.8.6.1 EMAIL): by the calendar's maker alone."""
    sequence: int = 0

    @property
    def people(self) -> tuple[Guest, ...]:
        """The guests who are no rooms."""
        return tuple(one for one in self.guests if not one.is_room)

    @property
    def rooms(self) -> tuple[Guest, ...]:
        """The rooms that are booked for it."""
        return tuple(one for one in self.guests if one.is_room)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Which event, and which occurrence of it."""

    event_id: EventId
    recurrence_id: RecurrenceId = RecurrenceId("")
    """Empty for single events; for a series always the occurrence that the person meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """All of one UID on one calendar, as stored: master and overrides."""

    uid: str
    ics: str
    """A VCALENDAR with the VEVENTs of this UID and the VTIMEZONEs that they need."""
    etag: str = ""
    """The provider's version; empty before the first write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One thing that happens at one time: what agendas, free time and reminders are made of."""

    event_id: EventId
    calendar_id: CalendarId
    owner: PersonId
    """Whose calendar it stands on."""
    uid: str
    recurrence_id: RecurrenceId
    when: When
    """In the zone that was asked for; days stay days."""
    title: str
    location: str = ""
    status: Status = Status.CONFIRMED
    occupancy: Occupancy = Occupancy.BUSY
    visibility: Visibility = Visibility.PUBLIC
    my_answer: Answer | None = None
    """What the calendar's owner answered; None when nobody asked them."""
    organizer: str = ""
    """Name or address; empty for one's own events without guests."""
    organizer_address: str | None = None
    """Of whoever organizes it, for anybody can take any name; empty for the calendar's owner, None
    where it is not known."""
    guests: tuple[str, ...] = ()
    """Names (or addresses), the owner left out; at most a dozen."""
    is_series: bool = False
    rule: str = ""
    """RRULE of its series."""
    video_url: str = ""
    is_outside: bool = False
    """Whether it stands on a calendar that others fill: a feed, somebody else's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """A calendar of somebody's, local or linked."""

    id: CalendarId
    owner: PersonId
    name: str
    provider: str
    """`local`, later `google`, `microsoft`, `caldav`."""
    account: str = ""
    """What the person knows the account by; empty for built-in ones."""
    account_id: str = ""
    """The linked account (`accounts.AccountId`); empty for built-in ones, and in agendas."""
    remote: str = ""
    """What its provider calls it; empty as `account_id` is."""
    address: str = ""
    """The owner's CAL-ADDRESS on it, beside `urn:uuid:<owner>`: how lists of guests name them."""
    former: tuple[str, ...] = ()
    """Further ones, of accounts that became part of the owner."""
    is_default: bool = False
    """New events go here."""
    counts_as_busy: bool = True
    in_digests: bool = True
    read_only: bool = False
    unread_since: datetime | None = None
    """Set when it could not be read: since when. Availability is then incomplete."""
    synced_at: datetime | None = None
    """When the mirror last agreed with it; None for built-in ones, which are always current."""

    @property
    def is_anothers(self) -> bool:
        """Whether it is somebody else's, or a room's, and only shared with its owner here: then
        it goes by their address and not by the account's."""
        traits = capabilities.of(self.provider)
        if not traits.shares or self.address.endswith(traits.nobodys):
            return False
        return self.address not in ("", f"mailto:{self.account.lower()}")


def event_id(calendar_id: CalendarId, uid: str) -> EventId:
    """The stable id of one UID on one calendar: the same on every machine and after every sync."""
    return EventId(blake2b(f"{calendar_id}\n{uid}".encode(), digest_size=12).hexdigest())
